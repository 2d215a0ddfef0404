import { at, type Buckets, type Digraph } from "./digraph";
import type { Layered } from "./layered";

/** An order of the vertices within their ranks, and each vertex's place in it. */
export interface Ordering {
  readonly layers: readonly Int32Array[];
  readonly place: Int32Array;
}

export function orderingOf(layered: Layered, layers: readonly Int32Array[]): Ordering {
  const place = new Int32Array(layered.count);
  for (const layer of layers) for (let i = 0; i < layer.length; i++) place[at(layer, i)] = i;
  return { layers, place };
}

export function copyOrdering(ordering: Ordering): Ordering {
  return { layers: ordering.layers.map((layer) => layer.slice()), place: ordering.place.slice() };
}

/** Counts the crossings of all pieces, rank by rank, with a Fenwick tree (Barth, Jünger, Mutzel 2002). */
export class CrossingCounter {
  readonly #pieces: Digraph;
  readonly #tree: Int32Array;
  readonly #targets: Int32Array;

  constructor(layered: Layered) {
    this.#pieces = layered.pieces;
    const widths = new Int32Array(layered.ranks);
    for (const r of layered.rank) widths[r] = at(widths, r) + 1;
    this.#tree = new Int32Array(widths.reduce((a, b) => Math.max(a, b), 0) + 1);
    this.#targets = new Int32Array(layered.pieces.from.length);
  }

  count(ordering: Ordering): number {
    let total = 0;
    for (let r = 0; r + 1 < ordering.layers.length; r++) total += this.#between(ordering, r);
    return total;
  }

  #between(ordering: Ordering, upperRank: number): number {
    const upper = ordering.layers[upperRank] ?? new Int32Array();
    const lowerSize = ordering.layers[upperRank + 1]?.length ?? 0;
    const { out, to } = this.#pieces;
    let filled = 0;
    for (const vertex of upper) {
      const first = filled;
      for (let s = at(out.start, vertex); s < at(out.start, vertex + 1); s++) {
        const place = at(ordering.place, at(to, at(out.items, s)));
        let slot = filled++;
        for (; slot > first && at(this.#targets, slot - 1) > place; slot--) {
          this.#targets[slot] = at(this.#targets, slot - 1);
        }
        this.#targets[slot] = place;
      }
    }
    this.#tree.fill(0, 0, lowerSize + 1);
    let crossings = 0;
    for (let i = 0; i < filled; i++) {
      const place = at(this.#targets, i);
      let notRight = 0;
      for (let k = place + 1; k > 0; k -= k & -k) notRight += at(this.#tree, k);
      crossings += i - notRight;
      for (let k = place + 1; k <= lowerSize; k += k & -k) this.#tree[k] = at(this.#tree, k) + 1;
    }
    return crossings;
  }
}

/** How many crossings vertex `a` has with `b` on one side while `a` is left of `b`, minus how many if it were right of it. */
export function swapGain(pieces: Digraph, place: Int32Array, a: number, b: number): number {
  return oneSide(pieces.out, pieces.to, place, a, b) + oneSide(pieces.into, pieces.from, place, a, b);
}

function oneSide(side: Buckets, ends: Int32Array, place: Int32Array, a: number, b: number): number {
  let gain = 0;
  for (let s = at(side.start, a); s < at(side.start, a + 1); s++) {
    const left = at(place, at(ends, at(side.items, s)));
    for (let t = at(side.start, b); t < at(side.start, b + 1); t++) {
      const right = at(place, at(ends, at(side.items, t)));
      if (left > right) gain++;
      else if (left < right) gain--;
    }
  }
  return gain;
}
