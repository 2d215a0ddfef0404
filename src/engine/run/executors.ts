/** Where steps execute: workers of ours, or the user's own process. The run loop knows no difference. */
import { HeadraceError } from "../../core/errors";
import { deferred } from "../../core/deferred";
import type { ExecuteParams, ExecuteResult } from "../../runtimes/protocol";
import type { ExecuteOptions, Peer } from "../../runtimes/runtime";

/** One executor, held while it executes one step. */
export interface Lease {
  execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult>;
  /** Ends it at once; what it executes fails as lost. */
  kill(): void;
  /** Gives it back; a dead one is not handed out again. */
  release(): void;
}

export interface Executors {
  /** A free executor, or null: then ask for one and wait to be told. */
  take(): Lease | null;
  /** Says how many steps are ready and wait. Calls back when something changed. */
  want(waiting: number, changed: () => void): void;
  /** Set when there will never be another executor. */
  readonly exhausted: HeadraceError | null;
  hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void>;
  /** The run is over. */
  close(): void;
}

/** The user's own process: one step at a time, in the process that called the pipeline. */
export class PeerExecutors implements Executors {
  readonly #peer: Peer;
  #busy = false;
  #changed: () => void = () => undefined;

  constructor(peer: Peer) {
    this.#peer = peer;
    peer.closed.addEventListener("abort", () => this.#changed(), { once: true });
  }

  get exhausted(): HeadraceError | null {
    return this.#peer.closed.aborted
      ? new HeadraceError("worker-lost", "The process that ran the pipeline has ended.")
      : null;
  }

  take(): Lease | null {
    if (this.#busy || this.#peer.closed.aborted) return null;
    this.#busy = true;
    const abandoned = deferred<never>();
    abandoned.promise.catch(() => undefined);
    return {
      execute: (params, options) => Promise.race([this.#peer.execute(params, options), abandoned.promise]),
      // It is the user's process, not ours to kill: we stop waiting for it.
      kill: () => {
        abandoned.reject(new HeadraceError("worker-lost", "The step did not stop when it was interrupted."));
      },
      release: () => {
        this.#busy = false;
      },
    };
  }

  want(_waiting: number, changed: () => void): void {
    this.#changed = changed;
  }

  hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void> {
    return this.#peer.hook(hook, options);
  }

  close(): void {
    this.#changed = () => undefined;
  }
}
