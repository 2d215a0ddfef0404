/** A small map of the whole drawing with the part in sight; drag it to go elsewhere. */
import { element } from "../ui/dom";
import type { Drawing } from "./drawing";
import type { GraphStore } from "./graphStore";
import type { Palette } from "./palette";
import type { Viewport } from "./viewport";

const WIDTH = 180;
const HEIGHT = 120;

export class Minimap {
  readonly root = element("canvas", { class: "minimap", "aria-hidden": "true" });
  readonly #picture = document.createElement("canvas");
  #drawing: Drawing | null = null;
  #scale = 1;

  constructor(private readonly viewport: Viewport) {
    const go = (event: PointerEvent): void => {
      if (event.buttons !== 1 || this.#drawing === null) return;
      const frame = this.root.getBoundingClientRect();
      const { left, top } = this.#offset();
      const x = (event.clientX - frame.left - left) / this.#scale;
      const y = (event.clientY - frame.top - top) / this.#scale;
      this.viewport.centre(x, y, false);
    };
    this.root.addEventListener("pointerdown", (event) => {
      this.root.setPointerCapture(event.pointerId);
      go(event);
    });
    this.root.addEventListener("pointermove", go);
    // The surface under it would be dragged along.
    for (const drag of ["mousedown", "touchstart"])
      this.root.addEventListener(drag, (event) => event.stopPropagation());
  }

  /** Draws the nodes anew, after the drawing or states changed; they are seen once it is shown again. */
  refresh(drawing: Drawing, store: GraphStore, palette: Palette): void {
    this.#drawing = drawing;
    const ratio = window.devicePixelRatio;
    for (const canvas of [this.root, this.#picture]) {
      canvas.width = WIDTH * ratio;
      canvas.height = HEIGHT * ratio;
    }
    this.#scale = Math.min(
      (WIDTH - 12) / Math.max(1, drawing.width),
      (HEIGHT - 12) / Math.max(1, drawing.height),
    );
    const context = this.#picture.getContext("2d");
    if (context === null) return;
    const { left, top } = this.#offset();
    context.setTransform(ratio * this.#scale, 0, 0, ratio * this.#scale, left * ratio, top * ratio);
    const least = 1.5 / this.#scale;
    // What failed must not be hidden by what lies close to it.
    const failed = [...drawing.nodes.values()].filter(({ node }) => store.status(node) === "failed");
    for (const placed of [...drawing.nodes.values(), ...failed]) {
      context.fillStyle = palette.status(store.status(placed.node));
      const [width, height] = [Math.max(least, placed.width), Math.max(least, placed.height)];
      context.fillRect(placed.x - width / 2, placed.y - height / 2, width, height);
    }
  }

  show(palette: Palette): void {
    const context = this.root.getContext("2d");
    if (context === null || this.#drawing === null) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.root.width, this.root.height);
    context.globalAlpha = 0.75;
    context.drawImage(this.#picture, 0, 0);
    context.globalAlpha = 1;
    const seen = this.viewport.visible();
    const { left, top } = this.#offset();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = palette.focus;
    context.lineWidth = 1.5;
    const [x1, y1] = [Math.max(1, left + seen.left * this.#scale), Math.max(1, top + seen.top * this.#scale)];
    const [x2, y2] = [
      Math.min(WIDTH - 1, left + seen.right * this.#scale),
      Math.min(HEIGHT - 1, top + seen.bottom * this.#scale),
    ];
    context.strokeRect(x1, y1, Math.max(3, x2 - x1), Math.max(3, y2 - y1));
  }

  #offset(): { readonly left: number; readonly top: number } {
    const { width, height } = this.#drawing ?? { width: 0, height: 0 };
    return { left: (WIDTH - width * this.#scale) / 2, top: (HEIGHT - height * this.#scale) / 2 };
  }
}
