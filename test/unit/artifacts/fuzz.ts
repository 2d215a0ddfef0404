/** Damaged copies of a file: cut, with bytes changed, doubled or removed; the same ones in every run. */
export function* broken(whole: Uint8Array, count: number, seed = 1): Generator<Uint8Array> {
  let state = seed;
  const next = (below: number): number => {
    // The constants of a well-known linear congruential generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let at = 0; at < count; at += 1) {
    const copy = Uint8Array.from(whole);
    const place = next(copy.length);
    switch (next(4)) {
      case 0:
        yield copy.subarray(0, place);
        break;
      case 1:
        for (let times = 0; times <= next(8); times += 1) copy[next(copy.length)] = next(256);
        yield copy;
        break;
      case 2:
        yield Buffer.concat([copy.subarray(0, place), copy.subarray(place - Math.min(place, next(64)))]);
        break;
      default:
        yield Buffer.concat([
          copy.subarray(0, place),
          copy.subarray(Math.min(copy.length, place + next(32))),
        ]);
    }
  }
}
