/** Shares of a whole as a pie in the theme's colours, with each share in words beside it. */
import { element, svgElement } from "./dom";
import { visible } from "./format";
import { formatNumber } from "./numbers";
import { seriesClass } from "./plot";

export interface Share {
  readonly name: string;
  readonly value: number;
}

const RADIUS = 130;
const GAP = 4;
/** More are one share of their own: thinner ones can't be told apart. */
const MOST_SLICES = 11;

export interface PieWords {
  readonly label: string;
  /** Of the smallest ones together: "{0} others". */
  readonly others: (count: number) => string;
}

export function pie(shares: readonly Share[], hole: number, words: PieWords): HTMLElement {
  const slices = withOthers(shares, words);
  const all = slices.reduce((sum, { value }) => sum + value, 0) || 1;
  let from = 0;
  const drawn = slices.map(({ name, value }, place) => {
    const to = from + value / all;
    const title = `${visible(name)}: ${formatNumber(value)} (${percent(value / all)})`;
    const slice = svgElement(
      "path",
      { class: `slice ${seriesClass(place)}`, d: arc(from, to, hole) },
      svgElement("title", {}, title),
    );
    from = to;
    return slice;
  });
  const side = 2 * (RADIUS + GAP);
  const box = { viewBox: `${-side / 2} ${-side / 2} ${side} ${side}`, width: side, height: side };
  return element(
    "figure",
    { class: "figure pie" },
    svgElement("svg", { class: "chart", role: "img", "aria-label": words.label, ...box }, ...drawn),
    element("figcaption", { class: "pie-legend" }, ...slices.map((slice, i) => entry(slice, i, all))),
  );
}

/** The largest first, as they are read; what is left of them in one. */
function withOthers(shares: readonly Share[], words: PieWords): readonly Share[] {
  const ordered = shares.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  if (ordered.length <= MOST_SLICES + 1) return ordered;
  const rest = ordered.slice(MOST_SLICES);
  const value = rest.reduce((sum, share) => sum + share.value, 0);
  return [...ordered.slice(0, MOST_SLICES), { name: words.others(rest.length), value }];
}

function entry({ name, value }: Share, place: number, all: number): HTMLElement {
  return element(
    "span",
    { class: "pie-entry" },
    element("span", { class: `legend-mark square ${seriesClass(place)}`, "aria-hidden": "true" }),
    element("span", { class: "ellipsis", title: visible(name) }, visible(name)),
    element("span", { class: "note" }, `${formatNumber(value)} · ${percent(value / all)}`),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Clockwise from the top; a whole circle in two halves, since an arc that ends where it begins is nothing. */
function arc(from: number, to: number, hole: number): string {
  if (to - from > 0.999) return `${arc(from, from + 0.5, hole)}${arc(from + 0.5, from + 0.9999, hole)}Z`;
  const inner = RADIUS * Math.min(0.9, Math.max(0, hole));
  const large = to - from > 0.5 ? 1 : 0;
  const [a, b, c, d] = [point(from, RADIUS), point(to, RADIUS), point(to, inner), point(from, inner)];
  return `M${a}A${RADIUS},${RADIUS} 0 ${large} 1 ${b}L${c}A${inner},${inner} 0 ${large} 0 ${d}Z`;
}

function point(share: number, radius: number): string {
  const angle = 2 * Math.PI * share;
  return `${(radius * Math.sin(angle)).toFixed(2)},${(-radius * Math.cos(angle)).toFixed(2)}`;
}
