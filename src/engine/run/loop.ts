/**
 * Schedules a run's steps, executes them, commits what they did and tells. Everything that changes state happens inside one
 * decision after another: each commits the steps that have ended, begins those that became ready, and starts as many as
 * there are executors for. What starts runs, and the next decisions are made, while the disk is waited for; what is told has
 * been made durable first.
 */
import { setImmediate } from "node:timers/promises";
import type { Failure, RunStatus } from "../../core/entities";
import type { LiveEvent } from "../../core/events";
import { asError, HeadraceError } from "../../core/errors";
import { deferred } from "../../core/deferred";
import type { EngineContext, RunningStep } from "../context";
import type { Draft } from "../decide/draft";
import { placesOf, type PlaceOf } from "../places";
import { begin, startAttempt, type Prepared } from "./begin";
import { Execution, type Outcome } from "./execution";
import type { Lease } from "./executors";
import { failureOf } from "./failures";
import { commitEnd, commitSuccess } from "./finish";
import { hasLazies } from "./inputs";
import type { Lanes } from "./lanes";
import type { LogBook } from "./logs";
import { cancelledByUser, Progress, type Halt } from "./progress";
import { Queue } from "./queue";
import { Retries } from "./retries";
import type { RunState, StepState } from "./state";
import { stepContext } from "./stepContext";

export interface LoopOptions {
  readonly lanes: Lanes;
  readonly logs: LogBook;
  /** Steps that are executing, for requests that are made inside them. */
  readonly running: Map<string, RunningStep>;
  /** How long user code may take to clean up after it was interrupted. */
  readonly graceMs: number;
}

interface Ended {
  readonly execution: Execution;
  readonly outcome: Outcome;
}

/** What one decision brings about, told once it is durable. */
interface Turn {
  readonly live: LiveEvent[];
  readonly recorded: Promise<unknown>;
}

/** Steps begun in one decision: enough to share a write among many, few enough to keep the process responsive. */
const BATCH = 256;

export class RunLoop {
  readonly #context: EngineContext;
  readonly #run: RunState;
  readonly #options: LoopOptions;
  readonly #progress: Progress;
  readonly #placeOf: PlaceOf;
  readonly #ended = new Queue<Ended>();
  readonly #executing = new Set<Execution>();
  readonly #retries = new Retries(() => this.#pump());
  readonly #over = deferred<RunStatus>();
  #halt: Halt | null = null;
  #cancelled = false;
  #failure: Failure | null = null;
  #initialized: Promise<void> | null = null;
  #pumping = false;
  #again = false;
  #finished = false;

  constructor(context: EngineContext, run: RunState, options: LoopOptions) {
    this.#context = context;
    this.#run = run;
    this.#options = options;
    this.#progress = new Progress(run);
    this.#placeOf = placesOf(context);
  }

  /** Resolves when the run's end is durable. Rejects when the store can't be written any more. */
  async execute(): Promise<RunStatus> {
    this.#pump();
    try {
      return await this.#over.promise;
    } finally {
      this.#options.lanes.close();
      await this.#options.logs.flushed();
    }
  }

  /** Interrupts what executes, and kills it after the grace period; what has not started never will. */
  cancel(): void {
    if (this.#cancelled || this.#finished) return;
    this.#cancelled = true;
    this.#halt = cancelledByUser;
    this.#interruptAll();
    this.#pump();
  }

  #interruptAll(): void {
    for (const execution of this.#executing) execution.interrupt(this.#options.graceMs);
  }

  /** Decides again, now or as soon as the decision in progress is durable. */
  #pump(): void {
    this.#again = true;
    if (this.#pumping || this.#finished) return;
    this.#pumping = true;
    this.#drain().then(
      () => {
        this.#pumping = false;
        if (this.#again) this.#pump();
      },
      (error: unknown) => this.#abandon(error),
    );
  }

  async #drain(): Promise<void> {
    for (;;) {
      this.#again = false;
      const turn = this.#turn();
      if (await turn.decided) {
        await turn.told;
        return this.#finish();
      }
      this.#options.lanes.want(() => this.#pump());
      if (!this.#isWanted()) return;
      // Many decisions in a row leave room for whatever else goes on in the process.
      await setImmediate();
    }
  }

  #isWanted(): boolean {
    return this.#again && !this.#finished;
  }

