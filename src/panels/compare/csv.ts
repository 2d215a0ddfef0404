/** A comparison as a table for spreadsheets. */
import { codeWords, type CompareSnapshot, type CompareStrings } from "./messages";

export function compareCsv({ runs, rows }: CompareSnapshot, strings: CompareStrings): string {
  const lines = [
    ["", "", ...runs.map((run) => run.label)],
    ["", strings.status, ...runs.map((run) => strings[run.status])],
    ["", strings.started, ...runs.map((run) => new Date(run.started).toISOString())],
    ["", strings.took, ...runs.map((run) => (run.durationMs === null ? "" : run.durationMs / 1000))],
    ...rows.map((row) => [
      strings[row.group],
      row.name,
      ...(row.code?.cells.map((cell) => codeWords(cell, strings)) ?? row.values).map((value) => value ?? ""),
    ]),
  ];
  return lines.map((line) => line.map(csvCell).join(",")).join("\n") + "\n";
}

/** Quoted where needed; what a spreadsheet would take for a formula is kept text. */
function csvCell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
