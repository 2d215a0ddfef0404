/** The runs of this process: from a request, or from a script that traced its own pipeline, to their recorded end. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Language, Run, RunOrigin } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { PipelineSpec } from "../core/spec";
import { deferred, type Deferred } from "../runtimes/deferred";
import type { CompileParams, CompileResult } from "../runtimes/protocol";
import type { OutputChunk, Peer, Runtime, Worker } from "../runtimes/runtime";
import type { RunHandle, RunRequest } from "./api";
import type { EngineContext, RunningStep } from "./context";
import { createRun } from "./run/create";
import { cancelledByUser, Progress } from "./run/progress";
import { PeerExecutors, type Executors } from "./run/executors";
import { failureOf } from "./run/failures";
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

interface Compiled {
  readonly worker: Worker;
  readonly runtime: Runtime;
  readonly params: CompileParams;
  readonly result: CompileResult;
  readonly milliseconds: number;
  readonly printed: readonly OutputChunk[];
}

/** Of what is printed while a pipeline is imported and compiled. */
const PRINTED_LIMIT = 1024 * 1024;
const COMPILE_GRACE_MS = 500;

export class Runs {
  readonly #parts: RunsParts;
  readonly #active = new Map<string, RunLoop>();
  readonly #pending = new Set<{ readonly abort: AbortController; readonly ended: Promise<unknown> }>();

  constructor(parts: RunsParts) {
    this.#parts = parts;
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
      created.reject(error instanceof Error ? error : new Error(String(error)));
    });
    return { ticket, created: created.promise, finished, cancel: () => abort.abort() };
  }

  /** Compiles without running. */
  async compile(request: RunRequest, signal: AbortSignal): Promise<PipelineSpec> {
    const { worker, runtime, result } = await this.#compile(request, signal);
    runtime.release(worker, result.modules);
    return result.spec;
  }

  /** Runs what a script traced; the script executes the steps itself. */
  runScript(spec: PipelineSpec, peer: Peer, { noCache }: { readonly noCache: boolean }): Promise<Run> {
    const abort = new AbortController();
    const ticket = randomUUID();
    const work = async (): Promise<Run> => {
      const plan = planRun(spec, noCache);
      const run = await this.#create(plan, { noCache, origin: "script" }, abort.signal);
      return this.#loop(run, ticket, new PeerExecutors(peer), abort.signal);
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
      const compiled = await this.#compile(request, signal);
      let run: RunState;
      try {
        run = await this.#resolve(request, compiled.result.spec, signal);
      } catch (error) {
        compiled.runtime.release(compiled.worker, compiled.result.modules);
        throw error;
      }
      created.resolve(run.id);
      this.#keepPrinted(run.id, compiled.printed);
      return await this.#loop(run, ticket, this.#pool(request, compiled), signal);
    } catch (error) {
      this.#parts.context.emit({ type: "run.refused", ticket, failure: failureOf(error) });
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

  async #loop(run: RunState, ticket: string, executors: Executors, signal: AbortSignal): Promise<Run> {
    const { context, logs, running, settings } = this.#parts;
    const loop = new RunLoop(context, run, { executors, logs, running, graceMs: settings().graceMs });
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

  #pool(request: RunRequest, { worker, runtime, params, result, milliseconds }: Compiled): WorkerPool {
    const { onInit } = result.spec.pipeline;
    return new WorkerPool(worker, {
      runtime,
      acquire: {
        file: request.file,
        ...(request.python === undefined ? {} : { interpreter: request.python }),
      },
      compile: params,
      compileMs: milliseconds,
      // What `on_init` makes lives in one process: all steps that ask for it must be there.
      limit: onInit ? 1 : Math.max(1, this.#parts.settings().parallel),
      modules: result.modules,
      initializes: onInit,
    });
  }

  async #compile(request: RunRequest, signal: AbortSignal): Promise<Compiled> {
    this.#mayRun();
    const runtime = this.#runtimeOf(request.file);
    const params: CompileParams = {
      file: request.file,
      pipeline: request.pipeline,
      parameters: request.parameters ?? {},
      configPath: request.configPath ?? null,
    };
    const interpreter = request.python === undefined ? {} : { interpreter: request.python };
    const worker = await orCancelled(
      runtime.acquire({ file: request.file, signal, ...interpreter }),
      signal,
      (late) => runtime.release(late, []),
    );
    const printed: OutputChunk[] = [];
    let room = PRINTED_LIMIT;
    const onOutput = (chunk: OutputChunk): void => {
      room -= chunk.bytes.length;
      if (room > 0) printed.push(chunk);
    };
    const since = performance.now();
    try {
      const result = await orCancelled(worker.compile(params, { signal, onOutput }), signal);
      return { worker, runtime, params, result, milliseconds: performance.now() - since, printed };
    } catch (error) {
      if (signal.aborted) setTimeout(() => worker.kill(), COMPILE_GRACE_MS);
      else if (worker.lost === null) runtime.release(worker, []);
      throw error;
    }
  }

  /** What the import and the pipeline function printed, before there was a run to keep it for. */
  #keepPrinted(runId: string, printed: readonly OutputChunk[]): void {
    if (printed.length === 0) return;
    const log = this.#parts.logs.open({
      runId,
      invocation: ":compile",
      stepRunId: "",
      attempt: 1,
      keep: true,
    });
    for (const chunk of printed) log.write(chunk);
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

  #runtimeOf(file: string): Runtime {
    const language: Language | null = /\.py$/i.test(file)
      ? "python"
      : /\.[cm]?[jt]s$/i.test(file)
        ? "node"
        : null;
    const runtime = language === null ? undefined : this.#parts.runtimes.get(language);
    if (runtime !== undefined) return runtime;
    throw new HeadraceError(
      "unsupported",
      `${path.basename(file)} is not a file that pipelines can be run from.`,
      {
        advice: `Pipelines are run from ${[...this.#parts.runtimes.keys()].join(" and ")} files.`,
      },
    );
  }
}

function cancelled(): HeadraceError {
  return new HeadraceError("cancelled", "Cancelled before the run began.");
}

/** Does not wait for what was cancelled; what still comes of it is handed to `late`. */
function orCancelled<T>(work: Promise<T>, signal: AbortSignal, late?: (value: T) => void): Promise<T> {
  if (signal.aborted) {
    work.then(late, () => undefined);
    return Promise.reject(cancelled());
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      work.then(late, () => undefined);
      reject(cancelled());
    };
    signal.addEventListener("abort", abort, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener("abort", abort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", abort);
        reject(signal.aborted ? cancelled() : error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
