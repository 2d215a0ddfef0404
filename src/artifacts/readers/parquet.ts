/** Parquet, row group by row group. */
import zlib from "node:zlib";
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  snappyUncompress,
} from "hyparquet";
import { HeadraceError, messageOf } from "../../core/errors";
import type { Json } from "../../core/json";
import { type FileBytes, invalid } from "./file";
import { bigintJson, moment, numberJson } from "./npyTypes";
import { describeColumns } from "./parquetColumns";
import { TableQuery } from "./query";
import type { ColumnSummary, Filter, RowCount, Sort, TableColumn, TablePage, TableSource } from "./source";
import { summarizeColumn } from "./summaries";

const LARGEST_METADATA = 32 * 1024 * 1024;
const LARGEST_PAGE = 128 * 1024 * 1024;
/** Bytes that the columns of one row group may have when unpacked. */
const LARGEST_GROUP = 1024 * 1024 * 1024;
/** Groups kept in memory, and how many cells each may have for that. */
const KEPT_GROUPS = 4;
const MOST_KEPT_CELLS = 4_000_000;
const MOST_TEXT = 10_000;

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

type Rows = readonly (readonly Json[])[];

class ParquetSource implements TableSource {
  readonly rows: RowCount;
  private readonly query = new TableQuery(this);
  private readonly kept = new Map<number, Promise<Rows>>();

  constructor(
    private readonly file: FileBytes,
    private readonly buffer: AsyncBuffer,
    private readonly metadata: FileMetaData,
    readonly columns: readonly TableColumn[],
    private readonly groups: readonly Group[],
  ) {
    this.rows = { count: groups.reduce((sum, group) => sum + group.rows, 0), exact: true };
  }

  page(
    offset: number,
    limit: number,
    sort: Sort | null = null,
    filters: readonly Filter[] = [],
  ): Promise<TablePage> {
    return this.query.page(offset, limit, sort, filters);
  }

  async summary(column: number): Promise<ColumnSummary> {
    const described = this.columns[column];
    if (described === undefined) throw invalid(`The table has no column ${column}.`);
    return summarizeColumn(this, described, column);
  }

  async read(offset: number, limit: number): Promise<Rows> {
    const end = Math.min(offset + limit, this.rows.count);
    const rows: (readonly Json[])[] = [];
    for (const [at, group] of this.groups.entries()) {
      const from = Math.max(offset, group.start);
      const to = Math.min(end, group.start + group.rows);
      if (from >= to) continue;
      rows.push(...(await this.part(at, group, from, to)));
    }
    return rows;
  }

  close(): Promise<void> {
    this.kept.clear();
    return this.file.close();
  }

  private async part(at: number, group: Group, from: number, to: number): Promise<Rows> {
    if (group.rows * this.columns.length > MOST_KEPT_CELLS) return this.decode(from, to);
    const present = this.kept.get(at) ?? this.decode(group.start, group.start + group.rows);
    // Moved to the end: the group that was used longest ago is forgotten first.
    this.kept.delete(at);
    this.kept.set(at, present);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_GROUPS) break;
      this.kept.delete(oldest);
    }
    const rows = await present.catch((error: unknown) => {
      this.kept.delete(at);
      throw error;
    });
    return rows.slice(from - group.start, to - group.start);
  }

  private decode(rowStart: number, rowEnd: number): Promise<Rows> {
    return guarded(async () => {
      let rows: Rows = [];
      await parquetRead({
        file: this.buffer,
        metadata: this.metadata,
        rowStart,
        rowEnd,
        columns: this.columns.map((column) => column.name),
        compressors,
        parsers,
        // Bytes that say nothing of themselves are bytes, not text.
        utf8: false,
        onComplete: (found: unknown[][]) => {
          rows = found.map((row) => row.map((value) => toJson(value)));
        },
      });
      if (rows.length !== rowEnd - rowStart)
        throw invalid("A row group of the parquet file has fewer rows than it says.");
      return rows;
    });
  }
}

function bufferOf(file: FileBytes): AsyncBuffer {
  return {
    byteLength: file.size,
    async slice(start, end) {
      const data = await file.read(start, (end ?? file.size) - start);
      const copy = new ArrayBuffer(data.length);
      new Uint8Array(copy).set(data);
      return copy;
    },
  };
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

const native = new Map<string, (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array>([
  ["GZIP", zlib.gunzipSync],
  ["BROTLI", zlib.brotliDecompressSync],
]);
const zstd: unknown = Reflect.get(zlib, "zstdDecompressSync");
if (typeof zstd === "function") {
  native.set("ZSTD", (input, options) => Reflect.apply(zstd, zlib, [input, options]) as Uint8Array);
}

function refuseUnknownCodecs(metadata: FileMetaData): void {
  const known = new Set(["UNCOMPRESSED", "SNAPPY", ...native.keys()]);
  for (const group of metadata.row_groups) {
    for (const column of group.columns) {
      const codec = column.meta_data?.codec ?? "UNCOMPRESSED";
      if (known.has(codec)) continue;
      throw new HeadraceError(
        "unsupported",
        `The parquet file is compressed with ${codec}, which can't be unpacked here.`,
        {
          advice: "Write it with compression snappy, gzip or none; Python can load it as it is.",
        },
      );
    }
  }
}

function checked(length: number): number {
  if (!(length >= 0 && length <= LARGEST_PAGE))
    throw invalid(`A page of the parquet file says it unpacks to ${length} bytes.`);
  return length;
}

const compressors: Compressors = {
  SNAPPY(input, length) {
    // The format can't pack more than about 22 to 1.
    if (length > 1024 + input.length * 64)
      throw invalid("A page of the parquet file says it unpacks to more than it can.");
    const output = new Uint8Array(checked(length));
    snappyUncompress(input, output);
    return output;
  },
};
for (const [codec, unpack] of native) {
  compressors[codec as keyof Compressors] = (input, length) => {
    const output = unpack(input, { maxOutputLength: Math.max(1, checked(length)) });
    return new Uint8Array(output.buffer, output.byteOffset, output.byteLength);
  };
}

const parsers = {
  timestampFromMilliseconds: (value: bigint) => moment(value, "ms"),
  timestampFromMicroseconds: (value: bigint) => moment(value, "us"),
  timestampFromNanoseconds: (value: bigint) => moment(value, "ns"),
  dateFromDays: (value: number) => moment(BigInt(value), "D"),
};

function toJson(value: unknown, depth = 8): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return numberJson(value);
  if (typeof value === "bigint") return bigintJson(value);
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}…` : value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, 1000)).toString("hex");
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, 1000).map((item) => toJson(item, depth - 1));
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, depth - 1)]));
}
