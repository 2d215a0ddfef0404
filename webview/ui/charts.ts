/** Small charts, as SVG that follows the theme: a histogram, values over versions, and a heat map. */
import type { Histogram } from "../../src/core/preview";
import { element, svgElement } from "./dom";
import { formatNumber } from "./grid";

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

/** A histogram with its axis. */
export function histogramFigure(data: Histogram, label: string): HTMLElement {
  const size = { width: 480, height: 120 };
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

/** Values in order, joined; each point names itself. */
export function lineChart(
  points: readonly SeriesPoint[],
  label: string,
  size: ChartSize = { width: 480, height: 140 },
): HTMLElement {
  const values = points.map((point) => point.value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = 8;
  const span = high - low || 1;
  const x = (i: number): number =>
    pad + (points.length === 1 ? 0.5 : i / (points.length - 1)) * (size.width - 2 * pad);
  const y = (value: number): number => size.height - pad - ((value - low) / span) * (size.height - 2 * pad);
  const path = points
    .map((point, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)},${y(point.value).toFixed(1)}`)
    .join("");
  const marks =
    points.length > 120
      ? []
      : points.map((point, i) =>
          svgElement(
            "circle",
            { class: "point", cx: x(i), cy: y(point.value), r: 3 },
            svgElement("title", {}, `${point.label}: ${formatNumber(point.value)}`),
          ),
        );
  return element(
    "figure",
    { class: "figure" },
    svgElement(
      "svg",
      {
        class: "chart",
        role: "img",
        "aria-label": label,
        viewBox: `0 0 ${size.width} ${size.height}`,
        width: size.width,
        height: size.height,
      },
      svgElement("path", { class: "line", d: path }),
      ...marks,
    ),
    element(
      "figcaption",
      { class: "axis" },
      element("span", {}, points[0]?.label ?? ""),
      element("span", {}, `${formatNumber(low)} … ${formatNumber(high)}`),
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
      { class: "axis" },
      element("span", {}, `light ${formatNumber(low)}`),
      element("span", {}, `strong ${formatNumber(low + span)}`),
    ),
  );
}
