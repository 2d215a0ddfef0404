/** A ranked graph in which every edge goes to the next rank: longer ones pass through a bend in each rank between. */
import { at, bucketsBy, digraph, type Digraph } from "./digraph";

export interface Layered {
  /** Nodes of the graph come first, bends after them. */
  readonly nodes: number;
  readonly count: number;
  readonly rank: Int32Array;
  readonly ranks: number;
  /** Pieces of edges, each from one rank to the next. */
  readonly pieces: Digraph;
  /** Bends of edge `e`, from its upper to its lower end: `bendStart[e]` … `bendStart[e + 1] - 1`. */
  readonly bendStart: Int32Array;
}

export function withBends(graph: Digraph, nodeRanks: Int32Array): Layered {
  const edges = graph.from.length;
  const bendStart = new Int32Array(edges + 1);
  let count = graph.count;
  for (let edge = 0; edge < edges; edge++) {
    bendStart[edge] = count;
    count += at(nodeRanks, at(graph.to, edge)) - at(nodeRanks, at(graph.from, edge)) - 1;
  }
  bendStart[edges] = count;
  const rank = new Int32Array(count);
  rank.set(nodeRanks);
  const pieces = edges + count - graph.count;
  const from = new Int32Array(pieces);
  const to = new Int32Array(pieces);
  let piece = 0;
  for (let edge = 0; edge < edges; edge++) {
    let above = at(graph.from, edge);
    for (let bend = at(bendStart, edge); bend < at(bendStart, edge + 1); bend++) {
      rank[bend] = at(rank, above) + 1;
      from[piece] = above;
      to[piece++] = bend;
      above = bend;
    }
    from[piece] = above;
    to[piece++] = at(graph.to, edge);
  }
  let ranks = 0;
  for (const r of rank) ranks = Math.max(ranks, r + 1);
  return { nodes: graph.count, count, rank, ranks, pieces: digraph(count, from, to), bendStart };
}

/** The vertices of each rank, in the given order of all vertices. */
export function layersInOrder(layered: Layered, order: Int32Array): Int32Array[] {
  const keys = order.map((vertex) => at(layered.rank, vertex));
  const { start, items } = bucketsBy(layered.ranks, keys);
  const layers: Int32Array[] = [];
  for (let r = 0; r < layered.ranks; r++) {
    layers.push(items.slice(at(start, r), at(start, r + 1)).map((i) => at(order, i)));
  }
  return layers;
}
