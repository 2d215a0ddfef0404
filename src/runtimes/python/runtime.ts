/** Python as the engine sees it: finds the interpreter, starts workers, keeps one spare. */
import { setTimeout as wait } from "node:timers/promises";
import { HeadraceError } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import { deferred } from "../deferred";
import type { Endpoint } from "../endpoint";
import type { AcquireRequest, Runtime, Worker } from "../runtime";
import { findInterpreter } from "./interpreter";
import type { Interpreter, InterpreterSources } from "./interpreter";
import { probe, stampOf } from "./probe";
import { PythonWorker } from "./worker";

/** A spare worker holds the memory of what it imported; a window left open over night should not. */
const SPARE_IDLE_MS = 30 * 60_000;

export interface PythonRuntimeOptions {
  /** Asked for when the first process starts: an engine that only reads opens none. */
  readonly endpoint: () => Promise<Endpoint>;
  readonly workspace: string;
  /** Folder to be put on PYTHONPATH. */
  readonly sdk: string;
  readonly sources?: InterpreterSources;
  /** False for a process that runs once, such as the command line. */
  readonly keepsSpare?: boolean;
}

interface Spare {
  /** Of the interpreter and its packages: a spare from before `pip install` is of no use. */
  readonly stamp: string;
  readonly worker: Promise<PythonWorker>;
  /** Never rejects: the next `acquire` starts a worker itself, and reports what is wrong. */
  readonly warm: Promise<void>;
  readonly idle: AbortController;
}

export class PythonRuntime implements Runtime {
  readonly language = "python";
  readonly #options: PythonRuntimeOptions;
  readonly #workers = new Set<PythonWorker>();
  readonly #ending = new WeakSet<PythonWorker>();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #disposing = new AbortController();
  #preparing: Promise<void> = Promise.resolve();
  #spare: Spare | null = null;

  constructor(options: PythonRuntimeOptions) {
    this.#options = options;
  }

  async acquire(request: AcquireRequest): Promise<Worker> {
    await this.#preparing;
    const interpreter = await this.#find(request);
    const spare = await this.#takeSpare(interpreter);
    const worker = spare ?? (await this.#start(interpreter, request.signal));
    if (!request.signal.aborted) return worker;
    worker.kill();
    throw new HeadraceError("cancelled", "Cancelled while Python was starting.");
  }

  /**
   * Starts a process for a run that will be asked for soon. Resolves as soon as it is on its way, so that the caller may do
   * something long meanwhile, or when it could not be started, which `acquire` will meet again and report.
   */
  prepare(request: AcquireRequest): Promise<void> {
    const spawned = deferred<undefined>();
    this.#preparing = this.#find(request)
      .then((interpreter) => this.#makeSpare(interpreter, [], () => spawned.resolve(undefined)))
      .catch(() => undefined);
    return Promise.race([spawned.promise, this.spareReady()]);
  }

  release(worker: Worker, modules: readonly string[]): void {
    const ours = [...this.#workers].find((candidate) => candidate === worker);
    if (ours === undefined) return;
    this.#end(ours);
    if (this.#options.keepsSpare === true) this.#preparing = this.#makeSpare(ours.interpreter, modules);
  }

  /** Resolves once the spare worker waits, warm; at once when there is none to wait for. */
  async spareReady(): Promise<void> {
    await this.#preparing;
    await this.#spare?.warm;
  }

  async describe(file: string, signal: AbortSignal): Promise<JsonObject> {
    const interpreter = await this.#find({ file, signal });
    const facts = await probe(interpreter);
    return { interpreter: interpreter.command, origin: interpreter.origin, ...facts };
  }

  async dispose(): Promise<void> {
    this.#disposing.abort();
    this.#spare?.idle.abort();
    this.#spare = null;
    // Those that say farewell already are given the time for it: user code may have things to flush.
    for (const worker of this.#workers) if (!this.#ending.has(worker)) worker.kill();
    await Promise.allSettled(this.#pending);
    await Promise.all([...this.#workers].map((worker) => worker.exited));
  }

  #find({ file, interpreter, signal }: AcquireRequest): Promise<Interpreter> {
    const { workspace, sources } = this.#options;
    const explicit = interpreter === undefined ? {} : { explicit: interpreter };
    return findInterpreter({ file, workspace, signal, ...explicit }, sources);
  }

  async #start(
    interpreter: Interpreter,
    cancel?: AbortSignal,
    onSpawned?: () => void,
  ): Promise<PythonWorker> {
    const { endpoint, sdk, workspace } = this.#options;
    const disposing = this.#disposing.signal;
    const signal = cancel === undefined ? disposing : AbortSignal.any([disposing, cancel]);
    const starting = endpoint().then((opened) =>
      PythonWorker.start({
        interpreter,
        endpoint: opened,
        sdk,
        workspace,
        signal,
        ...(onSpawned === undefined ? {} : { onSpawned }),
      }),
    );
    this.#track(starting);
    const worker = await starting;
    this.#workers.add(worker);
    void worker.exited.then(() => this.#workers.delete(worker));
    return worker;
  }

  async #takeSpare(interpreter: Interpreter): Promise<PythonWorker | null> {
    const spare = this.#spare;
    if (spare === null) return null;
    this.#spare = null;
    spare.idle.abort();
    const worker = await spare.worker.catch(() => null);
    if (worker === null || worker.lost !== null) return null;
    if (spare.stamp === (await stampOf(interpreter))) return worker;
    this.#end(worker);
    return null;
  }

  async #makeSpare(
    interpreter: Interpreter,
    modules: readonly string[],
    onSpawned?: () => void,
  ): Promise<void> {
    const stamp = await stampOf(interpreter);
    if (this.#spare !== null || this.#disposing.signal.aborted) return;
    const idle = new AbortController();
    const worker = this.#start(interpreter, undefined, onSpawned);
    const warm = worker.then((started) => this.#warm(started, modules, idle.signal)).catch(() => undefined);
    this.#spare = { stamp, worker, warm, idle };
  }

  /** Whoever takes the spare meanwhile needs not wait: a worker answers its requests in order. */
  async #warm(worker: PythonWorker, modules: readonly string[], idle: AbortSignal): Promise<void> {
    wait(SPARE_IDLE_MS, undefined, { ref: false, signal: idle }).then(
      () => {
        if (this.#spare?.idle.signal === idle) this.#spare = null;
        this.#end(worker);
      },
      () => undefined,
    );
    if (modules.length > 0) await worker.warm(modules);
  }

  #end(worker: PythonWorker): void {
    this.#ending.add(worker);
    this.#track(worker.end());
  }

  #track(work: Promise<unknown>): void {
    this.#pending.add(work);
    const done = (): void => void this.#pending.delete(work);
    work.then(done, done);
  }
}
