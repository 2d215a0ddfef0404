/** Kinds of plotly's traces beyond points, lines and bars: pies, boxes, and those that are shown as the data they hold. */
import type { Json, JsonObject } from "../../../src/core/json";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { Grid } from "../../ui/grid";
import type { Cell } from "../../ui/gridRows";
import { section } from "../../ui/parts";
import { pie } from "../../ui/pie";
import type { PlotSeries } from "../../ui/plot";
import { boxOf, type PlotBox } from "../../ui/plotBoxes";
import { listOf, nameOf, numberOf, textOf } from "./plotlyData";

export const BOX_KINDS: readonly Json[] = ["box", "violin"];
const THREE_DIMENSIONAL = /3d$|^(surface|cone|streamtube|volume|isosurface)$/;
const MOST_ROWS = 100_000;

/** Null when it has no shares. */
export function pieOf(trace: JsonObject, name: string, strings: ArtifactStrings): HTMLElement | null {
  const labels = listOf(trace["labels"]) ?? [];
  const values = listOf(trace["values"]);
  const shares = new Map<string, number>();
  // Without values each label counts once; a label that comes again adds to its share.
  for (const [i, value] of (values ?? labels.map(() => 1)).entries()) {
    const label = labels[i] === undefined ? String(i) : nameOf(labels[i]);
    shares.set(label, (shares.get(label) ?? 0) + (numberOf(value) ?? 0));
  }
  const list = [...shares].map(([label, value]) => ({ name: label, value }));
  if (!list.some(({ value }) => value > 0)) return null;
  const others = (count: number): string => fill(strings.otherShares, count);
  return pie(list, numberOf(trace["hole"]) ?? 0, { label: textOf(trace["name"]) || name, others });
}

/** The groups of all box traces, in the order in which they come: names along the axis. */
export function boxNames(traces: readonly JsonObject[]): readonly string[] {
  return [...new Set(traces.flatMap((trace, i) => [...groupsOf(trace, i).keys()]))];
}

export function boxesOf(trace: JsonObject, place: number, names: readonly string[]): PlotSeries | null {
  const boxes = [...groupsOf(trace, place)].flatMap(([group, values]) => {
    const x = names.indexOf(group);
    return (typeof values === "number" ? givenBox(trace, values, x) : boxOf(x, values)) ?? [];
  });
  if (boxes.length === 0) return null;
  const points = boxes.flatMap(({ x, low, high, outliers }) =>
    [low, high, ...outliers].map((y) => ({ x, y })),
  );
  return { name: textOf(trace["name"]) || `${place + 1}`, draw: "boxes", points, boxes };
}

/** Values by group, or the place of a box whose quartiles are given. */
function groupsOf(trace: JsonObject, place: number): ReadonlyMap<string, readonly number[] | number> {
  const own = textOf(trace["name"]) || `${place + 1}`;
  const across = trace["orientation"] === "h";
  const groups = listOf(trace[across ? "y" : "x"]);
  const given = listOf(trace["q1"]);
  if (given !== null)
    return new Map(given.map((_, i) => [groups === null ? own : nameOf(groups[i] ?? i), i]));
  const values = listOf(trace[across ? "x" : "y"]) ?? groups ?? [];
  const found = new Map<string, number[]>();
  for (const [i, value] of values.entries()) {
    const number = numberOf(value);
    if (number === null) continue;
    const group = groups === null || groups === values ? own : nameOf(groups[i] ?? "");
    found.set(group, [...(found.get(group) ?? []), number]);
  }
  return found;
}

function givenBox(trace: JsonObject, at: number, x: number): PlotBox | null {
  const [q1, median, q3, low, high] = ["q1", "median", "q3", "lowerfence", "upperfence"].map((name) =>
    numberOf(listOf(trace[name])?.[at] ?? null),
  );
  if (q1 == null || median == null || q3 == null) return null;
  return { x, low: low ?? q1, q1, median, q3, high: high ?? q3, outliers: [] };
}

/** Says that a trace is not drawn, and why; its lists as a table. */
export function dataView(
  trace: JsonObject,
  strings: ArtifactStrings,
  say: (text: string) => void,
): HTMLElement {
  const kind = textOf(trace["type"]) || "scatter";
  const name = visible(textOf(trace["name"]) || kind);
  const columns = Object.entries(trace).flatMap(([member, value]) => columnsOf(member, value));
  const length = Math.min(MOST_ROWS, Math.max(0, ...columns.map(({ values }) => values.length)));
  const rows = Array.from({ length }, (_, i) => [
    i,
    ...columns.map(({ values }) => cellOf(values[i] ?? null)),
  ]);
  const grid = new Grid({
    label: name,
    columns: [
      { title: "", numeric: true },
      ...columns.map(({ title, values }) => ({
        title: visible(title),
        numeric: values.every((value) => typeof value === "number"),
      })),
    ],
    first: { rows, offset: 0, total: length },
    pinned: 1,
    failed: say,
    copied: (count) => say(fill(strings.copiedRows, count)),
  });
  grid.root.classList.add("bounded");
  const isFlat = !THREE_DIMENSIONAL.test(kind);
  const reason =
    columns.length === 0 ? strings.traceInSource : isFlat ? strings.traceNotDrawn : strings.threeDimensional;
  return section(
    name,
    element("p", { class: "note" }, fill(reason, kind)),
    columns.length === 0 ? null : grid.root,
  );
}

interface DataColumn {
  readonly title: string;
  readonly values: readonly Json[];
}

/** A list is a column; a list of lists, as surfaces have, one for each place in them. */
function columnsOf(title: string, value: Json): readonly DataColumn[] {
  const list = listOf(value);
  if (list === null || list.length === 0) return [];
  if (!Array.isArray(list[0])) return [{ title, values: list }];
  const lines = list.map((line) => listOf(line) ?? []);
  return (lines[0] ?? []).map((_, i) => ({
    title: `${title}[${i}]`,
    values: lines.map((line) => line[i] ?? null),
  }));
}

function cellOf(value: Json): Cell {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
