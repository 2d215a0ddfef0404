/** A plot of several series over two axes, as SVG in the theme's colours: lines, points and bars; numbers, times or names across. */
import { scaleBand, scaleLinear, scaleUtc } from "d3-scale";
import type { ChartSize } from "./charts";
import { element, svgElement } from "./dom";
import { visible } from "./format";
import { formatNumber } from "./numbers";
import { boxView, type PlotBox } from "./plotBoxes";

export interface PlotPoint {
  /** A time is in ms since 1970; a name is its place among `names`. */
  readonly x: number;
  readonly y: number;
  /** What the pointer is told; made from the values when it is absent. */
  readonly title?: string;
}

export interface PlotSeries {
  readonly name: string;
  readonly draw: "line" | "points" | "line-points" | "bars" | "boxes";
  readonly points: readonly PlotPoint[];
  /** When boxes are drawn; the points are where they reach to. */
  readonly boxes?: readonly PlotBox[];
  /** For comparison only: thin and grey. */
  readonly quiet?: boolean;
}

export interface PlotData {
  readonly label: string;
  readonly series: readonly PlotSeries[];
  readonly across: string;
  readonly up: string;
  /** Where the axes begin and end, when not at the values. */
  readonly range?: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  readonly times?: boolean;
  readonly names?: readonly string[];
}

