/** Graphs as dense typed arrays: what the layout's inner loops run on. */

/** Reads whose index is known to be in range. */
export function at(values: Int32Array, index: number): number {
  return values[index] as number;
}

export function real(values: Float64Array, index: number): number {
  return values[index] as number;
}

/** Items grouped by a key: those of `k` are `items[start[k]] … items[start[k + 1] - 1]`. */
export interface Buckets {
  readonly start: Int32Array;
  readonly items: Int32Array;
}

/** Groups the indices 0 … keys.length - 1 by key, in order. A key below 0 is left out. */
export function bucketsBy(count: number, keys: Int32Array): Buckets {
  const start = new Int32Array(count + 1);
  let kept = 0;
  for (const key of keys) {
    if (key < 0) continue;
    start[key + 1] = at(start, key + 1) + 1;
    kept++;
  }
  for (let k = 0; k < count; k++) start[k + 1] = at(start, k + 1) + at(start, k);
  const next = start.slice(0, count);
  const items = new Int32Array(kept);
  for (let i = 0; i < keys.length; i++) {
    const key = at(keys, i);
    if (key < 0) continue;
    const slot = at(next, key);
    items[slot] = i;
    next[key] = slot + 1;
  }
  return { start, items };
}

export interface Digraph {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Edges by their source and by their target. */
  readonly out: Buckets;
  readonly into: Buckets;
}

export function digraph(count: number, from: Int32Array, to: Int32Array): Digraph {
  return { count, from, to, out: bucketsBy(count, from), into: bucketsBy(count, to) };
}

export function degree(buckets: Buckets, key: number): number {
  return at(buckets.start, key + 1) - at(buckets.start, key);
}
