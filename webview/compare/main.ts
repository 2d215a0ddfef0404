/** The page that holds runs side by side: a column for each run, a row for each thing, what differs marked. */
import type {
  CompareContract,
  ComparedRow,
  ComparedRun,
  CompareSnapshot,
  CompareStrings,
} from "../../src/panels/compare/messages";
import { fill } from "../../src/panels/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { formatDuration, formatMoment, visible } from "../ui/format";
import { link, section } from "../ui/parts";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { statusGlyph } from "../ui/steps";
import { readStrings } from "../ui/strings";
import { button, iconButton, registerControls, setPressed } from "../ui/toolkit";
import { codeCells, codeName } from "./codeCells";
import "./compare.css";
import { Coordinates } from "./coordinates";
import { differenceText, valueText } from "./values";

registerControls();

const strings = readStrings() as CompareStrings;
const channel = new Channel<CompareContract>();
const root = document.getElementById("root") ?? document.body;
const content = element("div", { class: "page" });
const states = new States(root, content, channel, strings);
const coordinates = new Coordinates(strings);
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
  const focused = document.activeElement?.getAttribute("data-action") ?? null;
  const toggle = named(
    "differences",
    button(strings.differencesOnly, () => {
      differencesOnly = !differencesOnly;
      channel.keep(differencesOnly);
      show(snapshot);
    }),
  );
  setPressed(toggle, differencesOnly);
  const header = element(
    "header",
    { class: "header" },
    element("h1", {}, fill(strings.title, snapshot.runs.length)),
    element(
      "div",
      { class: "actions" },
      toggle,
      named(
        "choose",
        button(strings.chooseRuns, () => channel.tell({ do: "chooseRuns" })),
      ),
      named(
        "csv",
        button(strings.exportCsv, () => channel.tell({ do: "exportCsv" })),
      ),
    ),
  );
  const lines = coordinates.draw(snapshot);
  const picture =
    lines === null
      ? null
      : section(strings.coordinates, element("p", { class: "note" }, strings.coordinatesHelp), lines);
  replaceChildren(content, header, element("main", { class: "main-box" }, table(snapshot), picture));
  if (focused !== null) content.querySelector<HTMLElement>(`[data-action="${focused}"]`)?.focus();
}

/** So that what has the keyboard keeps it when the page is drawn anew. */
function named(name: string, control: HTMLElement): HTMLElement {
  control.setAttribute("data-action", name);
  return control;
}

function table(snapshot: CompareSnapshot): HTMLElement {
  const { runs } = snapshot;
  const bodies = GROUPS.flatMap((group): Child[] => {
    const rows = snapshot.rows.filter((row) => row.group === group && (!differencesOnly || row.differs));
    return rows.length === 0
      ? []
      : [element("tbody", {}, groupRow(group, snapshot), ...rows.map((row) => bodyRow(row, runs)))];
  });
  return element(
    "div",
    {
      ...{ class: "scroll comparison", tabindex: 0, role: "region" },
      "aria-label": fill(strings.title, runs.length),
    },
    element("table", {}, element("thead", {}, ...headRows(runs)), ...bodies),
    bodies.length === 0 ? element("p", { class: "note" }, strings.nothingDiffers) : null,
  );
}

function headRows(runs: readonly ComparedRun[]): readonly HTMLElement[] {
  const base = runs[0]?.durationMs ?? null;
  const row = (title: string, cell: (run: ComparedRun) => Child): HTMLElement =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      ...runs.map((run) => element("td", {}, cell(run))),
    );
  const took = ({ durationMs }: ComparedRun): Child =>
    durationMs === null
      ? "…"
      : element(
          "span",
          {},
          formatDuration(durationMs),
          difference(differenceText("durations", durationMs, base)),
        );
  const text = (value: string | null): Child =>
    value === null || value === "" ? "" : element("span", { title: visible(value) }, visible(value));
  return [
    element("tr", {}, element("th", { scope: "row" }, strings.run), ...runs.map((_, i) => runHead(runs, i))),
    row(strings.status, ({ status }) =>
      element(
        "span",
        { class: `run-status is-${status}` },
        statusGlyph(status === "initializing" ? "waiting" : status),
        strings[status],
      ),
    ),
    ...(runs.some((run) => run.failure !== null) ? [row(strings.failure, (run) => text(run.failure))] : []),
    ...(runs.some((run) => run.note !== "") ? [row(strings.note, (run) => text(run.note))] : []),
    row(strings.started, (run) => formatMoment(run.started)),
    row(strings.took, took),
  ];
}

