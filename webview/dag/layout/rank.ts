/**
 * Ranks: which row a node stands in. The sum of the edges' lengths is made small, because every rank that an edge spans
 * costs a bend, width and crossings. The graph is connected and has no cycles.
 */
import { at, degree, type Digraph } from "./digraph";
import { networkSimplex } from "./simplex";

/** Above this size the exact method would take too long; sweeps come close. */
const EXACT_LIMIT = 3000;
const EXACT_WORK = 1_200_000;

export function assignRanks(graph: Digraph): Int32Array {
  const order = topologicalOrder(graph);
  const ranks = longestPath(graph, order);
  const size = graph.count + graph.from.length;
  tightenBySweeps(graph, order, ranks);
  if (size <= EXACT_LIMIT) networkSimplex(graph, ranks, Math.ceil(EXACT_WORK / size));
  return fromZero(ranks);
}

function topologicalOrder(graph: Digraph): Int32Array {
  const order = new Int32Array(graph.count);
  const waiting = new Int32Array(graph.count);
  let filled = 0;
  for (let node = 0; node < graph.count; node++) {
    waiting[node] = degree(graph.into, node);
    if (at(waiting, node) === 0) order[filled++] = node;
  }
  for (let done = 0; done < filled; done++) {
    const node = at(order, done);
    for (let s = at(graph.out.start, node); s < at(graph.out.start, node + 1); s++) {
      const target = at(graph.to, at(graph.out.items, s));
      waiting[target] = at(waiting, target) - 1;
      if (at(waiting, target) === 0) order[filled++] = target;
    }
  }
  return order;
}

function longestPath(graph: Digraph, order: Int32Array): Int32Array {
  const ranks = new Int32Array(graph.count);
  for (const node of order) {
    for (let s = at(graph.out.start, node); s < at(graph.out.start, node + 1); s++) {
      const target = at(graph.to, at(graph.out.items, s));
      ranks[target] = Math.max(at(ranks, target), at(ranks, node) + 1);
    }
  }
  return ranks;
}

/** Moves single nodes towards the side on which they have more edges; a tie goes down, so that what feeds it may follow. */
function tightenBySweeps(graph: Digraph, order: Int32Array, ranks: Int32Array): void {
  for (let sweep = 0; sweep < 3; sweep++) {
    for (let i = order.length - 1; i >= 0; i--) {
      const node = at(order, i);
      if (degree(graph.out, node) > 0 && degree(graph.out, node) >= degree(graph.into, node)) {
        ranks[node] = lowestBelow(graph, ranks, node);
      }
    }
    for (const node of order) {
      if (degree(graph.into, node) > degree(graph.out, node)) ranks[node] = highestAbove(graph, ranks, node);
    }
  }
}

function lowestBelow(graph: Digraph, ranks: Int32Array, node: number): number {
  let lowest = Infinity;
  for (let s = at(graph.out.start, node); s < at(graph.out.start, node + 1); s++) {
    lowest = Math.min(lowest, at(ranks, at(graph.to, at(graph.out.items, s))) - 1);
  }
  return lowest;
}

function highestAbove(graph: Digraph, ranks: Int32Array, node: number): number {
  let highest = -Infinity;
  for (let s = at(graph.into.start, node); s < at(graph.into.start, node + 1); s++) {
    highest = Math.max(highest, at(ranks, at(graph.from, at(graph.into.items, s))) + 1);
  }
  return highest;
}

function fromZero(ranks: Int32Array): Int32Array {
  let least = Infinity;
  for (const rank of ranks) least = Math.min(least, rank);
  return ranks.map((rank) => rank - least);
}
