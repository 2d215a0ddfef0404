/** Groups of nodes with a frame around them: their vertices stand side by side in each rank, with room for the frame. */
import { orderingOf, type Ordering } from "./crossings";
import { at, real, type Digraph } from "./digraph";
import type { Layered } from "./layered";
import type { Direction, LayoutNode } from "./types";

/** Between a frame and what stands in it; above there is room for its name. */
const PADDING = 12;
const HEAD = 26;

/** Room on each side of a frame's members: before them and after them across the ranks, and along. */
export interface FrameRoom {
  readonly before: number;
  readonly after: number;
  readonly above: number;
  readonly below: number;
}

export function frameRoom(direction: Direction): FrameRoom {
  const [name, side] = direction === "TB" ? [PADDING, HEAD] : [HEAD, PADDING];
  return { before: name, after: PADDING, above: side, below: PADDING };
}

/** Ranks are at least so far apart where there are frames. */
export const FRAMED_RANK_GAP = 50;

/** The number of each vertex's group, or -1. */
export type Membership = Int32Array;

export interface Corner {
  readonly across: number;
  readonly along: number;
}

/** Bends belong to a group when both ends of their edge do; null when no node here has a frame. */
export function membership(
  graph: Digraph,
  layered: Layered,
  nodes: readonly (LayoutNode | undefined)[],
  groups: Readonly<Record<string, readonly string[]>>,
): Membership | null {
  const groupOf = new Map(
    Object.values(groups).flatMap((members, group) => members.map((id) => [id, group] as const)),
  );
  if (groupOf.size === 0) return null;
  const member = new Int32Array(layered.count).fill(-1);
  for (let i = 0; i < layered.nodes; i++) member[i] = groupOf.get(nodes[i]?.id ?? "") ?? -1;
  for (let edge = 0; edge < graph.from.length; edge++) {
    const group = at(member, at(graph.from, edge));
    if (group < 0 || group !== at(member, at(graph.to, edge))) continue;
    member.fill(group, at(layered.bendStart, edge), at(layered.bendStart, edge + 1));
  }
  return member.some((group) => group >= 0) ? member : null;
}

/** Brings the members of each group together within their ranks; a group keeps to its side through all of them. */
export function gathered(layered: Layered, ordering: Ordering, member: Membership): Ordering {
  const share = (vertex: number): number => {
    const size = ordering.layers[at(layered.rank, vertex)]?.length ?? 1;
    return (at(ordering.place, vertex) + 0.5) / size;
  };
  const sums = new Map<number, { sum: number; count: number }>();
  for (let vertex = 0; vertex < layered.count; vertex++) {
    const group = at(member, vertex);
    if (group < 0) continue;
    const known = sums.get(group) ?? { sum: 0, count: 0 };
    sums.set(group, { sum: known.sum + share(vertex), count: known.count + 1 });
  }
  const sideOf = (vertex: number): number => {
    const group = sums.get(at(member, vertex));
    return group === undefined ? share(vertex) : group.sum / group.count;
  };
  const layers = ordering.layers.map((layer) =>
    layer
      .slice()
      .sort(
        (a, b) =>
          sideOf(a) - sideOf(b) ||
          at(member, a) - at(member, b) ||
          at(ordering.place, a) - at(ordering.place, b),
      ),
  );
  return orderingOf(layered, layers);
}

export interface Placed {
  readonly across: Float64Array;
  readonly breadth: Float64Array;
  /** Where each rank begins and ends. */
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  readonly room: FrameRoom;
}

interface Stretch {
  readonly rank: number;
  low: number;
  high: number;
}

/** A rectangle around a group, or, where something else stands in it, an outline that steps in and out with the ranks. */
export function frameOf(
  layered: Layered,
  member: Membership,
  group: number,
  placed: Placed,
): readonly Corner[] {
  const stretches = stretchesOf(layered, member, group, placed);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return [];
  const low = Math.min(...stretches.map((stretch) => stretch.low));
  const high = Math.max(...stretches.map((stretch) => stretch.high));
  const top = real(placed.top, first.rank) - placed.room.above;
  const bottom = real(placed.bottom, last.rank) + placed.room.below;
  if (!isEntered(layered, member, group, placed, { low, high, from: first.rank, to: last.rank })) {
    return [
      { across: low, along: top },
      { across: high, along: top },
      { across: high, along: bottom },
      { across: low, along: bottom },
    ];
  }
  const right: Corner[] = [];
  const left: Corner[] = [];
  stretches.forEach((stretch, i) => {
    const [before, after] = [stretches[i - 1], stretches[i + 1]];
    const start = before === undefined ? top : between(placed, before.rank, stretch.rank);
    const end = after === undefined ? bottom : between(placed, stretch.rank, after.rank);
    right.push({ across: stretch.high, along: start }, { across: stretch.high, along: end });
    left.push({ across: stretch.low, along: start }, { across: stretch.low, along: end });
  });
  return [...right, ...left.reverse()];
}

/** How far the group reaches in each rank that it has vertices in. */
function stretchesOf(
  layered: Layered,
  member: Membership,
  group: number,
  placed: Placed,
): readonly Stretch[] {
  const stretches = new Map<number, Stretch>();
  for (let vertex = 0; vertex < layered.count; vertex++) {
    if (at(member, vertex) !== group) continue;
    const rank = at(layered.rank, vertex);
    const half = real(placed.breadth, vertex) / 2;
    const middle = real(placed.across, vertex);
    const [low, high] = [middle - half - placed.room.before, middle + half + placed.room.after];
    const known = stretches.get(rank);
    if (known === undefined) stretches.set(rank, { rank, low, high });
    else {
      known.low = Math.min(known.low, low);
      known.high = Math.max(known.high, high);
    }
  }
  return [...stretches.values()].sort((a, b) => a.rank - b.rank);
}

function isEntered(
  layered: Layered,
  member: Membership,
  group: number,
  { across, breadth }: Placed,
  box: { readonly low: number; readonly high: number; readonly from: number; readonly to: number },
): boolean {
  for (let node = 0; node < layered.nodes; node++) {
    const rank = at(layered.rank, node);
    if (at(member, node) === group || rank < box.from || rank > box.to) continue;
    const half = real(breadth, node) / 2;
    if (real(across, node) + half > box.low && real(across, node) - half < box.high) return true;
  }
  return false;
}

function between({ top, bottom }: Placed, upper: number, lower: number): number {
  return (real(bottom, upper) + real(top, lower)) / 2;
}
