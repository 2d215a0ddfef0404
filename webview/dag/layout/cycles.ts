import { at, degree, type Digraph } from "./digraph";

/**
 * Finds the edges that close a cycle when the graph is walked depth first, sources first, in the given order.
 * Turning these round leaves a graph without cycles.
 */
export function backEdges(graph: Digraph): Uint8Array {
  const back = new Uint8Array(graph.from.length);
  /** 0 unseen, 1 on the path from the root, 2 done. */
  const state = new Uint8Array(graph.count);
  const path = new Int32Array(graph.count);
  const next = graph.out.start.slice(0, graph.count);
  const walk = (root: number): void => {
    let depth = 0;
    path[0] = root;
    state[root] = 1;
    while (depth >= 0) {
      const node = at(path, depth);
      const slot = at(next, node);
      if (slot === at(graph.out.start, node + 1)) {
        state[node] = 2;
        depth--;
        continue;
      }
      next[node] = slot + 1;
      const edge = at(graph.out.items, slot);
      const target = at(graph.to, edge);
      if (state[target] === 1) back[edge] = 1;
      else if (state[target] === 0) {
        state[target] = 1;
        path[++depth] = target;
      }
    }
  };
  for (let node = 0; node < graph.count; node++) if (degree(graph.into, node) === 0) walk(node);
  for (let node = 0; node < graph.count; node++) if (state[node] === 0) walk(node);
  return back;
}
