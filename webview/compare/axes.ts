/** The axes of parallel coordinates: where values lie on them, whether they are numbers or names. */
import { byName } from "../../src/core/naturalOrder";
import type { CellValue, ComparedRow, CompareSnapshot } from "../../src/panels/compare/messages";
import { visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";

export interface Axis {
  readonly name: string;
  /** From 0 (below) to 1 (above), for each run; null where a run has no value. */
  readonly places: readonly (number | null)[];
  /** What is written beside it, from below upwards. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Places that something lies at, from below upwards: what keys move along. */
  readonly stops: readonly number[];
}

/** More names than this tell nothing on an axis. */
const MOST_NAMES = 12;
const MOST_AXES = 30;

export function axesOf({ rows }: CompareSnapshot): readonly Axis[] {
  return rows
    .filter((row) => row.differs && (row.group === "parameters" || row.group === "metrics"))
    .flatMap((row) => axisOf(row) ?? [])
    .slice(0, MOST_AXES);
}

function axisOf({ name, values }: ComparedRow): Axis | null {
  const known = values.filter((value) => value !== null);
  const distinct = [...new Set<CellValue>(known)];
  if (distinct.length < 2) return null;
  if (known.every((value) => typeof value === "number")) return numberAxis(name, values, known);
  if (distinct.length > MOST_NAMES) return null;
  const texts = distinct.map((value) => String(value)).sort(byName);
  const at = (value: CellValue): number | null =>
    value === null ? null : texts.indexOf(String(value)) / (texts.length - 1);
  const ticks = texts.map((text, i) => ({ at: i / (texts.length - 1), text: visible(text) }));
  return { name, places: values.map(at), ticks, stops: ticks.map((tick) => tick.at) };
}

function numberAxis(name: string, values: readonly CellValue[], known: readonly number[]): Axis {
  const low = Math.min(...known);
  const high = Math.max(...known);
  const at = (value: number): number => (value - low) / (high - low);
  return {
    name,
    places: values.map((value) => (typeof value === "number" ? at(value) : null)),
    ticks: [
      { at: 0, text: formatNumber(low) },
      { at: 1, text: formatNumber(high) },
    ],
    stops: [...new Set(known.map(at))].sort((a, b) => a - b),
  };
}
