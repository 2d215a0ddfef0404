/** What is known of one column of a table: its numbers, its distribution, its most frequent values. */
import type { ColumnPreview, NumberSummary } from "../../../src/core/preview";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { histogramFigure } from "../../ui/charts";
import { element, type Child } from "../../ui/dom";
import { visible } from "../../ui/format";
import { formatNumber } from "../../ui/numbers";
import { button } from "../../ui/toolkit";
import { card } from "../card";

export interface ColumnActions {
  readonly sort: (descending: boolean) => void;
  readonly filter: () => void;
  readonly close: () => void;
}

export interface ShownColumn extends ColumnPreview {
  readonly limitedTo?: number | null;
}

const TOP_SHOWN = 8;

export function columnCard(
  column: ShownColumn,
  rows: number,
  strings: ArtifactStrings,
  actions: ColumnActions | null,
  close: () => void,
): HTMLElement {
  const title = fill(strings.aboutColumn, visible(column.name));
  return card(
    {
      ...{ className: "column-card", label: title, closeLabel: strings.closeColumn, close },
      head: [
        element("strong", { class: "ellipsis" }, visible(column.name)),
        element("span", { class: "note" }, column.type),
      ],
      tools:
        actions === null
          ? []
          : [
              button(strings.sortAscending, () => actions.sort(false)),
              button(strings.sortDescending, () => actions.sort(true)),
              button(strings.filterThis, actions.filter),
            ],
    },
    element(
      "div",
      { class: "card-body" },
      facts(column, rows, strings),
      distribution(column, strings),
      top(column, rows, strings),
    ),
    footnote(column, strings),
  );
}

function facts(column: ShownColumn, rows: number, strings: ArtifactStrings): HTMLElement {
  const share = rows === 0 ? "" : ` (${((100 * column.missing) / rows).toFixed(1)} %)`;
  const list: (readonly [string, string])[] = [
    [strings.missingCount, column.missing === 0 ? "0" : `${column.missing.toLocaleString()}${share}`],
  ];
  if (column.distinct !== null) list.push([strings.distinctCount, column.distinct.toLocaleString()]);
  if (column.number !== null) list.push(...numberFacts(column.number, strings));
  return element(
    "dl",
    { class: "pairs numbers" },
    ...list.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
}

export function numberFacts(
  { min, max, mean, std }: NumberSummary,
  strings: ArtifactStrings,
): (readonly [string, string])[] {
  const all: readonly (readonly [string, number | null])[] = [
    [strings.minimum, min],
    [strings.mean, mean],
    [strings.maximum, max],
    [strings.deviation, std],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, formatNumber(value)] as const]));
}

function distribution(column: ShownColumn, strings: ArtifactStrings): Child {
  const bars = column.number?.histogram ?? null;
  return bars === null
    ? null
    : histogramFigure(bars, `${strings.distribution}: ${column.name}`, { width: 320, height: 90 });
}

/** Values as bars of their share, with a word on how many there are. */
function top(column: ShownColumn, rows: number, strings: ArtifactStrings): Child {
  const values = column.top.slice(0, TOP_SHOWN);
  // Values that all occur once say nothing.
  if (values.length === 0 || (values[0]?.count ?? 0) <= 1) return null;
  const most = values[0]?.count ?? 1;
  const lines = values.map(({ value, count }) => {
    const bar = element("span", { class: "share-bar" });
    bar.style.width = `${(100 * count) / most}%`;
    const share = rows === 0 ? "" : ` · ${((100 * count) / rows).toFixed(1)} %`;
    return element(
      "li",
      {},
      element("span", { class: "ellipsis", title: visible(value) }, visible(value)),
      element("span", { class: "share", "aria-hidden": "true" }, bar),
      element("span", { class: "note" }, `${count.toLocaleString()}${share}`),
    );
  });
  return element("ul", { class: "top-values", "aria-label": strings.topValues }, ...lines);
}

function footnote({ limitedTo, number }: ShownColumn, strings: ArtifactStrings): Child {
  const text =
    limitedTo != null
      ? fill(strings.summaryOfFirst, limitedTo.toLocaleString())
      : number?.sample !== undefined
        ? fill(strings.summaryOfSample, number.sample.toLocaleString())
        : null;
  return text === null ? null : element("p", { class: "note" }, text);
}
