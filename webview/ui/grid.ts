/**
 * A table of any number of rows: only those in sight are in the document, and pages of rows are fetched when they come into
 * sight. Column widths follow the header and the first page, and stay.
 */
import { element, replaceChildren, type Child } from "./dom";

export type Cell = string | number | boolean | null;

export interface GridColumn {
  readonly title: string;
  /** Under the title, muted: a type. */
  readonly detail?: string;
  readonly numeric: boolean;
  /** Under the detail: a small chart. */
  readonly chart?: Child;
  readonly description?: string;
}

export interface GridPage {
  readonly rows: readonly (readonly Cell[])[];
  readonly offset: number;
  readonly total: number | null;
}

export interface GridOptions {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly first: GridPage;
  /** Fetches rows; absent when `first` is all there is. */
  readonly fetch?: (offset: number, limit: number) => Promise<GridPage>;
  /** The header of a column was pressed. */
  readonly sorted?: (column: number, descending: boolean) => void;
  readonly sort?: { readonly column: number; readonly descending: boolean } | null;
  readonly failed: (reason: string) => void;
}

const ROW_HEIGHT = 24;
const PAGE = 100;
const OVERSCAN = 10;
/** A browser's tallest element: beyond, rows share their pixels. */
const MAX_HEIGHT = 8_000_000;
const CHARACTER_WIDTH = 7.2;
const MIN_WIDTH = 56;
const MAX_WIDTH = 320;

export class Grid {
  readonly root: HTMLElement;
  readonly #body: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #pages = new Map<number, readonly (readonly Cell[])[]>();
  readonly #asked = new Set<number>();
  readonly #widths: readonly number[];
  #total: number;
  #frame = 0;

