/** A table: columns with their types and distributions, rows paged from the payload's file when the preview is not all. */
import type { ColumnPreview, Preview } from "../../../src/core/preview";
import type {
  TableColumn,
  TableFilter,
  TablePage,
  TablePageRequest,
} from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element, replaceChildren } from "../../ui/dom";
import { visible } from "../../ui/format";
import { Grid, type GridSort } from "../../ui/grid";
import type { GridColumn } from "../../ui/gridCells";
import { PAGE, type Cell, type GridPage } from "../../ui/gridRows";
import { RowReading } from "../../ui/rowReading";
import type { Watching } from "../../ui/rpc";
import { Surface } from "../../ui/surface";
import { histogram, shareBar } from "../../ui/charts";
import type { Context } from "../context";
import type { Json } from "../../../src/core/json";
import { curveFrom, curveNames, curveView, type CurveNames } from "./curve";
import { columnCard, numberFacts, type ShownColumn } from "./columnCard";
import { matrixOf, matrixView } from "./matrix";
import { FilterBar } from "./tableFilter";

type Table = Extract<Preview, { readonly kind: "table" }>;
type Sort = NonNullable<TablePageRequest["sort"]>;

const CHART = { width: 78, height: 22 };
const SHARES = 5;
/** The index stands before the data: a column of the grid is one more than in the table. */
const SHIFT = 1;

export function tableView(preview: Table, context: Context): HTMLElement {
  const matrix = matrixOf(preview);
  const table = new TableView(preview, context).root;
  if (matrix !== null)
    return element("div", { class: "fill-column" }, matrixView(matrix, context.strings), table);
  const names = curveNames(preview.columns.map((column) => column.name));
  if (names === null) return table;
  const picture = element("div", {});
  drawCurve(picture, names, preview, context);
  return element("div", { class: "fill-column" }, picture, table);
}

/** Of more rows a curve looks the same. */
const CURVE_ROWS = 1000;

function drawCurve(
  picture: HTMLElement,
  names: CurveNames,
  preview: Table,
  { channel, snapshot, strings, showLog }: Context,
): void {
  const isWhole = preview.head.length >= preview.rows || !snapshot.pages;
  const draw = (rows: readonly (readonly Json[])[]): void => {
    const listOf = (name: string): Json[] => {
      const at = preview.columns.findIndex((column) => column.name === name);
      return rows.map((row) => row[at] ?? null);
    };
    const thresholds = names.threshold === null ? null : listOf(names.threshold);
    const curve = curveFrom(names.kind, listOf(names.x), listOf(names.y), thresholds);
    if (curve !== null) replaceChildren(picture, curveView(curve, strings));
  };
  if (isWhole) {
    draw(preview.head);
    return;
  }
  const surface = new Surface(strings, showLog);
  picture.append(surface.root);
  void surface.ask({
    label: strings.readingCurve,
    ask: (watching) => channel.request("tablePage", { offset: 0, limit: CURVE_ROWS }, watching),
    show: ({ rows }) => draw(rows.map((row) => row.slice(SHIFT))),
  });
}

class TableView {
  readonly root = element("div", { class: "fill-column table" });
  readonly #size = element("p", { class: "note", "aria-live": "polite" });
  readonly #card = element("div", {});
  readonly #box = element("div", { class: "fill" });
  readonly #note = element("p", { class: "note", hidden: true });
  #columns: readonly TableColumn[];
  #grid: Grid | null = null;
  #filterBar: FilterBar | null = null;
  #sort: Sort | null = null;
  #filters: readonly TableFilter[] = [];
  /** Sorting, filtering and reading columns. */
  readonly #surface: Surface;
  readonly #reading: RowReading;

  constructor(
    private readonly preview: Table,
    private readonly context: Context,
  ) {
    const { strings, showLog } = context;
    this.#columns = preview.columns;
    this.#surface = new Surface(strings, showLog);
    this.#reading = new RowReading(
      strings,
      strings.readingRows,
      (offset, limit, watching) => this.#page(offset, limit, watching),
      showLog,
      () => this.#grid?.refresh(),
    );
    this.#build();
    if (this.#pages && preview.columns.length < preview.columnCount) this.#allColumns();
  }

