/** What differs between two versions, by groups; numbers with the change from one to the other. */
import type {
  DiffGroup,
  DiffParams,
  DiffRow,
  RowCounts,
  VersionDiff,
  VersionReference,
} from "../../src/panels/artifact/messages";
import { fill } from "../../src/panels/messages";
import { codicon, element, type Child } from "../ui/dom";
import { visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";
import { button, dropdown } from "../ui/toolkit";
import { openAnswer } from "./answerCard";
import { card } from "./card";
import type { Context } from "./context";

const GROUPS: readonly DiffGroup[] = ["facts", "columns", "values", "statistics", "rows", "metadata"];

/** Asks what differs and shows it; other versions can be chosen there. */
export function compareVersions(params: DiffParams, context: Context): void {
  openAnswer(
    context,
    context.strings.comparing,
    (watching) => context.channel.request("diff", params, watching),
    (diff, close) => diffCard(diff, context, close),
  );
}

function diffCard(diff: VersionDiff, context: Context, close: () => void): HTMLElement {
  const { strings, tell } = context;
  const { left, right } = diff;
  const title = fill(strings.compared, left.version, right.version);
  const openText = button(
    strings.compareText,
    () => tell({ do: "diffText", oneId: left.id, otherId: right.id }),
    { appearance: diff.isText ? "primary" : "secondary" },
  );
  const choose = (label: string, chosen: VersionReference, params: (id: string) => DiffParams): HTMLElement =>
    dropdown(
      label,
      context.snapshot.versions.map(({ id, version }) => ({ value: id, label: `v${version}` })),
      chosen.id,
      (id) => compareVersions(params(id), context),
    );
  return card(
    {
      ...{ className: "card", label: title, closeLabel: strings.closeCompare, close },
      head: [
        choose(strings.olderVersion, left, (id) => ({ oneId: id, otherId: right.id })),
        codicon("arrow-right"),
        choose(strings.newerVersion, right, (id) => ({ oneId: left.id, otherId: id })),
        element("span", { class: "note" }, count(diff, context)),
      ],
      tools: [diff.same ? null : openText],
    },
    diff.table === null ? null : element("p", { class: "note" }, rowCounts(diff.table, context)),
    diff.rows.length === 0 ? null : table(diff, context),
  );
}

function rowCounts({ changed, added, removed, limitedTo }: RowCounts, { strings }: Context): string {
  const [some, more, fewer] = [changed, added, removed].map((rows) => rows.toLocaleString());
  const counts = fill(strings.rowCounts, some ?? "", more ?? "", fewer ?? "");
  return limitedTo === null ? counts : `${counts} ${fill(strings.rowsLimited, limitedTo.toLocaleString())}`;
}

function count({ same, rows, total }: VersionDiff, { strings }: Context): string {
  if (same) return strings.same;
  if (total === 0) return strings.unseenDifference;
  return rows.length < total
    ? fill(strings.firstDifferences, rows.length, total)
    : fill(strings.differences, total);
}

function table(diff: VersionDiff, { strings }: Context): HTMLElement {
  const head = element(
    "tr",
    {},
    element("td", {}),
    element("th", { scope: "col" }, `v${visible(diff.left.version)}`),
    element("th", { scope: "col" }, `v${visible(diff.right.version)}`),
    element("th", { scope: "col" }, strings.change),
  );
  const bodies = GROUPS.flatMap((group): Child[] => {
    const rows = diff.rows.filter((row) => row.group === group);
    if (rows.length === 0) return [];
    const title = element(
      "tr",
      { class: "diff-group" },
      element("th", { colspan: 4, scope: "rowgroup" }, `${strings[`diff.${group}`]} · ${rows.length}`),
    );
    return [element("tbody", {}, title, ...rows.map((row) => line(row, strings.notThere)))];
  });
  return element(
    "div",
    { class: "diff-scroll", tabindex: 0, role: "group", "aria-label": strings.change },
    element("table", { class: "diff" }, element("thead", {}, head), ...bodies),
  );
}

function line({ what, left, right }: DiffRow, notThere: string): HTMLElement {
  const side = (value: string | null, className: string): HTMLElement =>
    value === null
      ? element("td", { class: "note" }, notThere)
      : element(
          "td",
          {
            class: className,
            title: readable(value) === value && value.length <= 60 ? null : visible(value),
          },
          readable(value),
        );
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, visible(what)),
    side(left, "removed"),
    side(right, "added"),
    element("td", { class: "change" }, change(left, right)),
  );
}

function numberOf(value: string | null): number | null {
  const number = value === null || value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

function readable(value: string): string {
  const number = numberOf(value);
  return number === null ? visible(value) : formatNumber(number);
}

/** `+0.02 (+2.1 %)` */
function change(left: string | null, right: string | null): string {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === null || b === null) return "";
  const sign = (value: number): string => (value > 0 ? "+" : "−");
  const absolute = `${sign(b - a)}${formatNumber(Math.abs(b - a))}`;
  if (a === 0) return absolute;
  const share = (100 * (b - a)) / Math.abs(a);
  return `${absolute} (${sign(share)}${Math.abs(share).toFixed(1)} %)`;
}
