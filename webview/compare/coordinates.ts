/** Parallel coordinates: an axis for each number that differs, a line for each run. */
import type { CompareSnapshot } from "../../src/panels/compare/messages";
import { element, svgElement } from "../ui/dom";
import { formatNumber } from "../ui/numbers";
import { legend, seriesClass } from "../ui/plot";

const HEIGHT = 230;
const AXIS_GAP = 140;
const MARGIN = { x: 60, top: 38, bottom: 24 };
const MOST_AXES = 12;

export function parallelCoordinates({ runs, rows }: CompareSnapshot, label: string): HTMLElement | null {
  const numeric = rows.filter(
    (row) =>
      (row.group === "parameters" || row.group === "metrics") &&
      row.differs &&
      row.values.every((value) => typeof value === "number"),
  );
  const axes = numeric
    .slice(0, MOST_AXES)
    .map((row) => ({ name: row.name, values: row.values as readonly number[] }));
  if (axes.length < 2 || runs.length < 2) return null;
  const width = MARGIN.x * 2 + (axes.length - 1) * AXIS_GAP;
  const x = (axis: number): number => MARGIN.x + axis * AXIS_GAP;
  const y = (values: readonly number[], value: number): number => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    return HEIGHT - MARGIN.bottom - ((value - low) / span) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  };
  const marks = axes.flatMap(({ name, values }, i) => [
    svgElement("line", {
      class: "axis-line",
      x1: x(i),
      x2: x(i),
      y1: MARGIN.top,
      y2: HEIGHT - MARGIN.bottom,
    }),
    svgElement(
      "text",
      { class: "axis-name", x: x(i), y: 12 },
      name.length > 20 ? `${name.slice(0, 19)}…` : name,
      svgElement("title", {}, name),
    ),
    svgElement(
      "text",
      { class: "axis-value", x: x(i), y: MARGIN.top - 8 },
      formatNumber(Math.max(...values)),
    ),
    svgElement(
      "text",
      { class: "axis-value", x: x(i), y: HEIGHT - MARGIN.bottom + 14 },
      formatNumber(Math.min(...values)),
    ),
  ]);
  const lines = runs.map((run, r) => {
    const path = axes
      .map(({ values }, i) => `${i === 0 ? "M" : "L"}${String(x(i))},${y(values, values[r] ?? 0).toFixed(1)}`)
      .join("");
    return svgElement(
      "path",
      { class: `run-line ${seriesClass(r)}`, d: path },
      svgElement("title", {}, run.label),
    );
  });
  const drawing = svgElement(
    "svg",
    {
      class: "coordinates",
      role: "img",
      "aria-label": label,
      viewBox: `0 0 ${String(width)} ${String(HEIGHT)}`,
      width,
      height: HEIGHT,
    },
    ...marks,
    ...lines,
  );
  const names = runs.map((run, r) => ({ name: run.label, colour: seriesClass(r) }));
  return element("figure", { class: "figure" }, drawing, legend(names));
}
