/** Ranks: no other ones that go down along every edge make the edges shorter. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { digraph, type Digraph } from "../../../webview/dag/layout/digraph";
import { seeded } from "../../../webview/dag/layout/random";
import { networkSimplex } from "../../../webview/dag/layout/simplex";

const NODES = 13;

/** Connected, without cycles; some pairs have several edges. */
function randomGraph(seed: number): Digraph {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const edges = Array.from({ length: NODES - 1 }, (_, i) => [below(i + 1), i + 1] as const);
  for (let i = 0; i < 14; i++) {
    const to = 1 + below(NODES - 1);
    edges.push([below(to), to]);
  }
  return digraph(
    NODES,
    Int32Array.from(edges, ([from]) => from),
    Int32Array.from(edges, ([, to]) => to),
  );
}

function lengths({ from, to }: Digraph, ranks: ArrayLike<number>): readonly number[] {
  return Array.from(from, (tail, edge) => (ranks[to[edge] ?? 0] ?? 0) - (ranks[tail] ?? 0));
}

/** As high up as the edges allow. */
function highest({ from, to }: Digraph): Int32Array {
  const ranks = new Int32Array(NODES);
  // Every edge goes to a node with a greater number.
  for (let node = 0; node < NODES; node++) {
    from.forEach((tail, edge) => {
      if (tail === node) ranks[to[edge] ?? 0] = Math.max(ranks[to[edge] ?? 0] ?? 0, (ranks[node] ?? 0) + 1);
    });
  }
  return ranks;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/**
 * What is gained at most by moving some of the nodes down by a rank together. Where that is nothing there are no better ranks:
 * the sum of the lengths is convex, and any other ranks are reached by such moves.
 */
function gainOfMoving(graph: Digraph, ranks: Int32Array): number {
  const edges = lengths(graph, ranks);
  let best = 0;
  for (let some = 1; some < 2 ** NODES; some++) {
    const moves = (node: number | undefined): number => (some >> (node ?? 0)) & 1;
    const moved = edges.map((length, edge) => length + moves(graph.to[edge]) - moves(graph.from[edge]));
    if (moved.every((length) => length >= 1)) best = Math.max(best, sum(edges) - sum(moved));
  }
  return best;
}

describe("ranks", () => {
  it("make the edges as short as they can be together", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const graph = randomGraph(seed);
      const ranks = highest(graph);
      networkSimplex(graph, ranks, Infinity);
      assert.ok(
        lengths(graph, ranks).every((length) => length >= 1),
        `graph ${seed}: an edge doesn't go down`,
      );
      assert.equal(gainOfMoving(graph, ranks), 0, `graph ${seed}`);
    }
  });
});
