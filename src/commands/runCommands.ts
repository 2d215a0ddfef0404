/** Run, run again, cancel, and going to what is run. */
import * as path from "node:path";
import type { JsonObject } from "../core/json";
import { isRef, type PipelineRef, type RunRef } from "../ui/refs";
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

/** Of a run: starts from its values rather than from those that were last entered. */
async function runWithParameters(
  services: Services,
  ref: PipelineRef | RunRef | undefined,
): Promise<RunOutcome | null> {
  const run = isRef(ref, "run") ? await runToRepeat(services, ref) : null;
  if (isRef(ref, "run") && run === null) return null;
  const pipeline = await meant(services, run?.pipeline ?? (isRef(ref, "pipeline") ? ref : undefined));
  if (pipeline === null) return null;
  const parameters = await askParameters(services, pipeline, run?.parameters);
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
  return await services.notify.guard("Running again failed", async () => {
    const run = await runToRepeat(services, ref);
    if (run === null) return null;
    const { pipeline, parameters } = run;
    const whole = mode === "from" && invocations.length === 0;
    return await start(services, pipeline, {
      parameters,
      ...(whole ? {} : { rerun: { runId: ref.id, mode, invocations } }),
    });
  });
}

/** The pipeline of a run as it was run; null, which the user is told, when the run doesn't say where it is. */
async function runToRepeat(
  { vscode, notify, engines }: Services,
  { workspace, id }: RunRef,
): Promise<{ readonly pipeline: PipelineRef; readonly parameters: JsonObject } | null> {
  const { reader } = await engines.get(workspace);
  const run = reader.run(id);
  const spec = reader.spec(id);
  const source = run?.source ?? spec?.pipeline.source ?? null;
  if (run === null || spec === null || source === null) {
    await notify.warn(
      vscode.l10n.t("This run does not say where its pipeline is, so it can’t be run again."),
    );
    return null;
  }
  const { functionName } = spec.pipeline;
  const file = path.resolve(workspace, source.file);
  return {
    pipeline: { kind: "pipeline", workspace, name: run.pipeline, file, functionName },
    parameters: run.parameters,
  };
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
