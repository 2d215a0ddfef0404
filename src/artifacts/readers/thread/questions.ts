/** What the extension asks of the thread that reads payload files. Files are named in every question: a new thread knows nothing. */
import type { ErrorCode } from "../../../core/errors";
import type { Json } from "../../../core/json";
import type { RowDifferences } from "../rowDiff";
import type {
  ArraySlice,
  ColumnSummary,
  Filter,
  Picture,
  RowCount,
  Sort,
  Stretches,
  TableColumn,
  TablePage,
} from "../source";

interface InFile {
  readonly file: string;
}

export interface Questions {
  readonly table: {
    readonly params: InFile;
    readonly reply: { readonly columns: readonly TableColumn[]; readonly rows: RowCount };
  };
  readonly tablePage: {
    readonly params: InFile & {
      readonly offset: number;
      readonly limit: number;
      readonly sort: Sort | null;
      readonly filters: readonly Filter[];
    };
    readonly reply: TablePage;
  };
  readonly columnSummary: {
    readonly params: InFile & { readonly column: number };
    readonly reply: ColumnSummary;
  };
  readonly array: {
    readonly params: InFile;
    readonly reply: { readonly shape: readonly number[]; readonly dtype: string };
  };
  readonly arraySlice: {
    readonly params: InFile & { readonly slice: ArraySlice };
    readonly reply: readonly (readonly Json[])[];
  };
  readonly arrayPicture: {
    readonly params: InFile & { readonly at: readonly number[] };
    readonly reply: Picture;
  };
  readonly arraySeries: { readonly params: InFile; readonly reply: Stretches };
  readonly rowDifferences: {
    readonly params: { readonly left: string; readonly right: string; readonly cellsWanted: number };
    readonly reply: RowDifferences;
  };
}

export type Method = keyof Questions;

/** A question with its parameters, one of each method. */
export type Question = {
  readonly [M in Method]: { readonly method: M; readonly params: Questions[M]["params"] };
}[Method];

export type ToThread =
  | { readonly kind: "ask"; readonly id: number; readonly question: Question }
  | { readonly kind: "giveUp"; readonly id: number };

export type FromThread =
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  | { readonly kind: "reply"; readonly id: number; readonly value: unknown }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly advice: string | undefined;
    };
