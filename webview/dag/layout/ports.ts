/**
 * Where edges leave a node and where they come in: side by side, in the order of where they go, so that each can be followed
 * and none crosses another there. One that goes nearly straight on goes straight.
 */
import { at, degree, real, type Buckets, type Digraph } from "./digraph";
import type { Layered } from "./layered";

/** Between neighbours, where there is room for it, and from the ends of a side. */
const GAP = 12;
const MARGIN = 14;
/** What lies no further aside than this is reached straight on, from beside the middle. */
const NEAR = 20;

/** For each edge how far beside the middle of its upper and its lower node it ends. */
export interface Ports {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
}

interface Side {
  readonly edges: Buckets;
  /** The next vertex of an edge, seen from this side of its node. */
  readonly next: (edge: number) => number;
  /** Whether the edge passes that vertex in its middle. */
  readonly isMiddle: (edge: number) => boolean;
}

export function portsOf(
  graph: Digraph,
  layered: Layered,
  across: Float64Array,
  breadth: Float64Array,
): Ports {
  const { bendStart } = layered;
  const { from, to, out, into } = graph;
  const hasBends = (edge: number): boolean => at(bendStart, edge) < at(bendStart, edge + 1);
  const below: Side = {
    edges: out,
    next: (edge) => (hasBends(edge) ? at(bendStart, edge) : at(to, edge)),
    isMiddle: (edge) => hasBends(edge) || degree(into, at(to, edge)) === 1,
  };
  const above: Side = {
    edges: into,
    next: (edge) => (hasBends(edge) ? at(bendStart, edge + 1) - 1 : at(from, edge)),
    isMiddle: (edge) => hasBends(edge) || degree(out, at(from, edge)) === 1,
  };
  const spread = (side: Side): Float64Array => {
    const ports = new Float64Array(from.length);
    for (let node = 0; node < graph.count; node++)
      if (degree(side.edges, node) > 1) spreadAt(node, side, across, real(breadth, node), ports);
    return ports;
  };
  return { upper: spread(below), lower: spread(above) };
}

function spreadAt(
  node: number,
  { edges, next, isMiddle }: Side,
  across: Float64Array,
  breadth: number,
  ports: Float64Array,
): void {
  const turn = (edge: number): number => real(across, next(edge)) - real(across, node);
  const sorted = Array.from(edges.items.subarray(at(edges.start, node), at(edges.start, node + 1)));
  sorted.sort((a, b) => turn(a) - turn(b) || a - b);
  const room = breadth / 2 - Math.min(MARGIN, breadth / 4);
  const near = Math.min(NEAR, room / 2);
  const straight = sorted.findIndex((edge) => Math.abs(turn(edge)) <= near && isMiddle(edge));
  const [centre, base] =
    straight < 0 ? [(sorted.length - 1) / 2, 0] : [straight, turn(sorted[straight] ?? 0)];
  const gap = Math.min(GAP, (room - Math.abs(base)) / Math.max(centre, sorted.length - 1 - centre));
  sorted.forEach((edge, i) => {
    ports[edge] = base + (i - centre) * gap;
  });
}
