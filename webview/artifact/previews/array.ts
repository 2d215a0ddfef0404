/** An array: its statistics and distribution, its values as a grid, a line or a heat map, and slices of higher dimensions. */
import type { Preview } from "../../../src/core/preview";
import { imageShape } from "../../../src/core/imageArray";
import type { ArrayPicture, ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element, replaceChildren, type Child } from "../../ui/dom";
import { Grid } from "../../ui/grid";
import { PAGE, type GridPage } from "../../ui/gridRows";
import { formatNumber } from "../../ui/numbers";
import { RowReading } from "../../ui/rowReading";
import type { Watching } from "../../ui/rpc";
import { Surface } from "../../ui/surface";
import { heatMap, histogramFigure, lineChart } from "../../ui/charts";
import type { Context } from "../context";
import { section } from "../../ui/parts";
import { matrixOf, matrixView } from "./matrix";

type ArrayPreview = Extract<Preview, { readonly kind: "array" }>;

const HEAT_MAP_CELLS = 64;
const MOST_COLUMNS = 256;
/** How large an image of few pixels is drawn. */
const PICTURE_SIZE = 420;

export function arrayView(preview: ArrayPreview, context: Context): HTMLElement {
  const { strings, snapshot } = context;
  const matrix = matrixOf(preview);
  const values = element("div", {});
  const isImage = imageShape(preview.shape, preview.dtype) !== null;
  const root = element(
    "div",
    {},
    element("p", { class: "note" }, `${preview.dtype} · ${shapeText(preview.shape)}`),
    isImage ? values : null,
    matrix === null ? null : matrixView(matrix, strings),
    ...(matrix === null ? statisticsView(preview, strings) : []),
    isImage ? null : values,
  );
  if (snapshot.pages && preview.shape.length > 0 && !preview.shape.includes(0))
    new Slices(preview, context, values);
  else replaceChildren(values, headView(preview, context));
  return root;
}

