/** A table: columns with their types and distributions, rows paged from the payload's file when the preview is not all. */
import type { ColumnPreview, Preview } from "../../../src/core/preview";
import type { TableColumn, TableFilter, TablePageRequest } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element, replaceChildren } from "../../ui/dom";
import { visible } from "../../ui/format";
import { Grid, type GridSort } from "../../ui/grid";
import type { GridColumn } from "../../ui/gridCells";
import { PAGE, type Cell, type GridPage } from "../../ui/gridRows";
import { histogram } from "../../ui/charts";
import type { Context } from "../context";
import type { Json } from "../../../src/core/json";
import { curveFrom, curveNames, curveView, type CurveNames } from "./curve";
import { columnCard, numberFacts, type ShownColumn } from "./columnCard";
import { matrixOf, matrixView } from "./matrix";
import { FilterBar } from "./tableFilter";

type Table = Extract<Preview, { readonly kind: "table" }>;
type Sort = NonNullable<TablePageRequest["sort"]>;

const CHART = { width: 78, height: 22 };
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
  void drawCurve(picture, names, preview, context);
  return element("div", { class: "fill-column" }, picture, table);
}

/** Of more rows a curve looks the same. */
const CURVE_ROWS = 1000;

async function drawCurve(
  picture: HTMLElement,
  names: CurveNames,
  preview: Table,
  { channel, snapshot, strings, say }: Context,
): Promise<void> {
  try {
    const isWhole = preview.head.length >= preview.rows || !snapshot.pages;
    const rows = isWhole
      ? preview.head
      : (await channel.request("tablePage", { offset: 0, limit: CURVE_ROWS })).rows.map((row) =>
          row.slice(SHIFT),
        );
    const listOf = (name: string): Json[] => {
      const at = preview.columns.findIndex((column) => column.name === name);
      return rows.map((row) => row[at] ?? null);
    };
    const thresholds = names.threshold === null ? null : listOf(names.threshold);
    const curve = curveFrom(names.kind, listOf(names.x), listOf(names.y), thresholds);
    if (curve !== null) replaceChildren(picture, curveView(curve, strings));
  } catch (error) {
    say(messageOf(error));
  }
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
  #filter: TableFilter | null = null;
  /** Rises with every question: an answer to an older one is not shown. */
  #asked = 0;

  constructor(
    private readonly preview: Table,
    private readonly context: Context,
  ) {
    this.#columns = preview.columns;
    this.#build();
    if (this.#pages && preview.columns.length < preview.columnCount) void this.#allColumns();
  }

  get #pages(): boolean {
    return this.context.snapshot.pages && this.preview.columnCount > 0;
  }

  #build(): void {
    const { preview } = this;
    const { strings } = this.context;
    this.#filterBar =
      this.#pages && preview.rows > 0
        ? new FilterBar(this.#columns, strings, (filter) => void this.#filterBy(filter))
        : null;
    const isCut = preview.truncated && !this.#pages;
    replaceChildren(
      this.root,
      element("div", { class: "bar" }, this.#size, this.#filterBar?.root ?? null),
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
      inspect: (column) => void this.#inspect(column - SHIFT),
      failed: (reason) => this.context.say(reason),
      copied: (rows) => this.context.say(fill(strings.copiedRows, rows)),
      ...(this.#pages
        ? { ...sorting, fetch: (offset: number, limit: number) => this.#page(offset, limit) }
        : {}),
    });
    replaceChildren(this.#box, this.#grid.root);
  }

  /** The preview tells of the first columns only: the others are read from the file. */
  async #allColumns(): Promise<void> {
    try {
      const columns = await this.context.channel.request("tableColumns", null);
      this.#columns = columns.map((column, i) => this.preview.columns[i] ?? column);
      this.#build();
    } catch (error) {
      this.context.say(messageOf(error));
    }
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
    return [index, ...this.#columns.map((column) => gridColumn(column, context))];
  }

  async #page(offset: number, limit: number): Promise<GridPage> {
    const sort = this.#sort === null ? {} : { sort: this.#sort };
    const filter = this.#filter === null ? {} : { filters: [this.#filter] };
    const page = await this.context.channel.request("tablePage", { offset, limit, ...sort, ...filter });
    const { strings } = this.context;
    this.#say(page.limitedTo === null ? null : fill(strings.limited, page.limitedTo.toLocaleString()));
    return page;
  }

  #sortBy({ column, descending }: GridSort): void {
    void this.#again({ column: column - SHIFT, descending }, this.#filter);
  }

  #filterBy(filter: TableFilter | null): Promise<void> {
    return this.#again(this.#sort, filter);
  }

  async #again(sort: Sort | null, filter: TableFilter | null): Promise<void> {
    const asked = ++this.#asked;
    this.#sort = sort;
    this.#filter = filter;
    this.root.classList.add("waiting");
    try {
      const first = await this.#page(0, PAGE);
      if (asked !== this.#asked) return;
      this.#grid?.show(first, sort === null ? null : { ...sort, column: sort.column + SHIFT });
      this.#showSize(filter === null ? null : first.total);
      if (first.rows.length === 0 && filter !== null) this.#say(this.context.strings.noMatches);
    } catch (error) {
      this.context.say(messageOf(error));
    } finally {
      if (asked === this.#asked) this.root.classList.remove("waiting");
    }
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

  async #inspect(column: number): Promise<void> {
    const known = this.preview.columns[column];
    try {
      const found: ShownColumn = known ?? (await this.context.channel.request("columnSummary", { column }));
      this.#showCard(found, column);
    } catch (error) {
      this.context.say(messageOf(error));
    }
  }

  #showCard(found: ShownColumn, column: number): void {
    const close = (): void => {
      replaceChildren(this.#card);
      this.#grid?.focus();
    };
    const actions = this.#pages
      ? {
          sort: (descending: boolean) => void this.#again({ column, descending }, this.#filter),
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

function gridColumn(column: TableColumn | ColumnPreview, context: Context): GridColumn {
  const { strings } = context;
  const base = {
    title: visible(column.name),
    numeric: column.kind === "number",
    time: column.kind === "time",
  };
  if (!("missing" in column)) return { ...base, detail: column.type };
  const missing = column.missing > 0 ? ` · ${fill(strings.missing, column.missing)}` : "";
  const bars = column.number?.histogram ?? null;
  const label = `${strings.distribution}: ${column.name}`;
  return {
    ...base,
    detail: `${column.type}${missing}`,
    chart: bars === null ? null : histogram(bars, CHART, label),
    description: describe(column, strings),
  };
}

function describe(column: ColumnPreview, strings: Context["strings"]): string {
  const lines = [`${visible(column.name)}: ${column.type}`];
  if (column.missing > 0) lines.push(fill(strings.missing, column.missing));
  if (column.distinct !== null) lines.push(fill(strings.distinct, column.distinct));
  if (column.number !== null)
    lines.push(...numberFacts(column.number, strings).map(([name, value]) => `${name}: ${value}`));
  return lines.join("\n");
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return JSON.stringify(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
