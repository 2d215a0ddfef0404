/** From one drawing to the next: what stays moves to its new place, so that the eye can follow; what is new fades in. */
import type { Drawing } from "./drawing";
import type { Point } from "./layout/types";
import { reducedMotion } from "./viewport";

/** Of more nodes nobody could follow any. */
const MOST_NODES = 300;
const TIMING: KeyframeAnimationOptions = { duration: 220, easing: "cubic-bezier(0.2, 0, 0, 1)" };

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Where nodes stood on the screen, and how large they were. */
export interface Before {
  readonly places: ReadonlyMap<string, Point>;
  readonly scale: number;
}

export interface Moving {
  readonly id: string;
  readonly root: SVGGElement;
}

export function placesBefore(drawing: Drawing, { scale, x, y }: View): Before {
  const places = new Map<string, Point>();
  for (const node of drawing.nodes.values()) {
    places.set(node.id, { x: x + node.x * scale, y: y + node.y * scale });
    // A fold that is opened: its members come out of it.
    if (node.node.kind === "fold")
      for (const member of node.node.members)
        places.set(member, { x: x + node.x * scale, y: y + node.y * scale });
  }
  return { places, scale };
}

export function moveFrom(
  before: Before,
  drawing: Drawing,
  view: View,
  cards: Iterable<Moving>,
  others: Iterable<SVGGElement>,
): void {
  if (reducedMotion() || drawing.nodes.size > MOST_NODES) return;
  for (const { id, root } of cards) {
    const node = drawing.nodes.get(id);
    const from = before.places.get(id);
    if (node === undefined) continue;
    if (from === undefined) root.animate([{ opacity: 0, offset: 0 }], TIMING);
    else {
      const [x, y] = [(from.x - view.x) / view.scale, (from.y - view.y) / view.scale];
      const start = `translate(${x}px, ${y}px) scale(${before.scale / view.scale})`;
      root.animate(
        [{ transform: start }, { transform: `translate(${node.x}px, ${node.y}px) scale(1)` }],
        TIMING,
      );
    }
  }
  // Lines and frames have other shapes now: they come once the nodes are almost there.
  for (const root of others)
    root.animate(
      [
        { opacity: 0, offset: 0 },
        { opacity: 0, offset: 0.4 },
      ],
      TIMING,
    );
}
