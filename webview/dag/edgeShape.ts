/** Edges as SVG: the line with its arrow, what is written on it, and the classes that say how it stands. */
import { svgElement } from "../ui/dom";
import { isRunning } from "../ui/steps";
import { isPill } from "./cardShape";
import type { DrawnEdge, Drawing } from "./drawing";
import type { GraphStore } from "./graphStore";
import type { Marks } from "./marks";
import type { Measure } from "./measure";
import type { SceneEdge, SceneNode } from "./scene";

const NAME_MOST = 160;

/** Takes the colour of the line that it ends, unless it is given one: not every viewer of pictures knows how. */
export function arrowMarker(id = "arrow", color: string | null = null): SVGMarkerElement {
  const size = { markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse" };
  return svgElement(
    "marker",
    { id, viewBox: "0 0 8 8", refX: 7, refY: 4, orient: "auto", ...size },
    svgElement("path", { d: "M0.5 1L7 4L0.5 7", class: "arrow", stroke: color }),
  );
}

export function edgeClasses(
  drawn: DrawnEdge,
  drawing: Drawing | null,
  store: GraphStore | null,
  marks: Marks,
): string[] {
  const { from, to, kind } = drawn.edge;
  const source = drawing?.nodes.get(from)?.node;
  const target = drawing?.nodes.get(to)?.node;
  const classes = ["edge"];
  if (kind === "after") classes.push("after");
  if (drawn.back) classes.push("back");
  if (store !== null && source !== undefined && target !== undefined) {
    const [made, taken] = [store.status(source), store.status(target)];
    if (made === "failed" || made === "skipped") classes.push("failed");
    else if (isRunning(taken) && target.kind !== "artifact") classes.push("flowing");
    else if (made === "cached") classes.push("cached");
  }
  if (marks.lit?.has(from) === true && marks.lit.has(to)) classes.push("lit");
  else if (marks.lit !== null && marks.dims) classes.push("dimmed");
  if (marks.critical?.has(from) === true && marks.critical.has(to)) classes.push("critical");
  return classes;
}

/** What a step makes stands right under it: an arrowhead would say nothing there. */
export function linePath(drawn: DrawnEdge, drawing: Drawing): SVGPathElement {
  const target = drawing.nodes.get(drawn.edge.to)?.node;
  const head = target !== undefined && isPill(target) && !drawn.back ? null : "url(#arrow)";
  return svgElement("path", { class: "line", d: drawing.pathOf(drawn), "marker-end": head });
}

/** Room for an edge's name. */
export const NAME_HEIGHT = 16;

/** What flows, where that is no node of its own; with how many edges it stands for, if these were merged. */
export function edgeName(
  { from, to, label, count }: SceneEdge,
  source: SceneNode | undefined,
): string | null {
  if (label === null || (source !== undefined && isPill(source))) return null;
  return isMerged(from, to, count) ? `${label} ×${count}` : label;
}

export function fittedName(
  name: string,
  measure: Measure,
): { readonly text: string; readonly width: number } {
  const text = measure.fit(name, NAME_MOST, true);
  return { text, width: measure.widthOf(text, true) + 8 };
}

/** Names stand on the line; how many edges it stands for, beside it. */
export function edgeLabel(drawn: DrawnEdge, drawing: Drawing, measure: Measure): readonly SVGElement[] {
  const { count, from, to } = drawn.edge;
  const { x, y } = drawn.middle;
  const name = edgeName(drawn.edge, drawing.nodes.get(from)?.node);
  if (name === null) {
    if (!isMerged(from, to, count)) return [];
    return [svgElement("text", { class: "label beside", x: x + 8, y: y + 4 }, `×${count}`)];
  }
  const { text, width } = fittedName(name, measure);
  const back = { x: x - width / 2, y: y - NAME_HEIGHT / 2, width, height: NAME_HEIGHT, rx: 3 };
  return [
    svgElement("rect", { class: "label-back", ...back }),
    svgElement("text", { class: "label", x, y: y + 4 }, text),
  ];
}

function isMerged(from: string, to: string, count: number): boolean {
  return count > 1 && (from.startsWith("fold:") || to.startsWith("fold:"));
}
