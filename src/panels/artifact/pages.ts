/** Pages of a payload's file: what the page counts in, and what the thread that reads the file counts in. */
import * as path from "node:path";
import { readPreview } from "../../artifacts/manifest";
import type { Filter, TableColumn as FileColumn } from "../../artifacts/readers/source";
import type { PayloadReader } from "../../artifacts/readers/thread/payloadReader";
import type { Asking } from "../../core/asking";
import { HeadraceError } from "../../core/errors";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import type {
  ArrayPicture,
  ArraySeries,
  ArraySlice,
  ArraySliceRequest,
  ColumnSummary,
  TableColumn,
  TableFilter,
  TablePage,
  TablePageRequest,
} from "./messages";

type Cell = TablePage["rows"][number][number];

/** More than any window shows at once. */
const MOST_ROWS = 1000;
const MOST_COLUMNS = 2000;

export class PayloadPages {
  private constructor(
    private readonly reader: PayloadReader,
    private readonly file: string,
    /** Of a table. */
    private readonly fileColumns: readonly FileColumn[] | null,
    /** Of an array. */
    private readonly shape: readonly number[] | null,
  ) {}

  static async open(engine: Engine, reader: PayloadReader, artifactVersionId: string): Promise<PayloadPages> {
    const folder = engine.payloadFolder(artifactVersionId);
    const preview = folder === null ? null : await readPreview(folder);
    if (folder === null || preview === null || !("file" in preview) || preview.file === null) {
      throw new HeadraceError("not-found", "This artifact has no file that can be paged.");
    }
    const file = path.join(folder, preview.file);
    if (preview.kind === "table" || (preview.kind === "text" && preview.format === "csv"))
      return new PayloadPages(reader, file, (await reader.ask("table", { file })).columns, null);
    if (preview.kind === "array")
      return new PayloadPages(reader, file, null, (await reader.ask("array", { file })).shape);
    throw new HeadraceError("unsupported", `A ${preview.kind} has no pages.`);
  }

  /** Rows with their index first, as one cell; its column counts as -1. */
  async table(request: TablePageRequest, asking: Asking): Promise<TablePage> {
    const columns = this.#columns();
    const indexes = positions(columns, true);
    const data = positions(columns, false);
    const inFile = (column: number): number => (column < 0 ? (indexes[0] ?? 0) : (data[column] ?? 0));
    // Rows without a stored index are in its order as they stand.
    const hasOrder = request.sort !== undefined && (request.sort.column >= 0 || indexes.length > 0);
    const sort = hasOrder ? { ...request.sort, column: inFile(request.sort.column) } : null;
    const filters = (request.filters ?? []).map((filter) => fileFilter(filter, inFile));
    const { file } = this;
    const { offset, limit } = request;
    const page = await this.reader.ask(
      "tablePage",
      { file, offset, limit: Math.min(limit, MOST_ROWS), sort, filters },
      asking,
    );
    const rows = page.rows.map((row, i) => [
      label(
        indexes.map((at) => tableCell(row[at] ?? null)),
        page.positions[i] ?? 0,
      ),
      ...data.map((at) => tableCell(row[at] ?? null)),
    ]);
    return {
      rows,
      offset: page.offset,
      total: page.total.exact ? page.total.count : null,
      limitedTo: page.limitedTo,
    };
  }

  columns(): TableColumn[] {
    return this.#columns()
      .filter((column) => !column.index)
      .slice(0, MOST_COLUMNS)
      .map(({ name, type, kind }) => ({ name, type, kind }));
  }

  async summary(column: number, asking: Asking): Promise<ColumnSummary> {
    const columns = this.#columns();
    const at = positions(columns, false)[column] ?? 0;
    const { name, type, kind } = columns[at] ?? { name: "", type: "", kind: "other" };
    const found = await this.reader.ask("columnSummary", { file: this.file, column: at }, asking);
    const { missing, distinct, number, top, limitedTo } = found;
    return { name, type, kind, missing, distinct, number, top, limitedTo };
  }

  async slice(request: ArraySliceRequest, asking: Asking): Promise<ArraySlice> {
    const { leading: at, row, column } = request;
    const [rows, columns] = [Math.min(request.rows, MOST_ROWS), Math.min(request.columns, MOST_ROWS)];
    const slice = { at, row, rows, column, columns };
    const values = await this.reader.ask("arraySlice", { file: this.file, slice }, asking);
    return { shape: this.#shape(), values: values.map((line) => line.map(tableCell)) };
  }

  picture(leading: readonly number[], asking: Asking): Promise<ArrayPicture> {
    this.#shape();
    return this.reader.ask("arrayPicture", { file: this.file, at: leading }, asking);
  }

  series(asking: Asking): Promise<ArraySeries> {
    this.#shape();
    return this.reader.ask("arraySeries", { file: this.file }, asking);
  }

  #shape(): readonly number[] {
    if (this.shape === null) throw new HeadraceError("unsupported", "This artifact is not an array.");
    return this.shape;
  }

  #columns(): readonly FileColumn[] {
    if (this.fileColumns === null) throw new HeadraceError("unsupported", "This artifact is not a table.");
    return this.fileColumns;
  }
}

function positions(columns: readonly FileColumn[], index: boolean): number[] {
  return columns.flatMap((column, i) => (column.index === index ? [i] : []));
}

function fileFilter({ column, operator, text }: TableFilter, inFile: (column: number) => number): Filter {
  return { column: inFile(column), operator, value: text };
}

/** The index of a row, several levels joined; its position where there is none. */
function label(levels: readonly Cell[], position: number): Cell {
  return levels.length > 1 ? levels.join(", ") : (levels[0] ?? position);
}

export function tableCell(value: Json): Cell {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
