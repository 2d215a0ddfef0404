/**
 * Parallel coordinates: an axis for each parameter and metric that differs, a line for each run. A range of an axis, dragged
 * or set by keys, keeps the runs that pass there.
 */
import type { CompareSnapshot, CompareStrings } from "../../src/panels/compare/messages";
import { fill } from "../../src/panels/messages";
import { element, replaceChildren, svgElement } from "../ui/dom";
import { visible } from "../ui/format";
import { seriesClass } from "../ui/plot";
import { button } from "../ui/toolkit";
import { axesOf, type Axis } from "./axes";

const HEIGHT = 260;
const AXIS_GAP = 150;
const MARGIN = { x: 70, top: 40, bottom: 44 };
const FLOOR = HEIGHT - MARGIN.bottom;
/** Where lines pass that have no value on an axis. */
const NOWHERE = HEIGHT - 14;
const GRIP = 26;
const NEAR = 0.03;
const LONGEST_NAME = 20;

type Range = readonly [low: number, high: number];

export class Coordinates {
  /** By the name of the axis; kept while the page is there. */
  readonly #ranges = new Map<string, Range>();
  readonly #figure = element("figure", { class: "figure coordinates-box" });
  #shown: CompareSnapshot | null = null;
  #axes: readonly Axis[] = [];

  constructor(private readonly strings: CompareStrings) {}

  /** Null when there is nothing to draw: fewer than two axes. */
  draw(snapshot: CompareSnapshot): HTMLElement | null {
    this.#shown = snapshot;
    this.#axes = axesOf(snapshot);
    if (this.#axes.length < 2) return null;
    this.#paint();
    return this.#figure;
  }

  #paint(): void {
    if (this.#shown === null) return;
    const focused = document.activeElement?.getAttribute("data-axis") ?? null;
    const { runs } = this.#shown;
    const kept = runs.map((_, i) => this.#isKept(i));
    const width = MARGIN.x * 2 + (this.#axes.length - 1) * AXIS_GAP;
    const drawing = svgElement(
      "svg",
      {
        class: "coordinates",
        role: "group",
        "aria-label": this.strings.coordinates,
        viewBox: `0 0 ${width} ${HEIGHT}`,
        width,
        height: HEIGHT,
      },
      ...runs.map((run, i) => this.#line(i, run.label, kept[i] === true)),
      ...this.#axes.map((axis, i) => this.#axis(axis, xOf(i))),
    );
    const marks = runs.map((run, i) =>
      element(
        "span",
        { class: kept[i] === true ? "legend-entry" : "legend-entry dimmed" },
        element("span", { class: `legend-mark ${seriesClass(i)}`, "aria-hidden": "true" }),
        visible(run.label),
      ),
    );
    replaceChildren(
      this.#figure,
      element(
        "div",
        { class: "scroll", tabindex: 0, role: "group", "aria-label": this.strings.coordinates },
        drawing,
      ),
      element("figcaption", { class: "legend" }, ...marks),
      this.#ranges.size === 0 ? null : this.#keptLine(kept),
    );
    if (focused !== null)
      this.#figure.querySelector<SVGElement>(`[data-axis="${CSS.escape(focused)}"]`)?.focus();
  }

  #keptLine(kept: readonly boolean[]): HTMLElement {
    const count = kept.filter((is) => is).length;
    const again = button(this.strings.allRuns, () => {
      this.#ranges.clear();
      this.#paint();
    });
    const text = fill(this.strings.kept, count, kept.length);
    return element("p", { class: "tools" }, element("span", { role: "status" }, text), again);
  }

  #isKept(run: number): boolean {
    return this.#axes.every(({ name, places }) => {
      const range = this.#ranges.get(name);
      const place = places[run] ?? null;
      return range === undefined || (place !== null && place >= range[0] && place <= range[1]);
    });
  }

