/** The whole drawing as a picture that needs nothing of the page: colours are written out, whatever is in sight. */
import { fill } from "../../src/panels/messages";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import { svgElement } from "../ui/dom";
import { Card } from "./cards";
import type { Drawing } from "./drawing";
import { arrowMarker, edgeClasses, edgeLabel, linePath } from "./edgeShape";
import { frameName, frameNameShape, frameOutline } from "./frameShape";
import type { GraphStore } from "./graphStore";
import type { Marks } from "./marks";
import type { Measure } from "./measure";
import type { Palette } from "./palette";
import { plainColor } from "./plainColor";

const MARGIN = 24;
const MAX_PIXELS = 8192;
/** What a picture keeps of the style sheet, besides its colours. */
const KEPT = [
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];
const COLORS = ["fill", "stroke"];

export interface PictureParts {
  readonly drawing: Drawing;
  readonly store: GraphStore;
  readonly strings: DagStrings;
  readonly measure: Measure;
  readonly palette: Palette;
  readonly comparison: DagComparison | null;
  readonly marks: Marks;
}

/** `host` is where the picture is put for a moment, so that the style sheet applies to it. */
export function toSvg(parts: PictureParts, host: Element): string {
  const { drawing, palette, store, strings } = parts;
  const [width, height] = [drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN];
  const defs = svgElement("defs");
  const root = svgElement(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "graph picture",
      viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
      width,
      height,
    },
    svgElement("title", {}, fill(strings.graphOf, store.head.pipeline)),
    defs,
    svgElement("rect", { x: -MARGIN, y: -MARGIN, width, height, fill: palette.background }),
    ...shapesOf(parts),
  );
  host.append(root);
  for (const shape of root.querySelectorAll("path, rect, text")) writeOut(shape);
  root.remove();
  defs.append(...arrowsOf(root));
  for (const named of root.querySelectorAll("[class]")) named.removeAttribute("class");
  root.removeAttribute("class");
  return new XMLSerializer().serializeToString(root);
}

function shapesOf({ drawing, store, strings, measure, comparison, marks }: PictureParts): SVGElement[] {
  const whole = { left: 0, top: 0, right: drawing.width, bottom: drawing.height };
  const edges = drawing.edges.map((drawn) =>
    svgElement(
      "g",
      { class: edgeClasses(drawn, drawing, store, marks).join(" ") },
      linePath(drawn, drawing),
      ...edgeLabel(drawn, drawing, measure),
    ),
  );
  const now = Date.now();
  const cards = [...drawing.nodes.values()].map((placed) => {
    const card = new Card(placed, strings, measure);
    card.update(store, now, comparison);
    card.root.classList.toggle("critical", marks.critical?.has(placed.id) ?? false);
    return card.root;
  });
  const names = drawing.frames.map((frame) => frameNameShape(frameName(frame, whole, measure), measure));
  return [...drawing.frames.map(frameOutline), ...edges, ...cards, ...names];
}

function writeOut(shape: Element): void {
  const style = getComputedStyle(shape);
  for (const property of KEPT) {
    const value = style.getPropertyValue(property);
    if (value !== "" && shape.getAttribute(property) === null) shape.setAttribute(property, value);
  }
  for (const property of COLORS) {
    const value = style.getPropertyValue(property);
    const plain = plainColor(value);
    shape.setAttribute(property, plain?.color ?? value);
    if (plain !== null && plain.opacity < 1) shape.setAttribute(`${property}-opacity`, String(plain.opacity));
  }
}

/** An arrow of its own for each colour of lines. */
function arrowsOf(root: Element): readonly SVGElement[] {
  const colors: string[] = [];
  for (const line of root.querySelectorAll("[marker-end]")) {
    const color = line.getAttribute("stroke") ?? "";
    if (!colors.includes(color)) colors.push(color);
    line.setAttribute("marker-end", `url(#arrow-${colors.indexOf(color)})`);
  }
  return colors.map((color, i) => {
    const marker = arrowMarker(`arrow-${i}`, color);
    for (const shape of marker.children) shape.setAttribute("fill", "none");
    return marker;
  });
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
