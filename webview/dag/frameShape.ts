/** A frame as SVG: its outline with rounded corners, and its name, by which it is folded again. */
import { svgElement } from "../ui/dom";
import { outlinePath } from "./corners";
import type { Box, DrawnFrame } from "./drawing";
import type { Measure } from "./measure";

const NAME_INDENT = 26;
const NAME_MOST = 220;
const NAME_HEIGHT = 22;
/** Between a name and the end of what is seen, where it would stand beyond it. */
const EDGE = 8;

/** Where a frame's name stands now. */
export interface FrameName {
  readonly frame: DrawnFrame;
  readonly box: Box;
  /** It has left its corner, to stay in sight. */
  readonly stuck: boolean;
}

export function frameOutline({ corners }: DrawnFrame): SVGPathElement {
  return svgElement("path", { class: "frame-outline", d: outlinePath(corners) });
}

/** In the frame's corner; where that is out of sight, at the end of what is seen of the frame. */
export function frameName(frame: DrawnFrame, seen: Box, measure: Measure): FrameName {
  const { box, top } = frame;
  const width = NAME_INDENT + measure.widthOf(measure.fit(frame.name, NAME_MOST, true), true) + 6;
  // Only a rectangle has its left and right ends in the same places further down.
  const isRectangle = frame.corners.length === 4;
  const left = Math.max(top.left, Math.min(seen.left + EDGE, top.right - width));
  const down = isRectangle ? Math.max(box.top, Math.min(seen.top + EDGE, box.bottom - NAME_HEIGHT)) : box.top;
  return {
    frame,
    box: { left, top: down, right: left + width, bottom: down + NAME_HEIGHT },
    stuck: left !== top.left || down !== box.top,
  };
}

export function frameNameShape({ frame, box, stuck }: FrameName, measure: Measure): SVGGElement {
  const { left, top, right, bottom } = box;
  const back = { x: left, y: top, width: right - left, height: bottom - top, rx: 3 };
  return svgElement(
    "g",
    { class: stuck ? "frame-head stuck" : "frame-head" },
    stuck ? svgElement("rect", { class: "frame-back", ...back }) : null,
    svgElement("path", { class: "frame-mark", d: `M${left + 11} ${top + 9}l4 4l4 -4` }),
    svgElement(
      "text",
      { class: "frame-name", x: left + NAME_INDENT, y: top + 15 },
      measure.fit(frame.name, NAME_MOST, true),
    ),
  );
}
