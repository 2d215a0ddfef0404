/**
 * Coordinates across the ranks. Each rank in turn is placed as near as its order and gaps allow to where its neighbours are:
 * a weighted isotonic regression, solved exactly by pooling adjacent violators. Bends of a long edge hold together strongly,
 * and are put in one line at the end wherever there is room.
 */
import type { Ordering } from "./crossings";
import { at, degree, real, type Buckets } from "./digraph";
import type { FrameRoom, Membership } from "./frames";
import type { Layered } from "./layered";

export interface Extents {
  /** Of each vertex across the ranks; bends have none. */
  readonly breadth: Float64Array;
  readonly nodeGap: number;
  readonly edgeGap: number;
  /** Which group's frame each vertex stands in; null when there are no frames. */
  readonly member: Membership | null;
  readonly room: FrameRoom;
}

/** How much more than others a chain holds together. */
const CHAIN = 8;

export function placeAcross(layered: Layered, ordering: Ordering, extents: Extents): Float64Array {
  return new Placement(layered, ordering, extents).solve();
}

class Placement {
  readonly #layered: Layered;
  readonly #ordering: Ordering;
  readonly #extents: Extents;
  readonly #x: Float64Array;
  readonly #wish: Float64Array;
  readonly #weight: Float64Array;
  readonly #offset: Float64Array;
  readonly #poolSum: Float64Array;
  readonly #poolWeight: Float64Array;
  readonly #poolEnd: Int32Array;

  constructor(layered: Layered, ordering: Ordering, extents: Extents) {
    this.#layered = layered;
    this.#ordering = ordering;
    this.#extents = extents;
    this.#x = new Float64Array(layered.count);
    this.#wish = new Float64Array(layered.count);
    this.#weight = new Float64Array(layered.count);
    const widest = ordering.layers.reduce((most, layer) => Math.max(most, layer.length), 0);
    this.#offset = new Float64Array(widest);
    this.#poolSum = new Float64Array(widest);
    this.#poolWeight = new Float64Array(widest);
    this.#poolEnd = new Int32Array(widest);
  }

  solve(): Float64Array {
    const { count, ranks } = this.#layered;
    this.#startCentred();
    const rounds = count > 8_000 ? 4 : count > 2_000 ? 6 : count > 500 ? 12 : 40;
    for (let round = 0; round < rounds; round++) {
      for (let r = 1; r < ranks; r++) this.#placeLayer(r, true, false);
      for (let r = ranks - 2; r >= 0; r--) this.#placeLayer(r, false, true);
    }
    for (let round = 0; round < 2; round++) {
      for (let r = 0; r < ranks; r++) this.#placeLayer(r, true, true);
      for (let r = ranks - 1; r >= 0; r--) this.#placeLayer(r, true, true);
    }
    this.#straighten();
    this.#settleNodes();
    return this.#x;
  }

