/**
 * Ranks: which row a node stands in. The sum of the edges' lengths is made small, because every rank that an edge spans
 * costs a bend, width and crossings. The graph is connected and has no cycles.
 */
import { at, degree, type Digraph } from "./digraph";

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

/**
 * The network simplex method (Gansner et al., 1993): a spanning tree of edges of length one; a tree edge whose removal
 * shows that its lower part should move is exchanged for the tightest edge the other way.
 */
function networkSimplex(graph: Digraph, ranks: Int32Array, limit: number): void {
  const inTree = tightTree(graph, ranks);
  for (let turn = 0; turn < limit; turn++) {
    const tree = rootTree(graph, inTree);
    const leaving = edgeToLeave(graph, tree);
    if (leaving < 0) return;
    const child = at(tree.child, leaving);
    const childIsTail = at(graph.from, leaving) === child;
    const entering = edgeToEnter(graph, ranks, tree, child, childIsTail);
    if (entering < 0) return;
    const shift = slack(graph, ranks, entering) * (childIsTail ? -1 : 1);
    if (shift !== 0) {
      for (let node = 0; node < graph.count; node++) {
        if (isInside(tree, child, node)) ranks[node] = at(ranks, node) + shift;
      }
    }
    inTree[leaving] = 0;
    inTree[entering] = 1;
  }
}

function slack(graph: Digraph, ranks: Int32Array, edge: number): number {
  return at(ranks, at(graph.to, edge)) - at(ranks, at(graph.from, edge)) - 1;
}

/** Grows a tree of tight edges; where none is left, the tree is moved until the nearest edge is tight. */
function tightTree(graph: Digraph, ranks: Int32Array): Uint8Array {
  const inTree = new Uint8Array(graph.from.length);
  const reached = new Uint8Array(graph.count);
  const queue = new Int32Array(graph.count);
  let filled = 0;
  let done = 0;
  const reach = (node: number): void => {
    reached[node] = 1;
    queue[filled++] = node;
  };
  reach(0);
  for (;;) {
    for (; done < filled; done++) {
      eachEdgeOf(graph, at(queue, done), (edge, other) => {
        if (reached[other] === 1 || slack(graph, ranks, edge) !== 0) return;
        inTree[edge] = 1;
        reach(other);
      });
    }
    if (filled === graph.count) return inTree;
    let best = -1;
    let bestSlack = Infinity;
    for (let edge = 0; edge < graph.from.length; edge++) {
      if (reached[at(graph.from, edge)] === reached[at(graph.to, edge)]) continue;
      const room = slack(graph, ranks, edge);
      if (room < bestSlack) {
        best = edge;
        bestSlack = room;
      }
    }
    const shift = reached[at(graph.from, best)] === 1 ? bestSlack : -bestSlack;
    for (let i = 0; i < filled; i++) ranks[at(queue, i)] = at(ranks, at(queue, i)) + shift;
    inTree[best] = 1;
    reach(reached[at(graph.from, best)] === 1 ? at(graph.to, best) : at(graph.from, best));
  }
}

function eachEdgeOf(graph: Digraph, node: number, visit: (edge: number, other: number) => void): void {
  for (let s = at(graph.out.start, node); s < at(graph.out.start, node + 1); s++) {
    const edge = at(graph.out.items, s);
    visit(edge, at(graph.to, edge));
  }
  for (let s = at(graph.into.start, node); s < at(graph.into.start, node + 1); s++) {
    const edge = at(graph.into.items, s);
    visit(edge, at(graph.from, edge));
  }
}

interface RootedTree {
  /** Nodes in the order in which the walk reached them; a subtree is a contiguous run of it. */
  readonly entered: Int32Array;
  /** Where a node's run ends. */
  readonly left: Int32Array;
  /** For each tree edge the end that is further from the root, else -1. */
  readonly child: Int32Array;
  /** For each node: edges that leave its subtree minus edges that enter it. */
  readonly balance: Int32Array;
}

function rootTree(graph: Digraph, inTree: Uint8Array): RootedTree {
  const entered = new Int32Array(graph.count).fill(-1);
  const left = new Int32Array(graph.count);
  const child = new Int32Array(graph.from.length).fill(-1);
  const balance = new Int32Array(graph.count);
  const parent = new Int32Array(graph.count).fill(-1);
  const preorder = new Int32Array(graph.count);
  const stack = [0];
  let filled = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const current = node;
    entered[current] = filled;
    preorder[filled++] = current;
    balance[current] = degree(graph.out, current) - degree(graph.into, current);
    eachEdgeOf(graph, current, (edge, other) => {
      if (inTree[edge] === 0 || other === at(parent, current) || at(entered, other) >= 0) return;
      parent[other] = current;
      child[edge] = other;
      stack.push(other);
    });
  }
  for (let i = filled - 1; i >= 0; i--) {
    const node = at(preorder, i);
    left[node] = Math.max(at(left, node), i + 1);
    const above = at(parent, node);
    if (above < 0) continue;
    balance[above] = at(balance, above) + at(balance, node);
    left[above] = Math.max(at(left, above), at(left, node));
  }
  return { entered, left, child, balance };
}

function isInside(tree: RootedTree, root: number, node: number): boolean {
  const entered = at(tree.entered, node);
  return entered >= at(tree.entered, root) && entered < at(tree.left, root);
}

/** The tree edge whose cut would shorten the drawing most, or -1. */
function edgeToLeave(graph: Digraph, tree: RootedTree): number {
  let best = -1;
  let bestCut = 0;
  for (let edge = 0; edge < graph.from.length; edge++) {
    const child = at(tree.child, edge);
    if (child < 0) continue;
    const cut = at(graph.from, edge) === child ? at(tree.balance, child) : -at(tree.balance, child);
    if (cut < bestCut) {
      best = edge;
      bestCut = cut;
    }
  }
  return best;
}

function edgeToEnter(
  graph: Digraph,
  ranks: Int32Array,
  tree: RootedTree,
  child: number,
  childIsTail: boolean,
): number {
  let best = -1;
  let bestSlack = Infinity;
  for (let edge = 0; edge < graph.from.length; edge++) {
    const fromInside = isInside(tree, child, at(graph.from, edge));
    const toInside = isInside(tree, child, at(graph.to, edge));
    if (fromInside === toInside || fromInside === childIsTail) continue;
    const room = slack(graph, ranks, edge);
    if (room < bestSlack) {
      best = edge;
      bestSlack = room;
    }
  }
  return best;
}
