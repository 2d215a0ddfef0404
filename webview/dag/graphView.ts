/** The drawing as SVG: only what is in sight (and a margin around it) is in the document. */
import { svgElement } from "../ui/dom";
import { isRunning } from "../ui/steps";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import { Card } from "./cards";
import type { Box, DrawnEdge, Drawing } from "./drawing";
import { frameShape } from "./frameShape";
import type { GraphStore } from "./graphStore";
import { noMarks, type Marks } from "./marks";
import { moveFrom, type Before, type View } from "./motion";
import type { Measure } from "./measure";

export class GraphView {
  readonly root: SVGSVGElement;
  readonly #stage = svgElement("g", { class: "stage" });
  readonly #frameLayer = svgElement("g", { class: "frames" });
  readonly #edgeLayer = svgElement("g", { class: "edges" });
  readonly #nodeLayer = svgElement("g", { class: "nodes" });
  readonly #cards = new Map<string, Card>();
  readonly #lines = new Map<
    string,
    { readonly root: SVGGElement; readonly line: SVGPathElement; readonly drawn: DrawnEdge }
  >();
  #drawing: Drawing | null = null;
  #store: GraphStore | null = null;
  #covered: Box | null = null;
  #marks: Marks = noMarks;
  #comparison: DagComparison | null = null;

  constructor(
    private readonly strings: DagStrings,
    private readonly measure: Measure,
  ) {
    this.#stage.append(this.#frameLayer, this.#edgeLayer, this.#nodeLayer);
    this.root = svgElement(
      "svg",
      { class: "graph", "aria-hidden": "true" },
      svgElement("defs", {}, arrowMarker()),
      this.#stage,
    );
  }

  setDrawing(drawing: Drawing, store: GraphStore, comparison: DagComparison | null): void {
    this.#drawing = drawing;
    this.#store = store;
    this.#comparison = comparison;
    this.clear();
  }

  clear(): void {
    this.#cards.clear();
    this.#lines.clear();
    this.#frameLayer.replaceChildren();
    this.#edgeLayer.replaceChildren();
    this.#nodeLayer.replaceChildren();
    this.#covered = null;
  }

