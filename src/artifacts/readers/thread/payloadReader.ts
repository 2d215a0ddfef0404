/**
 * Reads payload files in a thread of its own, started by the first question. Whoever gives up is free at once: a thread that
 * doesn't notice in time is ended, and what others still wait for is asked of the next one.
 */
import { Worker } from "node:worker_threads";
import { type Asking, givenUp, unattended } from "../../../core/asking";
import { HeadraceError, messageOf } from "../../../core/errors";
import type { FromThread, Method, Question, Questions, ToThread } from "./questions";

export interface ReaderLimits {
  /** What a thread may hold in memory: a hostile file ends its thread, not the editor. */
  readonly memoryMb: number;
  /** How long a thread may go on with what nobody waits for. */
  readonly graceMs: number;
  /** A thread that nobody asks anything is ended. */
  readonly idleMs: number;
}

const LIMITS: ReaderLimits = { memoryMb: 1024, graceMs: 1000, idleMs: 60_000 };

interface Pending {
  readonly question: Question;
  readonly progress: Asking["progress"];
  settle(): void;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export class PayloadReader {
  readonly #pending = new Map<number, Pending>();
  /** Given up, and not yet noticed by the thread. */
  readonly #leaving = new Map<number, NodeJS.Timeout>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #asked = 0;

  constructor(
    private readonly script: string,
    private readonly limits: ReaderLimits = LIMITS,
  ) {}

  ask<M extends Method>(
    method: M,
    params: Questions[M]["params"],
    { signal, progress }: Asking = unattended,
  ): Promise<Questions[M]["reply"]> {
    if (signal.aborted) return Promise.reject(givenUp());
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const leave = (): void => this.#giveUp(id);
      signal.addEventListener("abort", leave, { once: true });
      // A method and its parameters belong together by this function's type.
      const question = { method, params } as unknown as Question;
      const settle = (): void => signal.removeEventListener("abort", leave);
      this.#pending.set(id, { question, progress, settle, resolve, reject });
      this.#post({ kind: "ask", id, question });
    });
  }

  /** Ends the thread; who still waits is told so. A later question starts another. */
  close(): void {
    this.#end();
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(givenUp());
  }

  #post(message: ToThread): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    this.#worker ??= this.#start();
    // A process may end while nobody waits, and not before.
    this.#worker.ref();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(this.script, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.limits.memoryMb },
    });
    worker.on("message", (message: FromThread) => this.#heard(message));
    worker.on("error", (error) => this.#failed(worker, error));
    worker.on("exit", (code) => this.#failed(worker, new Error(`Its thread ended with ${code}.`)));
    return worker;
  }

  #heard(message: FromThread): void {
    if (message.kind === "progress") {
      this.#pending.get(message.id)?.progress(message.fraction);
      return;
    }
    clearTimeout(this.#leaving.get(message.id));
    this.#leaving.delete(message.id);
    const pending = this.#take(message.id);
    if (message.kind === "reply") pending?.resolve(message.value as never);
    else {
      const { code, message: text, advice } = message;
      pending?.reject(new HeadraceError(code, text, advice === undefined ? {} : { advice }));
    }
    if (this.#pending.size === 0) this.#rest();
  }

  #rest(): void {
    this.#worker?.unref();
    this.#idle = setTimeout(() => this.#end(), this.limits.idleMs);
    this.#idle.unref();
  }

  #giveUp(id: number): void {
    const pending = this.#take(id);
    if (pending === undefined) return;
    pending.reject(givenUp());
    this.#post({ kind: "giveUp", id });
    this.#leaving.set(
      id,
      setTimeout(() => this.#again(), this.limits.graceMs),
    );
  }

  /** Another thread for what is still waited for. */
  #again(): void {
    this.#end();
    for (const [id, { question }] of this.#pending) this.#post({ kind: "ask", id, question });
  }

  #end(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    this.#leaving.clear();
    const worker = this.#worker;
    this.#worker = null;
    if (worker === null) return;
    worker.removeAllListeners();
    // What it still throws while it ends concerns nobody.
    worker.on("error", () => undefined);
    void worker.terminate();
  }

  #failed(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#end();
    const reason = reasonOf(error);
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(reason);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.settle();
    return pending;
  }
}

function reasonOf(error: Error): HeadraceError {
  const isMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return isMemory
    ? new HeadraceError("unsupported", "Reading the file takes more memory than a preview may have.", {
        advice: "Load it in Python, or write it in smaller pieces.",
        cause: error,
      })
    : new HeadraceError("internal", `The file can't be read: ${messageOf(error)}`, { cause: error });
}
