/** How a grid's values look, how wide their columns are, and how they leave as text. */
import { element, type Child } from "./dom";
import { visible } from "./format";
import type { Cell, Row } from "./gridRows";
import { formatNumber } from "./numbers";

export interface GridColumn {
  readonly title: string;
  /** Under the title, muted: a type. */
  readonly detail?: string;
  readonly numeric: boolean;
  /** Dates and times: shown with a space where the standard has a T. */
  readonly time?: boolean;
  /** Under the detail: a small chart. */
  readonly chart?: Child;
  readonly description?: string;
}

const CHARACTER_WIDTH = 7.3;
const PADDING = 24;
const WIDTHS = { least: 56, withChart: 100, most: 320 };
const LONG_TEXT = 24;

export function cellText(value: Cell, column: GridColumn): string {
  if (value === null) return "—";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  return visible(column.time === true ? momentText(value) : value);
}

/** `2021-01-04T07:00:00` as `2021-01-04 07:00:00`, a midnight as its day. */
function momentText(text: string): string {
  return text.replace(/T00:00:00(\.0+)?$/, "").replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ");
}

export function cellView(value: Cell | undefined, column: GridColumn): HTMLElement {
  const text = value === undefined ? "…" : cellText(value, column);
  const classes = ["grid-cell"];
  if (column.numeric) classes.push("numeric");
  if (value === null || value === undefined) classes.push("missing");
  return element(
    "div",
    { class: classes.join(" "), role: "gridcell", title: text.length > LONG_TEXT ? text : null },
    text,
  );
}

/** As wide as its title and its first rows want, within bounds. */
export function columnWidth(column: GridColumn, rows: readonly Row[], index: number): number {
  const lengths = rows.slice(0, 50).map((row) => cellText(row[index] ?? null, column).length);
  const longest = Math.max(column.title.length + 2, (column.detail?.length ?? 0) * 0.9, ...lengths);
  const least = column.chart === undefined || column.chart === null ? WIDTHS.least : WIDTHS.withChart;
  return Math.round(Math.min(WIDTHS.most, Math.max(least, longest * CHARACTER_WIDTH + PADDING)));
}

/** As spreadsheets paste it: full precision, nothing for what is missing, quoted where the text holds a tab or a line's end. */
export function tabSeparated(rows: readonly Row[]): string {
  return rows.map((row) => row.map(plain).join("\t")).join("\n");
}

function plain(value: Cell): string {
  const text = value === null ? "" : String(value);
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