function runHead(runs: readonly ComparedRun[], index: number): HTMLElement {
  const run = runs[index];
  if (run === undefined) return element("th", {});
  const name = visible(run.label);
  const runId = run.id;
  return element(
    "th",
    { scope: "col" },
    element(
      "span",
      { class: "run-head" },
      runLink(name, () => channel.tell({ do: "openRun", runId })),
      index === 0
        ? null
        : named(
            `base ${runId}`,
            iconButton("arrow-left", fill(strings.compareTo, name), () =>
              channel.tell({ do: "compareTo", runId }),
            ),
          ),
      runs.length < 3
        ? null
        : named(
            `out ${runId}`,
            iconButton("close", fill(strings.leaveOut, name), () => channel.tell({ do: "leaveOut", runId })),
          ),
    ),
  );
}

/** A name that is too long is cut before its number, which tells runs apart. */
function runLink(name: string, open: () => void): HTMLElement {
  const [, long = name, number = ""] = /^(.*?)( #\d+)?$/s.exec(name) ?? [];
  const made = link("", open, name);
  made.append(element("span", { class: "long" }, long), element("span", { class: "number" }, number));
  return made;
}

/** The title of a group; of code with the way to all that changed, for each run. */
function groupRow(group: ComparedRow["group"], { runs, rows }: CompareSnapshot): HTMLElement {
  if (group !== "code") {
    // The title stays in sight like the names below it, so it must be no wider than they are.
    return element(
      "tr",
      { class: "group" },
      element("th", { scope: "rowgroup" }, strings[group]),
      element("td", { colspan: runs.length }),
    );
  }
  const shown = (index: number): number =>
    rows.filter(({ code }) => {
      const cell = code?.cells[index];
      return cell?.is === "changed" && cell.lines !== null;
    }).length;
  const cells = runs.map(({ id }, i) =>
    element(
      "td",
      {},
      shown(i) < 2 ? null : link(strings.showAllCode, () => channel.tell({ do: "showAllCode", runId: id })),
    ),
  );
  return element("tr", { class: "group" }, element("th", { scope: "rowgroup" }, strings[group]), ...cells);
}

function bodyRow(row: ComparedRow, runs: readonly ComparedRun[]): HTMLElement {
  const cells = row.code === null ? valueCells(row) : codeCells(row.code, row.name, runs, strings, channel);
  const name = row.code === null ? visible(row.name) : codeName(row.code.kind, row.name);
  return element("tr", {}, element("th", { scope: "row", title: visible(row.name) }, name), ...cells);
}

function valueCells(row: ComparedRow): readonly HTMLElement[] {
  const [first = null] = row.values;
  return row.values.map((value, i) => {
    const id = row.artifactVersionIds?.[i] ?? null;
    const text = valueText(row, value);
    const shown =
      id === null ? text : link(text, () => channel.tell({ do: "openArtifact", artifactVersionId: id }));
    const other = i > 0 && row.differs && value !== first;
    return element(
      "td",
      { class: other ? "other" : null, title: text.length > 30 ? text : null },
      shown,
      difference(i === 0 ? null : differenceText(row.group, value, first)),
    );
  });
}

function difference(text: string | null): Child {
  return text === null ? null : element("span", { class: "difference note" }, text);
}

states.follow({ snapshot: show, delta: show });
