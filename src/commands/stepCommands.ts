/** What can be done with a step of a run beyond running it again. */
import type { StepRun } from "../core/entities";
import type { IDisposable } from "../ui/lifecycle";
import { isRef, type RunRef, type StepRef } from "../ui/refs";
import { registerCommand } from "../ui/registry";
import type { Services } from "./services";

export function registerStepCommands(services: Services): readonly IDisposable[] {
  const { vscode, notify } = services;
  return [
    registerCommand(vscode, "headrace.copyStepId", async (ref) => {
      await notify.guard("The id could not be copied", () => copyId(services, ref));
    }),
    registerCommand(vscode, "headrace.invalidateCache", async (ref) => {
      await notify.guard("The cached result could not be given up", () => invalidate(services, ref));
    }),
  ];
}

async function copyId(services: Services, ref: StepRef | undefined): Promise<void> {
  const [step] = await stepsMeant(services, ref);
  if (step === undefined) return;
  const { vscode } = services;
  await vscode.env.clipboard.writeText(step.id);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Copied the step’s id.")}`, 3000);
}

/** The next run computes these steps again, whatever the cache says. */
async function invalidate(services: Services, ref: StepRef | RunRef | undefined): Promise<void> {
  const steps = await stepsMeant(services, ref);
  const [first] = steps;
  if (ref === undefined || first === undefined) return;
  const engine = await services.engines.get(ref.workspace);
  await engine.invalidateCache(steps.map((step) => step.id));
  const { vscode } = services;
  const message = isRef(ref, "step")
    ? vscode.l10n.t("The next run computes {0} again.", first.invocation)
    : vscode.l10n.t("The next run computes every step again.");
  vscode.window.setStatusBarMessage(`$(check) ${message}`, 4000);
}

/** The steps of the reference that came to run; tells when there are none. */
async function stepsMeant(
  { vscode, engines, notify }: Services,
  ref: StepRef | RunRef | undefined,
): Promise<readonly StepRun[]> {
  if (!isRef(ref, "step", "run")) return [];
  const runId = ref.kind === "step" ? ref.runId : ref.id;
  const all = (await engines.get(ref.workspace)).reader.steps(runId);
  const ran = all.filter(
    (step) => step.id !== "" && (ref.kind === "run" || step.invocation === ref.invocation),
  );
  if (ran.length === 0) await notify.info(vscode.l10n.t("This step did not run."));
  return ran;
}
