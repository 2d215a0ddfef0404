/** The runs of this process: from a request, or from a script that traced its own pipeline, to their recorded end. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Language, Run, RunOrigin } from "../core/entities";
import { asError, HeadraceError } from "../core/errors";
import type { PipelineSpec } from "../core/spec";
import { deferred, type Deferred } from "../core/deferred";
import type { OutputChunk, Peer, Runtime } from "../runtimes/runtime";
import type { RunHandle, RunRequest } from "./api";
import type { EngineContext, RunningStep } from "./context";
import { interrupt } from "./recover";
import { cancelled, orCancelled } from "./run/cancelling";
import { Compiler, release, type Compiled } from "./run/compiling";
import { createRun } from "./run/create";
import { cancelledByUser, Progress } from "./run/progress";
import { PeerExecutors, type Executors } from "./run/executors";
import { failureOf } from "./run/failures";
import { Lanes } from "./run/lanes";
import type { LogBook } from "./run/logs";
import { RunLoop } from "./run/loop";
import { planRun, type Plan } from "./run/plan";
import { planReuse } from "./run/rerun";
import type { RunState } from "./run/state";
import { WorkerPool } from "./run/workerPool";
import type { EngineSettings } from "./settings";

export interface RunsParts {
  readonly context: EngineContext;
  readonly running: Map<string, RunningStep>;
  readonly runtimes: ReadonlyMap<Language, Runtime>;
  readonly logs: LogBook;
  readonly settings: () => EngineSettings;
  /** Why no code may run here (an untrusted workspace); null when it may. */
  readonly refusal: () => string | null;
}

export class Runs {
  readonly #parts: RunsParts;
  readonly #compiler: Compiler;
  readonly #active = new Map<string, RunLoop>();
  readonly #pending = new Set<{ readonly abort: AbortController; readonly ended: Promise<unknown> }>();

  constructor(parts: RunsParts) {
    this.#parts = parts;
    this.#compiler = new Compiler({ runtimes: parts.runtimes, workspace: parts.context.workspace });
  }

  get active(): readonly string[] {
    return [...this.#active.keys()];
  }

  cancel(runId: string): boolean {
    const loop = this.#active.get(runId);
    loop?.cancel();
    return loop !== undefined;
  }

  /** Cancels everything and waits until it is recorded. */
  async close(): Promise<void> {
    for (const { abort } of this.#pending) abort.abort();
    for (const loop of this.#active.values()) loop.cancel();
    await Promise.allSettled([...this.#pending].map(({ ended }) => ended));
  }

  start(request: RunRequest): RunHandle {
    const ticket = randomUUID();
    const abort = new AbortController();
    const created = deferred<string>();
    created.promise.catch(() => undefined);
    const label = request.pipeline ?? path.basename(request.file);
    this.#parts.context.emit({ type: "run.preparing", ticket, label, file: request.file });
    const finished = this.#track(abort, this.#perform(request, ticket, created, abort.signal));
    finished.catch((error: unknown) => {
      created.reject(asError(error));
    });
    return { ticket, created: created.promise, finished, cancel: () => abort.abort() };
  }

  /** Compiles without running. */
  async compile(request: RunRequest, signal: AbortSignal): Promise<PipelineSpec> {
    this.#mayRun();
    const { spec, ready } = await this.#compiler.compile(request, signal);
    release(ready.values());
    return spec;
  }

  /** Runs what a script traced; the script executes the steps itself. */
  runScript(spec: PipelineSpec, peer: Peer, { noCache }: { readonly noCache: boolean }): Promise<Run> {
    const abort = new AbortController();
    const ticket = randomUUID();
    const work = async (): Promise<Run> => {
      const compiled = await this.#compiler.foreign(spec, abort.signal);
      const run = await this.#settled(compiled, () =>
        this.#create(planRun(compiled.spec, noCache), { noCache, origin: "script" }, abort.signal),
      );
      return this.#loop(run, ticket, this.#lanes(compiled, peer), abort.signal);
    };
    return this.#track(abort, work());
  }

  #track<T>(abort: AbortController, ended: Promise<T>): Promise<T> {
    const entry = { abort, ended };
    this.#pending.add(entry);
    const done = (): void => void this.#pending.delete(entry);
    ended.then(done, done);
    return ended;
  }

  async #perform(
    request: RunRequest,
    ticket: string,
    created: Deferred<string>,
    signal: AbortSignal,
  ): Promise<Run> {
    try {
      this.#mayRun();
      const compiled = await this.#compiler.compile(request, signal);
      const run = await this.#settled(compiled, () => this.#resolve(request, compiled.spec, signal));
      created.resolve(run.id);
      this.#keepSaid(run.id, compiled);
      return await this.#loop(run, ticket, this.#lanes(compiled), signal);
    } catch (error) {
      this.#parts.context.emit({ type: "run.refused", ticket, failure: failureOf(error) });
      throw error;
    }
  }

  /** A run that is refused leaves its workers to others. */
  async #settled(compiled: Compiled, create: () => Promise<RunState>): Promise<RunState> {
    try {
      return await create();
    } catch (error) {
      release(compiled.ready.values());
      throw error;
    }
  }

  async #resolve(request: RunRequest, spec: PipelineSpec, signal: AbortSignal): Promise<RunState> {
    const noCache = request.noCache === true;
    const plan = planRun(spec, noCache);
    return this.#create(plan, { noCache, origin: request.origin, request }, signal);
  }

