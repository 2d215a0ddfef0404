/**
 * From afar: blocks in the colours of their states on a canvas, as no text could be read anyway. What is new is painted as far
 * as it is in sight; once there is time for it more than that is painted aside, and panning only moves that picture.
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

  #idle = 0;

  /** States changed: the picture is old. */
  stale(): void {
    this.#painted = null;
  }

  paint(scene: BlockScene, view: View): void {
    const { clientWidth: width, clientHeight: height } = this.root;
    const ratio = window.devicePixelRatio;
    resize(this.root, width * ratio, height * ratio);
    const context = this.root.getContext("2d");
    if (context === null) return;
    window.cancelIdleCallback(this.#idle);
    if (!this.#covers(scene, view, width, height)) {
      if (!this.#isPanned(scene, view)) {
        this.#paintTo(context, scene, view, width, height);
        this.#idle = window.requestIdleCallback(() => this.#paintPicture(scene, view, width, height));
        return;
      }
      this.#paintPicture(scene, view, width, height);
    }
    const from = this.#painted?.view ?? view;
    const left = view.x - from.x - width * MARGIN;
    const top = view.y - from.y - height * MARGIN;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.root.width, this.root.height);
    context.drawImage(this.#picture, Math.round(left * ratio), Math.round(top * ratio));
  }

  /** Nothing is new but where it is looked at, so that it will go on being moved. */
  #isPanned(scene: BlockScene, view: View): boolean {
    return (
      this.#painted !== null && isSame(this.#painted.scene, scene) && this.#painted.view.scale === view.scale
    );
  }

  #covers(scene: BlockScene, view: View, width: number, height: number): boolean {
    const painted = this.#painted;
    if (painted === null || painted.width !== width || painted.height !== height) return false;
    const near =
      Math.abs(view.x - painted.view.x) <= width * MARGIN &&
      Math.abs(view.y - painted.view.y) <= height * MARGIN;
    return near && view.scale === painted.view.scale && isSame(painted.scene, scene);
  }

  #paintPicture(scene: BlockScene, view: View, width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    const [whole, high] = [width * (1 + 2 * MARGIN), height * (1 + 2 * MARGIN)];
    resize(this.#picture, whole * ratio, high * ratio);
    const context = this.#picture.getContext("2d");
    if (context === null) return;
    const { x, y, scale } = view;
    const moved = { x: x + width * MARGIN, y: y + height * MARGIN, scale };
    this.#paintTo(context, scene, moved, whole, high);
    this.#painted = { scene, view, width, height };
  }

  #paintTo(
    context: CanvasRenderingContext2D,
    scene: BlockScene,
    { x, y, scale }: View,
    width: number,
    height: number,
  ): void {
    const ratio = window.devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
    this.#paintEdges(context, scene, scale);
    const seen = {
      left: -x / scale,
      top: -y / scale,
      right: (width - x) / scale,
      bottom: (height - y) / scale,
    };
    paintNodes(context, scene, scale, seen);
    context.globalAlpha = 1;
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

function isSame(a: BlockScene, b: BlockScene): boolean {
  return a.drawing === b.drawing && a.marks === b.marks && a.palette === b.palette;
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
