/** A frame as SVG: its outline with rounded corners, and its name, by which it is folded again. */
import { svgElement } from "../ui/dom";
import type { DrawnFrame } from "./drawing";
import type { Point } from "./layout/types";
import type { Measure } from "./measure";

const RADIUS = 8;
const NAME_INDENT = 26;
const NAME_MOST = 220;

/** How far the name reaches, with the mark before it. */
export function frameNameWidth(name: string, measure: Measure): number {
  return NAME_INDENT + measure.widthOf(measure.fit(name, NAME_MOST, true), true) + 6;
}

export function frameShape({ corners, head, name }: DrawnFrame, measure: Measure): SVGGElement {
  return svgElement(
    "g",
    { class: "frame" },
    svgElement("path", { class: "frame-outline", d: rounded(corners) }),
    svgElement("path", { class: "frame-mark", d: `M${head.x + 11} ${head.y + 9}l4 4l4 -4` }),
    svgElement(
      "text",
      { class: "frame-name", x: head.x + NAME_INDENT, y: head.y + 15 },
      measure.fit(name, NAME_MOST, true),
    ),
  );
}

/** Each corner as a quarter of a circle, smaller where the sides are short. */
function rounded(corners: readonly Point[]): string {
  const turns = corners.filter((corner, i) => {
    const [before, after] = [corners.at(i - 1), corners[(i + 1) % corners.length]];
    const straight = (axis: "x" | "y"): boolean =>
      before?.[axis] === corner[axis] && after?.[axis] === corner[axis];
    return !straight("x") && !straight("y");
  });
  const pieces = turns.map((corner, i) => {
    const [before, after] = [turns.at(i - 1) ?? corner, turns[(i + 1) % turns.length] ?? corner];
    const [from, to] = [towards(corner, before), towards(corner, after)];
    return `${i === 0 ? "M" : "L"}${from.x} ${from.y}Q${corner.x} ${corner.y} ${to.x} ${to.y}`;
  });
  return `${pieces.join("")}Z`;
}

function towards(corner: Point, other: Point): Point {
  const [dx, dy] = [other.x - corner.x, other.y - corner.y];
  const length = Math.hypot(dx, dy) || 1;
  const step = Math.min(RADIUS, length / 2) / length;
  return { x: corner.x + dx * step, y: corner.y + dy * step };
}
