/** The page that holds runs side by side: a column for each run, a row for each thing, what differs marked. */
import type {
  CompareContract,
  ComparedRow,
  CompareSnapshot,
  CompareStrings,
} from "../../src/panels/compare/messages";
import { fill } from "../../src/panels/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { formatDuration, formatMoment, visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";
import { link, section } from "../ui/parts";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { readStrings } from "../ui/strings";
import { button, registerControls, setPressed } from "../ui/toolkit";
import "./compare.css";
import { parallelCoordinates } from "./coordinates";

registerControls();

const strings = readStrings() as CompareStrings;
const channel = new Channel<CompareContract>();
const root = document.getElementById("root") ?? document.body;
const content = element("div", { class: "page" });
const states = new States(root, content, channel, strings);
const GROUPS: readonly ComparedRow["group"][] = [
  "parameters",
  "metrics",
  "artifacts",
  "durations",
  "code",
  "configuration",
];

let differencesOnly = channel.kept() !== false;

function show(snapshot: CompareSnapshot): void {
  const toggle = button(strings.differencesOnly, () => {
    differencesOnly = !differencesOnly;
    channel.keep(differencesOnly);
    show(snapshot);
  });
  setPressed(toggle, differencesOnly);
  const header = element(
    "header",
    { class: "header" },
    element("h1", {}, fill(strings.title, snapshot.runs.length)),
    element(
      "div",
      { class: "actions" },
      toggle,
      button(strings.exportCsv, () => channel.tell({ do: "exportCsv" })),
    ),
  );
  const lines = parallelCoordinates(snapshot, strings.coordinates);
  const picture =
    lines === null
      ? null
      : section(strings.coordinates, element("p", { class: "note" }, strings.coordinatesHelp), lines);
  replaceChildren(content, header, element("main", { class: "main-box" }, table(snapshot), picture));
}

function table(snapshot: CompareSnapshot): HTMLElement {
  const { runs } = snapshot;
  const head = (title: string, cells: readonly Child[]): HTMLElement =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      ...cells.map((cell) => element("td", {}, cell)),
    );
  const bodies = GROUPS.flatMap((group): Child[] => {
    // Durations of steps always differ a little: they are shown when everything is.
    const rows = snapshot.rows.filter(
      (row) => row.group === group && (!differencesOnly || (row.differs && group !== "durations")),
    );
    if (rows.length === 0) return [];
    const title = element(
      "tr",
      { class: "group" },
      element("th", { colspan: runs.length + 1, scope: "rowgroup" }, strings[group]),
    );
    return [element("tbody", {}, title, ...rows.map(bodyRow))];
  });
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": fill(strings.title, runs.length) },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "row" }, strings.run),
          ...runs.map((run) =>
            element(
              "th",
              { scope: "col" },
              link(visible(run.label), () => channel.tell({ do: "openRun", runId: run.id })),
            ),
          ),
        ),
        head(
          strings.status,
          runs.map((run) => element("span", { class: `status-${run.status}` }, run.status)),
        ),
        head(
          strings.started,
          runs.map((run) => formatMoment(run.started)),
        ),
        head(
          strings.took,
          runs.map((run) => (run.durationMs === null ? "…" : formatDuration(run.durationMs))),
        ),
      ),
      ...bodies,
    ),
    bodies.length === 0 ? element("p", { class: "note" }, strings.nothingDiffers) : null,
  );
}

function bodyRow(row: ComparedRow): HTMLElement {
  const first = row.values[0];
  const cells = row.values.map((value, i) => {
    const id = row.artifactVersionIds?.[i] ?? null;
    const text = valueText(row, value);
    const shown =
      id === null ? text : link(text, () => channel.tell({ do: "openArtifact", artifactVersionId: id }));
    const other = i > 0 && row.differs && value !== first;
    return element("td", { class: other ? "other" : null, title: text.length > 40 ? text : null }, shown);
  });
  return element("tr", {}, element("th", { scope: "row", title: row.name }, visible(row.name)), ...cells);
}

function valueText(row: ComparedRow, value: ComparedRow["values"][number]): string {
  if (value === null) return "—";
  if (typeof value === "number")
    return row.group === "durations" ? formatDuration(value) : formatNumber(value);
  return visible(String(value));
}

states.follow({ snapshot: show });
