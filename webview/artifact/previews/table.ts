/** A table: columns with their types and distributions, rows paged from the payload's file when the preview is not all. */
import type { ColumnPreview, NumberSummary, Preview } from "../../../src/core/preview";
import type { TablePageRequest } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element, replaceChildren } from "../../ui/dom";
import { Grid, formatNumber, type Cell, type GridColumn, type GridPage } from "../../ui/grid";
import { dropdown, textField } from "../../ui/toolkit";
import { histogram } from "../../ui/charts";
import type { Context } from "../context";

type Table = Extract<Preview, { readonly kind: "table" }>;
type Sort = NonNullable<TablePageRequest["sort"]>;

const CHART = { width: 72, height: 22 };
const TYPING_PAUSE_MS = 250;
const PAGE = 100;

export function tableView(preview: Table, context: Context): HTMLElement {
  return new TableView(preview, context).root;
}

class TableView {
  readonly root: HTMLElement;
  readonly #box = element("div", { class: "fill" });
  readonly #limited = element("p", { class: "note", hidden: true });
  #sort: Sort | null = null;
  #filter = { text: "", column: 0 };
  #typing: number | undefined;

  constructor(
    private readonly preview: Table,
    private readonly context: Context,
  ) {
    const { strings, snapshot } = context;
    const size = element(
      "p",
      { class: "note" },
      fill(strings.rows, preview.rows.toLocaleString(), preview.columnCount),
    );
    const cut =
      preview.truncated && !snapshot.pages ? element("p", { class: "note" }, strings.truncated) : null;
    const tools = snapshot.pages ? this.#filterTools() : [];
    this.root = element(
      "div",
      { class: "fill-column" },
      element("div", { class: "tools" }, size, ...tools),
      this.#box,
      this.#limited,
      cut,
    );
    this.#show(this.#head());
  }

  #filterTools(): HTMLElement[] {
    const { strings } = this.context;
    const columns = this.preview.columns.map((column, i) => ({ value: String(i), label: column.name }));
    const choose = (column: string): void => {
      this.#filter = { ...this.#filter, column: Number(column) };
      if (this.#filter.text !== "") void this.#again(this.#sort);
    };
    return [
      dropdown(strings.filterColumn, columns, "0", choose),
      textField(strings.filterRows, (text) => this.#typed(text)),
    ];
  }

  /** The rows that the preview carries: there at once, before any file is read. */
  #head(): GridPage {
    const { preview, context } = this;
    const rows = preview.head.map((row, i) => this.#row([preview.indexHead[i] ?? null, ...row]));
    return { rows, offset: 0, total: context.snapshot.pages ? preview.rows : rows.length };
  }

  /** Without the index when the table has none worth showing. */
  #row(row: readonly unknown[]): readonly Cell[] {
    return (this.#hasIndex ? row : row.slice(1)).map(toCell);
  }

  get #hasIndex(): boolean {
    return this.preview.indexHead.length > 0;
  }

  #columns(): GridColumn[] {
    const columns = this.preview.columns.map((column) => gridColumn(column, this.context));
    const index = { title: this.preview.index ?? "", numeric: false, detail: "index" };
    return this.#hasIndex ? [index, ...columns] : columns;
  }

  #show(first: GridPage): void {
    const { context } = this;
    const shift = this.#hasIndex ? 1 : 0;
    const paged = context.snapshot.pages
      ? {
          fetch: (offset: number, limit: number) => this.#page(offset, limit),
          sorted: (column: number, descending: boolean) =>
            void this.#again({ column: column - shift, descending }),
        }
      : {};
    const sort = this.#sort === null ? null : { ...this.#sort, column: this.#sort.column + shift };
    const label = context.snapshot.artifact.alias ?? context.snapshot.artifact.name;
    const failed = (reason: string): void => context.say(reason);
    const grid = new Grid({ label, columns: this.#columns(), first, sort, failed, ...paged });
    replaceChildren(this.#box, grid.root);
  }

  async #page(offset: number, limit: number): Promise<GridPage> {
    const sort = this.#sort === null ? {} : { sort: this.#sort };
    const filter = this.#filter.text === "" ? {} : { filter: this.#filter };
    const page = await this.context.channel.request("tablePage", { offset, limit, ...sort, ...filter });
    this.#limited.hidden = page.limitedTo === null;
    this.#limited.textContent = fill(this.context.strings.limited, page.limitedTo ?? 0);
    return { rows: page.rows.map((row) => this.#row(row)), offset: page.offset, total: page.total };
  }

  #typed(text: string): void {
    window.clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => {
      this.#filter = { ...this.#filter, text };
      void this.#again(this.#sort);
    }, TYPING_PAUSE_MS);
  }

  async #again(sort: Sort | null): Promise<void> {
    this.#sort = sort;
    try {
      this.#show(await this.#page(0, PAGE));
    } catch (error) {
      this.context.say(error instanceof Error ? error.message : String(error));
    }
  }
}

function gridColumn(column: ColumnPreview, { strings }: Context): GridColumn {
  const missing = column.missing > 0 ? ` · ${fill(strings.missing, column.missing)}` : "";
  const bars = column.number?.histogram;
  return {
    title: column.name,
    detail: `${column.type}${missing}`,
    numeric: column.kind === "number",
    chart:
      bars === undefined || bars === null ? null : histogram(bars, CHART, fill(strings.preview, column.name)),
    description: describe(column, strings),
  };
}

function describe(column: ColumnPreview, strings: Context["strings"]): string {
  const lines = [`${column.name}: ${column.type}`];
  if (column.missing > 0) lines.push(fill(strings.missing, column.missing));
  if (column.distinct !== null) lines.push(fill(strings.distinct, column.distinct));
  if (column.number !== null) lines.push(...numberLines(column.number, strings));
  for (const { value, count } of column.top.slice(0, 5)) lines.push(`${value}: ${String(count)}`);
  return lines.join("\n");
}

function numberLines(summary: NumberSummary, strings: Context["strings"]): string[] {
  const all: readonly (readonly [string, number | null])[] = [
    [strings.minimum, summary.min],
    [strings.mean, summary.mean],
    [strings.maximum, summary.max],
    [strings.deviation, summary.std],
  ];
  return all.flatMap(([name, value]) =>
    typeof value === "number" ? [`${name}: ${formatNumber(value)}`] : [],
  );
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return JSON.stringify(value);
}
