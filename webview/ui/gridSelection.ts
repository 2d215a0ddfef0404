/** Where the keyboard is in a grid, and the rectangle of cells from there to where the selection began. */

export interface Place {
  /** -1 is the header. */
  readonly row: number;
  readonly column: number;
}

export interface Bounds {
  readonly rows: number;
  readonly columns: number;
  /** Rows that are in sight at once. */
  readonly page: number;
  /** The first column with data: the index before it can be reached, but Home goes here. */
  readonly firstColumn: number;
}

export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Where a key leads; null when it is none of ours. */
export function moved(from: Place, key: string, whole: boolean, bounds: Bounds): Place | null {
  const to = target(from, key, whole, bounds);
  return to === null
    ? null
    : { row: clamp(to.row, -1, bounds.rows - 1), column: clamp(to.column, 0, bounds.columns - 1) };
}

function target({ row, column }: Place, key: string, whole: boolean, bounds: Bounds): Place | null {
  const { rows, columns, page, firstColumn } = bounds;
  switch (key) {
    case "ArrowUp":
      return { row: whole ? Math.min(row, 0) : row - 1, column };
    case "ArrowDown":
      return { row: whole ? rows - 1 : row + 1, column };
    case "ArrowLeft":
      return { row, column: whole ? firstColumn : column - 1 };
    case "ArrowRight":
      return { row, column: whole ? columns - 1 : column + 1 };
    case "PageUp":
      return { row: Math.max(row === -1 ? -1 : 0, row - page), column };
    case "PageDown":
      return { row: row + page, column };
    case "Home":
      return { row: whole ? 0 : row, column: firstColumn };
    case "End":
      return { row: whole ? rows - 1 : row, column: columns - 1 };
    default:
      return null;
  }
}

export function rectangle(a: Place, b: Place): Rectangle {
  return {
    top: Math.max(0, Math.min(a.row, b.row)),
    bottom: Math.max(a.row, b.row),
    left: Math.min(a.column, b.column),
    right: Math.max(a.column, b.column),
  };
}

export function holds({ top, bottom, left, right }: Rectangle, { row, column }: Place): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
