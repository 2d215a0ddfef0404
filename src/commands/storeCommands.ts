/** Looking after a folder's store: check it, clean it of what nothing refers to, purge what failed. */
import type { Engine } from "../engine/api";
import { bytes } from "../ui/format";
import type { IDisposable } from "../ui/lifecycle";
import { executeCommand, registerCommand } from "../ui/registry";
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
    registerCommand(vscode, "headrace.purgeFailedRuns", () =>
      onStore(services, "Purging runs failed", purge),
    ),
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

async function purge(services: Services, engine: Engine): Promise<void> {
  const { vscode, notify } = services;
  const failed = engine.reader.runs({ status: ["failed", "interrupted", "cancelled"], limit: ALL }).items;
  if (failed.length === 0) {
    await notify.info(
      vscode.l10n.t("No run failed, was cancelled or interrupted: there is nothing to purge."),
    );
    return;
  }
  await deleteWithPlan(
    services,
    engine,
    "run",
    failed.map((run) => run.id),
    failed.length === 1
      ? vscode.l10n.t("Delete the one run that did not complete?")
      : vscode.l10n.t("Delete the {0} runs that did not complete?", failed.length),
  );
}
