/** Which rows of two tables differ: read from their files, row by row, so that the beginning isn't taken for the whole. */
import { type Asking, goOn, unattended } from "../../core/asking";
import type { Json } from "../../core/json";
import type { Batch, TableSource } from "./source";

export interface CellDifference {
  readonly row: string;
  readonly column: string;
  readonly left: Json;
  readonly right: Json;
}

export interface RowDifferences {
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  /** Rows of either table beyond this many were not looked at; null when all were. */
  readonly limitedTo: number | null;
  /** The first of the cells that differ, and how many there are. */
  readonly cells: readonly CellDifference[];
  readonly cellCount: number;
}

const MOST_ROWS = 5_000_000;
/** Cells of rows that have not met their counterpart yet. */
const MOST_WAITING_CELLS = 4_000_000;
/** Labels are held in memory to see whether any occurs twice. */
const MOST_LABELS = 1_000_000;

type Row = readonly Json[];

/** Rows are the same when they have the same label; without labels of their own, when they have the same position. */
export async function diffRows(
  left: TableSource,
  right: TableSource,
  cellsWanted: number,
  asking: Asking = unattended,
): Promise<RowDifferences> {
  const isLabelled = (await hasLabels(left, asking)) && (await hasLabels(right, asking));
  const [a, b] = [new Side(left, isLabelled), new Side(right, isLabelled)];
  const meeting = new Meeting(sharedColumns(left, right), cellsWanted);
  const all = Math.max(1, left.rows.count, right.rows.count);
  // Side by side, so that rows which stand at the same place meet at once and none is kept.
  for (;;) {
    const [one, other] = [await a.rest(), await b.rest()];
    if (one === null && other === null) return { ...meeting.result(), limitedTo: null };
    if (a.read >= MOST_ROWS || meeting.waitingCells > MOST_WAITING_CELLS)
      return { ...meeting.result(), limitedTo: a.read };
    if (one !== null && other !== null) {
      const length = Math.min(one.length, other.length);
      meeting.together(one, other, length);
      a.advance(length);
      b.advance(length);
    } else if (one !== null) {
      meeting.alone(0, one);
      a.advance(one.length);
    } else if (other !== null) {
      meeting.alone(1, other);
      b.advance(other.length);
    }
    goOn(asking, Math.max(a.read, b.read) / all);
  }
}

interface SharedColumn {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

/** The rows of a side that come next, as far as they are read. */
interface Rest {
  readonly length: number;
  label(at: number): string;
  value(column: number, at: number): Json;
  row(at: number): Row;
}

/** Rows of both sides, until each has met the other of its label. */
class Meeting {
  waitingCells = 0;
  private readonly waiting = [new Map<string, Row>(), new Map<string, Row>()] as const;
  private readonly cells: CellDifference[] = [];
  private changed = 0;
  private cellCount = 0;

  constructor(
    private readonly shared: readonly SharedColumn[],
    private readonly cellsWanted: number,
  ) {}

  /** So many rows that stand at the same places on both sides. */
  together(left: Rest, right: Rest, length: number): void {
    for (let at = 0; at < length; at++) {
      const label = left.label(at);
      if (label === right.label(at)) {
        this.compare(
          label,
          (column) => left.value(column, at),
          (column) => right.value(column, at),
        );
      } else {
        this.arrives(0, label, left.row(at));
        this.arrives(1, right.label(at), right.row(at));
      }
    }
  }

  /** The other side has ended. */
  alone(side: 0 | 1, rest: Rest): void {
    for (let at = 0; at < rest.length; at++) this.arrives(side, rest.label(at), rest.row(at));
  }

  result(): Omit<RowDifferences, "limitedTo"> {
    const { changed, cellCount, cells, waiting } = this;
    return { changed, added: waiting[1].size, removed: waiting[0].size, cells, cellCount };
  }

  private arrives(side: 0 | 1, label: string, row: Row): void {
    const others = this.waiting[side === 0 ? 1 : 0];
    const other = others.get(label);
    if (other === undefined) {
      this.waiting[side].set(label, row);
      this.waitingCells += row.length;
      return;
    }
    others.delete(label);
    this.waitingCells -= other.length;
    const [left, right] = side === 0 ? [row, other] : [other, row];
    this.compare(
      label,
      (column) => left[column] ?? null,
      (column) => right[column] ?? null,
    );
  }

  private compare(label: string, left: (column: number) => Json, right: (column: number) => Json): void {
    let differs = false;
    for (const { name, a, b } of this.shared) {
      const [one, other] = [left(a), right(b)];
      if (isSame(one, other)) continue;
      differs = true;
      this.cellCount++;
      if (this.cells.length < this.cellsWanted)
        this.cells.push({ row: label, column: name, left: one, right: other });
    }
    if (differs) this.changed++;
  }
}

/** One of the tables, read a batch at a time. */
class Side {
  read = 0;
  private readonly batches: AsyncIterator<Batch>;
  private readonly levels: readonly number[];
  private batch: Batch | null = null;
  private from = 0;

  constructor(source: TableSource, isLabelled: boolean) {
    this.levels = isLabelled ? levelsOf(source) : [];
    this.batches = source.scan([...source.columns.keys()])[Symbol.asyncIterator]();
  }

  /** Null at the end. */
  async rest(): Promise<Rest | null> {
    if (this.batch === null) {
      const next = await this.batches.next();
      if (next.done === true) return null;
      this.batch = next.value;
      this.from = 0;
    }
    const { batch, from, levels, read } = this;
    const value = (column: number, at: number): Json => batch.columns[column]?.[from + at] ?? null;
    return {
      length: batch.length - from,
      label: (at) =>
        levels.length === 0 ? String(read + at) : joined(levels.map((column) => value(column, at))),
      value,
      row: (at) => batch.columns.map((column) => column[from + at] ?? null),
    };
  }

  advance(rows: number): void {
    this.from += rows;
    this.read += rows;
    if (this.batch !== null && this.from >= this.batch.length) this.batch = null;
  }
}

function levelsOf({ columns }: TableSource): readonly number[] {
  return columns.flatMap(({ index }, at) => (index ? [at] : []));
}

function sharedColumns(left: TableSource, right: TableSource): readonly SharedColumn[] {
  const inRight = new Map(right.columns.flatMap(({ name, index }, b) => (index ? [] : [[name, b] as const])));
  return left.columns.flatMap(({ name, index }, a) => {
    const b = inRight.get(name);
    return index || b === undefined ? [] : [{ name, a, b }];
  });
}

/** Labels tell rows apart only when none occurs twice. */
async function hasLabels(source: TableSource, asking: Asking): Promise<boolean> {
  const levels = levelsOf(source);
  if (levels.length === 0) return false;
  const labels = new Set<string>();
  for await (const { length, columns } of source.scan(levels)) {
    for (let at = 0; at < length; at++) {
      const label = joined(columns.map((column) => column[at] ?? null));
      if (labels.has(label) || labels.size >= MOST_LABELS) return false;
      labels.add(label);
    }
    goOn(asking, 0);
  }
  return true;
}

function joined(levels: Row): string {
  return levels.map((level) => (typeof level === "string" ? level : JSON.stringify(level))).join(", ");
}

function isSame(a: Json, b: Json): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
