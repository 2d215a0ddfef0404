/** What is shown of a value: one line for lists, and `preview.json` (src/core/preview.ts). Bounded, and never a reason to fail. */
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { Json } from "../../../../core/json";
import type { ColumnPreview, NumberSummary, Preview } from "../../../../core/preview";
import { isPlain } from "../json";
import { NdArray, dtypeOf } from "./dtypes";
import type { TypedArray } from "./dtypes";
import { encode } from "./encoding";
import { imageKind, isArrowTable } from "./registry";
import type { ArrowTable } from "./registry";

const MOST_ROWS = 100;
const MOST_COLUMNS = 50;
/** Of an Arrow table: more are not looked at for what is shown of its columns. */
const MOST_SCANNED = 10_000;
/** Statistics of more values come from this many, evenly spaced. */
const MOST_SAMPLED = 1 << 20;
const MOST_TEXT = 100_000;
const MOST_PREVIEW = 256 * 1024;
const BINS = 20;

interface Written {
  readonly path: string;
  readonly bytes: number;
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const { constructor } = value as { constructor?: { name?: string } };
  return constructor?.name === undefined || constructor.name === "" ? "Object" : constructor.name;
}

/** Memory is looked at through its bytes. */
const viewed = (value: unknown): unknown => (value instanceof ArrayBuffer ? new Uint8Array(value) : value);

