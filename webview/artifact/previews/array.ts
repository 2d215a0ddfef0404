/** An array: its statistics and distribution, its values as a grid, a line or a heat map, and slices of higher dimensions. */
import type { Preview } from "../../../src/core/preview";
import type { ArraySlice } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element, replaceChildren } from "../../ui/dom";
import { Grid, formatNumber, type Cell } from "../../ui/grid";
import { heatMap, histogramFigure, lineChart } from "../../ui/charts";
import type { Context } from "../context";
import { section } from "../../ui/parts";

type ArrayPreview = Extract<Preview, { readonly kind: "array" }>;

const HEAT_MAP_CELLS = 64;

export function arrayView(preview: ArrayPreview, context: Context): HTMLElement {
  const { strings, snapshot } = context;
  const statistics = preview.statistics;
  const values = element("div", {});
  const root = element(
    "div",
    {},
    element("p", { class: "note" }, `${preview.dtype} · ${shapeText(preview.shape)}`),
  );
  if (statistics !== null) {
    const rows: (readonly [string, number | null])[] = [
      [strings.count, statistics.count],
      [strings.minimum, statistics.min],
      [strings.maximum, statistics.max],
      [strings.mean, statistics.mean],
      [strings.deviation, statistics.std],
    ];
    if (statistics.missing > 0) rows.push([strings.missingCount, statistics.missing]);
    root.append(element("div", { class: "statistics" }, ...rows.map(([name, value]) => figure(name, value))));
    if (statistics.histogram !== null)
      root.append(section(strings.distribution, histogramFigure(statistics.histogram, strings.distribution)));
  }
  root.append(values);
  if (snapshot.pages && preview.shape.length > 0 && !preview.shape.includes(0))
    new Slices(preview, context, values);
  else replaceChildren(values, headView(preview, context));
  return root;
}

function figure(name: string, value: number | string | null): HTMLElement {
  const text = typeof value === "number" ? formatNumber(value) : (value ?? "—");
  return element(
    "div",
    { class: "statistic" },
    element("span", { class: "statistic-value" }, text),
    element("span", { class: "statistic-name" }, name),
  );
}

export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "()" : shape.join(" × ");
}

/** What the preview carries, when there is no file to read more from. */
function headView(preview: ArrayPreview, { strings }: Context): HTMLElement {
  return section(
    strings.values,
    element("pre", { class: "code", tabindex: 0 }, JSON.stringify(preview.head, null, 1)),
    preview.truncated ? element("p", { class: "note" }, strings.truncated) : null,
  );
}

/** The last two dimensions as rows and columns; a slider for each before them. */
class Slices {
  readonly #leading: number[];
  readonly #shown = element("div", {});

  constructor(
    private readonly preview: ArrayPreview,
    private readonly context: Context,
    box: HTMLElement,
  ) {
    const { shape } = preview;
    this.#leading = shape.slice(0, Math.max(0, shape.length - 2)).map(() => 0);
    const sliders = this.#leading.map((_, dimension) => this.#slider(dimension, shape[dimension] ?? 1));
    replaceChildren(
      box,
      sliders.length > 0 ? element("div", { class: "tools" }, ...sliders) : null,
      this.#shown,
    );
    void this.#load();
  }

  #slider(dimension: number, length: number): HTMLElement {
    const name = fill(this.context.strings.slice, dimension);
    const value = element("output", {}, "0");
    const slider = element("input", { type: "range", min: 0, max: length - 1, value: 0, "aria-label": name });
    slider.addEventListener("input", () => {
      this.#leading[dimension] = slider.valueAsNumber;
      value.textContent = slider.value;
      void this.#load();
    });
    return element("label", { class: "slider" }, name, slider, value);
  }

  async #load(): Promise<void> {
    const { shape } = this.preview;
    const [rows, columns] = shape.length === 1 ? [shape[0] ?? 0, 1] : [shape.at(-2) ?? 0, shape.at(-1) ?? 0];
    const asked = [...this.#leading];
    try {
      const slice = await this.context.channel.request("arraySlice", {
        leading: asked,
        row: 0,
        rows: Math.min(rows, 100),
        column: 0,
        columns: Math.min(columns, 64),
      });
      // A later slider position has asked again meanwhile.
      if (asked.join() === this.#leading.join()) this.#show(slice, rows, columns);
    } catch (error) {
      this.context.say(error instanceof Error ? error.message : String(error));
    }
  }

  #show(slice: ArraySlice, rows: number, columns: number): void {
    const { strings, snapshot } = this.context;
    const numbers = slice.values.map((row) =>
      row.map((value) => (typeof value === "number" ? value : Number.NaN)),
    );
    const picture = columns === 1 ? this.#line(numbers) : this.#heat(numbers);
    const shownColumns = slice.values[0]?.length ?? 0;
    const titles =
      columns === 1
        ? [{ title: "", numeric: true }]
        : Array.from({ length: shownColumns }, (_, i) => ({ title: String(i), numeric: true }));
    const withIndex = (offset: number, values: ArraySlice["values"]): (readonly Cell[])[] =>
      values.map((row, i) => [offset + i, ...row]);
    const grid = new Grid({
      label: snapshot.artifact.alias ?? snapshot.artifact.name,
      columns: [{ title: "", numeric: true }, ...titles],
      first: { rows: withIndex(0, slice.values), offset: 0, total: rows },
      fetch: async (offset, limit) => {
        const next = await this.context.channel.request("arraySlice", {
          leading: this.#leading,
          row: offset,
          rows: limit,
          column: 0,
          columns: shownColumns,
        });
        return { rows: withIndex(offset, next.values), offset, total: rows };
      },
      failed: (reason) => this.context.say(reason),
    });
    grid.root.classList.add("bounded");
    const cut = shownColumns < columns ? element("p", { class: "note" }, strings.truncated) : null;
    replaceChildren(this.#shown, picture, section(strings.values, grid.root, cut));
  }

  #line(numbers: readonly (readonly number[])[]): HTMLElement | null {
    const points = numbers.flatMap((row, i) =>
      Number.isFinite(row[0]) ? [{ label: String(i), value: row[0] ?? 0 }] : [],
    );
    return points.length > 1
      ? section(this.context.strings.plot, lineChart(points, this.context.strings.plot))
      : null;
  }

  #heat(numbers: readonly (readonly number[])[]): HTMLElement | null {
    const part = numbers.slice(0, HEAT_MAP_CELLS);
    if (part.length < 2 || !part.some((row) => row.some(Number.isFinite))) return null;
    return section(this.context.strings.heatMap, heatMap(part, this.context.strings.heatMap));
  }
}
