/** What panels page through: tables and arrays, wherever their bytes are. */
import type { Asking } from "../../core/asking";
import type { NumberSummary } from "../../core/preview";
import type { Json } from "../../core/json";

export interface TableColumn {
  readonly name: string;
  /** In the words of the file: `int64`, `text`. */
  readonly type: string;
  readonly kind: "number" | "boolean" | "text" | "time" | "other";
  /** True for the row labels of a pandas frame. */
  readonly index: boolean;
}

export interface Sort {
  readonly column: number;
  readonly descending: boolean;
}

export type FilterOperator =
  | "contains"
  | "equals"
  | "not-equals"
  | "less"
  | "less-or-equal"
  | "greater"
  | "greater-or-equal"
  | "missing"
  | "present";

export interface Filter {
  readonly column: number;
  readonly operator: FilterOperator;
  /** Unused by `missing` and `present`. */
  readonly value?: string | number | boolean;
}

export interface RowCount {
  readonly count: number;
  /** False while only a part of the file has been looked at: `count` is an estimate then. */
  readonly exact: boolean;
}

export interface TablePage {
  readonly rows: readonly (readonly Json[])[];
  /** Position of each row in the file. */
  readonly positions: readonly number[];
  readonly offset: number;
  /** How many rows there are after filtering. */
  readonly total: RowCount;
  /** Sorting and filtering looked at this many rows from the start; null when at all of them. */
  readonly limitedTo: number | null;
}

export interface ColumnSummary {
  readonly count: number;
  readonly missing: number;
  readonly distinct: number | null;
  readonly number: NumberSummary | null;
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** How many rows were looked at; null when all. */
  readonly limitedTo: number | null;
}

/** Some rows, column by column. */
export interface Batch {
  readonly length: number;
  readonly columns: readonly (readonly Json[])[];
}

/** A value that is missing is null; numbers that are not finite are "NaN", "Infinity" and "-Infinity" (core/preview.ts). */
export interface TableSource {
  readonly columns: readonly TableColumn[];
  readonly rows: RowCount;
  /** Rows `offset` to `offset + limit`, as the sorting and the filters (all of which must hold) leave them. */
  page(
    offset: number,
    limit: number,
    sort?: Sort | null,
    filters?: readonly Filter[],
    asking?: Asking,
  ): Promise<TablePage>;
  summary(column: number, asking?: Asking): Promise<ColumnSummary>;
  /** All rows from the first one on, with the values of these columns only, in this order. */
  scan(columns: readonly number[]): AsyncIterable<Batch>;
  close(): Promise<void>;
}

/** A rectangle of an array: the last two dimensions, at a place in those before. */
export interface ArraySlice {
  /** One position for each dimension but the last two. */
  readonly at: readonly number[];
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

export interface ArraySource {
  readonly shape: readonly number[];
  /** As NumPy writes it: `<f8`. */
  readonly dtype: string;
  /** Of one dimension: each row holds one value. */
  page(slice: ArraySlice): Promise<readonly (readonly Json[])[]>;
  /** Better and better statistics while the file is read; the last one is of everything. Null for text. */
  statistics(): AsyncGenerator<{ readonly summary: NumberSummary; readonly fraction: number }>;
  close(): Promise<void>;
}

/** RGBA, a byte each, in base64. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
  /** Every n-th pixel of a large image. */
  readonly step: number;
}

export interface Stretches {
  readonly points: readonly { readonly index: number; readonly low: number; readonly high: number }[];
  /** Whether only the beginning of each stretch was looked at. */
  readonly isSampled: boolean;
}