  /** Decided under the lock; a cancel while waiting for it leaves no run behind. */
  #create(
    plan: Plan,
    how: { readonly noCache: boolean; readonly origin: RunOrigin; readonly request?: RunRequest },
    signal: AbortSignal,
  ): Promise<RunState> {
    const { rerun } = how.request ?? {};
    const decided = this.#parts.context.decide((draft) => {
      if (signal.aborted) throw cancelled();
      const reuse = rerun === undefined ? null : planReuse(draft.reader, plan, rerun);
      return createRun(draft, { plan, reuse, origin: how.origin, noCache: how.noCache, environment: {} });
    });
    return orCancelled(decided, signal, (run) => void this.#recordCancelled(run));
  }

  /** A run that was cancelled while its beginning was being written. */
  #recordCancelled(run: RunState): Promise<void> {
    return this.#parts.context.decide((draft) => {
      new Progress(run).skipRest(draft, cancelledByUser, []);
      draft.add({ type: "run.finished", id: run.id, status: "cancelled", failure: null, time: draft.time });
    });
  }

  async #loop(run: RunState, ticket: string, lanes: Lanes, signal: AbortSignal): Promise<Run> {
    const { context, logs, running, settings } = this.#parts;
    const loop = new RunLoop(context, run, { lanes, logs, running, graceMs: settings().graceMs });
    const cancel = (): void => loop.cancel();
    this.#active.set(run.id, loop);
    context.emit({ type: "run.created", ticket, runId: run.id });
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      const status = await loop.execute();
      this.#active.delete(run.id);
      context.emit({ type: "run.finished", runId: run.id, status });
    } catch (error) {
      await this.#recordInterrupted(run.id, error);
      context.emit({ type: "run.finished", runId: run.id, status: "interrupted" });
      throw error;
    } finally {
      this.#active.delete(run.id);
      signal.removeEventListener("abort", cancel);
    }
    const record = context.store.reader.run(run.id);
    if (record !== null) return record;
    throw new HeadraceError("not-found", `Run ${run.name} was deleted when it ended.`);
  }

  /** What could not be written may have been one payload alone. Where nothing can be, the next start records it. */
  async #recordInterrupted(runId: string, error: unknown): Promise<void> {
    const failure = failureOf(error);
    await this.#parts.context.decide((draft) => interrupt(draft, runId, failure)).catch(() => undefined);
  }

  /** Where steps execute: the script itself, or workers, and workers for those of other languages. */
  #lanes({ spec, ready }: Compiled, script?: Peer): Lanes {
    const limit = Math.max(1, this.#parts.settings().parallel);
    const executors = new Map<Language, Executors>();
    if (script !== undefined) executors.set(spec.language, new PeerExecutors(script));
    for (const [language, one] of ready) {
      const initializes = spec.pipeline.onInit && language === spec.language;
      executors.set(
        language,
        new WorkerPool(one.worker, {
          runtime: one.runtime,
          acquire: one.acquire,
          compile: one.again,
          compileMs: one.milliseconds,
          // What `on_init` makes lives in one process: all steps that ask for it must be there.
          limit: initializes ? 1 : limit,
          modules: one.modules,
          initializes,
        }),
      );
    }
    return new Lanes({ main: spec.language, executors, limit });
  }

  /** What was said before there was a run to keep it for: what user code printed, and a line for each thing that is ignored. */
  #keepSaid(runId: string, { printed, spec }: Compiled): void {
    const notices = spec.notices.map((text): OutputChunk => ({
      stream: "stderr",
      bytes: Buffer.from(`${text}\n`),
    }));
    const said = [...printed, ...notices];
    if (said.length === 0) return;
    const log = this.#parts.logs.open({
      runId,
      invocation: ":compile",
      stepRunId: "",
      attempt: 1,
      keep: true,
    });
    for (const chunk of said) log.write(chunk);
    log.end();
  }

  #mayRun(): void {
    const refusal = this.#parts.refusal();
    if (refusal !== null) {
      throw new HeadraceError("untrusted", `Nothing is run here: ${refusal}`, {
        advice: "Trust the workspace to run its code.",
      });
    }
    const { readOnly } = this.#parts.context.store;
    if (readOnly === null) return;
    throw new HeadraceError("read-only", `A run could not be recorded: ${readOnly}`);
  }
}
