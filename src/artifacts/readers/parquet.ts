/** Parquet, row group by row group. */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from "hyparquet";
import { type Asking, unattended } from "../../core/asking";
import { HeadraceError, messageOf } from "../../core/errors";
import type { Json } from "../../core/json";
import { type FileBytes, invalid, LARGEST_READ } from "./file";
import { compressors, refuseUnknownCodecs } from "./parquetCodecs";
import { describeColumns, type ParquetColumn } from "./parquetColumns";
import { parsers, toJson } from "./parquetValues";
import { TableQuery } from "./query";
import type { Batch, ColumnSummary, Filter, RowCount, Sort, TablePage, TableSource } from "./source";
import { summarizeColumn } from "./summaries";

const LARGEST_METADATA = 32 * 1024 * 1024;
/** Bytes that the columns of one row group may have when unpacked. */
const LARGEST_GROUP = 1024 * 1024 * 1024;
/** Of one column in one row group, packed. */
const LARGEST_CHUNK = 512 * 1024 * 1024;
/** Neighbouring rows are decoded in slices of about so many cells. */
const SLICE = { cells: 100_000, mostRows: 4096, leastRows: 64 };
/** When all rows are gone through, or any of them are wanted. */
const MANY_ROWS = 65_536;
/** Cells of what was decoded last and is kept. */
const MOST_KEPT_CELLS = 8_000_000;
/** Of rows that may be wanted next, taken from what is decoded anyway. */
const MOST_NEARBY_CELLS = 400_000;

export async function openParquet(file: FileBytes): Promise<TableSource> {
  const buffer = bufferOf(file);
  await checkFooter(file);
  const metadata = await guarded(() => parquetMetadataAsync(buffer));
  const columns = await guarded(() => Promise.resolve(describeColumns(parquetSchema(metadata), metadata)));
  const groups = groupsOf(metadata);
  refuseUnknownCodecs(metadata);
  return new ParquetSource(file, buffer, metadata, columns, groups);
}

interface Group {
  readonly start: number;
  readonly rows: number;
}

type Row = readonly Json[];

/** Like a batch, with values as the library gives them: they become JSON when they are looked at. */
interface Decoded {
  readonly length: number;
  readonly columns: readonly (readonly unknown[])[];
}

