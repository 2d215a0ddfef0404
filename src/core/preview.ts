/**
 * `preview.json` of a payload folder: written when the step runs, so that looking needs no interpreter. Bounded: at most
 * 256 KiB, 100 rows, 50 columns in detail; what was cut is said in `truncated`.
 *
 * JSON has no word for them, so numbers that are not finite are the strings "NaN", "Infinity" and "-Infinity", and integers
 * beyond 2^53 are strings of digits. A missing value in a table is null. Strings are data: they may hold control and
 * bidirectional characters, which whoever shows them has to make visible.
 */
import type { Json, JsonObject } from "./json";

export interface Histogram {
  /** n + 1 edges for n counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface NumberSummary {
  readonly count: number;
  readonly missing: number;
  /** Values without a place between `min` and `max`, on either side; absent when there are none. */
  readonly infinite?: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  readonly histogram: Histogram | null;
  /** How many values, evenly spaced, the statistics were computed from; absent when from all of them. */
  readonly sample?: number;
}

export interface ColumnPreview {
  readonly name: string;
  /** The column's type in its library's words: `float64`, `category`. */
  readonly type: string;
  readonly kind: "number" | "boolean" | "text" | "time" | "other";
  readonly missing: number;
  readonly distinct: number | null;
  readonly number: NumberSummary | null;
  readonly top: readonly { readonly value: string; readonly count: number }[];
}

export type Preview =
  | {
      readonly kind: "table";
      readonly rows: number;
      readonly columns: readonly ColumnPreview[];
      readonly columnCount: number;
      readonly index: string | null;
      readonly head: readonly (readonly Json[])[];
      readonly indexHead: readonly Json[];
      readonly file: string | null;
      readonly truncated: boolean;
    }
  | {
      readonly kind: "array";
      readonly shape: readonly number[];
      readonly dtype: string;
      readonly statistics: NumberSummary | null;
      readonly head: Json;
      readonly file: string | null;
      readonly truncated: boolean;
    }
  | { readonly kind: "value"; readonly type: string; readonly text: string }
  | {
      readonly kind: "json";
      readonly value: Json;
      readonly length: number | null;
      readonly truncated: boolean;
      readonly file: string | null;
    }
  | {
      readonly kind: "text";
      readonly format: "plain" | "markdown" | "html" | "csv" | "code";
      readonly text: string;
      readonly truncated: boolean;
      readonly file: string | null;
    }
  | {
      readonly kind: "image";
      readonly file: string;
      readonly width: number | null;
      readonly height: number | null;
      readonly mime: string;
    }
  | {
      readonly kind: "estimator";
      readonly className: string;
      readonly module: string;
      readonly parameters: JsonObject;
      readonly fitted: readonly { readonly name: string; readonly summary: string }[];
      readonly steps: readonly EstimatorNode[];
      readonly text: string;
    }
  | {
      readonly kind: "bytes";
      readonly length: number;
      readonly headHex: string;
      readonly file: string | null;
    }
  /** Several values in one container that has no JSON form: each element's own line. */
  | {
      readonly kind: "items";
      readonly type: string;
      readonly length: number;
      readonly items: readonly { readonly key: string; readonly summary: string }[];
      readonly truncated: boolean;
    }
  | { readonly kind: "opaque"; readonly type: string; readonly text: string; readonly note: string };

/** scikit-learn's nested estimators as a tree. */
export interface EstimatorNode {
  readonly name: string;
  readonly className: string;
  readonly parameters: JsonObject;
  readonly children: readonly EstimatorNode[];
}
