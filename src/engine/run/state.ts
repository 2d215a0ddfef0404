/** A run while it goes on. Changed only inside decisions and by what executing steps report. */
import type { ModelVersion, SaveType, StepStatus } from "../../core/entities";
import type { Substitutions } from "../../core/naming";
import type { PayloadReference } from "../../runtimes/protocol";
import type { Plan, PlannedStep } from "./plan";

/** An output of a step that is over: what steps below take. */
export interface DoneOutput {
  readonly output: string;
  readonly saveType: SaveType;
  readonly payload: PayloadReference;
  readonly digest: string;
}

export interface StepState extends PlannedStep {
  status: StepStatus;
  stepRunId: string | null;
  attempt: number;
  /** Upstream steps that are not done yet. */
  missing: number;
  /** Keys of the declared outputs with their placeholders filled in, in declared order. */
  outputNames: readonly string[];
  outputs: readonly DoneOutput[];
}

/** What a re-run takes over from an earlier run, and what it must execute. */
export interface Reuse {
  readonly runId: string;
  readonly runName: string;
  /** Index of the step → the step run whose outputs are taken. */
  readonly reused: ReadonlyMap<number, string>;
  readonly forced: ReadonlySet<number>;
  /** Steps that are not part of this re-run and have nothing to take over. */
  readonly leftOut: ReadonlySet<number>;
}

export interface RunState {
  readonly id: string;
  readonly name: string;
  readonly pipelineId: string;
  readonly plan: Plan;
  readonly substitutions: Substitutions;
  readonly modelVersion: ModelVersion | null;
  /** Model versions that steps asked for, by name and version: resolved once per run. */
  readonly modelVersions: Map<string, ModelVersion>;
  readonly cascade: readonly string[];
  readonly reuse: Reuse | null;
  readonly steps: readonly StepState[];
  /** Steps completed by this run, by cache key: a later identical call is cached at once. */
  readonly completedKeys: Map<string, StepState>;
}

export function initialSteps(plan: Plan): readonly StepState[] {
  return plan.steps.map((step) => ({
    ...step,
    status: "waiting",
    stepRunId: null,
    attempt: 0,
    missing: plan.graph.upstream[step.index]?.length ?? 0,
    outputNames: step.invocation.outputs.map((declared) => declared.output),
    outputs: [],
  }));
}
