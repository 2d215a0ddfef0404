/**
 * Order within the ranks: few crossings. Barycentre sweeps find the broad shape, exchanges of neighbours and moves of single
 * vertices ("sifting") polish it; small graphs are begun again from several shuffles. The effort depends on the size
 * alone, never on the clock, so that the same graph always gives the same drawing.
 */
import { copyOrdering, CrossingCounter, orderingOf, swapGain, type Ordering } from "./crossings";
import { at, degree, real, type Buckets } from "./digraph";
import { layersInOrder, type Layered } from "./layered";
import { seeded } from "./random";

/** What all starts together may cost, in vertices and pieces that a sweep visits. */
const WORK = 900_000;
/** From this many vertices and pieces on ever less of that: drawings of such size are looked at as a whole. */
const MIDDLING = 700;
const MAX_STARTS = 40;
/** Vertices and pieces of edges from which on one start has to do. */
const LARGE = 2_400;
const HUGE = 12_000;
const MAX_SWEEPS = 24;
const SIFT_LIMIT = 1_200;
/** Exchanging two neighbours compares all their edges pairwise; above this the barycentre has to do. */
const PAIR_LIMIT = 4_096;

export function orderVertices(layered: Layered, previous: Float64Array | null): Ordering {
  const search = new OrderSearch(layered);
  return previous === null ? search.fresh() : search.keeping(previous);
}

class OrderSearch {
  readonly #layered: Layered;
  readonly #counter: CrossingCounter;
  readonly #wishes: Float64Array;
  readonly #work: number;

  constructor(layered: Layered) {
    this.#layered = layered;
    this.#counter = new CrossingCounter(layered);
    this.#wishes = new Float64Array(layered.count);
    this.#work = layered.count + layered.pieces.from.length;
  }

