/** Pages of a payload's file, opened on first need and kept open while the panel is there. */
import * as path from "node:path";
import { readPreview } from "../../artifacts/manifest";
import { openArray, openTable } from "../../artifacts/readers/open";
import type { ArraySource, Filter, TableSource } from "../../artifacts/readers/source";
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
import { arrayPicture, arraySeries } from "./samples";

type Cell = TablePage["rows"][number][number];

/** More than any window shows at once. */
const MOST_ROWS = 1000;
const MOST_COLUMNS = 2000;

export class PayloadPages {
  private constructor(
    private readonly tableSource: TableSource | null,
    private readonly arraySource: ArraySource | null,
  ) {}

  static async open(engine: Engine, artifactVersionId: string): Promise<PayloadPages> {
    const folder = engine.payloadFolder(artifactVersionId);
    const preview = folder === null ? null : await readPreview(folder);
    if (folder === null || preview === null || !("file" in preview) || preview.file === null) {
      throw new HeadraceError("not-found", "This artifact has no file that can be paged.");
    }
    const file = path.join(folder, preview.file);
    if (preview.kind === "table" || (preview.kind === "text" && preview.format === "csv"))
      return new PayloadPages(await openTable(file), null);
    if (preview.kind === "array") return new PayloadPages(null, await openArray(file));
    throw new HeadraceError("unsupported", `A ${preview.kind} has no pages.`);
  }

  close(): void {
    void this.tableSource?.close();
    void this.arraySource?.close();
  }

  /** Rows with their index first, as one cell; its column counts as -1. */
  async table(request: TablePageRequest): Promise<TablePage> {
    const source = this.#table();
    const indexes = positions(source, true);
    const data = positions(source, false);
    const inFile = (column: number): number => (column < 0 ? (indexes[0] ?? 0) : (data[column] ?? 0));
    // Rows without a stored index are in its order as they stand.
    const hasOrder = request.sort !== undefined && (request.sort.column >= 0 || indexes.length > 0);
    const sort = hasOrder ? { ...request.sort, column: inFile(request.sort.column) } : null;
    const filters = request.filter === undefined ? [] : [fileFilter(request.filter, inFile)];
    const page = await source.page(request.offset, Math.min(request.limit, MOST_ROWS), sort, filters);
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
    const source = this.#table();
    return source.columns
      .filter((column) => !column.index)
      .slice(0, MOST_COLUMNS)
      .map(({ name, type, kind }) => ({ name, type, kind }));
  }

  async summary(column: number): Promise<ColumnSummary> {
    const source = this.#table();
    const at = positions(source, false)[column] ?? 0;
    const { name, type, kind } = source.columns[at] ?? { name: "", type: "", kind: "other" };
    const { missing, distinct, number, top, limitedTo } = await source.summary(at);
    return { name, type, kind, missing, distinct, number, top, limitedTo };
  }

  async slice(request: ArraySliceRequest): Promise<ArraySlice> {
    const source = this.#array();
    const { leading: at, row, rows, column, columns } = request;
    const values = await source.page({
      at,
      row,
      rows: Math.min(rows, MOST_ROWS),
      column,
      columns: Math.min(columns, MOST_ROWS),
    });
    return { shape: source.shape, values: values.map((line) => line.map(tableCell)) };
  }

  picture(leading: readonly number[]): Promise<ArrayPicture> {
    return arrayPicture(this.#array(), leading);
  }

  series(): Promise<ArraySeries> {
    return arraySeries(this.#array());
  }

  #array(): ArraySource {
    if (this.arraySource === null) throw new HeadraceError("unsupported", "This artifact is not an array.");
    return this.arraySource;
  }

  #table(): TableSource {
    if (this.tableSource === null) throw new HeadraceError("unsupported", "This artifact is not a table.");
    return this.tableSource;
  }
}

function positions(source: TableSource, index: boolean): number[] {
  return source.columns.flatMap((column, i) => (column.index === index ? [i] : []));
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
