/** Lines with corners: each as a quarter of a circle, smaller where the sides are short. */
import type { Point } from "./layout/types";

const RADIUS = 8;

/** Around and back to where it began. */
export function outlinePath(corners: readonly Point[]): string {
  const turns = corners.filter((corner, i) =>
    isTurn(corners.at(i - 1), corner, corners[(i + 1) % corners.length]),
  );
  const pieces = turns.map((corner, i) => {
    const turn = quarter(turns.at(i - 1) ?? corner, corner, turns[(i + 1) % turns.length] ?? corner);
    return `${i === 0 ? "M" : "L"}${turn}`;
  });
  return `${pieces.join("")}Z`;
}

/** From the first point to the last. */
export function corneredPath(points: readonly Point[]): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return "";
  const turns = points.filter((point, i) => i > 0 && isTurn(points[i - 1], point, points[i + 1]));
  const pieces = turns.map((corner, i) => `L${quarter(turns[i - 1] ?? first, corner, turns[i + 1] ?? last)}`);
  return `M${first.x} ${first.y}${pieces.join("")}L${last.x} ${last.y}`;
}

function isTurn(before: Point | undefined, corner: Point, after: Point | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const straight = (axis: "x" | "y"): boolean =>
    before[axis] === corner[axis] && after[axis] === corner[axis];
  return !straight("x") && !straight("y");
}

function quarter(before: Point, corner: Point, after: Point): string {
  const [from, to] = [towards(corner, before), towards(corner, after)];
  return `${from.x} ${from.y}Q${corner.x} ${corner.y} ${to.x} ${to.y}`;
}

function towards(corner: Point, other: Point): Point {
  const [dx, dy] = [other.x - corner.x, other.y - corner.y];
  const length = Math.hypot(dx, dy) || 1;
  const step = Math.min(RADIUS, length / 2) / length;
  return { x: corner.x + dx * step, y: corner.y + dy * step };
}