  #line(run: number, label: string, kept: boolean): SVGElement {
    const points = this.#axes.map(({ places }, i) => `${xOf(i)},${yOf(places[run] ?? null).toFixed(1)}`);
    const d = `M${points.join("L")}`;
    return svgElement(
      "g",
      { class: `run-line ${seriesClass(run)}${kept ? "" : " dimmed"}` },
      svgElement("path", { d }),
      // Thin lines are hard to point at.
      svgElement("path", { class: "reach", d }, svgElement("title", {}, visible(label))),
    );
  }

  #axis(axis: Axis, x: number): SVGElement {
    const name = visible(axis.name);
    const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
    const range = this.#ranges.get(axis.name);
    const grip = svgElement("rect", {
      ...{ class: "grip", x: x - GRIP / 2, y: MARGIN.top - 4, width: GRIP, height: FLOOR - MARGIN.top + 8 },
      ...{ role: "slider", tabindex: 0, "data-axis": axis.name },
      "aria-label": fill(this.strings.keepRange, name),
      "aria-orientation": "vertical",
      ...{ "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * (range?.[1] ?? 1)) },
      "aria-valuetext": rangeText(axis, range),
      onpointerdown: (event: PointerEvent) => this.#drag(event, axis),
      onkeydown: (event: KeyboardEvent) => this.#key(event, axis),
    });
    return svgElement(
      "g",
      {},
      svgElement("line", { class: "axis-line", x1: x, x2: x, y1: MARGIN.top, y2: FLOOR }),
      svgElement("text", { class: "axis-name", x, y: 12 }, short, svgElement("title", {}, name)),
      ...axis.ticks.map(({ at, text }) =>
        svgElement(
          "text",
          { class: "axis-value", x: x + 8, y: yOf(at) + (at === 1 ? -6 : at === 0 ? 14 : 4) },
          text,
        ),
      ),
      axis.places.includes(null)
        ? svgElement("text", { class: "axis-value before", x: x - 8, y: NOWHERE + 4 }, this.strings.noValue)
        : null,
      range === undefined
        ? null
        : svgElement("rect", {
            class: "range",
            ...{ x: x - 6, width: 12, y: yOf(range[1]) - 2, height: yOf(range[0]) - yOf(range[1]) + 4 },
          }),
      grip,
    );
  }

  /** A click that drags nowhere shows all of the axis again. */
  #drag(event: PointerEvent, { name }: Axis): void {
    const grip = event.currentTarget as SVGRectElement;
    const box = grip.getBoundingClientRect();
    const placeOf = (clientY: number): number => {
      const inset = (4 / (FLOOR - MARGIN.top + 8)) * box.height;
      const place = (box.bottom - inset - clientY) / (box.height - 2 * inset);
      // The ends are easily missed, and most wanted.
      return place < NEAR ? 0 : place > 1 - NEAR ? 1 : place;
    };
    const from = placeOf(event.clientY);
    const moved = (to: PointerEvent): void => {
      const place = placeOf(to.clientY);
      if (Math.abs(place - from) < NEAR) this.#ranges.delete(name);
      else this.#ranges.set(name, [Math.min(from, place), Math.max(from, place)]);
      this.#paint();
    };
    const done = (to: PointerEvent): void => {
      document.removeEventListener("pointermove", moved);
      moved(to);
    };
    event.preventDefault();
    grip.focus();
    document.addEventListener("pointermove", moved);
    document.addEventListener("pointerup", done, { once: true });
  }

  /** Up and Down move the upper end of the range, with Shift the lower one; Escape shows everything. */
  #key(event: KeyboardEvent, { name, stops }: Axis): void {
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (event.key !== "Escape" && by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const [low, high] = this.#ranges.get(name) ?? [0, 1];
    const moved = (place: number): number => {
      const nearest = stops.filter((stop) => stop <= place + 1e-9).length - 1;
      return stops[Math.min(stops.length - 1, Math.max(0, nearest + by))] ?? place;
    };
    const range: Range = event.shiftKey
      ? [Math.min(moved(low), high), high]
      : [low, Math.max(low, moved(high))];
    if (event.key === "Escape" || (range[0] === 0 && range[1] === 1)) this.#ranges.delete(name);
    else this.#ranges.set(name, range);
    this.#paint();
  }
}

function xOf(axis: number): number {
  return MARGIN.x + axis * AXIS_GAP;
}

function yOf(place: number | null): number {
  return place === null ? NOWHERE : FLOOR - place * (FLOOR - MARGIN.top);
}

function rangeText({ ticks }: Axis, range: Range | undefined): string {
  const ends = `${ticks[0]?.text ?? ""} – ${ticks.at(-1)?.text ?? ""}`;
  return range === undefined
    ? ends
    : `${ends}: ${Math.round(100 * range[0])} % – ${Math.round(100 * range[1])} %`;
}
