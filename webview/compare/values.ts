/** How values of runs are written, and how far one is from that of the first run. */
import type { CellValue, ComparedRow } from "../../src/panels/compare/messages";
import { formatDuration, visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";

export function valueText({ group }: Pick<ComparedRow, "group">, value: CellValue): string {
  if (value === null) return "—";
  if (typeof value === "number") return group === "durations" ? formatDuration(value) : formatNumber(value);
  return visible(String(value));
}

/** ` +0.02`; null where that means nothing. */
export function differenceText(
  group: ComparedRow["group"],
  value: CellValue,
  first: CellValue,
): string | null {
  if (typeof value !== "number" || typeof first !== "number") return null;
  if (group !== "metrics" && group !== "durations") return null;
  const size = Math.abs(value - first);
  if (size === 0) return null;
  const text = group === "durations" ? formatDuration(size) : formatNumber(Number(size.toPrecision(3)));
  return ` ${value > first ? "+" : "−"}${text}`;
}
