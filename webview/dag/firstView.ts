/**
 * What of a drawing is seen at first: all of it, as long as names can be read then; else its beginning, as broad as it is where
 * that can be read, with the first steps in sight.
 */
import type { Box } from "./drawing";
import type { Direction } from "./layout/types";
import { MARGIN } from "./viewport";

export interface Extent {
  readonly width: number;
  readonly height: number;
}

export interface FirstView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** How small and how large what can't be seen whole is shown. */
export interface Scales {
  /** All is shown where it isn't smaller than this. */
  readonly least: number;
  /** Of what isn't even seen from side to side at the least scale. */
  readonly part: number;
  /** Of what is. */
  readonly most: number;
}

/** The large names of small cards can be read; are as large as other texts; both lines of a card can be read. */
export const OF_FEW: Scales = { least: 0.4, part: 0.6, most: 0.75 };
/** The cards as such are seen. */
export const OF_MANY: Scales = { least: 0.26, part: 0.35, most: 0.35 };

/** `roots`: the nodes that nothing leads to. */
export function firstView(
  drawing: Extent & { readonly direction: Direction },
  roots: readonly Box[],
  surface: Extent,
  scales: Scales,
): FirstView {
  const fitting = {
    x: (surface.width - 2 * MARGIN) / Math.max(1, drawing.width),
    y: (surface.height - 2 * MARGIN) / Math.max(1, drawing.height),
  };
  const isDown = drawing.direction === "TB";
  const scale = scaleOf(Math.min(fitting.x, fitting.y), isDown ? fitting.x : fitting.y, scales);
  const starts = firstRow(roots.map((root) => (isDown ? root : turned(root)))).map(({ left, right }) => ({
    from: left * scale,
    to: right * scale,
  }));
  return {
    scale,
    x: placed(drawing.width * scale, surface.width, isDown ? starts : []),
    y: placed(drawing.height * scale, surface.height, isDown ? [] : starts),
  };
}

/** `whole`: at which all is seen; `broad`: at which it is seen from side to side. */
function scaleOf(whole: number, broad: number, { least, part, most }: Scales): number {
  if (whole >= least) return Math.min(1, whole);
  return broad >= least ? Math.min(most, broad) : part;
}

function turned({ left, right, top, bottom }: Box): Box {
  return { left: top, right: bottom, top: left, bottom: right };
}

/** Parts that don't hang together stand below each other, too: the view begins with those that stand first. */
function firstRow(roots: readonly Box[]): readonly Box[] {
  const end = Math.min(...roots.map(({ bottom }) => bottom));
  return roots.filter(({ top }) => top < end).sort((a, b) => a.left - b.left);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** In the middle where it fits; else with its starts in the middle where these fit, or from its beginning on with the first of them. */
function placed(length: number, room: number, starts: readonly Stretch[]): number {
  if (length <= room - MARGIN) return (room - length) / 2;
  const first = starts[0];
  if (first === undefined) return MARGIN;
  const from = Math.min(...starts.map((start) => start.from));
  const to = Math.max(...starts.map((start) => start.to));
  const wanted = to - from <= room - 2 * MARGIN ? (room - from - to) / 2 : room - MARGIN - first.to;
  return Math.min(MARGIN, Math.max(room - MARGIN - length, wanted));
}
