/** Sorting and filtering of tables that are read row by row: bounded, and said so. */
import { type Asking, goOn, unattended } from "../../core/asking";
import type { Json } from "../../core/json";
import type { Batch, Filter, RowCount, Sort, TablePage } from "./source";

/** So many rows are sorted or filtered; a longer table says that it was cut. */
export const MOST_QUERIED = 5_000_000;
/** No page is longer. */
export const MOST_ROWS = 2000;
/** Rows of an answer that lie near a page: people mostly scroll on. */
const NEARBY = { before: 10_000, after: 40_000 };

type Row = readonly Json[];

export interface RowReader {
  readonly rows: RowCount;
  /** Fewer rows than asked for only at the end. */
  read(offset: number, limit: number): Promise<readonly Row[]>;
  /** Rows that lie anywhere. Those `nearby` may be wanted next: what of them costs nothing more may be kept. */
  readAt(positions: readonly number[], nearby?: Uint32Array): Promise<readonly Row[]>;
  /** All rows from the first one on, with the values of these columns only, in this order. */
  scan(columns: readonly number[]): AsyncIterable<Batch>;
}

interface Answer {
  readonly positions: Uint32Array;
  readonly limitedTo: number | null;
}

/** Remembers the last question, so that paging through its answer asks only once. */
export class TableQuery {
  private question = "";
  private answer: Promise<Answer> | null = null;

  constructor(private readonly reader: RowReader) {}

  async page(
    offset: number,
    limit: number,
    sort: Sort | null,
    filters: readonly Filter[],
    asking = unattended,
  ): Promise<TablePage> {
    const from = Math.max(0, Math.trunc(offset));
    const count = Math.max(0, Math.min(Math.trunc(limit), MOST_ROWS));
    if (sort === null && filters.length === 0) {
      const rows = await this.reader.read(from, count);
      const positions = rows.map((_, at) => from + at);
      return { rows, positions, offset: from, total: this.reader.rows, limitedTo: null };
    }
    const { positions, limitedTo } = await this.ask(sort, filters, asking);
    const shown = [...positions.subarray(from, from + count)];
    const nearby = positions.subarray(Math.max(0, from - NEARBY.before), from + NEARBY.after);
    const rows = await this.reader.readAt(shown, nearby);
    return {
      rows,
      positions: shown,
      offset: from,
      total: { count: positions.length, exact: true },
      limitedTo,
    };
  }

  private ask(sort: Sort | null, filters: readonly Filter[], asking: Asking): Promise<Answer> {
    const question = JSON.stringify([sort, filters]);
    if (this.answer === null || question !== this.question) {
      const answer = this.find(sort, filters, asking);
      this.question = question;
      this.answer = answer;
      answer.catch(() => {
        if (this.answer === answer) this.answer = null;
      });
    }
    return this.answer;
  }

  private async find(sort: Sort | null, filters: readonly Filter[], asking: Asking): Promise<Answer> {
    const columns = [...new Set([...filters, ...(sort === null ? [] : [sort])].map(({ column }) => column))];
    const tests = filters.map((filter) => {
      const passes = testOf(filter);
      const column = columns.indexOf(filter.column);
      return (batch: Batch, row: number) => passes(batch.columns[column]?.[row] ?? null);
    });
    const key = sort === null ? -1 : columns.indexOf(sort.column);
    const found: number[] = [];
    const keys: Json[] = [];
    let at = 0;
    let limitedTo: number | null = null;
    for await (const batch of this.reader.scan(columns)) {
      for (let row = 0; row < batch.length; row++) {
        if (!tests.every((test) => test(batch, row))) continue;
        found.push(at + row);
        if (sort !== null) keys.push(batch.columns[key]?.[row] ?? null);
      }
      at += batch.length;
      goOn(asking, at / Math.max(1, this.reader.rows.count));
      if (at >= MOST_QUERIED && at < this.reader.rows.count) {
        limitedTo = at;
        break;
      }
    }
    if (sort === null) return { positions: Uint32Array.from(found), limitedTo };
    const order = sorted(keys, sort.descending ? -1 : 1);
    return { positions: order.map((index) => found[index] ?? 0), limitedTo };
  }
}

/** Places of keys in their order; equal ones stay as they were. */
function sorted(keys: readonly Json[], direction: number): Uint32Array {
  const order = Uint32Array.from(keys, (_, index) => index);
  if (keys.every((key) => typeof key === "number")) {
    const numbers = Float64Array.from(keys);
    return order.sort((a, b) => direction * ((numbers[a] ?? 0) - (numbers[b] ?? 0)) || a - b);
  }
  return order.sort((a, b) => compare(keys[a] ?? null, keys[b] ?? null, direction) || a - b);
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

function testOf(filter: Filter): (value: Json) => boolean {
  const wanted = filter.value ?? "";
  const ordered = (accepts: (difference: number) => boolean) => (value: Json) =>
    !isMissing(value) && accepts(difference(value, wanted));
  switch (filter.operator) {
    case "missing":
      return isMissing;
    case "present":
      return (value) => !isMissing(value);
    case "contains": {
      const text = String(wanted).toLowerCase();
      return (value) => !isMissing(value) && textOf(value).toLowerCase().includes(text);
    }
    case "equals":
      return ordered((order) => order === 0);
    case "not-equals":
      return (value) => isMissing(value) || difference(value, wanted) !== 0;
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
