/**
 * From afar: blocks in the colours of their states on a canvas, as no text could be read anyway. More than what is in sight
 * is painted once; panning then only moves that picture.
 */
import { element } from "../ui/dom";
import type { Box, Drawing } from "./drawing";
import type { GraphStore } from "./graphStore";
import type { Marks } from "./marks";
import type { Palette } from "./palette";

export interface BlockScene {
  readonly drawing: Drawing;
  readonly store: GraphStore;
  readonly palette: Palette;
  readonly marks: Marks;
}

interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** How far beyond each side the picture goes, as a part of the window. */
const MARGIN = 0.5;

export class BlockView {
  readonly root = element("canvas", { class: "blocks", "aria-hidden": "true" });
  readonly #picture = document.createElement("canvas");
  #painted: {
    readonly scene: BlockScene;
    readonly view: View;
    readonly width: number;
    readonly height: number;
  } | null = null;
  #lines: { readonly drawing: Drawing; readonly path: Path2D } | null = null;

  /** States changed: the picture is old. */
  stale(): void {
    this.#painted = null;
  }

  paint(scene: BlockScene, view: View): void {
    const { clientWidth, clientHeight } = this.root;
    const ratio = window.devicePixelRatio;
    if (!this.#covers(scene, view, clientWidth, clientHeight))
      this.#paintPicture(scene, view, clientWidth, clientHeight);
    resize(this.root, clientWidth * ratio, clientHeight * ratio);
    const context = this.root.getContext("2d");
    const painted = this.#painted;
    if (context === null || painted === null) return;
    const left = view.x - painted.view.x - clientWidth * MARGIN;
    const top = view.y - painted.view.y - clientHeight * MARGIN;
    context.clearRect(0, 0, this.root.width, this.root.height);
    context.drawImage(this.#picture, Math.round(left * ratio), Math.round(top * ratio));
  }

  #covers(scene: BlockScene, view: View, width: number, height: number): boolean {
    const painted = this.#painted;
    if (painted === null || painted.width !== width || painted.height !== height) return false;
    const { drawing, marks, palette } = painted.scene;
    if (drawing !== scene.drawing || marks !== scene.marks || palette !== scene.palette) return false;
    const near =
      Math.abs(view.x - painted.view.x) <= width * MARGIN &&
      Math.abs(view.y - painted.view.y) <= height * MARGIN;
    return near && view.scale === painted.view.scale;
  }

  #paintPicture(scene: BlockScene, view: View, width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    const whole = 1 + 2 * MARGIN;
    resize(this.#picture, width * whole * ratio, height * whole * ratio);
    const context = this.#picture.getContext("2d");
    if (context === null) return;
    const { x, y, scale } = view;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#picture.width, this.#picture.height);
    const [left, top] = [x + width * MARGIN, y + height * MARGIN];
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
    const seen = {
      left: -left / scale,
      top: -top / scale,
      right: (width * whole - left) / scale,
      bottom: (height * whole - top) / scale,
    };
    this.#paintEdges(context, scene, scale);
    paintNodes(context, scene, scale, seen);
    this.#painted = { scene, view, width, height };
  }

  #paintEdges(context: CanvasRenderingContext2D, { drawing, palette }: BlockScene, scale: number): void {
    context.lineWidth = 1 / scale;
    context.strokeStyle = palette.edge;
    context.globalAlpha = Math.min(0.7, Math.max(0.2, scale * 2));
    if (this.#lines?.drawing !== drawing) this.#lines = { drawing, path: linesOf(drawing) };
    context.stroke(this.#lines.path);
  }
}

function paintNodes(context: CanvasRenderingContext2D, scene: BlockScene, scale: number, seen: Box): void {
  const { drawing, store, palette, marks } = scene;
  for (const placed of drawing.nodesIn(seen)) {
    const { id, node, width, height } = placed;
    const [left, top] = [placed.x - width / 2, placed.y - height / 2];
    context.globalAlpha = marks.lit === null || !marks.dims || marks.lit.has(id) ? 1 : 0.25;
    context.fillStyle = palette.status(store.status(node));
    context.fillRect(left, top, width, height);
    if (id !== marks.selected && id !== marks.active && !marks.pointed.has(id)) continue;
    context.strokeStyle = palette.focus;
    context.lineWidth = 3 / scale;
    context.strokeRect(left, top, width, height);
  }
}

/** Straight pieces: from afar nobody sees a difference, and they are quick. */
function linesOf(drawing: Drawing): Path2D {
  const path = new Path2D();
  for (const { points } of drawing.edges) {
    points.forEach(({ x, y }, i) => {
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
  }
  return path;
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [w, h] = [Math.round(width), Math.round(height)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}
