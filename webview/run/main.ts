/** The page of a run: its steps in time, what went wrong, what was printed, and what it was given. */
import { fill } from "../../src/panels/messages";
import type {
  RunCommand,
  RunContract,
  RunDelta,
  RunHead,
  RunSnapshot,
  RunStep,
  RunStrings,
} from "../../src/panels/run/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { failureCard } from "../ui/failure";
import { formatDuration, formatElapsed, formatMoment, visible } from "../ui/format";
import { link } from "../ui/parts";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { statusGlyph, type Status } from "../ui/steps";
import { readStrings } from "../ui/strings";
import { button, iconButton, registerControls } from "../ui/toolkit";
import { LogView } from "./logView";
import { Rail } from "./rail";
import "./run.css";
import { stepFacts } from "./stepFacts";
import { StepTable, stateWords } from "./stepTable";

registerControls();

const strings = readStrings() as RunStrings;
const channel = new Channel<RunContract>();
const content = element("div", { class: "page run" });
const states = new States(document.getElementById("root") ?? document.body, content, channel, strings);
const tell = (command: RunCommand): void => channel.tell(command);
const openPlace = (file: string, line: number): void => tell({ do: "openPlace", file, line });

const header = element("header", { class: "header" });
const failureBox = element("div", { class: "run-failure" });
const detail = element("div", { class: "step-detail" });
const time = element("span", { class: "summary" });
const log = new LogView(strings, {
  tell,
  watch: (invocation, watching) => channel.request("watchLog", { invocation }, watching),
  before: (at, watching) => channel.request("logBefore", { at }, watching),
  after: (at, watching) => channel.request("logAfter", { at }, watching),
  find: (text, watching) => channel.request("findInLog", { text }, watching),
  showOutput: () => channel.send({ kind: "showLog" }),
  growing: () => snapshot?.head.finished === null,
});
const table = new StepTable(strings, { tell, selected: select });
const rail = new Rail(strings, {
  tell,
  setNote: (text) => channel.request("setNote", { text }),
  setTags: (tags) => channel.request("setTags", { tags }),
});
content.append(
  header,
  element(
    "div",
    { class: "columns" },
    element("main", { class: "run-main" }, failureBox, table.root, detail, log.root),
    rail.root,
  ),
);

let snapshot: RunSnapshot | null = null;
let selected: string | null = null;
const steps = new Map<string, RunStep>();
let ticking: number | undefined;

function show(state: RunSnapshot): void {
  const first = snapshot === null;
  snapshot = state;
  steps.clear();
  for (const step of state.steps) steps.set(step.invocation, step);
  writeHeader();
  writeFailure();
  table.show(state.head, state.steps);
  rail.show(state);
  if (first) selected = keptSelection() ?? failedStep();
  select(selected !== null && steps.has(selected) ? selected : null, true);
  follow();
}

function update({ head, steps: changed }: RunDelta): void {
  if (snapshot === null) return;
  const finishedNow = snapshot.head.finished === null && head.finished !== null;
  snapshot = { ...snapshot, head };
  for (const step of changed) steps.set(step.invocation, step);
  writeHeader();
  writeFailure();
  table.update(head, changed);
  rail.update(head);
  log.refresh();
  if (changed.some((step) => step.invocation === selected)) writeDetail();
  if (finishedNow) announce(head);
  follow();
}

/** What is still going on is counted in whole seconds. */
function follow(): void {
  window.clearInterval(ticking);
  if (snapshot?.head.finished !== null) return;
  ticking = window.setInterval(() => {
    writeTime();
    table.tick();
  }, 1000);
}

function failedStep(): string | null {
  return [...steps.values()].find((step) => step.status === "failed")?.invocation ?? null;
}

function keptSelection(): string | null {
  const kept = channel.kept();
  return typeof kept === "object" && kept !== null && "selected" in kept && typeof kept.selected === "string"
    ? kept.selected
    : null;
}

function select(invocation: string | null, afresh = false): void {
  selected = invocation;
  channel.keep({ selected });
  table.select(invocation);
  writeDetail();
  if (afresh || invocation !== log.invocation) void log.show(invocation);
}

function writeHeader(): void {
  if (snapshot === null) return;
  const { head } = snapshot;
  writeTime();
  const focused = document.activeElement?.getAttribute("data-action") ?? null;
  replaceChildren(
    header,
    element(
      "div",
      { class: "title-row" },
      element(
        "span",
        { class: `run-status is-${glyphOf(head)}` },
        statusGlyph(glyphOf(head)),
        strings[head.status],
      ),
      element("h1", { title: visible(head.name) }, visible(head.label)),
      head.label.startsWith(head.pipeline)
        ? null
        : link(visible(head.pipeline), () => tell({ do: "goToPipeline" }), strings.goToSource),
      time,
      ...badges(head),
    ),
    element("div", { class: "actions", role: "toolbar", "aria-label": strings.actions }, ...actions(head)),
  );
  if (focused !== null) header.querySelector<HTMLElement>(`[data-action="${focused}"]`)?.focus();
}