  fresh(): Ordering {
    const allowed = WORK * Math.min(1, (MIDDLING / this.#work) ** 2);
    const affordable = Math.max(1, Math.min(MAX_STARTS, Math.floor(allowed / (this.#work * MAX_SWEEPS))));
    const starts = this.#work >= LARGE ? 1 : affordable;
    const random = seeded(this.#layered.count);
    let best: Ordering | null = null;
    let fewest = Infinity;
    for (let start = 0; start < starts && fewest > 0; start++) {
      const order = start < 2 ? this.#walk(start === 1) : this.#shuffled(random);
      const found = this.#improve(orderingOf(this.#layered, layersInOrder(this.#layered, order)));
      const crossings = this.#counter.count(found);
      if (crossings >= fewest) continue;
      best = found;
      fewest = crossings;
    }
    return best ?? orderingOf(this.#layered, []);
  }

  /** Vertices with a previous place keep their order; the others come where their neighbours pull them. */
  keeping(previous: Float64Array): Ordering {
    const places = this.#filledIn(previous);
    const order = Int32Array.from({ length: this.#layered.count }, (_, i) => i);
    order.sort((a, b) => real(places, a) - real(places, b) || a - b);
    const ordering = orderingOf(this.#layered, layersInOrder(this.#layered, order));
    this.#exchange(ordering, 4);
    return ordering;
  }

  /** Order of a depth-first walk: parts that hang together start side by side. */
  #walk(fromBelow: boolean): Int32Array {
    const { count, pieces } = this.#layered;
    const side = fromBelow ? pieces.into : pieces.out;
    const ends = fromBelow ? pieces.from : pieces.to;
    const other = fromBelow ? pieces.out : pieces.into;
    const seen = new Uint8Array(count);
    const order = new Int32Array(count);
    let filled = 0;
    for (let root = 0; root < count; root++) {
      if (degree(other, root) > 0 || seen[root] === 1) continue;
      const stack = [root];
      for (let vertex = stack.pop(); vertex !== undefined; vertex = stack.pop()) {
        if (seen[vertex] === 1) continue;
        seen[vertex] = 1;
        order[filled++] = vertex;
        for (let s = at(side.start, vertex + 1) - 1; s >= at(side.start, vertex); s--) {
          stack.push(at(ends, at(side.items, s)));
        }
      }
    }
    return order;
  }

  #shuffled(random: () => number): Int32Array {
    const order = Int32Array.from({ length: this.#layered.count }, (_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const kept = at(order, i);
      order[i] = at(order, j);
      order[j] = kept;
    }
    return order;
  }

  #improve(ordering: Ordering): Ordering {
    const thorough = this.#work < LARGE;
    const sweeps = thorough ? MAX_SWEEPS : this.#work < HUGE ? 10 : 14;
    let best = copyOrdering(ordering);
    let fewest = Infinity;
    let idle = 0;
    for (let sweep = 0; sweep < sweeps && idle < 4 && fewest > 0; sweep++) {
      this.#sweep(ordering, sweep % 2 === 0);
      if (thorough || sweep === sweeps - 1) this.#exchange(ordering, thorough ? 8 : 3);
      const crossings = this.#counter.count(ordering);
      idle++;
      if (crossings < fewest) {
        best = copyOrdering(ordering);
        fewest = crossings;
        idle = 0;
      }
    }
    if (this.#work <= SIFT_LIMIT) this.#sift(best);
    return best;
  }

  /** Each rank in turn is sorted by the mean place of its neighbours in the rank before it. */
  #sweep(ordering: Ordering, down: boolean): void {
    const { pieces, ranks } = this.#layered;
    const side = down ? pieces.into : pieces.out;
    const ends = down ? pieces.from : pieces.to;
    for (let i = 1; i < ranks; i++) {
      const layer = ordering.layers[down ? i : ranks - 1 - i] ?? new Int32Array();
      for (const vertex of layer) this.#wishes[vertex] = meanPlace(side, ends, ordering.place, vertex);
      const wishes = this.#wishes;
      const place = ordering.place;
      layer.sort((a, b) => real(wishes, a) - real(wishes, b) || at(place, a) - at(place, b));
      for (let p = 0; p < layer.length; p++) place[at(layer, p)] = p;
    }
  }

  /** Neighbours change places wherever that saves crossings. */
  #exchange(ordering: Ordering, rounds: number): void {
    /** Ranks in which, or next to which, something moved since they were last looked at. */
    let stale = new Uint8Array(this.#layered.ranks).fill(1);
    for (let round = 0; round < rounds && stale.includes(1); round++) {
      const next = new Uint8Array(stale.length);
      for (let rank = 0; rank < stale.length; rank++) {
        if (stale[rank] === 0 || !this.#exchangeIn(ordering, rank)) continue;
        next.fill(1, Math.max(0, rank - 1), rank + 2);
      }
      stale = next;
    }
  }

  #exchangeIn(ordering: Ordering, rank: number): boolean {
    const layer = ordering.layers[rank] ?? new Int32Array();
    const { pieces } = this.#layered;
    let changed = false;
    for (let i = 0; i + 1 < layer.length; i++) {
      const a = at(layer, i);
      const b = at(layer, i + 1);
      if (this.#tooMany(a, b) || swapGain(pieces, ordering.place, a, b) <= 0) continue;
      swap(ordering, layer, i);
      changed = true;
    }
    return changed;
  }

  /** Each vertex is tried at every place of its rank and stays at the best. */
  #sift(ordering: Ordering): void {
    for (let round = 0, improved = true; round < 6 && improved; round++) {
      improved = false;
      for (const layer of ordering.layers) {
        for (const vertex of layer.slice()) if (this.#settle(ordering, layer, vertex)) improved = true;
      }
    }
  }

  #settle(ordering: Ordering, layer: Int32Array, vertex: number): boolean {
    const { pieces } = this.#layered;
    const home = at(ordering.place, vertex);
    let target = home;
    let best = 0;
    let gain = 0;
    for (let i = home + 1; i < layer.length; i++) {
      gain += swapGain(pieces, ordering.place, vertex, at(layer, i));
      if (gain > best) {
        best = gain;
        target = i;
      }
    }
    gain = 0;
    for (let i = home - 1; i >= 0; i--) {
      gain += swapGain(pieces, ordering.place, at(layer, i), vertex);
      if (gain > best) {
        best = gain;
        target = i;
      }
    }
    for (let i = home; i < target; i++) swap(ordering, layer, i);
    for (let i = home; i > target; i--) swap(ordering, layer, i - 1);
    return best > 0;
  }

  #tooMany(a: number, b: number): boolean {
    const { out, into } = this.#layered.pieces;
    return degree(out, a) * degree(out, b) + degree(into, a) * degree(into, b) > PAIR_LIMIT;
  }

  #filledIn(previous: Float64Array): Float64Array {
    const { count, pieces } = this.#layered;
    const places = previous.slice();
    for (let round = 0; round < 4; round++) {
      for (let vertex = 0; vertex < count; vertex++) {
        if (!Number.isNaN(real(previous, vertex))) continue;
        const pull = meanKnown(
          pieces.into,
          pieces.from,
          places,
          vertex,
          meanKnown(pieces.out, pieces.to, places, vertex, NaN),
        );
        if (!Number.isNaN(pull)) places[vertex] = pull;
      }
    }
    return places.map((place) => (Number.isNaN(place) ? 0 : place));
  }
}

function meanPlace(side: Buckets, ends: Int32Array, place: Int32Array, vertex: number): number {
  const first = at(side.start, vertex);
  const last = at(side.start, vertex + 1);
  if (first === last) return at(place, vertex);
  let sum = 0;
  for (let s = first; s < last; s++) sum += at(place, at(ends, at(side.items, s)));
  return sum / (last - first);
}

function meanKnown(
  side: Buckets,
  ends: Int32Array,
  places: Float64Array,
  vertex: number,
  otherwise: number,
): number {
  let sum = 0;
  let known = 0;
  for (let s = at(side.start, vertex); s < at(side.start, vertex + 1); s++) {
    const place = real(places, at(ends, at(side.items, s)));
    if (Number.isNaN(place)) continue;
    sum += place;
    known++;
  }
  return known === 0 ? otherwise : sum / known;
}

function swap(ordering: Ordering, layer: Int32Array, i: number): void {
  const a = at(layer, i);
  const b = at(layer, i + 1);
  layer[i] = b;
  layer[i + 1] = a;
  ordering.place[a] = i + 1;
  ordering.place[b] = i;
}