  /** One decision. It is told once it is durable; the next one need not wait for that. */
  #turn(): { readonly decided: Promise<boolean>; readonly told: Promise<void> } {
    const recorded = deferred<undefined>();
    const decided = deferred<boolean>();
    // Who waits for it is told; with nobody waiting, the run's own failure says it.
    recorded.promise.catch(() => undefined);
    const turn: Turn = { live: [], recorded: recorded.promise };
    const told = this.#patiently((draft) => {
      const isOver = this.#decide(draft, turn);
      draft.whenDecided(() => decided.resolve(isOver));
    }).then(
      () => {
        recorded.resolve(undefined);
        for (const event of turn.live) this.#context.emit(event);
      },
      (error: unknown) => {
        recorded.reject(error as Error);
        decided.reject(error as Error);
        this.#abandon(error);
      },
    );
    return { decided: decided.promise, told };
  }

  /** Another process holding the store for long is no reason to lose a run: nothing was decided yet, so ask again. */
  async #patiently<T>(rule: (draft: Draft) => T): Promise<T> {
    for (;;) {
      try {
        return await this.#context.decide(rule);
      } catch (error) {
        if (!HeadraceError.is(error, "busy")) throw error;
      }
    }
  }

  /** The store can't be written: nothing more can be recorded, so nothing more may run. */
  #abandon(error: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    for (const execution of this.#executing) {
      this.#options.running.delete(execution.options.running.stepRunId);
      execution.kill();
    }
    this.#retries.clear();
    this.#over.reject(asError(error));
  }

  /** Answers whether the run is over; its end is then in the draft, unless a hook comes before it. */
  #decide(draft: Draft, turn: Turn): boolean {
    const { live } = turn;
    for (let ended = this.#ended.shift(); ended !== undefined; ended = this.#ended.shift()) {
      this.#commit(draft, ended, live);
    }
    const { exhausted } = this.#options.lanes;
    if (exhausted !== null) this.#giveUp(exhausted);
    if (this.#halt === null) this.#beginReady(draft, turn);
    if (this.#halt !== null) this.#stopRest(draft, this.#halt, live);
    if (this.#progress.left > 0) return false;
    if (!this.#hasCleanup()) this.#recordEnd(draft);
    return true;
  }

  /** There is nothing to execute on, and never will be. */
  #giveUp(error: HeadraceError): void {
    this.#failure ??= failureOf(error);
    this.#halt ??= { because: null, status: "cancelled" };
  }

  #beginReady(draft: Draft, turn: Turn): void {
    for (const prepared of this.#retries.takeDue()) this.#options.lanes.push(prepared);
    this.#startWaiting(draft, turn);
    const { ready } = this.#progress;
    for (let count = 0; count < BATCH; count += 1) {
      const step = ready.peek();
      if (step === undefined) return;
      // A look-up must see what this transaction adds: it waits for the next one.
      if (draft.events.length > 0 && hasLazies(step)) break;
      ready.shift();
      if (step.status !== "waiting") continue;
      this.#beginStep(draft, step, turn.live);
      if (this.#halt !== null) return;
      this.#startWaiting(draft, turn);
    }
    if (ready.size > 0) this.#again = true;
  }

  #beginStep(draft: Draft, step: StepState, live: LiveEvent[]): void {
    if (this.#run.reuse?.leftOut.has(step.index) === true) {
      this.#progress.leaveOut(draft, step, live);
      return;
    }
    const beginning = begin(draft, this.#run, step, this.#placeOf);
    if (beginning.kind === "cached") this.#progress.settle(draft, step, "cached", live);
    else if (beginning.kind === "failed") this.#fail(draft, step, live);
    else this.#options.lanes.push(beginning.prepared);
  }

  /** As many as there are executors for. */
  #startWaiting(draft: Draft, turn: Turn): void {
    const { lanes } = this.#options;
    for (let next = lanes.next(); next !== null; next = lanes.next()) {
      const { prepared, lease } = next;
      if (!this.#isOutdated(prepared, draft)) {
        const execution = this.#start(draft, prepared, lease, turn);
        draft.whenDecided(() => void this.#execute(execution));
        continue;
      }
      lease.release();
      this.#progress.ready.push(prepared.step);
    }
  }

  /**
   * A step that had to wait for an executor looks up again what it left until its start; and the cache, where the same step
   * with the same inputs has completed meanwhile.
   */
  #isOutdated({ step, settled, cacheKey }: Prepared, draft: Draft): boolean {
    if (settled === draft.time || step.attempt > 0) return false;
    const done = cacheKey !== null && step.uncached === null && this.#run.completedKeys.has(cacheKey);
    return done || hasLazies(step);
  }

  #start(draft: Draft, prepared: Prepared, lease: Lease, turn: Turn): Execution {
    const { step } = prepared;
    const { id: runId, plan, cascade, modelVersion } = this.#run;
    const retried = this.#retries.startsAgain(step);
    if (retried !== null) commitEnd(draft, retried.running, "retried", retried.failure);
    const stepRunId = startAttempt(draft, this.#run, prepared);
    step.status = "running";
    const invocation = step.invocation.id;
    const running: RunningStep = {
      stepRunId,
      runId,
      invocation,
      language: step.language,
      modelVersion: prepared.modelVersion,
      runModelVersionId: modelVersion?.id ?? null,
      substitutions: prepared.substitutions,
      cascade,
      saved: [],
      recorded: turn.recorded,
    };
    const keep = step.invocation.enableStepLogs ?? plan.spec.pipeline.enableStepLogs ?? true;
    const execution = new Execution({
      run: this.#run,
      prepared,
      running,
      lease,
      log: this.#options.logs.open({ ...running, attempt: step.attempt, keep }),
      payloads: this.#context.payloads,
      context: stepContext(draft.reader, this.#run, prepared, stepRunId),
    });
    this.#executing.add(execution);
    this.#options.running.set(stepRunId, running);
    turn.live.push({ type: "step.started", runId, invocation, stepRunId, time: draft.time });
    return execution;
  }

  async #execute(execution: Execution): Promise<void> {
    if (this.#cancelled) execution.interrupt(this.#options.graceMs);
    const outcome = await execution.run(() => this.#initialize());
    this.#ended.push({ execution, outcome });
    this.#pump();
  }

  /** The pipeline's `on_init`, once, before the first step that executes. */
  #initialize(): Promise<void> {
    if (!this.#run.plan.spec.pipeline.onInit) return Promise.resolve();
    this.#initialized ??= this.#hook("init").catch((error: unknown) => {
      this.#failure = failureOf(error);
      this.#halt ??= { because: null, status: "skipped" };
      throw error;
    });
    return this.#initialized;
  }

  #hook(hook: "init" | "cleanup"): Promise<void> {
    const log = this.#options.logs.open({
      runId: this.#run.id,
      invocation: `:on_${hook}`,
      stepRunId: "",
      attempt: 1,
      keep: true,
    });
    const { signal } = new AbortController();
    return this.#options.lanes
      .hook(hook, { signal, onOutput: (chunk) => log.write(chunk) })
      .finally(() => log.end());
  }

  #commit(draft: Draft, { execution, outcome }: Ended, live: LiveEvent[]): void {
    const { running, prepared } = execution.options;
    const { step } = prepared;
    this.#executing.delete(execution);
    this.#options.running.delete(running.stepRunId);
    if (outcome.kind === "cancelled") {
      commitEnd(draft, running, "cancelled", outcome.failure);
      this.#progress.settle(draft, step, "cancelled", live);
      return;
    }
    let failure = outcome.kind === "failed" ? outcome.failure : null;
    if (outcome.kind === "completed") {
      for (const placed of outcome.placed) draft.keeps(placed);
      try {
        commitSuccess(draft, this.#run, execution.options, outcome.result, this.#placeOf);
      } catch (error) {
        failure = failureOf(error);
      }
    }
    if (failure === null) {
      if (prepared.cacheKey !== null) this.#run.completedKeys.set(prepared.cacheKey, step);
      this.#progress.settle(draft, step, "completed", live);
    } else if (this.#halt === null && this.#retries.schedule(prepared, running, failure)) {
      commitEnd(draft, running, "retrying", failure);
      step.status = "retrying";
    } else {
      commitEnd(draft, running, "failed", failure);
      this.#fail(draft, step, live);
    }
  }

  /** What a failure means for the rest depends on the pipeline's execution mode. */
  #fail(draft: Draft, step: StepState, live: LiveEvent[]): void {
    this.#progress.settle(draft, step, "failed", live);
    const halt: Halt = { because: step.invocation.id, status: "skipped" };
    const { executionMode } = this.#run.plan.spec.pipeline;
    if (executionMode === "continue_on_failure") this.#progress.skipBelow(draft, step, halt, live);
    else this.#halt ??= halt;
    if (executionMode === "fail_fast") this.#interruptAll();
  }

  /** What waits never starts; what waits for another attempt keeps the outcome of its last one. */
  #stopRest(draft: Draft, halt: Halt, live: LiveEvent[]): void {
    this.#options.lanes.clear();
    for (const { prepared, running, failure } of this.#retries.clear()) {
      const status = halt.status === "cancelled" ? "cancelled" : "failed";
      commitEnd(draft, running, status, failure);
      this.#progress.settle(draft, prepared.step, status, live);
    }
    this.#progress.skipRest(draft, halt, live);
  }

  #hasCleanup(): boolean {
    return this.#run.plan.spec.pipeline.onCleanup && this.#initialized !== null;
  }

  #recordEnd(draft: Draft): RunStatus {
    const status = this.#endStatus();
    draft.add({ type: "run.finished", id: this.#run.id, status, failure: this.#failure, time: draft.time });
    return status;
  }

  #endStatus(): RunStatus {
    const { status } = this.#progress;
    if (this.#cancelled && status !== "completed") return "cancelled";
    return this.#failure === null ? status : "failed";
  }

  async #finish(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#hasCleanup()) {
      await this.#hook("cleanup").catch((error: unknown) => {
        this.#failure ??= failureOf(error);
      });
      await this.#patiently((draft) => this.#recordEnd(draft));
    }
    this.#over.resolve(this.#endStatus());
  }
}
