/** What can be done with runs that are there: look, compare, read their logs, note, filter, delete. */
import * as path from "node:path";
import type { StepRun } from "../core/entities";
import type { Engine } from "../engine/api";
import { logUri } from "../editor/logDocuments";
import type { IDisposable } from "../ui/lifecycle";
import { duration } from "../ui/format";
import { type EntityRef, isRef, type PipelineRef, type RunRef, type StepRef } from "../ui/refs";
import { registerCommand } from "../ui/registry";
import { pickRunsToCompare } from "../ui/runChoices";
import { runLabel } from "../ui/runLabel";
import { isActive, statusCodicon, statusWord } from "../ui/status";
import { deleteWithPlan } from "./deletion";
import { choose, pickRun, selectedRefs } from "./pick";
import type { Services } from "./services";
import { openAt } from "./sourceCommands";

export function registerRunsCommands(services: Services): readonly IDisposable[] {
  const { vscode } = services;
  return [
    registerCommand(vscode, "headrace.openRun", (ref) => guard(services, () => openRun(services, ref))),
    registerCommand(vscode, "headrace.compareRuns", (ref, selected) =>
      guard(services, () => compareRuns(services, ref, selected)),
    ),
    registerCommand(vscode, "headrace.openLog", (ref) => guard(services, () => openLog(services, ref))),
    registerCommand(vscode, "headrace.goToError", (ref) => guard(services, () => goToError(services, ref))),
    registerCommand(vscode, "headrace.editNote", (ref) => guard(services, () => editNote(services, ref))),
    registerCommand(vscode, "headrace.copyRunId", async (ref, selected) => {
      const ids = selectedRefs(ref, selected, "run").map((run) => run.id);
      if (ids.length > 0) await vscode.env.clipboard.writeText(ids.join("\n"));
    }),
    registerCommand(vscode, "headrace.deleteRun", (ref, selected) =>
      guard(services, () => deleteRuns(services, ref, selected)),
    ),
    registerCommand(vscode, "headrace.deletePipelineRuns", (ref) =>
      guard(services, () => deletePipeline(services, ref)),
    ),
  ];
}

async function guard(services: Services, act: () => Promise<void>): Promise<void> {
  await services.notify.guard("A command for runs failed", act);
}

async function meant(services: Services, ref: unknown): Promise<RunRef | null> {
  return isRef(ref, "run") ? ref : pickRun(services, services.vscode.l10n.t("Which run?"));
}

async function openRun(services: Services, ref: unknown): Promise<void> {
  const run = await meant(services, ref);
  if (run === null) return;
  const panels = await services.panels();
  await panels.openRun(await services.engines.get(run.workspace), run.id);
}

/** Those that are selected; else any number, asked for, the run that was pointed at among them. */
async function compareRuns(services: Services, ref: unknown, selected?: readonly EntityRef[]): Promise<void> {
  const { vscode, engines, notify } = services;
  const runs = selectedRefs(ref, selected, "run");
  const first = runs[0] ?? (await pickRun(services, vscode.l10n.t("Compare which run?")));
  if (first === null) return;
  const { workspace } = first;
  if (runs.some((run) => run.workspace !== workspace)) {
    await notify.warn(vscode.l10n.t("Only runs of one workspace folder can be compared."));
    return;
  }
  const engine = await engines.get(workspace);
  const ids =
    runs.length > 1 ? runs.map((run) => run.id) : await pickRunsToCompare(vscode, engine, [first.id]);
  if (ids !== null) await (await services.panels()).compareRuns(engine, ids);
}

