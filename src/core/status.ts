/** How the states of steps and runs follow one another, and a run's state from its steps' (zenml-semantics §6). */
import type { RunStatus, StepStatus } from "./entities";

const stepTransitions: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  waiting: ["running", "completed", "cached", "failed", "skipped", "cancelled", "interrupted"],
  running: ["completed", "failed", "retrying", "cancelled", "interrupted"],
  retrying: ["retried", "cancelled", "interrupted"],
  retried: [],
  completed: [],
  cached: [],
  failed: [],
  skipped: [],
  cancelled: [],
  interrupted: [],
};

export function mayFollow(from: StepStatus, to: StepStatus): boolean {
  return stepTransitions[from].includes(to);
}

export function isStepOver(status: StepStatus): boolean {
  return stepTransitions[status].length === 0;
}

/** What steps below may build on. */
export function isStepDone(status: StepStatus): boolean {
  return status === "completed" || status === "cached";
}

export function isRunOver(status: RunStatus): boolean {
  return status !== "initializing" && status !== "running";
}

/** The state of a run whose steps (their last attempts) are in these states. */
export function runStatusOf(steps: Iterable<StepStatus>): RunStatus {
  let failed = false;
  let cancelled = false;
  for (const status of steps) {
    if (!isStepOver(status)) return "running";
    if (status === "failed" || status === "skipped") failed = true;
    if (status === "cancelled") cancelled = true;
    if (status === "interrupted") return "interrupted";
  }
  if (failed) return "failed";
  return cancelled ? "cancelled" : "completed";
}