function glyphOf(head: RunHead): Status {
  return head.status === "initializing" ? "waiting" : head.status;
}

function writeTime(): void {
  if (snapshot === null) return;
  const { started, finished } = snapshot.head;
  const took =
    finished === null
      ? fill(strings.since, formatElapsed(Date.now() - started))
      : fill(strings.took, formatDuration(finished - started));
  time.textContent = `${took} · ${fill(strings.startedAt, formatMoment(started))}`;
}

function badges(head: RunHead): readonly Child[] {
  const all = [...steps.values()];
  const cached = all.filter((step) => step.status === "cached").length;
  const done = all.filter((step) => step.finished !== null && step.status !== "retrying").length;
  return [
    head.finished === null
      ? element("span", { class: "badge" }, fill(strings.doneCount, done, all.length))
      : null,
    cached > 0 ? element("span", { class: "badge" }, fill(strings.cachedCount, cached, all.length)) : null,
    ...head.tags.map((tag) => element("span", { class: "badge tag" }, visible(tag))),
  ];
}

function actions(head: RunHead): readonly Child[] {
  const { readOnly } = snapshot ?? { readOnly: null };
  const mayRun = readOnly === null;
  const named = (name: string, made: HTMLElement): HTMLElement => {
    made.setAttribute("data-action", name);
    return made;
  };
  const over = head.finished !== null;
  const failed = over && head.status !== "completed";
  const main: "primary" | "secondary" = failed ? "secondary" : "primary";
  return [
    head.live && !over
      ? named(
          "cancel",
          button(strings.cancelRun, () => tell({ do: "cancel" })),
        )
      : null,
    mayRun && failed
      ? named(
          "failed",
          button(strings.rerunFailed, () => tell({ do: "rerunFailed" }), { appearance: "primary" }),
        )
      : null,
    mayRun && over
      ? named(
          "rerun",
          button(strings.rerun, () => tell({ do: "rerun" }), { appearance: main }),
        )
      : null,
    named(
      "dag",
      button(strings.showDag, () => tell({ do: "showDag" })),
    ),
    mayRun
      ? named(
          "with",
          iconButton("settings", strings.withParameters, () => tell({ do: "runWithParameters" })),
        )
      : null,
    named(
      "compare",
      iconButton("diff", strings.compare, () => tell({ do: "compare" })),
    ),
    named(
      "copy",
      iconButton("copy", strings.copyId, () => tell({ do: "copyId" })),
    ),
    over && mayRun
      ? named(
          "delete",
          iconButton("trash", strings.remove, () => tell({ do: "delete" })),
        )
      : null,
  ];
}

/** Of the run itself, when no step of it failed: its steps show their own. */
function writeFailure(): void {
  const failure = snapshot?.head.failure ?? null;
  const ofStep = [...steps.values()].some((step) => step.failure !== null);
  replaceChildren(failureBox, failure === null || ofStep ? null : failureCard(failure, strings, openPlace));
}

/** About the selected step, above its log. */
function writeDetail(): void {
  const step = selected === null ? undefined : steps.get(selected);
  detail.hidden = step === undefined;
  if (step === undefined) return;
  const { invocation } = step;
  const mayRun = snapshot?.readOnly === null && snapshot.head.finished !== null;
  replaceChildren(
    detail,
    element(
      "div",
      { class: "detail-head" },
      element("h2", {}, visible(invocation)),
      element("span", { class: "note ellipsis" }, stateWords(strings, step, Date.now())),
      element(
        "div",
        { class: "actions", role: "toolbar", "aria-label": visible(invocation) },
        mayRun
          ? iconButton("debug-rerun", strings.rerunFrom, () => tell({ do: "rerunFrom", invocation }))
          : null,
        mayRun
          ? iconButton("debug-start", strings.rerunOnly, () => tell({ do: "rerunOnly", invocation }))
          : null,
        iconButton("go-to-file", strings.goToSource, () => tell({ do: "goToStep", invocation })),
        iconButton("close", strings.allSteps, () => select(null)),
      ),
    ),
    stepFacts(step, strings, (versionId) => tell({ do: "openArtifact", versionId })),
    step.failure === null ? null : failureCard(step.failure, strings, openPlace),
  );
}

const spoken = element("div", { class: "visually-hidden", role: "status" });
document.body.append(spoken);

function announce(head: RunHead): void {
  spoken.textContent = `${head.label}: ${strings[head.status]}`;
}

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|VSCODE-TEXT-FIELD)$/.test((event.target as Element | null)?.tagName ?? "");
  if (typing || content.hidden) return;
  if (event.key === "/" || (event.key === "f" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    log.focusSearch();
  }
});

states.follow({ snapshot: show, delta: update, event: ({ part }) => log.append(part) });
