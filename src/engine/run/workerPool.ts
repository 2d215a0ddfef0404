/**
 * The workers of one run. A second one must import the user's modules itself, so it is started only when a ready step has
 * waited for longer than it might be worth; the first that becomes free takes the step.
 */
import { HeadraceError, messageOf } from "../../core/errors";
import type { AcquireRequest, ExecuteOptions, Runtime, Worker } from "../../runtimes/runtime";
import type { Executors, Lease } from "./executors";

export interface PoolOptions {
  readonly runtime: Runtime;
  readonly acquire: Omit<AcquireRequest, "signal">;
  /** Gets another worker ready to execute what the first one has compiled. */
  readonly compile: (worker: Worker, options: ExecuteOptions) => Promise<unknown>;
  /** How long the first worker took to compile: what another one will cost. */
  readonly compileMs: number;
  readonly limit: number;
  /** Third-party modules of the run, for the spare worker of the next one. */
  readonly modules: readonly string[];
  /** Runs `on_init` in a worker that replaces a lost one. */
  readonly initializes: boolean;
}

const LEAST_PATIENCE_MS = 150;

export class WorkerPool implements Executors {
  readonly #options: PoolOptions;
  readonly #free: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #closing = new AbortController();
  #starting = false;
  #timer: NodeJS.Timeout | undefined;
  #changed: () => void = () => undefined;
  #exhausted: HeadraceError | null = null;

  constructor(first: Worker, options: PoolOptions) {
    this.#options = options;
    this.#free.push(first);
    this.#all.add(first);
  }

  get exhausted(): HeadraceError | null {
    return this.#exhausted;
  }

  take(): Lease | null {
    for (let worker = this.#free.pop(); worker !== undefined; worker = this.#free.pop()) {
      if (worker.lost === null) return this.#lease(worker);
      this.#all.delete(worker);
    }
    return null;
  }

  want(waiting: number, changed: () => void): void {
    this.#changed = changed;
    if (waiting === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    if (this.#starting || this.#all.size >= this.#options.limit || this.#closing.signal.aborted) return;
    if (this.#all.size === 0) return void this.#startAnother();
    const patience = Math.max(LEAST_PATIENCE_MS, this.#options.compileMs / 2);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#startAnother();
    }, patience);
  }

  async hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void> {
    const [worker] = this.#all;
    await worker?.hook(hook, options);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
    for (const worker of this.#all) this.#end(worker);
    this.#all.clear();
  }

  #lease(worker: Worker): Lease {
    return {
      execute: (params, options) => worker.execute(params, options),
      kill: () => worker.kill(),
      release: () => {
        if (worker.lost === null && !this.#closing.signal.aborted) this.#free.push(worker);
        else if (worker.lost !== null) this.#all.delete(worker);
      },
    };
  }

  #end(worker: Worker): void {
    if (worker.lost === null) this.#options.runtime.release(worker, this.#options.modules);
  }

  async #startAnother(): Promise<void> {
    if (this.#starting || this.#closing.signal.aborted) return;
    this.#starting = true;
    const { signal } = this.#closing;
    try {
      const worker = await this.#options.runtime.acquire({ ...this.#options.acquire, signal });
      await this.#prepare(worker);
    } catch (error) {
      // With another worker at hand, the run goes on with that one; without, it can't.
      if (this.#all.size === 0 && !signal.aborted) this.#exhausted = asHeadraceError(error);
    } finally {
      this.#starting = false;
      this.#changed();
    }
  }

  async #prepare(worker: Worker): Promise<void> {
    const { signal } = this.#closing;
    const quiet: ExecuteOptions = { signal, onOutput: () => undefined };
    try {
      await this.#options.compile(worker, quiet);
      if (this.#options.initializes) await worker.hook("init", quiet);
    } catch (error) {
      this.#end(worker);
      throw error;
    }
    if (signal.aborted) {
      this.#end(worker);
      return;
    }
    this.#all.add(worker);
    this.#free.push(worker);
  }
}

function asHeadraceError(error: unknown): HeadraceError {
  return HeadraceError.is(error) ? error : new HeadraceError("internal", messageOf(error), { cause: error });
}