  get #pages(): boolean {
    return this.context.snapshot.pages && this.preview.columnCount > 0;
  }

  #build(): void {
    const { preview } = this;
    const { strings } = this.context;
    this.#filterBar =
      this.#pages && preview.rows > 0
        ? new FilterBar(this.#columns, strings, (filters) =>
            this.#again(strings.filtering, this.#sort, filters),
          )
        : null;
    const isCut = preview.truncated && !this.#pages;
    replaceChildren(
      this.root,
      element("div", { class: "bar" }, this.#size, this.#filterBar?.root ?? null),
      this.#surface.root,
      this.#reading.surface.root,
      this.#card,
      this.#box,
      this.#note,
      isCut ? element("p", { class: "note" }, strings.truncated) : null,
    );
    this.#showSize(null);
    this.root.classList.toggle("empty", preview.rows === 0);
    if (preview.rows === 0) this.#say(strings.noRows);
    const sorting = { sorted: (sort: GridSort) => this.#sortBy(sort) };
    this.#grid = new Grid({
      label: this.context.snapshot.artifact.alias ?? this.context.snapshot.artifact.name,
      columns: this.#gridColumns(),
      first: this.#head(),
      pinned: 1,
      inspect: (column) => this.#inspect(column - SHIFT),
      failed: (reason) => this.context.say(reason),
      copied: (rows) => this.context.say(fill(strings.copiedRows, rows)),
      ...(this.#pages ? { ...sorting, fetch: this.#reading.fetch } : {}),
    });
    replaceChildren(this.#box, this.#grid.root);
  }

  /** The preview tells of the first columns only: the others are read from the file. */
  #allColumns(): void {
    const { channel, strings } = this.context;
    void this.#surface.ask({
      label: strings.readingColumns,
      ask: (watching) => channel.request("tableColumns", null, watching),
      show: (columns) => {
        this.#columns = columns.map((column, i) => this.preview.columns[i] ?? column);
        this.#build();
      },
    });
  }

  /** The rows that the preview carries: there at once, before any file is read. */
  #head(): GridPage {
    const { preview } = this;
    const isWhole = this.#columns.length === preview.columns.length;
    const rows = preview.head.map((row, i) => [preview.indexHead[i] ?? i, ...row].map(toCell));
    return {
      rows: isWhole ? rows : [],
      offset: 0,
      total: this.#pages ? preview.rows : rows.length,
    };
  }

  #gridColumns(): GridColumn[] {
    const { preview, context } = this;
    const isNumbered = preview.indexHead.every((label) => typeof label === "number");
    const index = { title: visible(preview.index ?? ""), numeric: isNumbered };
    return [index, ...this.#columns.map((column) => gridColumn(column, preview.rows, context))];
  }

  async #page(
    offset: number,
    limit: number,
    watching: Watching,
    sort = this.#sort,
    filters = this.#filters,
  ): Promise<TablePage> {
    const order = sort === null ? {} : { sort };
    return this.context.channel.request("tablePage", { offset, limit, filters, ...order }, watching);
  }

  #sortBy({ column, descending }: GridSort): void {
    const sort = { column: column - SHIFT, descending };
    this.#again(this.context.strings.sorting, sort, this.#filters);
  }

  /** Rows in another order, or other rows; those that are there stay until the new ones come. */
  #again(label: string, sort: Sort | null, filters: readonly TableFilter[]): void {
    this.root.setAttribute("aria-busy", "true");
    const { strings } = this.context;
    void this.#surface
      .ask({
        label,
        ask: (watching) => this.#page(0, PAGE, watching, sort, filters),
        show: (first) => {
          this.#sort = sort;
          this.#filters = filters;
          this.#grid?.show(first, sort === null ? null : { ...sort, column: sort.column + SHIFT });
          this.#showSize(filters.length === 0 ? null : first.total);
          this.#say(
            first.limitedTo === null ? null : fill(strings.limited, first.limitedTo.toLocaleString()),
          );
          if (first.rows.length === 0 && filters.length > 0) this.#say(strings.noMatches);
        },
      })
      .then(() => this.root.removeAttribute("aria-busy"));
  }

  #showSize(matching: number | null): void {
    const { strings } = this.context;
    const { rows, columnCount } = this.preview;
    this.#size.textContent =
      matching === null
        ? fill(strings.rows, rows.toLocaleString(), columnCount)
        : fill(strings.matchingRows, matching.toLocaleString(), rows.toLocaleString());
  }

  #say(text: string | null): void {
    this.#note.hidden = text === null;
    this.#note.textContent = text ?? "";
  }

  #inspect(column: number): void {
    const known = this.preview.columns[column];
    if (known !== undefined) {
      this.#showCard(known, column);
      return;
    }
    const { channel, strings } = this.context;
    void this.#surface.ask({
      label: fill(strings.readingColumn, visible(this.#columns[column]?.name ?? "")),
      ask: (watching) => channel.request("columnSummary", { column }, watching),
      show: (found) => this.#showCard(found, column),
    });
  }

  #showCard(found: ShownColumn, column: number): void {
    const close = (): void => {
      replaceChildren(this.#card);
      this.#grid?.focus();
    };
    const actions = this.#pages
      ? {
          sort: (descending: boolean) =>
            this.#again(this.context.strings.sorting, { column, descending }, this.#filters),
          filter: () => this.#filterBar?.choose(column),
          close,
        }
      : null;
    const card = columnCard(
      found,
      found.limitedTo ?? this.preview.rows,
      this.context.strings,
      actions,
      close,
    );
    replaceChildren(this.#card, card);
    card.focus();
  }
}

function gridColumn(column: TableColumn | ColumnPreview, rows: number, context: Context): GridColumn {
  const { strings } = context;
  const base = {
    title: visible(column.name),
    numeric: column.kind === "number",
    time: column.kind === "time",
  };
  if (!("missing" in column)) return { ...base, detail: column.type };
  const missing = column.missing > 0 ? ` · ${fill(strings.missing, column.missing)}` : "";
  const label = `${strings.distribution}: ${column.name}`;
  return {
    ...base,
    detail: `${column.type}${missing}`,
    chart: chartOf(column, rows, label),
    description: describe(column, strings),
  };
}

/** A distribution of numbers, or the shares of values that come more than once. */
function chartOf({ number, top, missing }: ColumnPreview, rows: number, label: string): SVGElement | null {
  const bars = number?.histogram ?? null;
  if (bars !== null) return histogram(bars, CHART, label);
  const isRepeated = number === null && (top[0]?.count ?? 0) > 1;
  return isRepeated ? shareBar(top.slice(0, SHARES), rows - missing, CHART, label) : null;
}

function describe(column: ColumnPreview, strings: Context["strings"]): string {
  const lines = [`${visible(column.name)}: ${column.type}`];
  if (column.missing > 0) lines.push(fill(strings.missing, column.missing));
  if (column.distinct !== null) lines.push(fill(strings.distinct, column.distinct));
  if (column.number === null)
    lines.push(...column.top.slice(0, SHARES).map(({ value, count }) => `${visible(value)}: ${count}`));
  if (column.number !== null)
    lines.push(...numberFacts(column.number, strings).map(([name, value]) => `${name}: ${value}`));
  return lines.join("\n");
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return JSON.stringify(value);
}
