/** Small charts, as SVG that follows the theme: a histogram, values over versions, and a heat map. */
import { scaleLinear } from "d3-scale";
import type { Histogram } from "../../src/core/preview";
import { element, svgElement } from "./dom";
import { visible } from "./format";
import { formatNumber } from "./numbers";

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** Bars that fill the box; each says its range and count. */
export function histogram(data: Histogram, size: ChartSize, label: string): SVGSVGElement {
  const most = Math.max(1, ...data.counts);
  const width = size.width / data.counts.length;
  const bars = data.counts.map((count, i) => {
    const height = count === 0 ? 0 : Math.max(1, (count / most) * size.height);
    const range = `${formatNumber(data.edges[i] ?? 0)} – ${formatNumber(data.edges[i + 1] ?? 0)}: ${count}`;
    return svgElement(
      "rect",
      { class: "bar", x: i * width + 0.5, y: size.height - height, width: Math.max(1, width - 1), height },
      svgElement("title", {}, range),
    );
  });
  return svgElement(
    "svg",
    {
      class: "chart",
      role: "img",
      "aria-label": label,
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
    },
    ...bars,
  );
}

/** The most frequent values as parts of one bar, the rest left empty: what a column of names is made of, at a glance. */
export function shareBar(
  top: readonly { readonly value: string; readonly count: number }[],
  total: number,
  size: ChartSize,
  label: string,
): SVGSVGElement {
  const height = Math.round(size.height / 2);
  let left = 0;
  const parts = top.map(({ value, count }, place) => {
    const width = (count / Math.max(1, total)) * size.width;
    const part = svgElement(
      "rect",
      {
        ...{ class: "bar", x: left, y: size.height - height, width: Math.max(0.5, width - 1), height },
        // Each a little fainter than the one before, so that neighbours are told apart.
        opacity: Math.max(0.25, 1 - 0.2 * place).toFixed(2),
      },
      svgElement(
        "title",
        {},
        `${visible(value)}: ${count} (${((100 * count) / Math.max(1, total)).toFixed(1)} %)`,
      ),
    );
    left += width;
    return part;
  });
  const rest = svgElement("rect", {
    class: "bar-rest",
    x: 0,
    y: size.height - height,
    width: size.width,
    height,
  });
  return svgElement(
    "svg",
    {
      ...{ class: "chart", role: "img", "aria-label": label },
      ...{ viewBox: `0 0 ${size.width} ${size.height}`, ...size },
    },
    rest,
    ...parts,
  );
}

/** A histogram with its axis. */
export function histogramFigure(
  data: Histogram,
  label: string,
  size: ChartSize = { width: 480, height: 120 },
): HTMLElement {
  const first = data.edges[0] ?? 0;
  const last = data.edges.at(-1) ?? 0;
  return element(
    "figure",
    { class: "figure" },
    histogram(data, size, label),
    element(
      "figcaption",
      { class: "axis" },
      element("span", {}, formatNumber(first)),
      element("span", {}, formatNumber((first + last) / 2)),
      element("span", {}, formatNumber(last)),
    ),
  );
}

export interface SeriesPoint {
  readonly label: string;
  readonly value: number;
}

const PLOT = { left: 52, right: 10, top: 8, bottom: 8 };
const MOST_MARKS = 60;

/** Values in order, joined, over lines of round numbers; each point names itself. */
export function lineChart(
  points: readonly SeriesPoint[],
  label: string,
  size: ChartSize = { width: 560, height: 170 },
): HTMLElement {
  const values = points.map((point) => point.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // A line of equal values runs through the middle.
  const margin = low === high ? Math.abs(low) * 0.1 || 1 : 0;
  const y = scaleLinear([low - margin, high + margin], [size.height - PLOT.bottom, PLOT.top]).nice(4);
  const last = Math.max(1, points.length - 1);
  const x = (i: number): number =>
    PLOT.left + (points.length === 1 ? 0.5 : i / last) * (size.width - PLOT.left - PLOT.right);
  const path = points
    .map(({ value }, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)},${y(value).toFixed(1)}`)
    .join("");
  const ticks = y.ticks(4).flatMap((tick) => [
    svgElement("line", {
      class: "grid-line",
      x1: PLOT.left,
      x2: size.width - PLOT.right,
      y1: y(tick),
      y2: y(tick),
    }),
    svgElement("text", { class: "tick", x: PLOT.left - 8, y: y(tick) + 4 }, formatNumber(tick)),
  ]);
  const marks = points.map(({ label: name, value }, i) =>
    svgElement(
      "circle",
      { class: points.length > MOST_MARKS ? "point quiet" : "point", cx: x(i), cy: y(value), r: 3 },
      svgElement("title", {}, `${name}: ${formatNumber(value)}`),
    ),
  );
  const described = `${label}: ${formatNumber(low)} – ${formatNumber(high)}`;
  return element(
    "figure",
    { class: "figure" },
    svgElement(
      "svg",
      {
        class: "chart",
        role: "img",
        "aria-label": described,
        viewBox: `0 0 ${size.width} ${size.height}`,
        ...size,
      },
      ...ticks,
      svgElement("path", { class: "line", d: path }),
      ...marks,
    ),
    element(
      "figcaption",
      { class: "axis indented" },
      element("span", {}, points[0]?.label ?? ""),
      element("span", {}, points.at(-1)?.label ?? ""),
    ),
  );
}

/** Numbers as shades of one colour, dark for high: readable in every theme, since the colour is the theme's. */
export function heatMap(values: readonly (readonly number[])[], label: string): HTMLElement {
  const flat = values.flat().filter(Number.isFinite);
  const low = Math.min(...flat);
  const span = Math.max(...flat) - low || 1;
  const rows = values.length;
  const columns = Math.max(1, ...values.map((row) => row.length));
  const canvas = element("canvas", {
    class: "heatmap",
    role: "img",
    "aria-label": label,
    width: columns,
    height: rows,
  });
  const scale = Math.max(1, Math.min(24, Math.floor(480 / columns)));
  canvas.style.width = `${columns * scale}px`;
  canvas.style.height = `${Math.min(480, rows * scale)}px`;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = getComputedStyle(document.body).getPropertyValue("--vscode-charts-blue") || "#3794ff";
    values.forEach((row, i) => {
      row.forEach((value, j) => {
        context.globalAlpha = Number.isFinite(value) ? 0.06 + 0.94 * ((value - low) / span) : 0;
        context.fillRect(j, i, 1, 1);
      });
    });
  }
  return element(
    "figure",
    { class: "figure" },
    canvas,
    element(
      "figcaption",
      { class: "axis legend" },
      element("span", {}, formatNumber(low)),
      element("span", { class: "ramp", "aria-hidden": "true" }),
      element("span", {}, formatNumber(low + span)),
    ),
  );
}
