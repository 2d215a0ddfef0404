/** How values are written for people: durations, sizes, ages, states, tables. */
import { stripVTControlCharacters } from "node:util";
import type { RunStatus, StepStatus } from "../core/entities";
import type { Terminal } from "./terminal";

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

export function ago(time: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return new Date(time).toISOString().slice(0, 10);
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

const SIGNS: Readonly<Record<RunStatus | StepStatus, readonly [string, Parameters<Terminal["paint"]>[0]]>> = {
  initializing: ["○", "dim"],
  waiting: ["○", "dim"],
  running: ["●", "blue"],
  retrying: ["●", "yellow"],
  retried: ["↻", "yellow"],
  completed: ["✓", "green"],
  cached: ["≡", "magenta"],
  failed: ["✗", "red"],
  skipped: ["–", "dim"],
  cancelled: ["⊘", "yellow"],
  interrupted: ["⊘", "yellow"],
};

export function sign(status: RunStatus | StepStatus, terminal: Terminal): string {
  const [glyph, style] = SIGNS[status];
  return terminal.paint(style, glyph);
}

/** Names and messages come from user code: what would move the cursor or change colours is shown, not done. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    escaped,
  );
}

const COLOUR_CODE = /(\u001b\[[0-9;]*m)/;

/** A line that a step wrote: its colours are kept where colours are shown, all other control sequences dropped. */
export function stepOutput(line: string, terminal: Terminal): string {
  const parts = line.split(COLOUR_CODE);
  const shown = parts.map((part, index) => {
    // Every other part is a code, as the pattern captures it.
    if (index % 2 === 1) return terminal.colour ? part : "";
    return printable(stripVTControlCharacters(part));
  });
  const resets = terminal.colour && parts.length > 1 ? "\u001b[0m" : "";
  return shown.join("") + resets;
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** Rows in aligned columns under a heading. Cells may be coloured. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal,
): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(...[heading, ...rows.map((row) => row[column] ?? "")].map(width)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join("  ")
      .trimEnd();
  return [terminal.paint("dim", line(headings)), ...rows.map(line)];
}

/** `name: value` lines with the values aligned. */
function fields(pairs: readonly (readonly [string, string])[], terminal: Terminal): string[] {
  const widest = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${terminal.paint("dim", name.padEnd(widest))}  ${value}`);
}

export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal,
): void {
  for (const line of table(headings, rows, terminal)) terminal.out(line);
}

export function printFields(pairs: readonly (readonly [string, string])[], terminal: Terminal): void {
  for (const line of fields(pairs, terminal)) terminal.out(`  ${line}`);
}

function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}
