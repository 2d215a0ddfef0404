/** Runs whose process is gone: found at opening, so that no run says *running* forever. */
import type { StoreEvent } from "../core/events";
import type { Failure, StepRun } from "../core/entities";
import { isGone, type ProcessIdentity } from "./processes";
import type { StoreReader } from "./reader";

export interface InterruptedRun {
  readonly runId: string;
  readonly owner: ProcessIdentity;
  /** Step runs that were under way. */
  readonly stepRunIds: readonly string[];
}

/** Runs without an end whose process surely is no more. Runs of other machines are never among them. */
export function interruptedRuns(
  reader: StoreReader,
  gone: (owner: ProcessIdentity) => boolean = isGone,
): readonly InterruptedRun[] {
  return reader
    .unfinishedRuns()
    .filter(({ owner }) => gone(owner))
    .map(({ runId, owner }) => ({
      runId,
      owner,
      stepRunIds: reader
        .steps(runId)
        .filter(isUnderWay)
        .map((step) => step.id),
    }));
}

function isUnderWay(step: StepRun): boolean {
  return step.status === "running" || step.status === "retrying";
}

/**
 * The events that mark interrupted runs and their steps as such. For use inside `transact`, where what another process has already
 * marked is no longer found: each run is marked once.
 */
export function interruptionEvents(runs: readonly InterruptedRun[], time: number): readonly StoreEvent[] {
  return runs.flatMap(({ runId, owner, stepRunIds }): readonly StoreEvent[] => {
    const failure: Failure = {
      type: "Interrupted",
      message: `The process that executed this run (${owner.pid} on ${owner.host}) ended before the run did.`,
      traceback: "",
      advice: "Run the pipeline again: what had completed is taken from the cache.",
    };
    const steps = stepRunIds.map((id): StoreEvent => ({
      type: "step.finished",
      id,
      status: "interrupted",
      outputs: [],
      failure: null,
      originalStepRunId: null,
      time,
    }));
    return [...steps, { type: "run.finished", id: runId, status: "interrupted", failure, time }];
  });
}
