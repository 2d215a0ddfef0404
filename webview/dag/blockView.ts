/** From afar: blocks in the colours of their states on a canvas, as no text could be read anyway. */
import { element } from "../ui/dom";
import type { Box, Drawing } from "./drawing";
import type { GraphStore } from "./graphStore";
import type { Marks } from "./marks";
import type { Palette } from "./palette";

export class BlockView {
  readonly root = element("canvas", { class: "blocks", "aria-hidden": "true" });
  #lines: { readonly drawing: Drawing; readonly path: Path2D } | null = null;

  paint(
    drawing: Drawing,
    store: GraphStore,
    palette: Palette,
    marks: Marks,
    view: { readonly x: number; readonly y: number; readonly scale: number; readonly seen: Box },
  ): void {
    const context = this.#prepared();
    if (context === null) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
    context.lineWidth = 1 / view.scale;
    context.strokeStyle = palette.edge;
    context.globalAlpha = Math.min(0.7, Math.max(0.2, view.scale * 2));
    context.stroke(this.#pathOf(drawing));
    for (const placed of drawing.nodesIn(view.seen)) {
      const lit = marks.lit === null || marks.lit.has(placed.id);
      context.globalAlpha = lit ? 1 : 0.25;
      context.fillStyle = palette.status(store.status(placed.node));
      context.fillRect(
        placed.x - placed.width / 2,
        placed.y - placed.height / 2,
        placed.width,
        placed.height,
      );
      if (placed.id !== marks.selected && placed.id !== marks.active) continue;
      context.strokeStyle = palette.focus;
      context.lineWidth = 3 / view.scale;
      context.strokeRect(
        placed.x - placed.width / 2,
        placed.y - placed.height / 2,
        placed.width,
        placed.height,
      );
    }
  }

  #prepared(): CanvasRenderingContext2D | null {
    const { root } = this;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(root.clientWidth * ratio), Math.round(root.clientHeight * ratio)];
    if (root.width !== width || root.height !== height) {
      root.width = width;
      root.height = height;
    }
    const context = root.getContext("2d");
    context?.setTransform(1, 0, 0, 1, 0, 0);
    context?.clearRect(0, 0, width, height);
    return context;
  }

  /** One path for all edges, kept until the drawing changes. */
  #pathOf(drawing: Drawing): Path2D {
    if (this.#lines?.drawing !== drawing) {
      const path = new Path2D();
      for (const edge of drawing.edges) path.addPath(new Path2D(edge.path));
      this.#lines = { drawing, path };
    }
    return this.#lines.path;
  }
}
