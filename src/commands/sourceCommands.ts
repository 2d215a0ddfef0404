/** From what is shown to where it is written, and to its graph. */
import type { SourceLocation } from "../core/errors";
import type { DagTarget } from "../panels/panels";
import { lineRange } from "../editor/source";
import type { IDisposable } from "../ui/lifecycle";
import { isRef, type PipelineRef, type RunRef, type StepRef, type StepSourceRef } from "../ui/refs";
import { registerCommand } from "../ui/registry";
import { pipelineMeant } from "./pick";
import type { Services } from "./services";

export function registerSourceCommands(services: Services): readonly IDisposable[] {
  const { vscode, notify } = services;
  return [
    registerCommand(vscode, "headrace.showDag", async (ref) => {
      await notify.guard("The DAG could not be opened", () => showDag(services, ref));
    }),
    registerCommand(vscode, "headrace.goToSource", async (ref) => {
      await notify.guard("The source could not be opened", () => goToSource(services, ref));
    }),
    registerCommand(vscode, "headrace.refreshPipelines", () => rescan(services)),
  ];
}

async function showDag(services: Services, ref: PipelineRef | RunRef | undefined): Promise<void> {
  const { vscode, engines } = services;
  const meant = isRef(ref, "run")
    ? ref
    : await pipelineMeant(services, ref, vscode.l10n.t("Which pipeline?"));
  if (meant === null) return;
  const target = await dagTarget(services, meant);
  if (target === null) return;
  const panels = await services.panels();
  await panels.openDag(await engines.get(meant.workspace), target);
}

async function dagTarget(services: Services, ref: PipelineRef | RunRef): Promise<DagTarget | null> {
  if (ref.kind === "run") return { kind: "run", runId: ref.id };
  const { name, file, functionName } = ref;
  if (file !== null && functionName !== null) return { kind: "pipeline", name, file, functionName };
  const engine = await services.engines.get(ref.workspace);
  const last = engine.reader.pipeline(name)?.lastRun ?? null;
  return last === null ? null : { kind: "run", runId: last.id };
}

async function goToSource(
  services: Services,
  ref: PipelineRef | StepRef | StepSourceRef | undefined,
): Promise<void> {
  const location = ref === undefined ? null : await locationOf(services, ref);
  if (location === null) {
    await services.notify.info(services.vscode.l10n.t("Its source is not known."));
    return;
  }
  await openAt(services, location);
}

async function locationOf(
  { discovery, engines }: Services,
  ref: PipelineRef | StepRef | StepSourceRef,
): Promise<SourceLocation | null> {
  if (isRef(ref, "stepSource")) return { file: ref.file, line: ref.line };
  if (isRef(ref, "step")) {
    const steps = (await engines.get(ref.workspace)).reader.steps(ref.runId);
    return steps.find((step) => step.invocation === ref.invocation)?.source ?? null;
  }
  if (!isRef(ref, "pipeline") || ref.file === null) return null;
  const found = await discovery.file(ref.file);
  const pipeline = found?.pipelines.find((known) => known.functionName === ref.functionName);
  return pipeline === undefined ? null : { file: ref.file, line: pipeline.line };
}

export async function openAt({ vscode }: Pick<Services, "vscode">, location: SourceLocation): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(location.file));
  const line = Math.min(Math.max(location.line, 1), document.lineCount);
  await vscode.window.showTextDocument(document, { selection: lineRange(vscode, line) });
}

async function rescan({ vscode, engines, discovery }: Services): Promise<void> {
  await vscode.window.withProgress(
    { location: { viewId: "headrace.pipelines" } },
    async (_progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      await Promise.all(engines.folders().map((folder) => discovery.rescan(folder, stop.signal)));
    },
  );
}
