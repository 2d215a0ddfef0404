/**
 * The thread that keeps small payloads, as its owner sees it: started when there are more of them than a thread costs, ended when
 * none come any more. While there is none, {@link TextThread.keep} says so, and whoever asked keeps the payload itself.
 */
import path from "node:path";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { deferred, type Deferred } from "../../core/deferred";
import type { TextPayload } from "./keep";
import type { FromThread, ToThread } from "./messages";

/** So many payloads are kept without it: short runs need no thread. */
const WORTH_A_THREAD = 8;
const IDLE_MS = 60_000;

/** Its script, bundled. */
export function textThreadFile(extensionRoot: string): string {
  return path.join(extensionRoot, "dist", "texts.js");
}

export interface Kept {
  readonly placed: Promise<void>;
  /** Settles after `placed`, and fails with it. */
  readonly sealed: Promise<void>;
}

interface Waiting {
  readonly placed: Deferred<undefined>;
  readonly sealed: Deferred<undefined>;
}

export class TextThread {
  readonly #script: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #isReady = false;
  /** One that ended by itself is not tried again. */
  #isBroken = false;
  #idle: NodeJS.Timeout | null = null;
  #asked = 0;

  constructor(script: string) {
    this.#script = script;
  }

  /** Null while there is no thread to do it. */
  keep(payload: TextPayload, above: readonly string[]): Kept | null {
    this.#asked += 1;
    if (this.#asked < WORTH_A_THREAD || this.#isBroken) return null;
    this.#worker ??= this.#start();
    if (!this.#isReady) return null;
    const waiting = { placed: deferred<undefined>(), sealed: deferred<undefined>() };
    // Whoever needs it is told, also when that is nobody yet.
    for (const { promise } of Object.values(waiting)) promise.catch(() => undefined);
    if (this.#waiting.size === 0) this.#work(this.#worker);
    this.#waiting.set(this.#asked, waiting);
    this.#worker.postMessage({ ...payload, id: this.#asked, above } satisfies ToThread);
    return { placed: waiting.placed.promise, sealed: waiting.sealed.promise };
  }

  /** Nothing may be on its way any more. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#forget();
    this.#isBroken = true;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { execArgv: [], env: SHARE_ENV });
    worker.unref();
    worker.on("online", () => (this.#isReady = worker === this.#worker));
    worker.on("message", (message: FromThread) => this.#hear(message));
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", (code) => this.#lose(worker, new Error(`The thread ended with ${code}.`)));
    return worker;
  }

  #hear(message: FromThread): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    if (message.kind === "placed") {
      waiting.placed.resolve(undefined);
      return;
    }
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#rest();
    if (message.kind === "sealed") waiting.sealed.resolve(undefined);
    else fail(waiting, Object.assign(new Error(message.message), { code: message.code }));
  }

  /** A process may end while nothing is on its way, and not before. */
  #work(worker: Worker): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    worker.ref();
  }

  #rest(): void {
    this.#worker?.unref();
    this.#idle = setTimeout(() => this.#end(), IDLE_MS);
    this.#idle.unref();
  }

  #end(): void {
    const worker = this.#worker;
    this.#forget();
    this.#asked = 0;
    void worker?.terminate();
  }

  #forget(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    this.#worker = null;
    this.#isReady = false;
  }

  #lose(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#forget();
    this.#isBroken = true;
    for (const waiting of this.#waiting.values()) fail(waiting, error);
    this.#waiting.clear();
  }
}

/** What is placed already stays so. */
function fail({ placed, sealed }: Waiting, error: Error): void {
  placed.reject(error);
  sealed.reject(error);
}
