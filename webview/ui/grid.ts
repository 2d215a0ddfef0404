/**
 * A table of any number of rows and columns: only cells in sight are in the document, and pages of rows are fetched when they
 * come into sight. Walked by keyboard as a spreadsheet is; a rectangle of cells can be copied.
 */
import { element, replaceChildren, type Child } from "./dom";
import { cellView, columnWidth, tabSeparated, type GridColumn } from "./gridCells";
import { GridRows, type Cell, type FetchRows, type GridPage, type Row } from "./gridRows";
import { holds, moved, rectangle, type Place } from "./gridSelection";

export interface GridSort {
  readonly column: number;
  readonly descending: boolean;
}

export interface GridOptions {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly first: GridPage;
  /** Fetches rows; absent when `first` is all there is. */
  readonly fetch?: FetchRows;
  /** So many columns at the left stay while the others scroll. */
  readonly pinned: 0 | 1;
  /** The title of a column was pressed. */
  readonly sorted?: (sort: GridSort) => void;
  /** More was asked about a column. */
  readonly inspect?: (column: number) => void;
  readonly failed: (reason: string) => void;
  /** So many rows were copied. */
  readonly copied: (rows: number) => void;
}

export const ROW_HEIGHT = 24;
const OVERSCAN = 8;
/** A browser's tallest element: beyond, rows share their pixels. */
const MAX_HEIGHT = 16_000_000;
const MOST_COPIED = 10_000;
let grids = 0;

export class Grid {
  readonly root: HTMLElement;
  readonly #id = `grid-${++grids}`;
  readonly #header = element("div", { class: "grid-row grid-header", role: "row", "aria-rowindex": 1 });
  readonly #body = element("div", { class: "grid-body", role: "rowgroup" });
  readonly #spacer = element("div", { class: "grid-spacer", role: "presentation" }, this.#body);
  readonly #widths: readonly number[];
  /** Where each column begins; one more for the end. */
  readonly #lefts: readonly number[];
  #rows: GridRows;
  #sort: GridSort | null = null;
  #active: Place | null = null;
  #anchor: Place | null = null;
  #frame = 0;

