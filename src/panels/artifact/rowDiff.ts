/** Which rows of two tables differ: read from their files, row by row, so that the beginning isn't taken for the whole. */
import type { TableSource } from "../../artifacts/readers/source";
import type { Json } from "../../core/json";

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

const MOST_ROWS = 100_000;
/** What is held of one table while the other is read. */
const MOST_CELLS = 2_000_000;
const ROWS_AT_ONCE = 1000;

type Row = readonly Json[];

/** Rows are the same when they have the same label; without labels of their own, when they have the same position. */
export async function diffRows(
  left: TableSource,
  right: TableSource,
  cellsWanted: number,
): Promise<RowDifferences> {
  const shared = sharedColumns(left, right);
  const limit = Math.min(MOST_ROWS, Math.ceil(MOST_CELLS / Math.max(1, left.columns.length)));
  const labelled = await hasLabels(left, right, limit);
  const waiting = new Map<string, Row>();
  const seenLeft = await eachRow(left, limit, (row, position) => {
    waiting.set(labelled ? labelOf(left, row) : String(position), row);
  });
  let [changed, added, cellCount] = [0, 0, 0];
  const cells: CellDifference[] = [];
  const seenRight = await eachRow(right, limit, (row, position) => {
    const label = labelled ? labelOf(right, row) : String(position);
    const other = waiting.get(label);
    if (other === undefined) {
      added++;
      return;
    }
    waiting.delete(label);
    const differing = shared.filter(({ a, b }) => !isSame(other[a] ?? null, row[b] ?? null));
    if (differing.length > 0) changed++;
    cellCount += differing.length;
    for (const { name, a, b } of differing.slice(0, cellsWanted - cells.length)) {
      cells.push({ row: label, column: name, left: other[a] ?? null, right: row[b] ?? null });
    }
  });
  const isWhole = seenLeft.all && seenRight.all;
  return { changed, added, removed: waiting.size, limitedTo: isWhole ? null : limit, cells, cellCount };
}

function sharedColumns(
  left: TableSource,
  right: TableSource,
): readonly { readonly name: string; readonly a: number; readonly b: number }[] {
  return left.columns.flatMap(({ name, index }, a) => {
    const b = right.columns.findIndex((column) => column.name === name && !column.index);
    return index || b < 0 ? [] : [{ name, a, b }];
  });
}

/** Labels tell rows apart only when none occurs twice. */
async function hasLabels(left: TableSource, right: TableSource, limit: number): Promise<boolean> {
  for (const source of [left, right]) {
    if (!source.columns.some((column) => column.index)) return false;
    const labels = new Set<string>();
    let rows = 0;
    await eachRow(source, limit, (row) => {
      labels.add(labelOf(source, row));
      rows++;
    });
    if (labels.size < rows) return false;
  }
  return true;
}

function labelOf({ columns }: TableSource, row: Row): string {
  const levels = columns.flatMap(({ index }, i) => (index ? [row[i] ?? null] : []));
  return levels.map((level) => (typeof level === "string" ? level : JSON.stringify(level))).join(", ");
}

async function eachRow(
  source: TableSource,
  limit: number,
  visit: (row: Row, position: number) => void,
): Promise<{ readonly all: boolean }> {
  for (let offset = 0; ;) {
    const page = await source.page(offset, Math.min(ROWS_AT_ONCE, limit - offset));
    page.rows.forEach((row, i) => visit(row, offset + i));
    offset += page.rows.length;
    if (page.rows.length === 0 || (page.total.exact && offset >= page.total.count)) return { all: true };
    if (offset >= limit) return { all: false };
  }
}

function isSame(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