  constructor(private readonly options: GridOptions) {
    this.#widths = options.columns.map((column, i) => columnWidth(column, options.first.rows, i));
    this.#total = options.first.total ?? options.first.rows.length + (options.fetch === undefined ? 0 : PAGE);
    this.#keepPage(options.first);
    this.#spacer = element("div", { class: "grid-spacer", role: "presentation" });
    this.#body = element("div", { class: "grid-body", role: "rowgroup" });
    this.root = element(
      "div",
      {
        class: "grid",
        role: "table",
        tabindex: 0,
        "aria-label": options.label,
        "aria-rowcount": options.first.total ?? -1,
        "aria-colcount": options.columns.length,
        onscroll: () => this.#schedule(),
      },
      this.#header(),
      // Before the spacer: rows stand where they are in the document, below the header, moved only by the scroll position.
      this.#body,
      this.#spacer,
    );
    this.root.style.setProperty("--columns", this.#widths.map((width) => `${width}px`).join(" "));
    this.root.style.setProperty("--row-height", `${ROW_HEIGHT}px`);
    new ResizeObserver(() => this.#schedule()).observe(this.root);
    this.#draw();
  }

  #keepPage(page: GridPage): void {
    for (let at = 0; at < page.rows.length; at += PAGE) {
      this.#pages.set((page.offset + at) / PAGE, page.rows.slice(at, at + PAGE));
    }
    if (page.total !== null) this.#total = page.total;
  }

  #header(): HTMLElement {
    const cells = this.options.columns.map((column, i) => this.#headerCell(column, i));
    return element("div", { class: "grid-row grid-header", role: "row" }, ...cells);
  }

  #headerCell(column: GridColumn, index: number): HTMLElement {
    const { sort, sorted } = this.options;
    const descending = sort?.column === index ? sort.descending : null;
    const title = element("span", { class: "grid-title" }, column.title);
    if (descending !== null) {
      title.append(
        element("span", {
          class: `codicon codicon-arrow-${descending ? "down" : "up"}`,
          "aria-hidden": "true",
        }),
      );
    }
    const parts = [
      title,
      column.detail === undefined ? null : element("span", { class: "grid-detail" }, column.detail),
      column.chart ?? null,
    ];
    const inside =
      sorted === undefined
        ? parts
        : [
            element(
              "button",
              { class: "grid-sort", onclick: () => sorted(index, descending === false) },
              ...parts,
            ),
          ];
    const order = descending === null ? null : descending ? "descending" : "ascending";
    return element(
      "div",
      {
        class: column.numeric ? "grid-cell numeric" : "grid-cell",
        role: "columnheader",
        "aria-sort": order,
        title: column.description ?? column.title,
      },
      ...inside,
    );
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const height = Math.min(this.#total * ROW_HEIGHT, MAX_HEIGHT);
    this.#spacer.style.height = `${height}px`;
    const header = this.root.firstElementChild?.clientHeight ?? 0;
    const visible = Math.ceil((this.root.clientHeight || 400) / ROW_HEIGHT) + 1;
    const scrollable = Math.max(1, height - Math.max(0, this.root.clientHeight - header));
    const fraction = height < MAX_HEIGHT ? null : this.root.scrollTop / scrollable;
    const top =
      fraction === null ? this.root.scrollTop / ROW_HEIGHT : fraction * Math.max(0, this.#total - visible);
    const from = Math.max(0, Math.floor(top) - OVERSCAN);
    const to = Math.min(this.#total, Math.floor(top) + visible + OVERSCAN);
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index++) rows.push(this.#row(index));
    const offset = fraction === null ? from * ROW_HEIGHT : this.root.scrollTop - (top - from) * ROW_HEIGHT;
    this.#body.style.transform = `translateY(${Math.max(0, offset)}px)`;
    replaceChildren(this.#body, ...rows);
  }

  #row(index: number): HTMLElement {
    const page = Math.floor(index / PAGE);
    const row = this.#pages.get(page)?.[index % PAGE];
    if (row === undefined) void this.#ask(page);
    const cells = this.options.columns.map((column, i) =>
      cell(row === undefined ? "…" : (row[i] ?? null), column.numeric),
    );
    return element(
      "div",
      { class: index % 2 === 0 ? "grid-row" : "grid-row odd", role: "row", "aria-rowindex": index + 2 },
      ...cells,
    );
  }

  async #ask(page: number): Promise<void> {
    const { fetch } = this.options;
    if (fetch === undefined || this.#asked.has(page)) return;
    this.#asked.add(page);
    try {
      const got = await fetch(page * PAGE, PAGE);
      this.#keepPage(got);
      if (got.rows.length === 0) this.#total = Math.min(this.#total, page * PAGE);
      else if (got.total === null && got.rows.length === PAGE)
        this.#total = Math.max(this.#total, (page + 2) * PAGE);
      else if (got.total === null) this.#total = page * PAGE + got.rows.length;
      this.#schedule();
    } catch (error) {
      this.options.failed(error instanceof Error ? error.message : String(error));
    }
  }
}

function cell(value: Cell, numeric: boolean): HTMLElement {
  if (value === null) return element("div", { class: "grid-cell missing", role: "cell" }, "—");
  const text = typeof value === "number" ? formatNumber(value) : String(value);
  return element(
    "div",
    {
      class: numeric ? "grid-cell numeric" : "grid-cell",
      role: "cell",
      title: text.length > 24 ? text : null,
    },
    text,
  );
}

/** Up to six significant digits; whole numbers whole. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const digits =
    Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-4)
      ? value.toExponential(4)
      : value.toPrecision(6);
  return digits.includes("e") ? digits : String(Number(digits));
}

function columnWidth(column: GridColumn, rows: readonly (readonly Cell[])[], index: number): number {
  const lengths = rows.slice(0, 50).map((row) => {
    const value = row[index] ?? null;
    return typeof value === "number" ? formatNumber(value).length : String(value ?? "").length;
  });
  const longest = Math.max(column.title.length + 2, column.detail?.length ?? 0, ...lengths);
  return Math.round(
    Math.min(
      MAX_WIDTH,
      Math.max(column.chart === undefined ? MIN_WIDTH : 96, longest * CHARACTER_WIDTH + 20),
    ),
  );
}
