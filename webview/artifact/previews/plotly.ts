/**
 * A plotly figure, drawn from its own data: lines, points, bars, histograms, boxes, pies and heat maps. plotly itself is not
 * here, as the page runs no script but its own; what can't be drawn so is said, with its data as a table.
 */
import type { Json, JsonObject } from "../../../src/core/json";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { heatMap } from "../../ui/charts";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { plot, type PlotData, type PlotSeries } from "../../ui/plot";
import { listOf, member, nameOf, objects, textOf, titleOf } from "./plotlyData";
import { BOX_KINDS, boxesOf, boxNames, dataView, pieOf } from "./plotlyKinds";

const PLANE_KINDS: readonly Json[] = ["scatter", "scattergl", "bar", "histogram"];
const BINS = 30;
const DATE = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?$/;

interface Axis {
  /** A number for each value: itself, a time, or its place among the names. */
  readonly values: (raw: readonly Json[]) => readonly number[];
  readonly times: boolean;
  readonly names: readonly string[] | null;
}

/** Null when it is no figure. */
export function plotlyView(
  figure: Json,
  strings: ArtifactStrings,
  say: (text: string) => void,
): HTMLElement | null {
  const traces = objects(member(figure, "data")).filter((trace) => trace["visible"] !== false);
  if (traces.length === 0) return null;
  const layout = member(figure, "layout");
  const drawn = new Set<JsonObject>();
  const views = [...onAxes(traces, layout, strings, drawn), ...onTheirOwn(traces, layout, strings, drawn)];
  const left = traces.filter((trace) => !drawn.has(trace));
  const title = titleOf(layout);
  return element(
    "div",
    {},
    title === "" ? null : element("h2", { class: "plot-title" }, visible(title)),
    ...views,
    ...left.map((trace) => dataView(trace, strings, say)),
  );
}

/** What shares a pair of axes: boxes over groups, or everything over numbers, times and names. */
function onAxes(
  traces: readonly JsonObject[],
  layout: Json,
  strings: ArtifactStrings,
  drawn: Set<JsonObject>,
): HTMLElement[] {
  const boxes = traces.filter((trace) => BOX_KINDS.includes(trace["type"] ?? null));
  const names = boxNames(boxes);
  const flat = traces.filter((trace) => PLANE_KINDS.includes(trace["type"] ?? "scatter"));
  const plots: readonly (readonly [
    readonly JsonObject[],
    Axis,
    (trace: JsonObject, i: number) => PlotSeries | null,
  ])[] = [
    [boxes, { values: () => [], times: false, names }, (trace, i) => boxesOf(trace, i, names)],
    [flat, acrossAxis(flat), (trace, i) => seriesOf(trace, i, acrossAxis(flat))],
  ];
  return plots.flatMap(([members, axis, make]) => {
    const series = members.flatMap((trace, i) => {
      const made = make(trace, i);
      if (made !== null) drawn.add(trace);
      return made ?? [];
    });
    return series.length === 0 ? [] : [plot(plotData(series, layout, axis, strings.plot))];
  });
}

function onTheirOwn(
  traces: readonly JsonObject[],
  layout: Json,
  strings: ArtifactStrings,
  drawn: Set<JsonObject>,
): HTMLElement[] {
  return traces.flatMap((trace) => {
    const { type } = trace;
    const picture =
      type === "heatmap" || type === "contour"
        ? heatMapOf(trace, strings.heatMap)
        : type === "pie"
          ? pieOf(trace, titleOf(layout) || strings.plot, strings)
          : null;
    if (picture !== null) drawn.add(trace);
    return picture ?? [];
  });
}

function plotData(series: readonly PlotSeries[], layout: Json, axis: Axis, name: string): PlotData {
  const [across, up] = [titleOf(member(layout, "xaxis")), titleOf(member(layout, "yaxis"))];
  const label = titleOf(layout) || [across, up].filter(Boolean).join(", ") || name;
  const names = axis.names === null ? {} : { names: axis.names };
  return { label, series, across, up, times: axis.times, ...names };
}

function seriesOf(trace: JsonObject, place: number, axis: Axis): PlotSeries | null {
  const name = textOf(trace["name"]) || `${place + 1}`;
  const [x, y] = [listOf(trace["x"]), listOf(trace["y"])];
  switch (trace["type"] ?? "scatter") {
    case "scatter":
    case "scattergl": {
      const mode = textOf(trace["mode"]) || "lines";
      const draw = !mode.includes("lines") ? "points" : mode.includes("markers") ? "line-points" : "line";
      return seriesFrom(name, draw, x, y, axis);
    }
    case "bar":
      return trace["orientation"] === "h"
        ? seriesFrom(name, "bars", y, x, axis)
        : seriesFrom(name, "bars", x, y, axis);
    case "histogram":
      return histogramOf(
        name,
        (x ?? y ?? []).filter((value) => typeof value === "number"),
      );
    default:
      return null;
  }
}

function seriesFrom(
  name: string,
  draw: PlotSeries["draw"],
  x: readonly Json[] | null,
  y: readonly Json[] | null,
  axis: Axis,
): PlotSeries | null {
  if (y === null) return null;
  const places = x === null ? y.map((_, i) => i) : axis.values(x);
  const points = y.flatMap((value, i) => {
    const at = places[i];
    const isThere = typeof value === "number" && at !== undefined && Number.isFinite(at);
    return isThere ? [{ x: at, y: value }] : [];
  });
  return points.length === 0 ? null : { name, draw, points };
}

function histogramOf(name: string, values: readonly number[]): PlotSeries | null {
  if (values.length === 0) return null;
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const width = (values.reduce((most, value) => Math.max(most, value), -Infinity) - low) / BINS || 1;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { name, draw: "bars", points: counts.map((count, i) => ({ x: low + (i + 0.5) * width, y: count })) };
}

/** All traces share the axis: numbers when all are numbers, times when all are, else names in the order in which they come. */
function acrossAxis(traces: readonly JsonObject[]): Axis {
  const raw = traces.flatMap((trace) => {
    const lies = trace["type"] === "bar" && trace["orientation"] === "h";
    return trace["type"] === "histogram" ? [] : (listOf(trace[lies ? "y" : "x"]) ?? []);
  });
  if (raw.every((value) => typeof value === "number" || value === null))
    return {
      values: (values) => values.map((value) => (value === null ? NaN : Number(value))),
      times: false,
      names: null,
    };
  if (raw.every((value) => typeof value === "string" && DATE.test(value)))
    return {
      values: (values) => values.map((value) => (typeof value === "string" ? Date.parse(value) : NaN)),
      times: true,
      names: null,
    };
  const names = [...new Set(raw.map(nameOf))];
  const places = new Map(names.map((name, i) => [name, i]));
  return { values: (values) => values.map((value) => places.get(nameOf(value)) ?? NaN), times: false, names };
}

function heatMapOf(trace: JsonObject, name: string): HTMLElement | null {
  const rows = trace["z"];
  const lists = Array.isArray(rows) ? rows.map((row: Json) => listOf(row)) : [];
  const values = lists.map((row) => (row ?? []).map((value) => (typeof value === "number" ? value : NaN)));
  return values.length === 0 ? null : heatMap(values, textOf(trace["name"]) || name);
}