interface Scale {
  (value: number): number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const MARGIN = { left: 62, right: 14, top: 10, bottom: 46 };
const SIZE: ChartSize = { width: 600, height: 340 };
/** More points have no tooltips of their own, so that the page stays quick. */
const MOST_TITLES = 500;
const COLOURS = 6;
const NAMES_SHOWN = 12;
const NAME_LENGTH = 14;

export function plot(data: PlotData, size: ChartSize = SIZE): HTMLElement {
  const points = data.series.flatMap((series) => series.points);
  const x = across(data, points, size);
  const y = up(data, points, size);
  const bars = data.series.filter((series) => series.draw === "bars");
  const boxed = data.series.filter((series) => series.draw === "boxes");
  const drawn = data.series.flatMap((series, i) => {
    const colour = colourOf(series, i);
    if (series.draw === "bars")
      return barsOf(series, colour, x, y, bars.indexOf(series), bars.length, data, size);
    if (series.draw === "boxes") return boxesOf(series, colour, x, y, boxed, data, size);
    return [
      ...(series.draw === "points" ? [] : [lineOf(series, colour, x, y)]),
      ...(series.draw === "line" && series.points.length > MOST_TITLES
        ? []
        : marksOf(series, colour, x, y, data)),
    ];
  });
  const named = data.series.filter((series) => series.name !== "");
  return element(
    "figure",
    { class: "figure" },
    svgElement(
      "svg",
      {
        class: "chart plot",
        role: "img",
        "aria-label": data.label,
        viewBox: `0 0 ${size.width} ${size.height}`,
        ...size,
      },
      ...axes(data, x, y, size),
      ...drawn,
    ),
    named.length < 2
      ? null
      : legend(data.series.map((series, i) => ({ name: series.name, colour: colourOf(series, i) }))),
  );
}

function across({ range, times, names }: PlotData, points: readonly PlotPoint[], size: ChartSize): Scale {
  const span: [number, number] = [MARGIN.left, size.width - MARGIN.right];
  if (names !== undefined) {
    const band = scaleBand<number>(names.keys(), span);
    const every = Math.ceil(names.length / NAMES_SHOWN);
    const middle = (value: number): number => (band(value) ?? 0) + band.bandwidth() / 2;
    const ticks = [...names.entries()]
      .filter(([i]) => i % every === 0)
      .map(([i, name]) => ({ at: middle(i), text: shortened(visible(name)) }));
    return Object.assign(middle, { ticks });
  }
  const domain = range?.x ?? extent(points.map((point) => point.x));
  if (times === true) {
    const scale = scaleUtc(domain, span).nice();
    const format = scale.tickFormat(5);
    return Object.assign((value: number) => scale(value), {
      ticks: scale.ticks(5).map((tick) => ({ at: scale(tick), text: format(tick) })),
    });
  }
  return linear(domain, span, range === undefined);
}

function up({ series, range }: PlotData, points: readonly PlotPoint[], size: ChartSize): Scale {
  const values = points.map((point) => point.y);
  // Bars stand on zero.
  if (series.some((one) => one.draw === "bars")) values.push(0);
  return linear(range?.y ?? extent(values), [size.height - MARGIN.bottom, MARGIN.top], range === undefined);
}

function linear(domain: readonly [number, number], span: [number, number], nice: boolean): Scale {
  const scale = scaleLinear(domain, span);
  if (nice) scale.nice(5);
  return Object.assign((value: number) => scale(value), {
    ticks: scale.ticks(5).map((tick) => ({ at: scale(tick), text: formatNumber(tick) })),
  });
}

function extent(values: readonly number[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return low === high ? [low - (Math.abs(low) * 0.1 || 1), high + (Math.abs(high) * 0.1 || 1)] : [low, high];
}

function axes({ across: xName, up: yName }: PlotData, x: Scale, y: Scale, size: ChartSize): SVGElement[] {
  const [left, right] = [MARGIN.left, size.width - MARGIN.right];
  const bottom = size.height - MARGIN.bottom;
  const middle = (MARGIN.top + bottom) / 2;
  return [
    ...y.ticks.flatMap(({ at, text }) => [
      svgElement("line", { class: "grid-line", x1: left, x2: right, y1: at, y2: at }),
      svgElement("text", { class: "tick", x: left - 8, y: at + 4 }, text),
    ]),
    ...x.ticks.map(({ at, text }) =>
      svgElement("text", { class: "tick below", x: at, y: bottom + 16 }, text),
    ),
    svgElement("text", { class: "axis-name", x: (left + right) / 2, y: size.height - 8 }, visible(xName)),
    svgElement(
      "text",
      { class: "axis-name", x: 0, y: 0, transform: `translate(13 ${middle}) rotate(-90)` },
      visible(yName),
    ),
  ];
}

function lineOf({ points }: PlotSeries, colour: string, x: Scale, y: Scale): SVGElement {
  const path = points.map(
    (point, i) => `${i === 0 ? "M" : "L"}${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`,
  );
  return svgElement("path", { class: `line ${colour}`, d: path.join("") });
}

function marksOf(series: PlotSeries, colour: string, x: Scale, y: Scale, data: PlotData): SVGElement[] {
  // On a line of many points a mark shows itself only to the pointer.
  const hidden = series.draw === "line" ? " unseen" : "";
  const titled = series.points.length <= MOST_TITLES;
  return series.points.map((point) =>
    svgElement(
      "circle",
      { class: `point ${colour}${hidden}`, cx: x(point.x), cy: y(point.y), r: 3 },
      titled ? svgElement("title", {}, titleOf(point, series, data)) : null,
    ),
  );
}

function barsOf(
  series: PlotSeries,
  colour: string,
  x: Scale,
  y: Scale,
  place: number,
  count: number,
  data: PlotData,
  size: ChartSize,
): SVGElement[] {
  const slots = data.names?.length ?? series.points.length;
  const room = ((size.width - MARGIN.left - MARGIN.right) / Math.max(1, slots)) * 0.8;
  const width = Math.max(1, room / count);
  return series.points.map((point) => {
    const [top, bottom] = [Math.min(y(point.y), y(0)), Math.max(y(point.y), y(0))];
    const left = x(point.x) - room / 2 + place * width;
    return svgElement(
      "rect",
      { class: `bar ${colour}`, x: left, y: top, width: Math.max(1, width - 1), height: bottom - top },
      svgElement("title", {}, titleOf(point, series, data)),
    );
  });
}

/** Traces that have groups of their own stand in the middle of theirs; those that share groups, side by side. */
function boxesOf(
  series: PlotSeries,
  colour: string,
  x: Scale,
  y: Scale,
  all: readonly PlotSeries[],
  { names = [] }: PlotData,
  size: ChartSize,
): SVGElement[] {
  const room = ((size.width - MARGIN.left - MARGIN.right) / Math.max(1, names.length)) * 0.7;
  return (series.boxes ?? []).map((box) => {
    const sharing = all.filter((other) => other.boxes?.some((one) => one.x === box.x));
    const width = Math.min(90, room / Math.max(1, sharing.length));
    const left = x(box.x) - (width * sharing.length) / 2 + sharing.indexOf(series) * width;
    const name = [names[box.x] ?? "", series.name].filter((part, i, parts) => parts.indexOf(part) === i);
    return boxView(box, visible(name.join(" · ")), colour, { left: left + 2, width: width - 4 }, y);
  });
}

function titleOf(point: PlotPoint, { name }: PlotSeries, { times, names }: PlotData): string {
  if (point.title !== undefined) return point.title;
  const where =
    names !== undefined
      ? visible(names[point.x] ?? "")
      : times === true
        ? new Date(point.x).toISOString()
        : formatNumber(point.x);
  return `${name === "" ? "" : `${visible(name)} · `}${where}: ${formatNumber(point.y)}`;
}

function colourOf({ quiet }: PlotSeries, place: number): string {
  return quiet === true ? "quiet" : seriesClass(place);
}

/** The theme's colours in turn. */
export function seriesClass(place: number): string {
  return `series-${place % COLOURS}`;
}

/** Which colour is which; the names are data. */
export function legend(entries: readonly { readonly name: string; readonly colour: string }[]): HTMLElement {
  const marks = entries.map(({ name, colour }) =>
    element(
      "span",
      { class: "legend-entry" },
      element("span", { class: `legend-mark ${colour}`, "aria-hidden": "true" }),
      visible(name),
    ),
  );
  return element("figcaption", { class: "legend" }, ...marks);
}

function shortened(name: string): string {
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 1)}…`;
}