  #gap(left: number, right: number): number {
    const { breadth, nodeGap, edgeGap } = this.#extents;
    const { nodes } = this.#layered;
    const gap = left < nodes && right < nodes ? nodeGap : edgeGap;
    return (real(breadth, left) + real(breadth, right)) / 2 + gap + this.#frames(left, right);
  }

  /** Room for the borders of frames between two neighbours. */
  #frames(left: number, right: number): number {
    const { member, room } = this.#extents;
    if (member === null || at(member, left) === at(member, right)) return 0;
    return (at(member, left) < 0 ? 0 : room.after) + (at(member, right) < 0 ? 0 : room.before);
  }

  #startCentred(): void {
    for (const layer of this.#ordering.layers) {
      let x = 0;
      for (let i = 0; i < layer.length; i++) {
        if (i > 0) x += this.#gap(at(layer, i - 1), at(layer, i));
        this.#x[at(layer, i)] = x;
      }
      for (const vertex of layer) this.#x[vertex] = real(this.#x, vertex) - x / 2;
    }
  }

  #placeLayer(rank: number, fromAbove: boolean, fromBelow: boolean): void {
    const layer = this.#ordering.layers[rank] ?? new Int32Array();
    const { into, out, from, to } = this.#layered.pieces;
    for (const vertex of layer) {
      this.#wish[vertex] = 0;
      this.#weight[vertex] = 0;
      if (fromAbove) this.#pull(into, from, vertex);
      if (fromBelow) this.#pull(out, to, vertex);
      const weight = real(this.#weight, vertex);
      if (weight > 0) this.#wish[vertex] = real(this.#wish, vertex) / weight;
      else {
        this.#wish[vertex] = real(this.#x, vertex);
        this.#weight[vertex] = 0.05;
      }
    }
    this.#pool(layer);
  }

  #pull(side: Buckets, ends: Int32Array, vertex: number): void {
    const { nodes } = this.#layered;
    for (let s = at(side.start, vertex); s < at(side.start, vertex + 1); s++) {
      const other = at(ends, at(side.items, s));
      const weight =
        vertex >= nodes ? (other >= nodes ? 12 : 3) : this.#isChain(side, vertex, other) ? CHAIN : 1;
      this.#wish[vertex] = real(this.#wish, vertex) + weight * real(this.#x, other);
      this.#weight[vertex] = real(this.#weight, vertex) + weight;
    }
  }

  /** Towards the only neighbour on a side, when it has no other on its own. */
  #pullChain(side: Buckets, ends: Int32Array, node: number): void {
    if (degree(side, node) !== 1) return;
    const other = at(ends, at(side.items, at(side.start, node)));
    if (other >= this.#layered.nodes || !this.#isChain(side, node, other)) return;
    this.#wish[node] = real(this.#wish, node) + real(this.#x, other);
    this.#weight[node] = real(this.#weight, node) + 1;
  }

  /** Whether two nodes have only each other on the sides that face: such a pair should stand in one line. */
  #isChain(side: Buckets, vertex: number, other: number): boolean {
    const { into, out } = this.#layered.pieces;
    return degree(side, vertex) === 1 && degree(side === into ? out : into, other) === 1;
  }

  /** Least squares to the wishes under the order and the gaps. */
  #pool(layer: Int32Array): void {
    const { length } = layer;
    let pools = 0;
    let offset = 0;
    for (let i = 0; i < length; i++) {
      const vertex = at(layer, i);
      if (i > 0) offset += this.#gap(at(layer, i - 1), vertex);
      this.#offset[i] = offset;
      let weight = real(this.#weight, vertex);
      let sum = weight * (real(this.#wish, vertex) - offset);
      while (pools > 0 && real(this.#poolSum, pools - 1) * weight > sum * real(this.#poolWeight, pools - 1)) {
        pools--;
        sum += real(this.#poolSum, pools);
        weight += real(this.#poolWeight, pools);
      }
      this.#poolSum[pools] = sum;
      this.#poolWeight[pools] = weight;
      this.#poolEnd[pools++] = i + 1;
    }
    for (let pool = 0, i = 0; pool < pools; pool++) {
      const base = real(this.#poolSum, pool) / real(this.#poolWeight, pool);
      for (; i < at(this.#poolEnd, pool); i++) this.#x[at(layer, i)] = base + real(this.#offset, i);
    }
  }

  /** The free room of a vertex between its neighbours as they stand now. */
  #room(vertex: number): readonly [number, number] {
    const layer = this.#ordering.layers[at(this.#layered.rank, vertex)] ?? new Int32Array();
    const place = at(this.#ordering.place, vertex);
    const left = place > 0 ? at(layer, place - 1) : -1;
    const right = place + 1 < layer.length ? at(layer, place + 1) : -1;
    return [
      left < 0 ? -Infinity : real(this.#x, left) + this.#gap(left, vertex),
      right < 0 ? Infinity : real(this.#x, right) - this.#gap(vertex, right),
    ];
  }

  /** Puts the bends of each long edge in one line, or in as few as there is room for. */
  #straighten(): void {
    const { bendStart } = this.#layered;
    for (let edge = 0; edge + 1 < bendStart.length; edge++) {
      const end = at(bendStart, edge + 1);
      let first = at(bendStart, edge);
      while (first < end) first = this.#straightRun(first, end);
    }
  }

  /** Lines up as many bends from `first` on as share some free room; answers where the next run begins. */
  #straightRun(first: number, end: number): number {
    let low = -Infinity;
    let high = Infinity;
    let sum = 0;
    let next = first;
    for (; next < end; next++) {
      const [from, to] = this.#room(next);
      if (Math.max(low, from) > Math.min(high, to)) break;
      low = Math.max(low, from);
      high = Math.min(high, to);
      sum += real(this.#x, next);
    }
    if (next === first) return first + 1;
    const x = Math.min(high, Math.max(low, sum / (next - first)));
    for (let bend = first; bend < next; bend++) this.#x[bend] = x;
    return next;
  }

  /** Single nodes use the room that the straightened edges left them; those of a chain stand in its line. */
  #settleNodes(): void {
    const { into, out, from, to } = this.#layered.pieces;
    for (let round = 0; round < 4; round++) {
      for (let node = 0; node < this.#layered.nodes; node++) {
        this.#wish[node] = 0;
        this.#weight[node] = 0;
        this.#pullChain(into, from, node);
        this.#pullChain(out, to, node);
        if (real(this.#weight, node) === 0) {
          this.#pull(into, from, node);
          this.#pull(out, to, node);
        }
        if (real(this.#weight, node) === 0) continue;
        const [low, high] = this.#room(node);
        if (low > high) continue;
        this.#x[node] = Math.min(high, Math.max(low, real(this.#wish, node) / real(this.#weight, node)));
      }
    }
  }
}
