/** The drawing as SVG: only what is in sight (and a margin around it) is in the document. */
import { svgElement } from "../ui/dom";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import { Card } from "./cards";
import { holds, type Box, type DrawnEdge, type DrawnFrame, type Drawing } from "./drawing";
import { arrowMarker, edgeClasses, edgeLabel, linePath } from "./edgeShape";
import { frameName, frameNameShape, frameOutline, type FrameName } from "./frameShape";
import type { GraphStore } from "./graphStore";
import { noMarks, type Marks } from "./marks";
import { moveFrom, type Before, type View } from "./motion";
import type { Measure } from "./measure";

/** Smaller than this, the usual text can no longer be read. */
const FAR = 0.62;

export class GraphView {
  readonly root: SVGSVGElement;
  readonly #stage = svgElement("g", { class: "stage" });
  readonly #frameLayer = svgElement("g", { class: "frames" });
  readonly #edgeLayer = svgElement("g", { class: "edges" });
  readonly #nodeLayer = svgElement("g", { class: "nodes" });
  readonly #nameLayer = svgElement("g", { class: "frame-names" });
  readonly #cards = new Map<string, Card>();
  readonly #lines = new Map<
    string,
    { readonly root: SVGGElement; readonly line: SVGPathElement; readonly drawn: DrawnEdge }
  >();
  #drawing: Drawing | null = null;
  #store: GraphStore | null = null;
  #covered: Box | null = null;
  #names: readonly FrameName[] = [];
  #far = false;
  #marks: Marks = noMarks;
  #comparison: DagComparison | null = null;

  constructor(
    private readonly strings: DagStrings,
    private readonly measure: Measure,
  ) {
    this.#stage.append(this.#frameLayer, this.#edgeLayer, this.#nodeLayer, this.#nameLayer);
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
    this.#nameLayer.replaceChildren();
    this.#names = [];
    this.#covered = null;
  }

  place(x: number, y: number, scale: number): void {
    this.#stage.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.#setFar(scale < FAR);
  }

  #setFar(far: boolean): void {
    if (far === this.#far) return;
    this.#far = far;
    this.root.classList.toggle("far", far);
    for (const card of this.#cards.values()) card.setFar(far);
    this.update(new Set(this.#cards.keys()));
  }

  /** Brings in what came into sight; does nothing while the last margin still covers it. */
  cover(seen: Box): void {
    const drawing = this.#drawing;
    const store = this.#store;
    if (drawing === null || store === null) return;
    this.#placeNames(drawing, seen);
    if (this.#covered !== null && contains(this.#covered, seen)) return;
    const box = widened(seen);
    this.#covered = box;
    const now = Date.now();
    this.#frameLayer.replaceChildren(...drawing.framesIn(box).map(frameOutline));
    const nodes = drawing.nodesIn(box);
    this.#drop(this.#cards, new Set(nodes.map((node) => node.id)));
    for (const placed of nodes) {
      if (this.#cards.has(placed.id)) continue;
      const card = new Card(placed, this.strings, this.measure);
      card.setFar(this.#far);
      card.update(store, now, this.#comparison);
      this.#markCard(card);
      this.#cards.set(placed.id, card);
      this.#nodeLayer.append(card.root);
    }
    const edges = drawing.edgesIn(box);
    this.#drop(this.#lines, new Set(edges.map((edge) => edge.edge.id)));
    for (const drawn of edges) if (!this.#lines.has(drawn.edge.id)) this.#addLine(drawn, drawing, store);
  }

  /** The frame whose name is there. */
  frameNamedAt(x: number, y: number): DrawnFrame | null {
    return this.#names.find(({ box }) => holds(box, x, y))?.frame ?? null;
  }

  moveFrom(before: Before, view: View): void {
    if (this.#drawing === null) return;
    const cards = [...this.#cards].map(([id, { root }]) => ({ id, root }));
    const others = [...this.#lines.values()].map(({ root }) => root);
    moveFrom(before, this.#drawing, view, cards, [...others, this.#frameLayer, this.#nameLayer]);
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

  #placeNames(drawing: Drawing, seen: Box): void {
    if (drawing.frames.length === 0) return;
    this.#names = drawing.framesIn(seen).map((frame) => frameName(frame, seen, this.measure));
    this.#nameLayer.replaceChildren(...this.#names.map((name) => frameNameShape(name, this.measure)));
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
    const root = svgElement("g", { class: "edge" }, line, ...edgeLabel(drawn, drawing, this.measure));
    this.#lines.set(drawn.edge.id, { root, line, drawn });
    this.#store = store;
    this.#drawing = drawing;
    this.#classifyLine(root, drawn);
    this.#edgeLayer.append(root);
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
