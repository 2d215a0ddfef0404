/** Boxes of a plot: the middle half of the values, the median, whiskers to what is not far out, and each value that is. */
import { svgElement } from "./dom";
import { formatNumber } from "./numbers";

export interface PlotBox {
  readonly x: number;
  readonly low: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly high: number;
  readonly outliers: readonly number[];
}

/** Values further from the box than this many of its heights are drawn on their own (Tukey). */
const WHISKER = 1.5;
const MOST_OUTLIERS = 200;

/** Null of no values. */
export function boxOf(x: number, values: readonly number[]): PlotBox | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [
    number,
    number,
    number,
  ];
  const [from, to] = [q1 - WHISKER * (q3 - q1), q3 + WHISKER * (q3 - q1)];
  const near = sorted.filter((value) => value >= from && value <= to);
  const outliers = sorted.filter((value) => value < from || value > to).slice(0, MOST_OUTLIERS);
  return { x, low: near[0] ?? q1, q1, median, q3, high: near.at(-1) ?? q3, outliers };
}

/** Between the neighbours, as NumPy and pandas do it. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}

export interface BoxPlace {
  readonly left: number;
  readonly width: number;
}

export function boxView(
  box: PlotBox,
  name: string,
  colour: string,
  { left, width }: BoxPlace,
  y: (value: number) => number,
): SVGElement {
  const middle = left + width / 2;
  const { low, q1, median, q3, high, outliers } = box;
  const line = (x1: number, y1: number, x2: number, y2: number): SVGElement =>
    svgElement("line", { class: `line ${colour}`, x1, y1: y(y1), x2, y2: y(y2) });
  const facts = [high, q3, median, q1, low].map(formatNumber).join(" · ");
  return svgElement(
    "g",
    { class: "box" },
    svgElement("title", {}, `${name}: ${facts}`),
    line(middle, low, middle, q1),
    line(middle, q3, middle, high),
    line(left + width / 4, low, left + (3 * width) / 4, low),
    line(left + width / 4, high, left + (3 * width) / 4, high),
    svgElement("rect", { class: `box-body ${colour}`, x: left, y: y(q3), width, height: y(q1) - y(q3) }),
    line(left, median, left + width, median),
    ...outliers.map((value) =>
      svgElement(
        "circle",
        { class: `point ${colour}`, cx: middle, cy: y(value), r: 2.5 },
        svgElement("title", {}, `${name}: ${formatNumber(value)}`),
      ),
    ),
  );
}
