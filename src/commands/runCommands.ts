/** Run, run again, cancel, and going to what is run. */
import type { RunRef } from "../ui/refs";
import { isRef, type PipelineRef } from "../ui/refs";
import type { IDisposable } from "../ui/lifecycle";
import { registerCommand, type RunOutcome } from "../ui/registry";
import { isActive } from "../ui/status";
import { askParameters, requiredParameters } from "./parameters";
import { pickRun, pipelineMeant } from "./pick";
import type { Services } from "./services";

export function registerRunCommands(services: Services): readonly IDisposable[] {
  const { vscode } = services;
  return [
    registerCommand(vscode, "headrace.runPipeline", (ref) => run(services, ref)),
    registerCommand(vscode, "headrace.runWithoutCache", (ref) => run(services, ref, { noCache: true })),
    registerCommand(vscode, "headrace.runWithParameters", (ref) => runWithParameters(services, ref)),
    registerCommand(vscode, "headrace.rerun", (ref) => rerun(services, ref, "from")),
    registerCommand(vscode, "headrace.rerunFailed", (ref) => rerun(services, ref, "failed")),
    registerCommand(vscode, "headrace.rerunFromStep", async (ref) =>
      isRef(ref, "step") ? rerunRun(services, runOf(ref), "from", [ref.invocation]) : null,
    ),
    registerCommand(vscode, "headrace.rerunOnlyStep", async (ref) =>
      isRef(ref, "step") ? rerunRun(services, runOf(ref), "only", [ref.invocation]) : null,
    ),
    registerCommand(vscode, "headrace.cancelRun", (ref) => cancel(services, ref)),
  ];
}

function runOf(step: { readonly workspace: string; readonly runId: string }): RunRef {
  return { kind: "run", workspace: step.workspace, id: step.runId };
}

async function meant(services: Services, ref: PipelineRef | undefined): Promise<PipelineRef | null> {
  return pipelineMeant(services, ref, services.vscode.l10n.t("Which pipeline?"));
}

async function run(
  services: Services,
  ref: PipelineRef | undefined,
  options: { readonly noCache?: boolean } = {},
): Promise<RunOutcome | null> {
  const pipeline = await meant(services, ref);
  if (pipeline === null) return null;
  // In Restricted Mode nothing runs, so nothing is asked: the reason is told instead.
  const parameters = services.vscode.workspace.isTrusted ? await requiredParameters(services, pipeline) : {};
  return parameters === null ? null : start(services, pipeline, { ...options, parameters });
}

async function start(
  services: Services,
  pipeline: PipelineRef,
  options: Omit<Parameters<Services["runner"]["start"]>[0], "workspace" | "file" | "functionName" | "label">,
): Promise<RunOutcome | null> {
  const { vscode, notify, runner } = services;
  if (pipeline.file === null) {
    await notify.warn(vscode.l10n.t("{0} is not in the source of this workspace any more.", pipeline.name));
    return null;
  }
  const { workspace, file, functionName, name } = pipeline;
  return runner.start({ workspace, file, functionName, label: name, ...options });
}

async function runWithParameters(
  services: Services,
  ref: PipelineRef | undefined,
): Promise<RunOutcome | null> {
  const pipeline = await meant(services, ref);
  if (pipeline === null) return null;
  const parameters = await askParameters(services, pipeline);
  return parameters === null ? null : start(services, pipeline, { parameters });
}

async function rerun(
  services: Services,
  ref: RunRef | undefined,
  mode: "from" | "failed",
): Promise<RunOutcome | null> {
  const { l10n } = services.vscode;
  const chosen = isRef(ref, "run")
    ? ref
    : mode === "failed"
      ? await pickRun(
          services,
          l10n.t("Which run?"),
          (run) => run.status === "failed" || run.status === "interrupted",
        )
      : await pickRun(services, l10n.t("Which run?"), (run) => !isActive(run.status));
  return chosen === null ? null : rerunRun(services, chosen, mode, []);
}

/** Without named steps, `from` repeats the whole run with its parameters. */
async function rerunRun(
  services: Services,
  ref: RunRef,
  mode: "from" | "only" | "failed",
  invocations: readonly string[],
): Promise<RunOutcome | null> {
  const { vscode, notify, engines, runner } = services;
  return await notify.guard("Running again failed", async () => {
    const engine = await engines.get(ref.workspace);
    const run = engine.reader.run(ref.id);
    const spec = engine.reader.spec(ref.id);
    const source = run?.source ?? spec?.pipeline.source ?? null;
    if (run === null || spec === null || source === null) {
      await notify.warn(
        vscode.l10n.t("This run does not say where its pipeline is, so it can’t be run again."),
      );
      return null;
    }
    const whole = mode === "from" && invocations.length === 0;
    return await runner.start({
      workspace: ref.workspace,
      file: source.file,
      functionName: spec.pipeline.functionName,
      label: run.pipeline,
      parameters: run.parameters,
      ...(whole ? {} : { rerun: { runId: run.id, mode, invocations } }),
    });
  });
}

async function cancel(services: Services, ref: RunRef | undefined): Promise<void> {
  const { vscode, engines, notify } = services;
  const active = engines.all().flatMap((engine) => engine.active().map((id) => ({ engine, id })));
  const [only] = active;
  if (!isRef(ref, "run") && active.length === 1 && only !== undefined) {
    only.engine.cancel(only.id);
    return;
  }
  const chosen = isRef(ref, "run")
    ? ref
    : await pickRun(services, vscode.l10n.t("Cancel which run?"), (run, engine) =>
        engine.active().includes(run.id),
      );
  if (chosen === null) return;
  const cancelled = engines.peek(chosen.workspace)?.cancel(chosen.id) ?? false;
  if (!cancelled) {
    await notify.info(
      vscode.l10n.t("This run is not executed by this window: cancel it where it was started."),
    );
  }
}
