/** The border around user code: its output ends with a marker, and whatever it does to the process ends the step, not the worker. */
import { deferred } from "../../../core/deferred";
import type { Deferred } from "../../../core/deferred";

/** User code called `process.exit`. */
class ProcessExit extends Error {
  override readonly name = "ProcessExit";
  readonly advice =
    "Throw an error to fail, or return to succeed: ending the process would end the run's worker.";

  constructor(code: number | string | null | undefined) {
    super(`process.exit(${code ?? ""}) was called.`);
  }
}

class Cancelled extends Error {
  override readonly name = "Cancelled";

  constructor() {
    super("The run was cancelled.");
  }
}

export class UserCode {
  readonly #write = [process.stdout, process.stderr].map((stream) => ({
    stream,
    write: stream.write.bind(stream),
  }));
  #abort: AbortController | null = null;
  #fatal: Deferred<never> | null = null;

  constructor() {
    const fail = (error: unknown): void => this.#fail(error);
    process.on("unhandledRejection", fail);
    process.on("uncaughtException", fail);
    // Ctrl-C reaches the engine too, which cancels; without a listener Node would end at once.
    process.on("SIGINT", () => this.cancel());
    process.exit = (code) => {
      const error = new ProcessExit(code);
      this.#fail(error);
      throw error;
    };
  }

  /** The signal is aborted when the run is cancelled. */
  async run<T>(marker: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      return await work(abort.signal);
    } finally {
      this.#abort = null;
      await this.#end(marker);
    }
  }

  /** Fails when user code fails where nobody waits for it. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    const fatal = deferred<never>();
    fatal.promise.catch(() => undefined);
    this.#fatal = fatal;
    try {
      const result = await Promise.race([work(), fatal.promise]);
      // A rejection that nobody handles is reported when the microtasks are done.
      await Promise.race([new Promise((resolve) => setImmediate(resolve)), fatal.promise]);
      return result;
    } finally {
      this.#fatal = null;
    }
  }

  cancel(): void {
    this.#abort?.abort(new Cancelled());
  }

  #fail(error: unknown): void {
    if (this.#fatal === null) {
      process.stderr.write(
        `Left behind by an earlier step: ${error instanceof Error ? (error.stack ?? "") : String(error)}\n`,
      );
      return;
    }
    // What is thrown need not be an Error; it is told apart where it becomes a failure.
    this.#fatal.reject(error as Error);
  }

  async #end(marker: string): Promise<void> {
    if (marker === "") return;
    await Promise.all(
      this.#write.map(({ write }) => new Promise<void>((resolve) => write(`${marker}\n`, () => resolve()))),
    );
  }
}
