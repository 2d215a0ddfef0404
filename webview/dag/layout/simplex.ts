/**
 * The network simplex method (Gansner et al., 1993) for ranks: a spanning tree of edges of length one; a tree edge whose
 * removal shows that its lower part should move is exchanged for the tightest edge the other way. Most exchanges move a
 * few nodes of many, so only what hangs on those is worked out again.
 */
import { at, degree, type Digraph } from "./digraph";

const NONE = -1;

/** Changes the ranks of a connected graph, each edge going down already, so that its edges are as short as possible together. */
export function networkSimplex(graph: Digraph, ranks: Int32Array, limit: number): void {
  const tree = new SpanningTree(graph, ranks);
  for (let turn = 0; turn < limit; turn++) {
    const leaving = tree.edgeToLeave();
    if (leaving === NONE || !tree.exchange(leaving)) return;
  }
}

/** Hangs from node 0, so that each of its edges has a child: the end that is further from there. */
class SpanningTree {
  readonly #graph: Digraph;
  readonly #ranks: Int32Array;
  /** For each node the edge that it hangs on. */
  readonly #hold: Int32Array;
  /** For each edge of the tree its child. */
  readonly #child: Int32Array;
  /** For each node: edges that leave what hangs on it minus edges that enter that. */
  readonly #balance: Int32Array;
  /** What hangs on the edge that is exchanged. */
  readonly #moving: Uint8Array;

  constructor(graph: Digraph, ranks: Int32Array) {
    this.#graph = graph;
    this.#ranks = ranks;
    this.#hold = new Int32Array(graph.count).fill(NONE);
    this.#child = new Int32Array(graph.from.length).fill(NONE);
    this.#balance = new Int32Array(graph.count);
    this.#moving = new Uint8Array(graph.count);
    this.#hang(tightTree(graph, ranks));
  }

  /** The edge whose cut would shorten the drawing most. */
  edgeToLeave(): number {
    let best = NONE;
    let bestCut = 0;
    for (let edge = 0; edge < this.#child.length; edge++) {
      const child = at(this.#child, edge);
      if (child === NONE) continue;
      const balance = at(this.#balance, child);
      const cut = at(this.#graph.from, edge) === child ? balance : -balance;
      if (cut < bestCut) {
        best = edge;
        bestCut = cut;
      }
    }
    return best;
  }

  /** Moves what hangs on the edge until another one is tight, on which it hangs then; false where none can take its place. */
  exchange(leaving: number): boolean {
    const child = at(this.#child, leaving);
    const childIsTail = at(this.#graph.from, leaving) === child;
    const part = this.#below(child);
    for (const node of part) this.#moving[node] = 1;
    const entering = this.#edgeToEnter(part, childIsTail);
    if (entering !== NONE) {
      const shift = slack(this.#graph, this.#ranks, entering) * (childIsTail ? -1 : 1);
      for (const node of part) this.#ranks[node] = at(this.#ranks, node) + shift;
      this.#hangOn(leaving, entering);
    }
    for (const node of part) this.#moving[node] = 0;
    return entering !== NONE;
  }

  #hang(inTree: Uint8Array): void {
    const { out, into } = this.#graph;
    const order = [0];
    for (const node of order) {
      this.#balance[node] = degree(out, node) - degree(into, node);
      eachEdgeOf(this.#graph, node, (edge, other) => {
        if (at8(inTree, edge) === 0 || edge === at(this.#hold, node)) return;
        this.#hold[other] = edge;
        this.#child[edge] = other;
        order.push(other);
      });
    }
    for (const node of order.reverse()) this.#addTo(this.#above(node), at(this.#balance, node), 1);
  }

  #above(node: number): number {
    const edge = at(this.#hold, node);
    if (edge === NONE) return NONE;
    const { from, to } = this.#graph;
    return at(from, edge) === node ? at(to, edge) : at(from, edge);
  }

  /** To the balance of a node, or with `most` nodes, to those that it hangs on, too. */
  #addTo(first: number, amount: number, most = Infinity): void {
    let node = first;
    for (let done = 0; node !== NONE && done < most; done++) {
      this.#balance[node] = at(this.#balance, node) + amount;
      node = this.#above(node);
    }
  }

  /** A node and all that hangs on it. */
  #below(root: number): readonly number[] {
    const found = [root];
    for (const node of found) {
      eachEdgeOf(this.#graph, node, (edge, other) => {
        if (at(this.#child, edge) === other) found.push(other);
      });
    }
    return found;
  }

  /** The tightest edge between what moves and the rest that goes the other way; the first of several. */
  #edgeToEnter(part: readonly number[], childIsTail: boolean): number {
    const side = childIsTail ? this.#graph.into : this.#graph.out;
    const ends = childIsTail ? this.#graph.from : this.#graph.to;
    let best = NONE;
    let least = Infinity;
    for (const node of part) {
      for (let s = at(side.start, node); s < at(side.start, node + 1); s++) {
        const edge = at(side.items, s);
        if (at8(this.#moving, at(ends, edge)) === 1) continue;
        const room = slack(this.#graph, this.#ranks, edge);
        if (room > least || (room === least && edge > best)) continue;
        best = edge;
        least = room;
      }
    }
    return best;
  }

  /** What hung on one edge hangs on another: within it, the way between the two is turned round. */
  #hangOn(leaving: number, entering: number): void {
    const { from, to } = this.#graph;
    const root = at(this.#child, leaving);
    const all = at(this.#balance, root);
    const tailMoves = at8(this.#moving, at(from, entering)) === 1;
    let node = tailMoves ? at(from, entering) : at(to, entering);
    this.#addTo(this.#above(root), -all);
    this.#addTo(tailMoves ? at(to, entering) : at(from, entering), all);
    this.#child[leaving] = NONE;
    let edge = entering;
    let turned = 0;
    for (let last = false; !last;) {
      last = node === root;
      const [next, held] = [last ? NONE : this.#above(node), at(this.#hold, node)];
      const kept = at(this.#balance, node);
      this.#hold[node] = edge;
      this.#child[edge] = node;
      this.#balance[node] = all - turned;
      turned = kept;
      edge = held;
      node = next;
    }
  }
}

function at8(values: Uint8Array, index: number): number {
  return values[index] as number;
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