  constructor(private readonly options: GridOptions) {
    const { columns, first, label } = options;
    this.#widths = columns.map((column, i) => columnWidth(column, first.rows, i));
    this.#lefts = this.#widths.reduce<number[]>((all, width) => [...all, (all.at(-1) ?? 0) + width], [0]);
    this.#rows = new GridRows(first, options.fetch ?? null);
    this.root = element(
      "div",
      {
        ...{ class: "grid", role: "grid", tabindex: 0, "aria-label": label, "aria-multiselectable": "true" },
        "aria-colcount": columns.length,
        onscroll: () => this.#schedule(),
        onkeydown: (event: KeyboardEvent) => this.#pressed(event),
        onmousedown: (event: MouseEvent) => this.#pointed(event),
        onfocus: () => {
          this.#active ??= { row: 0, column: options.pinned };
          this.#schedule();
        },
      },
      element("div", { class: "grid-head", role: "rowgroup" }, this.#header),
      this.#spacer,
    );
    this.root.style.setProperty("--columns", this.#widths.map((width) => `${width}px`).join(" "));
    this.root.style.setProperty("--row-height", `${ROW_HEIGHT}px`);
    this.#spacer.style.width = `${this.#lefts.at(-1) ?? 0}px`;
    new ResizeObserver(() => this.#schedule()).observe(this.root);
    this.#drawHeader();
    this.#draw();
  }

  /** Other rows in the same columns: sorted or filtered ones. */
  show(first: GridPage, sort: GridSort | null): void {
    this.#rows = new GridRows(first, this.options.fetch ?? null);
    this.#sort = sort;
    this.#anchor = this.#active?.row === -1 ? this.#active : null;
    this.#active = this.#anchor;
    this.root.scrollTop = 0;
    this.#drawHeader();
    this.#draw();
  }

  focus(): void {
    this.root.focus();
  }

  /** Asks again for rows in sight that could not be had. */
  refresh(): void {
    this.#rows.tryAgain();
    this.#draw();
  }

  #drawHeader(): void {
    const cells = this.options.columns.map((column, i) => this.#headerCell(column, i));
    replaceChildren(this.#header, ...cells);
  }

  #headerCell(column: GridColumn, index: number): HTMLElement {
    const { sorted, inspect, pinned } = this.options;
    const descending = this.#sort?.column === index ? this.#sort.descending : null;
    const nameless = index < pinned ? "#" : '""';
    const title = element("span", { class: "grid-title" }, column.title === "" ? nameless : column.title);
    if (descending !== null) {
      const icon = `codicon codicon-arrow-${descending ? "down" : "up"}`;
      title.append(element("span", { class: icon, "aria-hidden": "true" }));
    }
    const details = [
      column.detail === undefined ? null : element("span", { class: "grid-detail" }, column.detail),
      column.chart ?? null,
    ];
    const press = (act: () => void, className: string, ...inside: Child[]): HTMLElement =>
      element("button", { class: className, type: "button", tabindex: -1, onclick: act }, ...inside);
    const isData = index >= pinned;
    const order = descending === null ? "none" : descending ? "descending" : "ascending";
    const made = element(
      "div",
      {
        ...{ class: column.numeric ? "grid-cell numeric" : "grid-cell", role: "columnheader" },
        ...{ id: `${this.#id}-header-${index}`, "aria-colindex": index + 1 },
        "aria-sort": sorted === undefined ? null : order,
        title: column.description ?? column.title,
      },
      sorted === undefined ? title : press(() => this.#sortBy(index), "grid-press", title),
      ...(inspect === undefined || !isData
        ? details
        : [press(() => inspect(index), "grid-press", ...details)]),
    );
    if (!isData) made.classList.add("pinned");
    return made;
  }

  #sortBy(column: number): void {
    const descending = this.#sort?.column === column && !this.#sort.descending;
    this.options.sorted?.({ column, descending });
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** What is in sight: heights, the first row as a fraction, and the columns. */
  #sight() {
    const { clientHeight, clientWidth, scrollTop, scrollLeft } = this.root;
    const { total } = this.#rows;
    const height = Math.min(total * ROW_HEIGHT, MAX_HEIGHT);
    const room = Math.max(ROW_HEIGHT, (clientHeight || 400) - this.#header.offsetHeight);
    const visible = room / ROW_HEIGHT;
    const shares = total * ROW_HEIGHT > MAX_HEIGHT;
    const scrollable = Math.max(1, height - room);
    const top = shares ? (scrollTop / scrollable) * Math.max(0, total - visible) : scrollTop / ROW_HEIGHT;
    const right = scrollLeft + (clientWidth || 2000);
    const last = this.#lefts.findIndex((left) => left > right + 200);
    const first = this.#lefts.findIndex((left) => left > scrollLeft - 200) - 1;
    return {
      ...{ height, room, visible, shares, scrollable, top },
      columns: [Math.max(0, first), last === -1 ? this.#widths.length : last] as const,
    };
  }

  #draw(): void {
    const { height, visible, top, shares, columns } = this.#sight();
    const { total } = this.#rows;
    this.#spacer.style.height = `${height}px`;
    this.root.setAttribute("aria-rowcount", String(total + 1));
    const from = Math.max(0, Math.floor(top) - OVERSCAN);
    const to = Math.min(total, Math.ceil(top + visible) + OVERSCAN);
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index++) rows.push(this.#row(index, columns));
    const offset = shares ? this.root.scrollTop - (top - from) * ROW_HEIGHT : from * ROW_HEIGHT;
    this.#body.style.transform = `translateY(${Math.max(0, offset)}px)`;
    replaceChildren(this.#body, ...rows);
    this.#mark();
  }

  #row(index: number, [from, to]: readonly [number, number]): HTMLElement {
    const { columns, pinned } = this.options;
    const row = this.#rows.get(index);
    if (row === undefined) this.#want(index);
    const cells: HTMLElement[] = [];
    const add = (i: number, column: GridColumn): void => {
      const cell = cellView(row === undefined ? undefined : (row[i] ?? null), column);
      cell.style.gridColumnStart = String(i + 1);
      cell.id = `${this.#id}-${index}-${i}`;
      cell.setAttribute("aria-colindex", String(i + 1));
      if (i < pinned) cell.classList.add("pinned");
      cells.push(cell);
    };
    columns.forEach((column, i) => {
      if (i < pinned || (i >= from && i < to)) add(i, column);
    });
    const className = index % 2 === 0 ? "grid-row" : "grid-row odd";
    return element("div", { class: className, role: "row", "aria-rowindex": index + 2 }, ...cells);
  }

  #want(index: number): void {
    if (this.#rows.wanted(index)) return;
    const rows = this.#rows;
    rows.want(index)?.then(
      () => {
        if (rows === this.#rows) this.#schedule();
      },
      // Whoever fetches says why nothing came.
      () => undefined,
    );
  }

  /** Shows which cell is active and which are selected, on the rows that are drawn. */
  #mark(): void {
    const active = this.#active;
    for (const old of this.root.querySelectorAll(".active, .selected")) {
      old.classList.remove("active", "selected");
      old.removeAttribute("aria-selected");
    }
    if (active === null) {
      this.root.removeAttribute("aria-activedescendant");
      return;
    }
    const cell = document.getElementById(this.#cellId(active));
    cell?.classList.add("active");
    if (cell === null) this.root.removeAttribute("aria-activedescendant");
    else this.root.setAttribute("aria-activedescendant", cell.id);
    if (this.#anchor === null || active.row === -1) return;
    const chosen = rectangle(this.#anchor, active);
    for (const one of this.#body.querySelectorAll(".grid-cell")) {
      const place = placeOf(one.id);
      if (place === null || !holds(chosen, place)) continue;
      one.classList.add("selected");
      one.setAttribute("aria-selected", "true");
    }
  }

  #cellId({ row, column }: Place): string {
    return row === -1 ? `${this.#id}-header-${column}` : `${this.#id}-${row}-${column}`;
  }

  #pressed(event: KeyboardEvent): void {
    const whole = event.ctrlKey || event.metaKey;
    const active = this.#active ?? { row: 0, column: this.options.pinned };
    if (whole && event.key.toLowerCase() === "c") void this.#copy();
    else if (whole && event.key.toLowerCase() === "a") this.#selectAll();
    else if (active.row === -1 && (event.key === "Enter" || event.key === " ")) {
      if (event.key === "Enter") this.#sortBy(active.column);
      else if (active.column >= this.options.pinned) this.options.inspect?.(active.column);
    } else {
      const { visible } = this.#sight();
      const bounds = {
        rows: this.#rows.total,
        columns: this.#widths.length,
        page: Math.max(1, Math.floor(visible) - 1),
        firstColumn: this.options.pinned,
      };
      const to = moved(active, event.key, whole, bounds);
      if (to === null) return;
      this.#go(to, event.shiftKey);
    }
    event.preventDefault();
  }

  #go(to: Place, extend: boolean): void {
    this.#anchor = extend ? (this.#anchor ?? this.#active ?? to) : to;
    this.#active = to;
    this.#reveal(to);
    this.#draw();
  }

  #selectAll(): void {
    this.#anchor = { row: 0, column: 0 };
    this.#active = { row: Math.max(0, this.#rows.total - 1), column: this.#widths.length - 1 };
    this.#mark();
  }

  /** Scrolls no further than needed. */
  #reveal({ row, column }: Place): void {
    const { visible, top, shares, scrollable } = this.#sight();
    const toTop = (first: number): void => {
      const most = Math.max(1, this.#rows.total - visible);
      this.root.scrollTop = shares ? (first / most) * scrollable : first * ROW_HEIGHT;
    };
    if (row >= 0 && row < top) toTop(row);
    else if (row >= 0 && row + 1 > top + visible) toTop(row + 1 - visible);
    const pinnedWidth = this.#lefts[this.options.pinned] ?? 0;
    const left = this.#lefts[column] ?? 0;
    const right = this.#lefts[column + 1] ?? 0;
    if (column < this.options.pinned) return;
    if (left < this.root.scrollLeft + pinnedWidth) this.root.scrollLeft = left - pinnedWidth;
    else if (right > this.root.scrollLeft + this.root.clientWidth)
      this.root.scrollLeft = right - this.root.clientWidth;
  }

  #pointed(event: MouseEvent): void {
    const cell = event.target instanceof Element ? event.target.closest(".grid-cell") : null;
    const place = cell === null || event.button !== 0 ? null : placeOf(cell.id);
    if (place === null) return;
    this.#anchor = event.shiftKey ? (this.#anchor ?? place) : place;
    this.#active = place;
    this.#mark();
    const drag = (moving: MouseEvent): void => {
      const over = moving.target instanceof Element ? moving.target.closest(".grid-cell") : null;
      const to = over === null || !this.root.contains(over) ? null : placeOf(over.id);
      if (to === null) return;
      this.#active = to;
      this.#mark();
    };
    this.root.addEventListener("mousemove", drag);
    window.addEventListener("mouseup", () => this.root.removeEventListener("mousemove", drag), {
      once: true,
    });
  }

  async #copy(): Promise<void> {
    if (this.#active === null || this.#active.row === -1) return;
    const { top, bottom, left, right } = rectangle(this.#anchor ?? this.#active, this.#active);
    const rows: Row[] = [];
    try {
      for (let index = top; index <= Math.min(bottom, top + MOST_COPIED - 1); index++) {
        await this.#rows.want(index);
        rows.push((this.#rows.get(index) ?? []).slice(left, right + 1) satisfies readonly Cell[]);
      }
      await navigator.clipboard.writeText(tabSeparated(rows));
      this.options.copied(rows.length);
    } catch (error) {
      this.options.failed(error instanceof Error ? error.message : String(error));
    }
  }
}

function placeOf(id: string): Place | null {
  const found = /^grid-\d+-(\d+)-(\d+)$/.exec(id);
  return found === null ? null : { row: Number(found[1]), column: Number(found[2]) };
}