/** Rows from `start` to `end`. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

class ParquetSource implements TableSource {
  readonly rows: RowCount;
  private readonly query = new TableQuery(this);
  private readonly kept = new Map<string, Promise<Decoded>>();
  private keptCells = 0;
  /** Rows by their positions. */
  private near: ReadonlyMap<number, Row> = new Map();
  private readonly mostNearby: number;
  private readonly all: readonly number[];
  private readonly sliceRows: number;

  constructor(
    private readonly file: FileBytes,
    private readonly buffer: AsyncBuffer,
    private readonly metadata: FileMetaData,
    readonly columns: readonly ParquetColumn[],
    private readonly groups: readonly Group[],
  ) {
    this.rows = { count: groups.reduce((sum, group) => sum + group.rows, 0), exact: true };
    this.all = [...columns.keys()];
    const rows = Math.floor(SLICE.cells / Math.max(1, columns.length));
    this.mostNearby = Math.floor(MOST_NEARBY_CELLS / Math.max(1, columns.length));
    this.sliceRows = Math.min(SLICE.mostRows, Math.max(SLICE.leastRows, rows));
  }

  page(
    offset: number,
    limit: number,
    sort: Sort | null = null,
    filters: readonly Filter[] = [],
    asking: Asking = unattended,
  ): Promise<TablePage> {
    return this.query.page(offset, limit, sort, filters, asking);
  }

  async summary(column: number, asking: Asking = unattended): Promise<ColumnSummary> {
    const described = this.columns[column];
    if (described === undefined) throw invalid(`The table has no column ${column}.`);
    return summarizeColumn(this, described, column, asking);
  }

  async read(offset: number, limit: number): Promise<readonly Row[]> {
    const rows: Row[] = [];
    const end = offset + limit;
    for (const piece of this.pieces(offset, end, this.sliceRows)) {
      const batch = await this.batch(piece);
      for (let at = Math.max(offset, piece.start); at < Math.min(end, piece.end); at++)
        rows.push(this.row(batch, at - piece.start));
    }
    return rows;
  }

  async readAt(positions: readonly number[], nearby = new Uint32Array()): Promise<readonly Row[]> {
    const known = this.near;
    const missing = Uint32Array.from(positions.filter((position) => !known.has(position))).sort();
    if (missing.length === 0) return positions.map((position) => known.get(position) ?? []);
    const wanted = Uint32Array.from(new Set([...positions, ...nearby.subarray(0, this.mostNearby)])).sort();
    const found = new Map<number, Row>();
    for (const position of wanted) {
      const row = known.get(position);
      if (row !== undefined) found.set(position, row);
    }
    let next = 0;
    for (const position of missing) {
      if (found.has(position)) continue;
      const [piece] = this.pieces(position, position + 1, MANY_ROWS);
      if (piece === undefined) throw invalid(`The table has no row ${position}.`);
      const batch = await this.batch(piece);
      while ((wanted[next] ?? Infinity) < piece.start) next++;
      for (; (wanted[next] ?? Infinity) < piece.end; next++) {
        const at = wanted[next] ?? 0;
        found.set(at, this.row(batch, at - piece.start));
      }
    }
    this.near = found;
    return positions.map((position) => found.get(position) ?? []);
  }

  async *scan(columns: readonly number[]): AsyncGenerator<Batch> {
    for (const piece of this.pieces(0, this.rows.count, MANY_ROWS)) {
      const { length, columns: found } = await this.decode(piece, columns);
      const zones = columns.map((at) => this.columns[at]?.zone ?? null);
      yield { length, columns: found.map((column, i) => column.map((value) => toJson(value, zones[i]))) };
    }
  }

  close(): Promise<void> {
    this.kept.clear();
    this.near = new Map();
    return this.file.close();
  }

  private row({ columns }: Decoded, at: number): Row {
    return columns.map((column, i) => toJson(column[at], this.columns[i]?.zone));
  }

  /** The stretches of rows that hold `from` to `to`: each of at most so many rows, none across row groups. */
  private *pieces(from: number, to: number, rows: number): Generator<Piece> {
    for (const group of this.groups) {
      const groupEnd = group.start + group.rows;
      const [first, last] = [Math.max(from, group.start), Math.min(to, groupEnd)];
      if (first >= last) continue;
      const aligned = group.start + Math.floor((first - group.start) / rows) * rows;
      for (let start = aligned; start < last; start += rows)
        yield { start, end: Math.min(start + rows, groupEnd) };
    }
  }

  /** All columns of a piece, kept while it is looked at. */
  private async batch(piece: Piece): Promise<Decoded> {
    const key = `${piece.start} ${piece.end}`;
    const present = this.kept.get(key);
    const decoding = present ?? this.decode(piece, this.all);
    if (present === undefined) this.keptCells += this.cellsOf(key);
    // Moved to the end: what was used longest ago is forgotten first.
    this.kept.delete(key);
    this.kept.set(key, decoding);
    for (const oldest of this.kept.keys()) {
      if (this.keptCells <= MOST_KEPT_CELLS || oldest === key) break;
      this.forget(oldest);
    }
    return decoding.catch((error: unknown) => {
      this.forget(key);
      throw error;
    });
  }

  private forget(key: string): void {
    if (this.kept.delete(key)) this.keptCells -= this.cellsOf(key);
  }

  private cellsOf(key: string): number {
    const [start, end] = key.split(" ").map(Number);
    return ((end ?? 0) - (start ?? 0)) * this.columns.length;
  }

  private decode({ start, end }: Piece, wanted: readonly number[]): Promise<Decoded> {
    return guarded(async () => {
      const names = wanted.map((at) => this.columns[at]?.name ?? "");
      const length = end - start;
      const columns = new Map(names.map((name) => [name, new Array<unknown>(length).fill(null)]));
      let seen = 0;
      await parquetRead({
        file: this.buffer,
        metadata: this.metadata,
        rowStart: start,
        rowEnd: end,
        columns: names,
        compressors,
        parsers,
        // Bytes that say nothing of themselves are bytes, not text.
        utf8: false,
        onChunk: ({ columnName, columnData, rowStart }) => {
          const column = columns.get(columnName);
          if (column === undefined) return;
          const [from, to] = [Math.max(start, rowStart), Math.min(end, rowStart + columnData.length)];
          for (let row = from; row < to; row++) column[row - start] = columnData[row - rowStart];
          seen += Math.max(0, to - from);
        },
      });
      if (seen !== length * columns.size)
        throw invalid("A row group of the parquet file has fewer rows than it says.");
      return { length, columns: names.map((name) => columns.get(name) ?? []) };
    });
  }
}

function bufferOf(file: FileBytes): AsyncBuffer {
  return {
    byteLength: file.size,
    async slice(start, end = file.size) {
      const length = Math.max(0, Math.min(end, file.size) - start);
      if (length > LARGEST_CHUNK) throw tooLarge(length);
      const whole = new Uint8Array(length);
      for (let at = 0; at < length; at += LARGEST_READ)
        whole.set(await file.read(start + at, Math.min(LARGEST_READ, length - at)), at);
      return whole.buffer;
    },
  };
}

function tooLarge(bytes: number): HeadraceError {
  return new HeadraceError(
    "unsupported",
    `A column of the parquet file has ${bytes} bytes in one row group, too many for pages.`,
    { advice: "Write it in smaller row groups (row_group_size); Python can load it as it is." },
  );
}

/** What a damaged file makes the library throw says nothing to people. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HeadraceError) throw error;
    throw invalid(`The parquet file can't be read: ${messageOf(error)}`);
  }
}

async function checkFooter(file: FileBytes): Promise<void> {
  const end = await file.read(Math.max(0, file.size - 8), 8);
  if (end.length < 8 || String.fromCharCode(...end.subarray(4)) !== "PAR1") {
    throw invalid("The file is no parquet file, or it ends too early.");
  }
  const length = new DataView(end.buffer, end.byteOffset, end.byteLength).getUint32(0, true);
  if (length > LARGEST_METADATA || length + 12 > file.size) {
    throw invalid(`The parquet file says its description is ${length} bytes long.`);
  }
}

function groupsOf(metadata: FileMetaData): Group[] {
  const groups: Group[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const unpacked = group.columns.reduce(
      (sum, c) => sum + Number(c.meta_data?.total_uncompressed_size ?? 0n),
      0,
    );
    if (!Number.isSafeInteger(rows) || rows < 0 || !(unpacked <= LARGEST_GROUP)) {
      throw invalid(`A row group of the parquet file says it has ${rows} rows in ${unpacked} bytes.`);
    }
    groups.push({ start, rows });
    start += rows;
  }
  if (start !== Number(metadata.num_rows)) throw invalid("The row groups of the parquet file don't add up.");
  return groups;
}