export function summaryOf(given: unknown, files: readonly Written[]): string {
  const value = viewed(given);
  const size = files.reduce((sum, file) => sum + file.bytes, 0);
  if (value instanceof NdArray) return `NdArray (${value.shape.join(", ")}) ${value.dtype}`;
  if (value instanceof Uint8Array) return `${imageKind(value) ?? "bytes"} ${value.length} B`;
  if (dtypeOf(value) !== null) return `${typeName(value)} (${(value as TypedArray).length})`;
  if (value instanceof Map || value instanceof Set) return `${typeName(value)} (${value.size})`;
  if (Array.isArray(value)) {
    const columns = columnsOf(value);
    return columns === null ? `Array (${value.length})` : `table (${value.length}, ${columns.length})`;
  }
  if (isArrowTable(value)) return `Table (${value.numRows}, ${value.schema.fields.length})`;
  if (value instanceof Readable || value instanceof ReadableStream) return `stream ${size} B`;
  if (typeof value === "string") return short(JSON.stringify(value));
  if (typeof value === "object" && value !== null) {
    return isPlain(value) ? `{${short(Object.keys(value).join(", "))}}` : typeName(value);
  }
  return String(value);
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Null when nothing can be shown. */
export function previewOf(value: unknown, files: readonly Written[]): Preview | null {
  try {
    const preview = previewFor(value, files);
    if (Buffer.byteLength(JSON.stringify(preview)) <= MOST_PREVIEW) return preview;
    return {
      kind: "opaque",
      type: typeName(value),
      text: summaryOf(value, files),
      note: "Too large to be shown.",
    };
  } catch {
    return null;
  }
}

function previewFor(given: unknown, files: readonly Written[]): Preview {
  const value = viewed(given);
  const file = files.length === 1 ? (files[0]?.path ?? null) : null;
  if (value instanceof Uint8Array) return bytesPreview(value, file);
  if (value instanceof NdArray) return arrayPreview(value.data, value.shape, file);
  if (dtypeOf(value) !== null) return arrayPreview(value as TypedArray, [(value as TypedArray).length], file);
  if (typeof value === "string") {
    return value.length <= 200 && !value.includes("\n")
      ? { kind: "value", type: "string", text: value }
      : {
          kind: "text",
          format: "plain",
          text: value.slice(0, MOST_TEXT),
          truncated: value.length > MOST_TEXT,
          file: null,
        };
  }
  if (typeof value !== "object" || value === null)
    return { kind: "value", type: typeName(value), text: String(value) };
  if (isArrowTable(value)) return arrowPreview(value);
  const columns = Array.isArray(value) ? columnsOf(value) : null;
  if (columns !== null) return tablePreview(value as readonly Record<string, unknown>[], columns);
  if (files.some(({ path }) => path === "data.json")) return jsonPreview(value, file);
  return { kind: "opaque", type: typeName(value), text: summaryOf(value, files), note: "" };
}

function jsonPreview(value: object, file: string | null): Preview {
  const length = Array.isArray(value)
    ? value.length
    : value instanceof Map || value instanceof Set
      ? value.size
      : null;
  const cut = Array.isArray(value) && value.length > MOST_ROWS;
  const shown: unknown = cut ? value.slice(0, MOST_ROWS) : value;
  return { kind: "json", value: encode(shown), length, truncated: cut, file };
}

function bytesPreview(value: Uint8Array, file: string | null): Preview {
  const image = imageKind(value);
  if (image !== null && file !== null) {
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    const png = image === "png" && value.length >= 24;
    return {
      kind: "image",
      file,
      width: png ? view.getUint32(16) : null,
      height: png ? view.getUint32(20) : null,
      mime: image === "png" ? "image/png" : "image/jpeg",
    };
  }
  return {
    kind: "bytes",
    length: value.length,
    headHex: Buffer.from(value.subarray(0, 256)).toString("hex"),
    file,
  };
}

function arrayPreview(data: TypedArray, shape: readonly number[], file: string | null): Preview {
  const head = Array.from(data.subarray(0, MOST_ROWS) as Float64Array, (item: number | bigint) =>
    numberJson(Number(item)),
  );
  return {
    kind: "array",
    shape,
    dtype: dtypeOf(data) ?? "unknown",
    statistics: scaled(numbersSummary(sampleOf(data as Float64Array, Number)), data.length),
    head,
    file,
    truncated: data.length > MOST_ROWS,
  };
}

/** Values that are evenly spaced, and no more than can be looked at in a moment. */
function sampleOf<T, R>(values: ArrayLike<T>, each: (value: T) => R): readonly R[] {
  const step = Math.ceil(values.length / MOST_SAMPLED);
  return step <= 1
    ? Array.from(values, each)
    : Array.from({ length: Math.ceil(values.length / step) }, (_item, at) => each(values[at * step] as T));
}

/** A sample's summary, with the counts of the whole. */
function scaled(summary: NumberSummary, total: number): NumberSummary {
  if (summary.count === total) return summary;
  const scale = total / summary.count;
  const { infinite } = summary;
  return {
    ...summary,
    count: total,
    missing: Math.round(summary.missing * scale),
    ...(infinite === undefined ? {} : { infinite: Math.round(infinite * scale) }),
    sample: summary.count,
  };
}

function numberJson(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

/** The columns of an array of records with plain cells; null for any other array. */
function columnsOf(rows: readonly unknown[]): readonly string[] | null {
  const names = new Set<string>();
  if (rows.length === 0) return null;
  for (const row of rows) {
    if (!isPlain(row)) return null;
    for (const [name, cell] of Object.entries(row)) {
      if (typeof cell === "object" && cell !== null && !(cell instanceof Date)) return null;
      names.add(name);
    }
    if (names.size > 1000) return null;
  }
  return names.size === 0 ? null : [...names];
}

function tablePreview(rows: readonly Record<string, unknown>[], names: readonly string[]): Preview {
  const shown = names.slice(0, MOST_COLUMNS);
  const looked = sampleOf(rows, (row) => row);
  return {
    kind: "table",
    rows: rows.length,
    columns: shown.map((name) =>
      columnPreview(
        name,
        looked.map((row) => row[name]),
        rows.length,
      ),
    ),
    columnCount: names.length,
    index: null,
    head: rows.slice(0, MOST_ROWS).map((row) => shown.map((name) => cellJson(row[name]))),
    indexHead: rows.slice(0, MOST_ROWS).map((_row, at) => at),
    file: null,
    truncated: rows.length > MOST_ROWS || names.length > shown.length,
  };
}

function arrowPreview(table: ArrowTable): Preview {
  const rows = table
    .slice(0, MOST_SCANNED)
    .toArray()
    .map((row) => row.toJSON());
  const names = table.schema.fields.map(({ name }) => name);
  const preview = tablePreview(rows, names);
  return preview.kind !== "table"
    ? preview
    : { ...preview, rows: table.numRows, truncated: preview.truncated || table.numRows > rows.length };
}

function cellJson(cell: unknown): Json {
  if (cell === undefined || cell === null) return null;
  if (typeof cell === "number") return numberJson(cell);
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === "boolean" ? cell : short(cellText(cell));
}

function cellText(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === "string"
    ? cell
    : JSON.stringify(typeof cell === "bigint" ? String(cell) : (cell ?? null));
}

/** `total`: how many rows there are, of which these cells may be a sample. */
function columnPreview(name: string, cells: readonly unknown[], total: number): ColumnPreview {
  const scale = cells.length === 0 ? 1 : total / cells.length;
  const there = cells.filter((cell) => cell !== null && cell !== undefined);
  const types = new Set(there.map((cell) => (cell instanceof Date ? "Date" : typeof cell)));
  const [type = "null"] = types;
  const kinds = { number: "number", boolean: "boolean", string: "text", Date: "time" } as const;
  const kind = types.size === 1 && type in kinds ? kinds[type as keyof typeof kinds] : "other";
  const counts = new Map<string, number>();
  for (const cell of there) {
    const text = cellText(cell);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 5);
  return {
    name,
    type: [...types].join(" | "),
    kind,
    missing: Math.round((cells.length - there.length) * scale),
    distinct: counts.size,
    number:
      kind === "number" ? scaled(numbersSummary(there.map(Number)), Math.round(there.length * scale)) : null,
    top:
      kind === "number"
        ? []
        : top.map(([value, count]) => ({ value: short(value), count: Math.round(count * scale) })),
  };
}

function numbersSummary(values: readonly number[]): NumberSummary {
  const finite = values.filter(Number.isFinite);
  const missing = values.filter(Number.isNaN).length;
  const infinite = values.length - finite.length - missing;
  const counted = { count: values.length, missing, ...(infinite > 0 ? { infinite } : {}) };
  if (finite.length === 0)
    return { ...counted, min: null, max: null, mean: null, std: null, histogram: null };
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of finite) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const mean = sum / finite.length;
  const variance = finite.reduce((total, value) => total + (value - mean) ** 2, 0) / finite.length;
  return {
    ...counted,
    min,
    max,
    mean,
    std: Math.sqrt(variance),
    histogram: histogramOf(finite, min, max),
  };
}

function histogramOf(values: readonly number[], min: number, max: number): NumberSummary["histogram"] {
  const width = (max - min) / BINS;
  if (!Number.isFinite(width) || width === 0) return { edges: [min, max], counts: [values.length] };
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((value - min) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    edges: Array.from({ length: BINS + 1 }, (_item, at) => (at === BINS ? max : min + at * width)),
    counts,
  };
}