/** Numbers and their distribution; of a single number nothing that it does not say itself. */
function statisticsView({ statistics, shape }: ArrayPreview, strings: ArtifactStrings): HTMLElement[] {
  if (statistics === null || shape.length === 0 || statistics.count === 0) return [];
  const rows: (readonly [string, number | null])[] = [
    [strings.count, statistics.count],
    [strings.minimum, statistics.min],
    [strings.maximum, statistics.max],
    [strings.mean, statistics.mean],
    [strings.deviation, statistics.std],
  ];
  if (statistics.missing > 0) rows.push([strings.missingCount, statistics.missing]);
  if (statistics.infinite !== undefined) rows.push([strings.infiniteCount, statistics.infinite]);
  const numbers = element(
    "div",
    { class: "statistics" },
    ...rows.map(([name, value]) => figure(name, value)),
  );
  return statistics.histogram === null
    ? [numbers]
    : [numbers, section(strings.distribution, histogramFigure(statistics.histogram, strings.distribution))];
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

/** The last two dimensions as rows and columns (of an image its pixels); a slider for each before them. */
class Slices {
  readonly #leading: number[];
  readonly #shown = element("div", {});
  readonly #isImage: boolean;
  readonly #surface: Surface;

  constructor(
    private readonly preview: ArrayPreview,
    private readonly context: Context,
    box: HTMLElement,
  ) {
    const { shape, dtype } = preview;
    this.#surface = new Surface(context.strings, context.showLog);
    const image = imageShape(shape, dtype);
    this.#isImage = image !== null;
    const own = image !== null && image.channels > 1 ? 3 : 2;
    this.#leading = shape.slice(0, Math.max(0, shape.length - own)).map(() => 0);
    const sliders = this.#leading.map((_, dimension) => this.#slider(dimension, shape[dimension] ?? 1));
    replaceChildren(
      box,
      sliders.length > 0 ? element("div", { class: "tools sliders" }, ...sliders) : null,
      this.#surface.root,
      this.#shown,
    );
    this.#load();
  }

  #slider(dimension: number, length: number): HTMLElement {
    const name = fill(this.context.strings.slice, dimension);
    const value = element("output", {}, `0 / ${length - 1}`);
    const slider = element("input", { type: "range", min: 0, max: length - 1, value: 0, "aria-label": name });
    slider.addEventListener("input", () => {
      this.#leading[dimension] = slider.valueAsNumber;
      value.textContent = `${slider.value} / ${length - 1}`;
      this.#load();
    });
    return element("label", { class: "slider" }, name, slider, value);
  }

  /** A later position of a slider takes the place of what is waited for. */
  #load(): void {
    const leading = [...this.#leading];
    void this.#surface.ask({
      label: this.context.strings.readingValues,
      ask: (watching) => this.#parts(leading, watching),
      show: (parts) => replaceChildren(this.#shown, ...parts),
    });
  }

  async #parts(leading: readonly number[], watching: Watching): Promise<readonly Child[]> {
    const { channel, strings } = this.context;
    const { shape } = this.preview;
    if (this.#isImage) {
      const picture = await channel.request("arrayPicture", { leading }, watching);
      const isGrey = leading.length === shape.length - 2;
      return [
        section(strings.picture, pixelsView(picture, this.context)),
        isGrey ? await this.#values(leading, watching) : null,
      ];
    }
    if (shape.length > 1) return [await this.#values(leading, watching)];
    const [plot, values] = await Promise.all([this.#plot(watching), this.#values(leading, watching)]);
    return [plot, values];
  }

  async #plot(watching: Watching): Promise<HTMLElement | null> {
    const { channel, strings } = this.context;
    const { points, isSampled } = await channel.request("arraySeries", null, watching);
    const ends = points.flatMap(({ index, low, high }) => {
      const label = String(index);
      return low === high ? [{ label, value: low }] : [low, high].map((value) => ({ label, value }));
    });
    return ends.length < 2
      ? null
      : section(
          strings.plot,
          lineChart(ends, strings.plot),
          isSampled ? element("p", { class: "note" }, strings.sampledPlot) : null,
        );
  }

  async #values(leading: readonly number[], watching: Watching): Promise<HTMLElement> {
    const { strings, channel, snapshot, showLog } = this.context;
    const { shape } = this.preview;
    const isLine = shape.length === 1;
    const rows = (isLine ? shape[0] : shape.at(-2)) ?? 0;
    const columns = isLine ? 1 : (shape.at(-1) ?? 0);
    const shown = Math.min(columns, MOST_COLUMNS);
    const page = async (offset: number, limit: number, watched: Watching): Promise<GridPage> => {
      const request = { leading, row: offset, rows: limit, column: 0, columns: shown };
      const { values } = await channel.request("arraySlice", request, watched);
      return { rows: values.map((row, i) => [offset + i, ...row]), offset, total: rows };
    };
    const first = await page(0, PAGE, watching);
    const isNumeric = this.preview.statistics !== null;
    const titles = Array.from({ length: shown }, (_, i) => (isLine ? strings.element : String(i)));
    const reading: RowReading = new RowReading(strings, strings.readingRows, page, showLog, () =>
      grid.refresh(),
    );
    const grid = new Grid({
      label: snapshot.artifact.alias ?? snapshot.artifact.name,
      columns: [{ title: "", numeric: true }, ...titles.map((title) => ({ title, numeric: isNumeric }))],
      first,
      fetch: reading.fetch,
      pinned: 1,
      failed: (reason) => this.context.say(reason),
      copied: (count) => this.context.say(fill(strings.copiedRows, count)),
    });
    grid.root.classList.add("bounded");
    const cut = shown < columns ? element("p", { class: "note" }, strings.truncated) : null;
    const table = section(strings.values, reading.surface.root, grid.root, cut);
    const hasPicture = isLine || this.#isImage || matrixOf(this.preview) !== null;
    const heat = hasPicture ? null : this.#heat(first.rows, rows, columns);
    return heat === null ? table : element("div", {}, heat, table);
  }

  #heat(rows: GridPage["rows"], height: number, width: number): HTMLElement | null {
    const { strings } = this.context;
    const part = rows
      .slice(0, HEAT_MAP_CELLS)
      .map((row) =>
        row.slice(1, HEAT_MAP_CELLS + 1).map((value) => (typeof value === "number" ? value : Number.NaN)),
      );
    if (part.length < 2 || !part.some((row) => row.some(Number.isFinite))) return null;
    const isWhole = height <= HEAT_MAP_CELLS && width <= HEAT_MAP_CELLS;
    const note = fill(strings.firstCells, part.length, part[0]?.length ?? 0);
    return section(
      strings.heatMap,
      heatMap(part, strings.heatMap),
      isWhole ? null : element("p", { class: "note" }, note),
    );
  }
}

/** Pixels as they are, enlarged to be seen. */
function pixelsView(
  { width, height, pixels, step }: ArrayPicture,
  { strings, snapshot }: Context,
): HTMLElement {
  const label = snapshot.artifact.alias ?? snapshot.artifact.name;
  const canvas = element("canvas", {
    class: "pixels-picture",
    role: "img",
    "aria-label": label,
    width,
    height,
  });
  const scale = Math.max(1, Math.floor(PICTURE_SIZE / Math.max(width, height)));
  canvas.style.width = `${width * scale}px`;
  const bytes = Uint8ClampedArray.from(atob(pixels), (char) => char.charCodeAt(0));
  canvas.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
  return element(
    "div",
    {},
    canvas,
    step > 1 ? element("p", { class: "note" }, fill(strings.everyPixel, step)) : null,
  );
}
