/** Panning and zooming: the wheel pans, with Ctrl or ⌘ (and by pinching) it zooms at the pointer, with Shift it goes sideways. */
import { select } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity, type ZoomBehavior, type ZoomTransform } from "d3-zoom";
import type { Box } from "./drawing";

/** As far as one may go out and in; what is too large to be seen whole at the least may be gone out of further. */
const MIN_SCALE = 0.1;
const MAX_SCALE = 4;
/** However little room there is. */
const LEAST_OF_ALL = 0.001;
const DURATION = 200;
/** The pointer may move this far before a click becomes a drag. */
const CLICK_DISTANCE = 5;
/** Around what is shown whole. */
export const MARGIN = 32;
/** One notch of a wheel goes this far in powers of two, and so does the quickest pinch between two frames. */
const MOST_ZOOM = 0.4;
const ZOOM_PER_PIXEL = 0.02;

export class Viewport {
  readonly #behavior: ZoomBehavior<HTMLElement, unknown>;
  #transform: ZoomTransform = zoomIdentity;
  #moved = false;
  #least = MIN_SCALE;

  constructor(
    private readonly surface: HTMLElement,
    private readonly changed: () => void,
  ) {
    this.#behavior = zoom<HTMLElement, unknown>()
      .scaleExtent([MIN_SCALE, MAX_SCALE])
      .clickDistance(CLICK_DISTANCE)
      .wheelDelta(zoomOfWheel)
      .filter((event: MouseEvent) =>
        event.type === "wheel" ? event.ctrlKey || event.metaKey : event.button === 0 || event.button === 1,
      )
      .on("zoom", (event: { readonly transform: ZoomTransform; readonly sourceEvent: unknown }) => {
        this.#transform = event.transform;
        if (event.sourceEvent !== null) this.#moved = true;
        this.changed();
      });
    const selection = select(surface);
    selection.call(this.#behavior).on("dblclick.zoom", null);
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  get scale(): number {
    return this.#transform.k;
  }

  get x(): number {
    return this.#transform.x;
  }

  get y(): number {
    return this.#transform.y;
  }

  /** Whether a person has moved it: then what is new must not move it back. */
  get moved(): boolean {
    return this.#moved;
  }

  /** The part of the drawing that is seen. */
  visible(margin = 0): Box {
    const { k, x, y } = this.#transform;
    const { clientWidth, clientHeight } = this.surface;
    return {
      left: -x / k - margin,
      top: -y / k - margin,
      right: (clientWidth - x) / k + margin,
      bottom: (clientHeight - y) / k + margin,
    };
  }

  toDrawing(clientX: number, clientY: number): { readonly x: number; readonly y: number } {
    const frame = this.surface.getBoundingClientRect();
    const [x, y] = this.#transform.invert([clientX - frame.left, clientY - frame.top]);
    return { x, y };
  }

  /** Stays there, as if a person had gone there. */
  hold(scale: number, x: number, y: number): void {
    this.set(scale, x, y, false);
    this.#moved = true;
  }

  release(): void {
    this.#moved = false;
  }

  /** How large what is looked at is: all of it can be seen at once. */
  reach(width: number, height: number): void {
    if (this.surface.clientWidth === 0) return;
    this.#least = Math.min(MIN_SCALE, this.#whole(width, height));
    this.#behavior.scaleExtent([this.#least, MAX_SCALE]);
  }

  set(scale: number, x: number, y: number, animate: boolean): void {
    const next = zoomIdentity.translate(x, y).scale(scale);
    const selection = select(this.surface);
    if (animate && !reducedMotion())
      this.#behavior.transform(selection.transition().duration(DURATION), next);
    else this.#behavior.transform(selection, next);
  }

  /** Shows all of `box` in the middle, no larger than `most`. */
  fit(box: Box, most: number, animate: boolean): void {
    const { clientWidth, clientHeight } = this.surface;
    if (clientWidth === 0 || clientHeight === 0) return;
    const [width, height] = [Math.max(1, box.right - box.left), Math.max(1, box.bottom - box.top)];
    const scale = Math.max(this.#least, Math.min(this.#whole(width, height), most));
    const x = (clientWidth - (box.left + box.right) * scale) / 2;
    const y = (clientHeight - (box.top + box.bottom) * scale) / 2;
    this.set(scale, x, y, animate);
  }

  zoomBy(factor: number): void {
    const selection = select(this.surface);
    if (reducedMotion()) this.#behavior.scaleBy(selection, factor);
    else this.#behavior.scaleBy(selection.transition().duration(DURATION), factor);
    this.#moved = true;
  }

  /** Brings a point to the middle. */
  centre(x: number, y: number, animate: boolean): void {
    const { k } = this.#transform;
    this.set(k, this.surface.clientWidth / 2 - x * k, this.surface.clientHeight / 2 - y * k, animate);
  }

  /** Moves just as far as is needed to see all of `box`. */
  show(box: Box): void {
    // While another tab is shown there is nothing to see it in.
    if (this.surface.clientWidth === 0) return;
    const { k } = this.#transform;
    const seen = this.visible(-24 / k);
    const dx = box.left < seen.left ? seen.left - box.left : Math.min(0, seen.right - box.right);
    const dy = box.top < seen.top ? seen.top - box.top : Math.min(0, seen.bottom - box.bottom);
    if (dx !== 0 || dy !== 0) this.set(k, this.#transform.x + dx * k, this.#transform.y + dy * k, true);
  }

  /** The scale at which a box is seen whole. */
  #whole(width: number, height: number): number {
    const { clientWidth, clientHeight } = this.surface;
    const whole = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height);
    return Math.max(whole, LEAST_OF_ALL);
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? this.surface.clientHeight : 1;
    const sideways = event.shiftKey && event.deltaX === 0;
    const dx = (sideways ? event.deltaY : event.deltaX) * unit;
    const dy = (sideways ? 0 : event.deltaY) * unit;
    this.#moved = true;
    this.#behavior.translateBy(select(this.surface), -dx / this.#transform.k, -dy / this.#transform.k);
  }
}

/** Pinching gives small steps and wheels large ones, in units of their own: neither may leap. */
function zoomOfWheel(event: WheelEvent): number {
  const unit = event.deltaMode === 0 ? 1 : 20;
  return Math.max(-MOST_ZOOM, Math.min(MOST_ZOOM, -event.deltaY * unit * ZOOM_PER_PIXEL));
}

export function reducedMotion(): boolean {
  return (
    document.body.classList.contains("vscode-reduce-motion") ||
    window.matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}
