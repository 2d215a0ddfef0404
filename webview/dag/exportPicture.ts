/** The whole drawing as a picture that needs nothing of the page: colours are written out, whatever is in sight. */
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import { svgElement } from "../ui/dom";
import { Card } from "./cards";
import type { Drawing } from "./drawing";
import { frameShape } from "./frameShape";
import type { GraphStore } from "./graphStore";
import { arrowMarker, edgeClasses, edgeLabel, linePath } from "./graphView";
import { noMarks } from "./marks";
import type { Measure } from "./measure";
import type { Palette } from "./palette";

const MARGIN = 24;
const MAX_PIXELS = 8192;
/** What a picture keeps of the style sheet. */
const KEPT = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];

export interface PictureParts {
  readonly drawing: Drawing;
  readonly store: GraphStore;
  readonly strings: DagStrings;
  readonly measure: Measure;
  readonly palette: Palette;
  readonly comparison: DagComparison | null;
}

/** `host` is where the picture is put for a moment, so that the style sheet applies to it. */
export function toSvg(parts: PictureParts, host: Element): string {
  const { drawing, store, palette } = parts;
  const [width, height] = [drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN];
  const frames = drawing.frames.map((frame) => frameShape(frame, parts.measure));
  const stage = svgElement("g", { class: "stage" }, ...frames);
  for (const drawn of drawing.edges) {
    const line = linePath(drawn, drawing);
    const group = svgElement("g", { class: edgeClasses(drawn, drawing, store, noMarks).join(" ") }, line);
    const label = edgeLabel(drawn);
    if (label !== null)
      group.append(svgElement("text", { class: "label", x: drawn.middle.x, y: drawn.middle.y + 4 }, label));
    stage.append(group);
  }
  const now = Date.now();
  for (const placed of drawing.nodes.values()) {
    const card = new Card(placed, parts.strings, parts.measure);
    card.update(store, now, parts.comparison);
    stage.append(card.root);
  }
  const root = svgElement(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "graph picture",
      viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
      width,
      height,
    },
    svgElement("defs", {}, arrowMarker()),
    svgElement("rect", { x: -MARGIN, y: -MARGIN, width, height, fill: palette.background }),
    stage,
  );
  host.append(root);
  for (const shape of root.querySelectorAll("path, rect, text")) writeOut(shape);
  root.remove();
  for (const named of root.querySelectorAll("[class]")) named.removeAttribute("class");
  root.removeAttribute("class");
  return new XMLSerializer().serializeToString(root);
}

function writeOut(shape: Element): void {
  const style = getComputedStyle(shape);
  for (const property of KEPT) {
    const value = style.getPropertyValue(property);
    if (value !== "" && shape.getAttribute(property) === null) shape.setAttribute(property, value);
  }
}

/** Twice the size, as far as that stays within what browsers and viewers take. */
export async function toPng(svg: string, drawing: Drawing): Promise<string> {
  const [width, height] = [drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN];
  const scale = Math.min(2, MAX_PIXELS / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;base64,${toBase64(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
}

function toBase64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
