/**
 * A plotly figure, drawn from its own data: lines, points, bars, histograms and heat maps. plotly itself is not here, as the
 * page runs no script but its own; what can't be drawn so is counted, and the data is one press away.
 */
import type { Json, JsonObject } from "../../../src/core/json";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { heatMap } from "../../ui/charts";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { plot, type PlotData, type PlotSeries } from "../../ui/plot";

const BINS = 30;
const DATE = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?$/;

interface Axis {
  /** A number for each value: itself, a time, or its place among the names. */
  readonly values: (raw: readonly Json[]) => readonly number[];
  readonly times: boolean;
  readonly names: readonly string[] | null;
}

/** Null when it is no figure, or nothing of it can be drawn. */
export function plotlyView(figure: Json, strings: ArtifactStrings): HTMLElement | null {
  const traces = objects(member(figure, "data")).filter((trace) => trace["visible"] !== false);
  const layout = member(figure, "layout");
  const maps = traces
    .filter((trace) => trace["type"] === "heatmap")
    .map((trace) => heatMapOf(trace, strings.heatMap));
  const series = traces.filter((trace) => trace["type"] !== "heatmap");
  const axis = acrossAxis(series);
  const drawn = series.flatMap((trace, i) => seriesOf(trace, i, axis) ?? []);
  const pictures = [...maps.filter((map) => map !== null)];
  if (drawn.length > 0) pictures.unshift(plot(plotData(drawn, layout, axis, strings.plot)));
  if (pictures.length === 0) return null;
  const left = traces.length - drawn.length - maps.filter((map) => map !== null).length;
  const title = titleOf(layout);
  return element(
    "div",
    {},
    title === "" ? null : element("h2", { class: "plot-title" }, visible(title)),
    ...pictures,
    left === 0 ? null : element("p", { class: "note" }, fill(strings.tracesLeftOut, left, traces.length)),
  );
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

function nameOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function heatMapOf(trace: JsonObject, name: string): HTMLElement | null {
  const rows = trace["z"];
  const lists = Array.isArray(rows) ? rows.map((row: Json) => listOf(row)) : [];
  const values = lists.map((row) => (row ?? []).map((value) => (typeof value === "number" ? value : NaN)));
  return values.length === 0 ? null : heatMap(values, textOf(trace["name"]) || name);
}

function titleOf(of: Json): string {
  const title = member(of, "title");
  return typeof title === "string" ? title : textOf(member(title, "text"));
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function member(of: Json, name: string): Json {
  return typeof of === "object" && of !== null && !Array.isArray(of)
    ? ((of as JsonObject)[name] ?? null)
    : null;
}

function objects(value: Json): readonly JsonObject[] {
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  return list.filter(
    (one): one is JsonObject => typeof one === "object" && one !== null && !Array.isArray(one),
  );
}

/** plotly writes arrays of numbers as their bytes; lists of anything else as lists. */
const TYPES: Readonly<Record<string, (bytes: ArrayBuffer) => ArrayLike<number>>> = {
  f8: (bytes) => new Float64Array(bytes),
  f4: (bytes) => new Float32Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
};

function listOf(value: Json | undefined): readonly Json[] | null {
  if (Array.isArray(value)) return value as readonly Json[];
  const [data, type] = [member(value ?? null, "bdata"), member(value ?? null, "dtype")];
  const read = typeof type === "string" ? TYPES[type] : undefined;
  if (typeof data !== "string" || read === undefined) return null;
  try {
    return Array.from(read(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)).buffer));
  } catch {
    // Cut or damaged: the figure is drawn without it.
    return null;
  }
}
