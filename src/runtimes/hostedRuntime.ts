/** A language as the engine sees it: starts workers with the program that is found for a file, and keeps one spare. */
import { setTimeout as wait } from "node:timers/promises";
import { HeadraceError } from "../core/errors";
import type { Language } from "../core/entities";
import type { JsonObject } from "../core/json";
import { deferred } from "../core/deferred";
import type { Endpoint } from "./endpoint";
import type { AcquireRequest, Runtime, Worker } from "./runtime";
import { HostedWorker } from "./hostedWorker";
import type { Launch } from "./hostedWorker";

/** A spare worker holds the memory of what it imported; a window left open over night should not. */
const SPARE_IDLE_MS = 30 * 60_000;

export interface HostedRuntimeOptions {
  /** Asked for when the first process starts: an engine that only reads opens none. */
  readonly endpoint: () => Promise<Endpoint>;
  readonly workspace: string;
  /** False for a process that runs once, such as the command line. */
  readonly keepsSpare?: boolean;
}

/** How a language finds the program that runs a file. `P` is what was found. */
export interface Finder<P> {
  readonly language: Language;
  readonly title: string;
  find(request: AcquireRequest): Promise<P>;
  launch(program: P): Launch;
  /** Changes when a worker that was started before will not do any more. */
  stampOf(program: P): Promise<string>;
  describe(program: P): Promise<JsonObject>;
}

interface Spare {
  /** Of the program and its packages: a spare from before `pip install` is of no use. */
  readonly stamp: string;
  readonly worker: Promise<HostedWorker>;
  /** Never rejects: the next `acquire` starts a worker itself, and reports what is wrong. */
  readonly warm: Promise<void>;
  readonly idle: AbortController;
}

export class HostedRuntime<P> implements Runtime {
  readonly language: Language;
  readonly #finder: Finder<P>;
  readonly #options: HostedRuntimeOptions;
  readonly #programs = new WeakMap<HostedWorker, P>();
  readonly #workers = new Set<HostedWorker>();
  readonly #ending = new WeakSet<HostedWorker>();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #disposing = new AbortController();
  #preparing: Promise<void> = Promise.resolve();
  #spare: Spare | null = null;

  constructor(finder: Finder<P>, options: HostedRuntimeOptions) {
    this.language = finder.language;
    this.#finder = finder;
    this.#options = options;
  }

  async acquire(request: AcquireRequest): Promise<Worker> {
    await this.#preparing;
    const program = await this.#finder.find(request);
    const spare = await this.#takeSpare(program);
    const worker = spare ?? (await this.#start(program, request.signal));
    if (!request.signal.aborted) return worker;
    worker.kill();
    throw new HeadraceError("cancelled", `Cancelled while ${this.#finder.title} was starting.`);
  }

  /**
   * Starts a process for a run that will be asked for soon. Resolves as soon as it is on its way, so that the caller may do
   * something long meanwhile, or when it could not be started, which `acquire` will meet again and report.
   */
  prepare(request: AcquireRequest): Promise<void> {
    const spawned = deferred<undefined>();
    this.#preparing = this.#finder
      .find(request)
      .then((program) => this.#makeSpare(program, [], () => spawned.resolve(undefined)))
      .catch(() => undefined);
    return Promise.race([spawned.promise, this.spareReady()]);
  }

  release(worker: Worker, modules: readonly string[]): void {
    const ours = [...this.#workers].find((candidate) => candidate === worker);
    if (ours === undefined) return;
    this.#end(ours);
    const program = this.#programs.get(ours);
    if (this.#options.keepsSpare === true && program !== undefined)
      this.#preparing = this.#makeSpare(program, modules);
  }

  /** Resolves once the spare worker waits, warm; at once when there is none to wait for. */
  async spareReady(): Promise<void> {
    await this.#preparing;
    await this.#spare?.warm;
  }

  async describe(file: string, signal: AbortSignal): Promise<JsonObject> {
    return this.#finder.describe(await this.#finder.find({ file, signal }));
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

  async #start(program: P, cancel?: AbortSignal, onSpawned?: () => void): Promise<HostedWorker> {
    const { endpoint, workspace } = this.#options;
    const disposing = this.#disposing.signal;
    const signal = cancel === undefined ? disposing : AbortSignal.any([disposing, cancel]);
    const starting = endpoint().then((opened) =>
      HostedWorker.start({
        launch: this.#finder.launch(program),
        endpoint: opened,
        workspace,
        signal,
        ...(onSpawned === undefined ? {} : { onSpawned }),
      }),
    );
    this.#track(starting);
    const worker = await starting;
    this.#workers.add(worker);
    this.#programs.set(worker, program);
    void worker.exited.then(() => this.#workers.delete(worker));
    return worker;
  }

  async #takeSpare(program: P): Promise<HostedWorker | null> {
    const spare = this.#spare;
    if (spare === null) return null;
    this.#spare = null;
    spare.idle.abort();
    const worker = await spare.worker.catch(() => null);
    if (worker === null || worker.lost !== null) return null;
    if (spare.stamp === (await this.#finder.stampOf(program))) return worker;
    this.#end(worker);
    return null;
  }

  async #makeSpare(program: P, modules: readonly string[], onSpawned?: () => void): Promise<void> {
    const stamp = await this.#finder.stampOf(program);
    if (this.#spare !== null || this.#disposing.signal.aborted) return;
    const idle = new AbortController();
    const worker = this.#start(program, undefined, onSpawned);
    const warm = worker.then((started) => this.#warm(started, modules, idle.signal)).catch(() => undefined);
    this.#spare = { stamp, worker, warm, idle };
  }

  /** Whoever takes the spare meanwhile needs not wait: a worker answers its requests in order. */
  async #warm(worker: HostedWorker, modules: readonly string[], idle: AbortSignal): Promise<void> {
    wait(SPARE_IDLE_MS, undefined, { ref: false, signal: idle }).then(
      () => {
        if (this.#spare?.idle.signal === idle) this.#spare = null;
        this.#end(worker);
      },
      () => undefined,
    );
    if (modules.length > 0) await worker.warm(modules);
  }

  #end(worker: HostedWorker): void {
    this.#ending.add(worker);
    this.#track(worker.end());
  }

  #track(work: Promise<unknown>): void {
    this.#pending.add(work);
    const done = (): void => void this.#pending.delete(work);
    work.then(done, done);
  }
}
