/** Attempts that failed and are made again: each after its delay, which `backoff` multiplies (zenml-semantics §6). */
import type { Failure } from "../../core/entities";
import type { RunningStep } from "../context";
import type { Prepared } from "./begin";
import type { StepState } from "./state";

export interface RetryingAttempt {
  readonly prepared: Prepared;
  readonly running: RunningStep;
  readonly failure: Failure;
}

export class Retries {
  readonly #pending = new Map<StepState, RetryingAttempt>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #changed: () => void;
  #due: Prepared[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** False when no retry is left. */
  schedule(prepared: Prepared, running: RunningStep, failure: Failure): boolean {
    const { step } = prepared;
    const { retry } = step.invocation;
    if (retry === null || step.attempt > retry.maxRetries) return false;
    this.#pending.set(step, { prepared, running, failure });
    const delayMs = retry.delay * retry.backoff ** (step.attempt - 1) * 1000;
    if (delayMs <= 0) {
      this.#due.push(prepared);
      return true;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#due.push(prepared);
      this.#changed();
    }, delayMs);
    this.#timers.add(timer);
    return true;
  }

  takeDue(): readonly Prepared[] {
    const due = this.#due;
    this.#due = [];
    return due;
  }

  /** The failed attempt that a starting one follows; null for a first attempt. */
  startsAgain(step: StepState): RetryingAttempt | null {
    const attempt = this.#pending.get(step) ?? null;
    this.#pending.delete(step);
    return attempt;
  }

  /** Gives up waiting. Answers the attempts that will not be made again. */
  clear(): readonly RetryingAttempt[] {
    for (const timer of this.#timers) clearTimeout(timer);
    const attempts = [...this.#pending.values()];
    this.#timers.clear();
    this.#pending.clear();
    this.#due = [];
    return attempts;
  }
}
