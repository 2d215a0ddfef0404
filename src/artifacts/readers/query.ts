/** Sorting and filtering of tables that are read row by row: bounded, and said so. */
import type { Json } from "../../core/json";
import type { Filter, RowCount, Sort, TablePage } from "./source";

/** So many rows are sorted or filtered; a longer table says that it was cut. */
export const MOST_QUERIED = 200_000;
const BATCH = 2000;
/** No page is longer. */
export const MOST_ROWS = 2000;

type Row = readonly Json[];

export interface RowReader {
  readonly rows: RowCount;
  /** Fewer rows than asked for only at the end. */
  read(offset: number, limit: number): Promise<readonly Row[]>;
}

/** Remembers the last question, so that paging through its answer asks only once. */
export class TableQuery {
  private question = "";
  private answer: Promise<{ positions: Uint32Array; limitedTo: number | null }> | null = null;

  constructor(private readonly reader: RowReader) {}

  async page(
    offset: number,
    limit: number,
    sort: Sort | null,
    filters: readonly Filter[],
  ): Promise<TablePage> {
    const from = Math.max(0, Math.trunc(offset));
    const count = Math.max(0, Math.min(Math.trunc(limit), MOST_ROWS));
    if (sort === null && filters.length === 0) {
      const rows = await this.reader.read(from, count);
      const positions = rows.map((_, at) => from + at);
      return { rows, positions, offset: from, total: this.reader.rows, limitedTo: null };
    }
    const { positions, limitedTo } = await this.ask(sort, filters);
    const shown = [...positions.subarray(from, from + count)];
    const rows = await this.readAt(shown);
    return {
      rows,
      positions: shown,
      offset: from,
      total: { count: positions.length, exact: true },
      limitedTo,
    };
  }

  private ask(
    sort: Sort | null,
    filters: readonly Filter[],
  ): Promise<{ positions: Uint32Array; limitedTo: number | null }> {
    const question = JSON.stringify([sort, filters]);
    if (this.answer === null || question !== this.question) {
      this.question = question;
      this.answer = this.find(sort, filters);
      this.answer.catch(() => (this.answer = null));
    }
    return this.answer;
  }

  private async find(
    sort: Sort | null,
    filters: readonly Filter[],
  ): Promise<{ positions: Uint32Array; limitedTo: number | null }> {
    const found: number[] = [];
    const keys: Json[] = [];
    const tests = filters.map(testOf);
    let at = 0;
    let limitedTo: number | null = null;
    for (;;) {
      const rows = await this.reader.read(at, BATCH);
      for (const [index, row] of rows.entries()) {
        if (!tests.every((test) => test(row))) continue;
        found.push(at + index);
        if (sort !== null) keys.push(row[sort.column] ?? null);
      }
      at += rows.length;
      if (rows.length < BATCH) break;
      if (at >= MOST_QUERIED) {
        limitedTo = at;
        break;
      }
    }
    if (sort === null) return { positions: Uint32Array.from(found), limitedTo };
    const order = found.map((_, index) => index);
    const direction = sort.descending ? -1 : 1;
    order.sort((a, b) => compare(keys[a] ?? null, keys[b] ?? null, direction) || a - b);
    return { positions: Uint32Array.from(order, (index) => found[index] ?? 0), limitedTo };
  }

  /** Reads rows that lie anywhere, neighbours together. */
  private async readAt(positions: readonly number[]): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let at = 0; at < positions.length;) {
      const first = positions[at] ?? 0;
      let length = 1;
      while (positions[at + length] === first + length) length += 1;
      rows.push(...(await this.reader.read(first, length)));
      at += length;
    }
    return rows;
  }
}

/** What is missing comes last, whichever way the rest is sorted. */
function compare(a: Json, b: Json, direction: number): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  const left = sortable(a);
  const right = sortable(b);
  if (typeof left === "number" && typeof right === "number") return direction * (left - right);
  // Numbers before text, in columns that hold both.
  if (typeof left !== typeof right) return direction * (typeof left === "number" ? -1 : 1);
  return left === right ? 0 : direction * (left < right ? -1 : 1);
}

function isMissing(value: Json): boolean {
  return value === null || value === "NaN";
}

function sortable(value: Json): number | string {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function testOf(filter: Filter): (row: Row) => boolean {
  const wanted = filter.value ?? "";
  const cell = (row: Row): Json => row[filter.column] ?? null;
  const ordered = (accepts: (difference: number) => boolean) => (row: Row) => {
    const value = cell(row);
    return !isMissing(value) && accepts(difference(value, wanted));
  };
  switch (filter.operator) {
    case "missing":
      return (row) => isMissing(cell(row));
    case "present":
      return (row) => !isMissing(cell(row));
    case "contains": {
      const text = String(wanted).toLowerCase();
      return (row) => !isMissing(cell(row)) && textOf(cell(row)).toLowerCase().includes(text);
    }
    case "equals":
      return ordered((order) => order === 0);
    case "not-equals":
      return (row) => isMissing(cell(row)) || difference(cell(row), wanted) !== 0;
    case "less":
      return ordered((order) => order < 0);
    case "less-or-equal":
      return ordered((order) => order <= 0);
    case "greater":
      return ordered((order) => order > 0);
    case "greater-or-equal":
      return ordered((order) => order >= 0);
  }
}

/** How a cell compares with what a person typed: as numbers if both are, else as text. */
function difference(value: Json, wanted: string | number | boolean): number {
  const left = typeof value === "boolean" ? value : sortable(value);
  if (typeof left === "number") {
    const right = typeof wanted === "number" ? wanted : Number(wanted);
    return String(wanted).trim() === "" ? NaN : left - right;
  }
  const text = String(left);
  const other = String(wanted);
  return text === other ? 0 : text < other ? -1 : 1;
}

export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
