/** How the states of steps look: glyphs drawn on a 16 × 16 grid. */
import type { StepStatus } from "../../src/core/entities";
import { svgElement } from "./dom";

export type Status = StepStatus | "planned";

const ring = "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13z";

/** Strokes, so that they scale and print in one colour. */
export const glyphs: Readonly<Record<Status, string>> = {
  planned: "M8 2a6 6 0 0 1 4.2 1.7M14 8a6 6 0 0 1-1.8 4.3M8 14a6 6 0 0 1-4.2-1.7M2 8a6 6 0 0 1 1.8-4.3",
  waiting: ring,
  running: "M8 1.5a6.5 6.5 0 1 1-6.5 6.5",
  retrying: "M13.5 8a5.5 5.5 0 1 1-1.7-4M12.2 1.2v3h-3",
  retried: "M13.5 8a5.5 5.5 0 1 1-1.7-4M12.2 1.2v3h-3",
  completed: `${ring}M5 8.3l2.1 2.1L11.2 6`,
  cached: "M2.6 8a5.6 5.6 0 1 0 1.7-4M3.8 1.4v3h3M8 5v3.2l2.2 1.3",
  failed: `${ring}M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6`,
  skipped: `${ring}M3.6 12.4l8.8-8.8`,
  cancelled: `${ring}M6 6h4v4h-4z`,
  interrupted: `${ring}M8 4.6v4.2M8 11v.4`,
};

export function isRunning(status: Status): boolean {
  return status === "running" || status === "retrying";
}

export function statusGlyph(status: Status): SVGSVGElement {
  return svgElement(
    "svg",
    { class: `glyph-icon is-${status}`, viewBox: "0 0 16 16", "aria-hidden": "true" },
    svgElement("path", { d: glyphs[status] }),
  );
}
