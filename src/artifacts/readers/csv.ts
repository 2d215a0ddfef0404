/** CSV and its relatives: the first page of a file of any size at once, the rest as it is asked for. */
import { type Asking, unattended } from "../../core/asking";
import type { Json } from "../../core/json";
import { HeadraceError } from "../../core/errors";
import { CsvIndex, splitRows } from "./csvRows";
import { type FileBytes, invalid } from "./file";
import { TableQuery } from "./query";
import type {
  Batch,
  ColumnSummary,
  Filter,
  RowCount,
  Sort,
  TableColumn,
  TablePage,
  TableSource,
} from "./source";
import { summarizeColumn } from "./summaries";

const SAMPLE = 64 * 1024;
const SCANNED_AT_ONCE = 5_000;
const SAMPLED_ROWS = 200;
const MOST_COLUMNS = 10_000;
const DELIMITERS = [",", "\t", ";", "|"];
/** How Headrace's own materializer writes a missing value. */
const MISSING = "\\N";
const NUMBER = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)$/i;
const TIME = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const BOOLEAN = /^(true|false)$/i;

type Row = readonly Json[];

export async function openCsv(file: FileBytes): Promise<TableSource> {
  const sample = await file.read(0, SAMPLE);
  const start = startOf(sample);
  const delimiter = sniffDelimiter(sample.subarray(start), sample.length === file.size).charCodeAt(0);
  const index = new CsvIndex(file, delimiter, start);
  await index.reach(SAMPLED_ROWS);
  const { end } = index.span(0, Math.min(index.rows, SAMPLED_ROWS));
  const rows = splitRows(await file.read(start, end - start), delimiter);
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width > MOST_COLUMNS) throw invalid(`The first rows of the CSV file have ${width} columns.`);
  return new CsvSource(file, index, delimiter, describe(rows, width), hasHeader(rows));
}

class CsvSource implements TableSource {
  private readonly query = new TableQuery(this);

  constructor(
    private readonly file: FileBytes,
    private readonly index: CsvIndex,
    private readonly delimiter: number,
    readonly columns: readonly TableColumn[],
    private readonly header: boolean,
  ) {}

  get rows(): RowCount {
    const skip = this.header ? 1 : 0;
    if (this.index.complete) return { count: Math.max(0, this.index.rows - skip), exact: true };
    const estimate = (this.file.size / Math.max(1, this.index.scanned)) * this.index.rows;
    return { count: Math.round(estimate) - skip, exact: false };
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
    const rows = await this.fields(offset, limit);
    return rows.map((row) => this.columns.map(({ kind }, at) => cell(row[at], kind)));
  }

  /** As they stand in the file. */
  private async fields(offset: number, limit: number): Promise<readonly (readonly (string | null)[])[]> {
    const from = offset + (this.header ? 1 : 0);
    // One row more, so that the end of the file is noticed where it is reached.
    await this.index.reach(from + limit + 1);
    const to = Math.min(from + limit, this.index.rows);
    if (to <= from) return [];
    const { start, end, first } = this.index.span(from, to);
    const rows = splitRows(await this.file.read(start, end - start), this.delimiter);
    return rows.slice(from - first, to - first);
  }

  /** Neighbours are read together. */
  async readAt(positions: readonly number[]): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let at = 0; at < positions.length;) {
      const first = positions[at] ?? 0;
      let length = 1;
      while (positions[at + length] === first + length) length += 1;
      rows.push(...(await this.read(first, length)));
      at += length;
    }
    return rows;
  }

  async *scan(columns: readonly number[]): AsyncGenerator<Batch> {
    for (let offset = 0; ;) {
      const rows = await this.fields(offset, SCANNED_AT_ONCE);
      const kinds = columns.map((at) => this.columns[at]?.kind ?? "text");
      if (rows.length > 0)
        yield {
          length: rows.length,
          columns: columns.map((at, i) => rows.map((row) => cell(row[at], kinds[i] ?? "text"))),
        };
      offset += rows.length;
      if (rows.length < SCANNED_AT_ONCE) return;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Skips the mark that some programs put in front of UTF-8. */
function startOf(sample: Uint8Array): number {
  const [first, second, third] = sample;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new HeadraceError("unsupported", "The CSV file is UTF-16, which can't be paged.", {
      advice: "Write it as UTF-8.",
    });
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

/** The delimiter by which the first rows have the same number of fields, and the most of them. */
function sniffDelimiter(sample: Uint8Array, whole: boolean): string {
  let best = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const rows = splitRows(sample, delimiter.charCodeAt(0));
    // The sample may end inside a row.
    const complete = (whole ? rows : rows.slice(0, -1)).slice(0, 20);
    const widths = complete.map((row) => row.length);
    const first = widths[0] ?? 1;
    const agreeing = widths.filter((width) => width === first).length / Math.max(1, widths.length);
    const score = first > 1 ? agreeing * 1000 + Math.min(first, 999) : 0;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** The first row names the columns, unless it looks like data itself. */
function hasHeader(rows: readonly (readonly (string | null)[])[]): boolean {
  return rows[0]?.some((field) => field !== null && !NUMBER.test(field)) ?? false;
}

function describe(rows: readonly (readonly (string | null)[])[], width: number): TableColumn[] {
  const header = hasHeader(rows);
  const body = header ? rows.slice(1) : rows;
  return Array.from({ length: width }, (_, at) => {
    const kind = kindOf(body.map((row) => row[at] ?? null));
    const name = header ? (rows[0]?.[at] ?? "") : "";
    return {
      name: name === "" ? `column ${at + 1}` : name,
      type: kind === "other" ? "text" : kind,
      kind,
      index: false,
    };
  });
}

function kindOf(fields: readonly (string | null)[]): TableColumn["kind"] {
  const present = fields.filter((field): field is string => !isMissing(field));
  if (present.length === 0) return "text";
  if (present.every((field) => NUMBER.test(field))) return "number";
  if (present.every((field) => BOOLEAN.test(field))) return "boolean";
  return present.every((field) => TIME.test(field)) ? "time" : "text";
}

function isMissing(field: string | null | undefined): boolean {
  return field === null || field === undefined || field === MISSING;
}

function cell(field: string | null | undefined, kind: TableColumn["kind"]): Json {
  if (isMissing(field) || field === null || field === undefined) return null;
  if (kind === "boolean" && BOOLEAN.test(field)) return field.toLowerCase() === "true";
  if (kind !== "number" || !NUMBER.test(field)) return field;
  const lower = field.toLowerCase();
  if (lower.endsWith("nan")) return null;
  if (lower.endsWith("inf")) return lower.startsWith("-") ? "-Infinity" : "Infinity";
  const number = Number(field);
  // Digits beyond what a number holds are shown as they are.
  return /^[+-]?\d+$/.test(field) && !Number.isSafeInteger(number) ? field : number;
}
