/** Looking after a folder's store: check it, clean it of what nothing refers to, purge runs that nobody needs. */
import type { Run } from "../core/entities";
import type { Engine } from "../engine/api";
import type { StoreReader } from "../store/reader";
import { bytes } from "../ui/format";
import type { IDisposable } from "../ui/lifecycle";
import { executeCommand, registerCommand } from "../ui/registry";
import type { VSCode } from "../ui/vscodeTypes";
import { deleteWithPlan } from "./deletion";
import { choose, storedEngines } from "./pick";
import type { Services } from "./services";

/** Of longer lists only the beginning is shown in a message; the output has all. */
const SHOWN = 5;
const ALL = 100_000;

export function registerStoreCommands(services: Services): readonly IDisposable[] {
  const { vscode } = services;
  return [
    registerCommand(vscode, "headrace.checkStore", () =>
      onStore(services, "Checking the store failed", check),
    ),
    registerCommand(vscode, "headrace.cleanStore", () =>
      onStore(services, "Cleaning the store failed", clean),
    ),
    registerCommand(vscode, "headrace.purgeRuns", () => onStore(services, "Purging runs failed", purge)),
  ];
}

async function onStore(
  services: Services,
  what: string,
  act: (services: Services, engine: Engine) => Promise<void>,
): Promise<void> {
  const { vscode, notify } = services;
  await notify.guard(what, async () => {
    const engines = await storedEngines(services);
    if (engines.length === 0) {
      await notify.info(vscode.l10n.t("Nothing is stored yet. Run a pipeline first."));
      return;
    }
    const [only] = engines;
    const choices = engines.map((engine) => ({
      label: vscode.workspace.asRelativePath(engine.workspace),
      description: engine.workspace,
      value: engine,
    }));
    const engine =
      engines.length === 1
        ? (only ?? null)
        : await choose(services, choices, vscode.l10n.t("The store of which folder?"));
    if (engine !== null) await act(services, engine);
  });
}

async function check({ vscode, notify, log }: Services, engine: Engine): Promise<void> {
  const { l10n, window, ProgressLocation } = vscode;
  const report = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t("Reading everything that is stored…") },
    () => engine.checkStore(),
  );
  for (const problem of report.problems) log.warn(problem);
  for (const note of report.notes) log.info(note);
  const read = l10n.t("{0} changes and {1} payloads were read.", report.transactions, report.payloads);
  const showOutput = {
    title: l10n.t("Show Output"),
    run: () => executeCommand(vscode, "headrace.showOutput"),
  };
  if (report.problems.length === 0) {
    const notes = report.notes.length === 0 ? [] : [showOutput];
    await notify.info(`${l10n.t("The store is sound.")} ${read}`, notes);
    return;
  }
  const first = report.problems.slice(0, SHOWN).join(" ");
  await notify.warn(
    `${l10n.t("{0} problems were found.", report.problems.length)} ${first} ${l10n.t(
      "Run “headrace store rebuild” in a terminal: it mends what can be, and keeps what was there.",
    )}`,
    [showOutput],
  );
}

async function clean({ vscode, notify }: Services, engine: Engine): Promise<void> {
  const { l10n } = vscode;
  const found = await engine.cleanStore({ dryRun: true });
  if (found.payloads.length === 0) {
    await notify.info(l10n.t("Everything that is stored is referred to: there is nothing to clean."));
    return;
  }
  const largest = [...found.payloads].sort((a, b) => b.bytes - a.bytes).slice(0, SHOWN);
  const detail = [
    l10n.t("No artifact version refers to {0} payloads.", found.payloads.length),
    l10n.t("The largest: {0}.", largest.map((payload) => bytes(payload.bytes)).join(", ")),
    l10n.t("This can’t be undone."),
  ].join("\n");
  const agreed = await notify.confirm(
    l10n.t("Remove {0} that nothing needs any more?", bytes(found.bytes)),
    detail,
    l10n.t("Remove"),
  );
  if (!agreed) return;
  const removed = await engine.cleanStore({ dryRun: false });
  await notify.info(l10n.t("{0} were removed.", bytes(removed.bytes)));
}

/** Runs that failed, or that nobody means to come back to; which of them, is asked when there are both. */
async function purge(services: Services, engine: Engine): Promise<void> {
  const { vscode, notify } = services;
  const { l10n } = vscode;
  const kinds = [unfinished(vscode, engine), scratch(vscode, engine)].filter(({ ids }) => ids.length > 0);
  const [only, other] = kinds;
  if (only === undefined) {
    await notify.info(
      l10n.t("Every run completed, and is the newest or was marked: there is nothing to purge."),
    );
    return;
  }
  const choices = kinds.map((kind) => ({ label: kind.label, detail: kind.detail, value: kind }));
  const chosen = other === undefined ? only : await choose(services, choices, l10n.t("Which runs?"));
  if (chosen !== null) await deleteWithPlan(services, engine, "run", chosen.ids, chosen.question);
}

interface Purged {
  readonly label: string;
  readonly detail: string;
  readonly question: string;
  readonly ids: readonly string[];
}

function unfinished({ l10n }: VSCode, { reader }: Engine): Purged {
  const failed = reader.runs({ status: ["failed", "interrupted", "cancelled"], limit: ALL }).items;
  const count = failed.length;
  return {
    label:
      count === 1 ? l10n.t("1 run that did not complete") : l10n.t("{0} runs that did not complete", count),
    detail: l10n.t("Failed, cancelled or interrupted"),
    question:
      count === 1
        ? l10n.t("Delete the one run that did not complete?")
        : l10n.t("Delete the {0} runs that did not complete?", count),
    ids: failed.map((run) => run.id),
  };
}

/** The newest of each pipeline stays: it is what views, hints and the cache show. */
function scratch({ l10n }: VSCode, { reader }: Engine): Purged {
  const newest = new Set<string>();
  const runs = reader.runs({ status: ["completed"], limit: ALL }).items.filter((run) => {
    const isNewest = !newest.has(run.pipelineId);
    newest.add(run.pipelineId);
    return !isNewest && !isMarked(reader, run);
  });
  const count = runs.length;
  return {
    label: count === 1 ? l10n.t("1 scratch run") : l10n.t("{0} scratch runs", count),
    detail: l10n.t("Completed, without a note, tag or model; the newest of each pipeline stays"),
    question:
      count === 1 ? l10n.t("Delete the one scratch run?") : l10n.t("Delete the {0} scratch runs?", count),
    ids: runs.map((run) => run.id),
  };
}

/** Someone wrote on it, or keeps what it made. */
function isMarked(reader: StoreReader, run: Run): boolean {
  if (run.note !== "" || run.tags.length > 0 || run.modelVersionId !== null) return true;
  return reader
    .producedBy(run.id)
    .some((version) => version.tags.length > 0 || reader.linkedModels(version.id).length > 0);
}