async function openLog(services: Services, ref: StepRef | RunRef | undefined): Promise<void> {
  const { vscode, engines } = services;
  const target = isRef(ref, "step") ? ref : await stepForLog(services, await meant(services, ref));
  if (target === null) return;
  await engines.get(target.workspace);
  const document = await vscode.workspace.openTextDocument(logUri(vscode, target));
  await vscode.languages.setTextDocumentLanguage(document, "log");
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Of a run: the step that failed, else the only one, else asked. */
async function stepForLog(services: Services, run: RunRef | null): Promise<StepRef | null> {
  if (run === null) return null;
  const { vscode, engines, notify } = services;
  const steps = (await engines.get(run.workspace)).reader
    .steps(run.id)
    .filter((step) => step.status !== "waiting");
  const refOf = ({ invocation }: StepRun): StepRef => ({
    kind: "step",
    workspace: run.workspace,
    runId: run.id,
    invocation,
  });
  const failed = steps.find((step) => step.status === "failed");
  const [only] = steps;
  if (failed !== undefined) return refOf(failed);
  if (only === undefined) {
    await notify.info(vscode.l10n.t("No step of this run was started, so there is no log."));
    return null;
  }
  if (steps.length === 1) return refOf(only);
  const choices = steps.map((step) => ({
    label: `$(${statusCodicon(step.status)}) ${step.invocation}`,
    description: statusWord(vscode, step.status),
    ...(step.started === null || step.finished === null
      ? {}
      : { detail: duration(step.finished - step.started) }),
    value: refOf(step),
  }));
  return choose(services, choices, vscode.l10n.t("The log of which step?"));
}

async function goToError(services: Services, ref: StepRef | RunRef | undefined): Promise<void> {
  const { vscode, notify } = services;
  const target = isRef(ref, "step", "run")
    ? ref
    : await pickRun(services, vscode.l10n.t("Which run?"), (run) => run.status === "failed");
  if (target === null) return;
  const engine = await services.engines.get(target.workspace);
  const failure = failureOf(engine, target);
  if (failure?.location === undefined) {
    await notify.info(vscode.l10n.t("The place of the error is not known. The log may say more."));
    return;
  }
  await openAt(services, {
    ...failure.location,
    file: path.resolve(engine.workspace, failure.location.file),
  });
}

function failureOf({ reader }: Engine, ref: StepRef | RunRef) {
  const steps = reader.steps(ref.kind === "run" ? ref.id : ref.runId);
  const step = steps.find((one) =>
    ref.kind === "run" ? one.status === "failed" : one.invocation === ref.invocation,
  );
  return step?.failure ?? (ref.kind === "run" ? (reader.run(ref.id)?.failure ?? null) : null);
}

async function editNote(services: Services, ref: unknown): Promise<void> {
  const { vscode, engines } = services;
  const target = await meant(services, ref);
  if (target === null) return;
  const engine = await engines.get(target.workspace);
  const run = engine.reader.run(target.id);
  if (run === null) return;
  const note = await vscode.window.showInputBox({
    title: runLabel(run),
    prompt: vscode.l10n.t("A note on this run"),
    value: run.note,
  });
  if (note === undefined || note === run.note) return;
  services.undo.offer(
    vscode.l10n.t("The note of {0} was changed.", runLabel(run)),
    await engine.setNote("run", run.id, note),
  );
}

async function deleteRuns(services: Services, ref: unknown, selected?: readonly EntityRef[]): Promise<void> {
  const { vscode, engines } = services;
  let runs = selectedRefs(ref, selected, "run");
  if (runs.length === 0) {
    const picked = await pickRun(
      services,
      vscode.l10n.t("Delete which run?"),
      (run) => !isActive(run.status),
    );
    if (picked === null) return;
    runs = [picked];
  }
  for (const workspace of new Set(runs.map((run) => run.workspace))) {
    const ids = runs.filter((run) => run.workspace === workspace).map((run) => run.id);
    await deleteWithPlan(services, await engines.get(workspace), "run", ids);
  }
}

async function deletePipeline(services: Services, ref: PipelineRef | undefined): Promise<void> {
  if (!isRef(ref, "pipeline")) return;
  const engine = await services.engines.get(ref.workspace);
  const pipeline = engine.reader.pipeline(ref.name);
  if (pipeline !== null) await deleteWithPlan(services, engine, "pipeline", [pipeline.id]);
}