  place(x: number, y: number, scale: number): void {
    this.#stage.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  }

  /** Brings in what came into sight; does nothing while the last margin still covers it. */
  cover(seen: Box): void {
    const drawing = this.#drawing;
    const store = this.#store;
    if (drawing === null || store === null || (this.#covered !== null && contains(this.#covered, seen)))
      return;
    const box = widened(seen);
    this.#covered = box;
    const now = Date.now();
    this.#frameLayer.replaceChildren(
      ...drawing.framesIn(box).map((frame) => frameShape(frame, this.measure)),
    );
    const nodes = drawing.nodesIn(box);
    this.#drop(this.#cards, new Set(nodes.map((node) => node.id)));
    for (const placed of nodes) {
      if (this.#cards.has(placed.id)) continue;
      const card = new Card(placed, this.strings, this.measure);
      card.update(store, now, this.#comparison);
      this.#markCard(card);
      this.#cards.set(placed.id, card);
      this.#nodeLayer.append(card.root);
    }
    const edges = drawing.edgesIn(box);
    this.#drop(this.#lines, new Set(edges.map((edge) => edge.edge.id)));
    for (const drawn of edges) if (!this.#lines.has(drawn.edge.id)) this.#addLine(drawn, drawing, store);
  }

  moveFrom(before: Before, view: View): void {
    if (this.#drawing === null) return;
    const cards = [...this.#cards].map(([id, { root }]) => ({ id, root }));
    const others = [...this.#lines.values()].map(({ root }) => root);
    moveFrom(before, this.#drawing, view, cards, [...others, this.#frameLayer]);
  }

  /** After nodes changed: their cards, and the lines that touch them. */
  update(ids: ReadonlySet<string>): void {
    const store = this.#store;
    if (store === null) return;
    const now = Date.now();
    for (const id of ids) {
      const card = this.#cards.get(id);
      if (card === undefined) continue;
      card.update(store, now, this.#comparison);
      this.#markCard(card);
    }
    for (const { root, drawn } of this.#lines.values()) {
      if (ids.has(drawn.edge.from) || ids.has(drawn.edge.to)) this.#classifyLine(root, drawn);
    }
  }

  setMarks(marks: Marks): void {
    this.#marks = marks;
    for (const card of this.#cards.values()) this.#markCard(card);
    for (const { root, drawn } of this.#lines.values()) this.#classifyLine(root, drawn);
  }

  #drop(shown: Map<string, { readonly root: SVGGElement }>, keep: ReadonlySet<string>): void {
    for (const [id, { root }] of shown) {
      if (keep.has(id)) continue;
      root.remove();
      shown.delete(id);
    }
  }

  #addLine(drawn: DrawnEdge, drawing: Drawing, store: GraphStore): void {
    const line = linePath(drawn, drawing);
    const root = svgElement("g", { class: "edge" }, line);
    const label = edgeLabel(drawn);
    if (label !== null) root.append(...this.#label(drawn, label));
    this.#lines.set(drawn.edge.id, { root, line, drawn });
    this.#store = store;
    this.#drawing = drawing;
    this.#classifyLine(root, drawn);
    this.#edgeLayer.append(root);
  }

  /** Counts stand beside the line, names on it. */
  #label(drawn: DrawnEdge, label: string): readonly SVGElement[] {
    const { x, y } = drawn.middle;
    if (drawn.edge.from.startsWith("fold:")) {
      return [svgElement("text", { class: "label beside", x: x + 8, y: y + 6 }, label)];
    }
    const text = this.measure.fit(label, 160, true);
    const width = this.measure.widthOf(text, true) + 8;
    return [
      svgElement("rect", { class: "label-back", x: x - width / 2, y: y - 8, width, height: 16, rx: 3 }),
      svgElement("text", { class: "label", x, y: y + 4 }, text),
    ];
  }

  #classifyLine(root: SVGGElement, drawn: DrawnEdge): void {
    root.setAttribute("class", edgeClasses(drawn, this.#drawing, this.#store, this.#marks).join(" "));
  }

  #markCard({ root, placed }: Card): void {
    const { selected, active, lit, dims, critical, pointed } = this.#marks;
    const { id } = placed;
    root.classList.toggle("selected", selected === id);
    root.classList.toggle("active", active === id);
    root.classList.toggle("dimmed", dims && lit !== null && !lit.has(id));
    root.classList.toggle("critical", critical?.has(id) ?? false);
    root.classList.toggle("pointed", pointed.has(id));
  }
}

/** Takes the colour of the line that it ends. */
export function arrowMarker(): SVGMarkerElement {
  const size = { markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse" };
  return svgElement(
    "marker",
    { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, orient: "auto", ...size },
    svgElement("path", { d: "M0.5 1L7 4L0.5 7", class: "arrow" }),
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
  const made = target?.kind === "artifact" || (target?.kind === "fold" && target.of === "artifact");
  const head = made && !drawn.back ? null : "url(#arrow)";
  return svgElement("path", { class: "line", d: drawing.pathOf(drawn), "marker-end": head });
}

export function edgeLabel(drawn: DrawnEdge): string | null {
  const { label, count, from } = drawn.edge;
  if (count > 1 && from.startsWith("fold:")) return `×${count}`;
  return from.startsWith("artifact:") || from.startsWith("fold:") ? null : label;
}

function widened(box: Box): Box {
  const [dx, dy] = [(box.right - box.left) / 2, (box.bottom - box.top) / 2];
  return { left: box.left - dx, right: box.right + dx, top: box.top - dy, bottom: box.bottom + dy };
}

function contains(outer: Box, inner: Box): boolean {
  return (
    outer.left <= inner.left &&
    outer.right >= inner.right &&
    outer.top <= inner.top &&
    outer.bottom >= inner.bottom
  );
}
