/** The rows of a grid: pages that were fetched, and how many rows there are as far as is known. */

export type Cell = string | number | boolean | null;
export type Row = readonly Cell[];

export interface GridPage {
  readonly rows: readonly Row[];
  readonly offset: number;
  /** Null while the end has not been seen. */
  readonly total: number | null;
}

export type FetchRows = (offset: number, limit: number) => Promise<GridPage>;

export const PAGE = 100;
/** So many pages are kept; those looked at longest ago go first. */
const PAGES_KEPT = 100;

export class GridRows {
  readonly #pages = new Map<number, readonly Row[]>();
  readonly #asked = new Map<number, Promise<void>>();
  /** Pages that could not be had: drawing again, which a message beside the grid causes, must not ask again. */
  readonly #failed = new Set<number>();
  #total: number;

  constructor(
    first: GridPage,
    private readonly fetch: FetchRows | null,
  ) {
    this.#total = first.total ?? first.rows.length + (fetch === null ? 0 : PAGE);
    this.#keep(first);
  }

  get total(): number {
    return this.#total;
  }

  /** Undefined while it is not there. */
  get(index: number): Row | undefined {
    const page = Math.floor(index / PAGE);
    const rows = this.#pages.get(page);
    if (rows === undefined) return undefined;
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    return rows[index % PAGE];
  }

  /** Resolves when the row is there or can't be had; null when nothing is to be waited for. Rejects with why it failed. */
  want(index: number): Promise<void> | null {
    const page = Math.floor(index / PAGE);
    if (this.fetch === null || this.#pages.has(page)) return null;
    let asked = this.#asked.get(page);
    if (asked === undefined) {
      asked = this.#load(this.fetch, page).finally(() => this.#asked.delete(page));
      asked.catch(() => this.#failed.add(page));
      this.#asked.set(page, asked);
    }
    return asked;
  }

  /** Whether a row's page is on its way, or was in vain. */
  wanted(index: number): boolean {
    const page = Math.floor(index / PAGE);
    return this.#asked.has(page) || this.#failed.has(page);
  }

  tryAgain(): void {
    this.#failed.clear();
  }

  async #load(fetch: FetchRows, page: number): Promise<void> {
    const got = await fetch(page * PAGE, PAGE);
    this.#keep(got);
    if (got.total !== null) return;
    const end = page * PAGE + got.rows.length;
    // A full page has more behind it; one that is not is the last.
    this.#total = got.rows.length === PAGE ? Math.max(this.#total, end + PAGE) : end;
  }

  #keep(page: GridPage): void {
    for (let at = 0; at < page.rows.length; at += PAGE) {
      const part = page.rows.slice(at, at + PAGE);
      const index = (page.offset + at) / PAGE;
      const isWhole = part.length === PAGE || page.offset + at + part.length === page.total;
      // The beginning that came with the page may end anywhere; the rest of it is fetched.
      if (isWhole || this.fetch === null || page.total === null) this.#pages.set(index, part);
    }
    if (page.total !== null) this.#total = page.total;
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_KEPT) break;
      this.#pages.delete(oldest);
    }
  }
}
