/** Runs that end without having come to their end: they become interrupted, so that nothing seems to go on for ever. */
import type { Failure } from "../core/entities";
import { isGone } from "../store/processes";
import type { Store } from "../store/writer";
import { decideIn } from "./context";
import type { Draft } from "./decide/draft";

const processEnded: Failure = {
  type: "Interrupted",
  message: "The process that executed this run ended before the run did.",
  traceback: "",
  advice: "What had completed is kept: run again, and those steps are cached.",
};

/** Of processes that died. Answers how many runs were interrupted. */
export async function markInterrupted(store: Store): Promise<number> {
  if (store.readOnly !== null || store.reader.unfinishedRuns().every(({ owner }) => !isGone(owner))) return 0;
  return decideIn(store, (draft) => {
    const dead = draft.reader.unfinishedRuns().filter(({ owner }) => isGone(owner));
    for (const { runId } of dead) interrupt(draft, runId, processEnded);
    return dead.length;
  });
}

/** Ends a run, as far as it is recorded. */
export function interrupt(draft: Draft, runId: string, failure: Failure): void {
  const { time } = draft;
  for (const step of draft.reader.steps(runId)) {
    if (step.status === "running" || step.status === "retrying") {
      draft.add({
        type: "step.finished",
        id: step.id,
        status: "interrupted",
        outputs: step.outputs,
        failure: step.failure,
        originalStepRunId: null,
        time,
      });
    } else if (step.status === "waiting") {
      const { invocation, step: name } = step;
      const id = draft.newId();
      draft.add({
        type: "step.skipped",
        id,
        runId,
        invocation,
        step: name,
        because: null,
        status: "cancelled",
        time,
      });
    }
  }
  draft.add({
    type: "run.finished",
    id: runId,
    status: "interrupted",
    failure,
    time,
  });
}
