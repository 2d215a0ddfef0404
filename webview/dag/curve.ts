import type { Direction, Point } from "./layout/types";

/**
 * A smooth line through the points that never turns back along the drawing's direction: cubic pieces with slopes limited as
 * by Fritsch and Carlson, beginning and ending straight.
 */
export function curvePath(points: readonly Point[], direction: Direction): string {
  const flat = points.map((p): readonly [number, number] => (direction === "TB" ? [p.y, p.x] : [p.x, p.y]));
  const first = flat[0];
  if (first === undefined) return "";
  const slopes = flat.map((_, i) => slopeAt(flat, i));
  const write = (along: number, across: number): string =>
    direction === "TB" ? `${round(across)} ${round(along)}` : `${round(along)} ${round(across)}`;
  let path = `M${write(...first)}`;
  for (let i = 1; i < flat.length; i++) {
    const [from, to] = [flat[i - 1] ?? first, flat[i] ?? first];
    const reach = (to[0] - from[0]) / (flat.length === 2 ? 2 : 2.4);
    if (from[1] === to[1] && slopes[i - 1] === 0 && slopes[i] === 0) {
      path += `L${write(...to)}`;
      continue;
    }
    path += `C${write(from[0] + reach, from[1] + reach * (slopes[i - 1] ?? 0))} `;
    path += `${write(to[0] - reach, to[1] - reach * (slopes[i] ?? 0))} ${write(...to)}`;
  }
  return path;
}

function slopeAt(flat: readonly (readonly [number, number])[], i: number): number {
  const [before, here, after] = [flat[i - 1], flat[i], flat[i + 1]];
  if (before === undefined || here === undefined || after === undefined) return 0;
  const left = (here[1] - before[1]) / (here[0] - before[0] || 1);
  const right = (after[1] - here[1]) / (after[0] - here[0] || 1);
  if (left * right <= 0) return 0;
  return (2 * left * right) / (left + right);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
