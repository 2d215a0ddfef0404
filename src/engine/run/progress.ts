/** How far a run has come: which steps are over, which became ready, which never will run. Linear in steps and edges. */
import type { StepStatus } from "../../core/entities";
import type { LiveEvent } from "../../core/events";
import { withBelow } from "../../core/graph";
import { isStepDone, runStatusOf } from "../../core/status";
import type { Draft } from "../decide/draft";
import { Queue } from "./queue";
import type { RunState, StepState } from "./state";

export interface Halt {
  /** The invocation that failed; null when none did. */
  readonly because: string | null;
  readonly status: "skipped" | "cancelled";
}

export const cancelledByUser: Halt = { because: null, status: "cancelled" };

export class Progress {
  readonly ready = new Queue<StepState>();
  /** Steps that are not over yet. */
  left: number;
  readonly #run: RunState;
  readonly #leftOut = new Set<StepState>();

  constructor(run: RunState) {
    this.#run = run;
    this.left = run.steps.length;
    for (const index of run.plan.graph.order) {
      const step = run.steps[index];
      if (step?.missing === 0) this.ready.push(step);
    }
  }

  get status(): ReturnType<typeof runStatusOf> {
    const counted = this.#run.steps.filter((step) => !this.#leftOut.has(step));
    return runStatusOf(counted.map((step) => step.status));
  }

  /** A step is over. Its record is in the draft; this makes ready what waited for it, or skips what lies below. */
  settle(draft: Draft, step: StepState, status: StepStatus, live: LiveEvent[]): void {
    step.status = status;
    this.left -= 1;
    live.push({
      type: "step.finished",
      runId: this.#run.id,
      invocation: step.invocation.id,
      stepRunId: step.stepRunId ?? "",
      status,
      time: draft.time,
    });
    if (!isStepDone(status)) return;
    for (const index of this.#run.plan.graph.downstream[step.index] ?? []) {
      const below = this.#run.steps[index];
      if (below === undefined) continue;
      below.missing -= 1;
      if (below.missing === 0 && below.status === "waiting") this.ready.push(below);
    }
  }

  /** What lies below a step that did not complete is skipped on its account. */
  skipBelow(draft: Draft, step: StepState, halt: Halt, live: LiveEvent[]): void {
    for (const index of withBelow(this.#run.plan.graph, [step.index])) {
      const below = this.#run.steps[index];
      if (below?.status === "waiting") this.skip(draft, below, halt, live);
    }
  }

  /** It is no part of this re-run, nor is what needs it; that says nothing about how the run went. */
  leaveOut(draft: Draft, step: StepState, live: LiveEvent[]): void {
    for (const index of withBelow(this.#run.plan.graph, [step.index])) {
      const below = this.#run.steps[index];
      if (below?.status !== "waiting") continue;
      this.#leftOut.add(below);
      this.skip(draft, below, { because: null, status: "skipped" }, live);
    }
  }

  /** Nothing starts any more. */
  skipRest(draft: Draft, halt: Halt, live: LiveEvent[]): void {
    this.ready.clear();
    for (const step of this.#run.steps) {
      if (step.status === "waiting") this.skip(draft, step, halt, live);
    }
  }

  skip(draft: Draft, step: StepState, { because, status }: Halt, live: LiveEvent[]): void {
    step.stepRunId = draft.newId();
    draft.add({
      type: "step.skipped",
      id: step.stepRunId,
      runId: this.#run.id,
      invocation: step.invocation.id,
      step: step.definition.step,
      because,
      status,
      time: draft.time,
    });
    this.settle(draft, step, status, live);
  }
}
