/** A Python process that compiles one file and executes its steps, one at a time. */
import { randomUUID } from "node:crypto";
import { setImmediate, setTimeout } from "node:timers/promises";
import { HeadraceError } from "../../core/errors";
import type { Endpoint } from "../endpoint";
import type { ConnectionPeer } from "../peer";
import type { CompileParams, CompileResult, ExecuteParams, ExecuteResult } from "../protocol";
import { UserCodeError } from "../runtime";
import type { ExecuteOptions, Worker } from "../runtime";
import { explained } from "./advice";
import type { Interpreter } from "./interpreter";
import type { MarkedStream } from "./output";
import { PythonProcess } from "./process";
import type { Exit } from "./process";
import { requireSuitable, requireVersion } from "./probe";

const START_DEADLINE_MS = 60_000;
/**
 * A worker writes the marker before it answers, so it is in the pipe when the answer comes. When the stream then stays
 * silent for this long, user code has closed or redirected it, and no marker will come.
 */
const SILENCE_MS = 250;
/** How long a worker may take to end by itself. */
const FAREWELL_MS = 2_000;
const TAIL_LINES = 20;

export interface WorkerOptions {
  readonly interpreter: Interpreter;
  readonly sdk: string;
  readonly workspace: string;
  readonly endpoint: Endpoint;
  /** Gives up waiting for it, and ends it. */
  readonly signal: AbortSignal;
  /** The process runs; it has not said hello yet. */
  readonly onSpawned?: () => void;
}

export class PythonWorker implements Worker {
  readonly language = "python";
  readonly pid: number;
  readonly interpreter: Interpreter;
  readonly version: string;
  readonly #process: PythonProcess;
  readonly #peer: ConnectionPeer;
  #lost: Worker["lost"] = null;

  /** Starts a process and waits until it has said hello. When it can't, the error says what is wrong with the interpreter. */
  static async start(options: WorkerOptions): Promise<PythonWorker> {
    const { interpreter, endpoint, signal } = options;
    if (signal.aborted) throw cancelledAtStart();
    const expected = endpoint.expectWorker();
    const environment = { ...endpoint.environment(), ...expected.environment };
    const started = await PythonProcess.start({ ...options, environment }).catch(async (error: unknown) => {
      expected.forget();
      throw await whyNot(interpreter, error);
    });
    options.onSpawned?.();
    const patience = new AbortController();
    const giveUp = (): void => started.kill();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const late = timeOut(interpreter, patience.signal);
      const peer = await Promise.race([expected.peer, died(started), late]);
      requireVersion(interpreter, peer.languageVersion);
      return new PythonWorker(interpreter, started, peer);
    } catch (error) {
      started.kill();
      throw isAborted(signal) ? cancelledAtStart() : await whyNot(interpreter, error);
    } finally {
      signal.removeEventListener("abort", giveUp);
      patience.abort();
      expected.forget();
    }
  }

  private constructor(interpreter: Interpreter, started: PythonProcess, peer: ConnectionPeer) {
    this.interpreter = interpreter;
    this.version = peer.languageVersion;
    this.pid = started.pid;
    this.#process = started;
    this.#peer = peer;
    void started.exited.then((exit) => {
      this.#lost = { ...exit, stderr: lastLines(started.stderr) };
    });
  }

  get lost(): Worker["lost"] {
    return this.#lost;
  }

  /** Resolves once the process is gone. */
  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  /** Imports third-party modules ahead of need; those that fail are left to the user's own import to report. */
  async warm(modules: readonly string[]): Promise<void> {
    await this.#peer.rpc.request("warm", { modules });
  }

  async compile(params: CompileParams, options: ExecuteOptions): Promise<CompileResult> {
    const marker = randomUUID();
    try {
      const ask = (): Promise<CompileResult> => this.#peer.rpc.request("compile", { ...params, marker });
      return await this.#withOutput(marker, "the pipeline was compiled", options, ask);
    } catch (error) {
      if (!(error instanceof UserCodeError)) throw error;
      throw new UserCodeError(explained(error.failure, this));
    }
  }

  async execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult> {
    const ask = (): Promise<ExecuteResult> => this.#peer.rpc.request("execute", params);
    const result = await this.#withOutput(params.marker, `step ${params.invocation} ran`, options, ask);
    return result.failure === null ? result : { ...result, failure: explained(result.failure, this) };
  }

  async hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void> {
    const marker = randomUUID();
    const ask = (): Promise<{ failure: UserCodeError["failure"] | null }> =>
      this.#peer.rpc.request("hook", { hook, marker });
    const { failure } = await this.#withOutput(marker, `the on_${hook} hook ran`, options, ask);
    if (failure !== null) throw new UserCodeError(explained(failure, this));
  }

  interrupt(): void {
    this.#process.interrupt();
    this.#peer.interrupt();
  }

  kill(): void {
    this.#process.kill();
  }

  /** Lets the process end by itself, and makes it if it doesn't. */
  async end(): Promise<void> {
    this.#peer.rpc.notify("shutdown", {});
    const patience = new AbortController();
    const enough = setTimeout(FAREWELL_MS, undefined, { ref: false, signal: patience.signal }).then(
      () => this.kill(),
      () => undefined,
    );
    await Promise.race([this.exited, enough.then(() => this.exited)]);
    patience.abort();
  }

  /** Asks, passing on what is printed meanwhile; settles when the answer and all of the output are here. */
  async #withOutput<T>(
    marker: string,
    doing: string,
    { signal, onOutput }: ExecuteOptions,
    ask: () => Promise<T>,
  ): Promise<T> {
    if (this.#lost !== null) throw lostError(this.#lost, doing);
    if (signal.aborted) throw new HeadraceError("cancelled", "Cancelled before it began.");
    const { stdout, stderr } = this.#process;
    const printed = Promise.all([
      stdout.claim(marker, (bytes) => onOutput({ stream: "stdout", bytes })),
      stderr.claim(marker, (bytes) => onOutput({ stream: "stderr", bytes })),
    ]);
    const interrupt = (): void => this.interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      return await ask();
    } catch (error) {
      if (!HeadraceError.is(error, "worker-lost")) throw error;
      // The connection's end can be noticed before the process's: user code may have closed the socket, too.
      this.kill();
      const exit = await this.exited;
      await this.#drained(printed);
      throw lostError({ ...exit, stderr: lastLines(stderr) }, doing);
    } finally {
      signal.removeEventListener("abort", interrupt);
      await this.#drained(printed);
    }
  }

  /** Waits for the markers, but not for ever on a stream that user code has closed, or that a child of it holds open. */
  async #drained(printed: Promise<unknown>): Promise<void> {
    const { stdout, stderr } = this.#process;
    let over = false;
    void printed.then(() => {
      over = true;
    });
    await Promise.race([printed, silence(() => over, stdout, stderr)]);
    stdout.release();
    stderr.release();
  }
}

async function silence(isOver: () => boolean, ...streams: MarkedStream[]): Promise<void> {
  const since = performance.now();
  for (;;) {
    await setTimeout(SILENCE_MS / 5, undefined, { ref: false });
    // Timers come before input in a turn of the event loop: after a busy stretch, read first, then judge.
    await setImmediate();
    if (isOver()) return;
    const last = Math.max(since, ...streams.map((stream) => stream.lastActivity));
    if (performance.now() - last > SILENCE_MS) return;
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function cancelledAtStart(): HeadraceError {
  return new HeadraceError("cancelled", "Cancelled while Python was starting.");
}

async function died(started: PythonProcess): Promise<never> {
  const exit = await started.exited;
  throw lostError({ ...exit, stderr: lastLines(started.stderr) }, "it started");
}

async function timeOut({ command, origin }: Interpreter, signal: AbortSignal): Promise<never> {
  await setTimeout(START_DEADLINE_MS, undefined, { ref: false, signal });
  const said = `${command}, from ${origin}, did not answer within ${START_DEADLINE_MS / 1000} s of its start.`;
  throw new HeadraceError("worker-lost", said, { advice: "Try again, or choose another interpreter." });
}

/** Asked only after a failure, as it costs a process: is it Python at all, and new enough? */
async function whyNot(interpreter: Interpreter, error: unknown): Promise<unknown> {
  return requireSuitable(interpreter).then(
    () => error,
    (reason: unknown) => reason,
  );
}

function lostError({ code, signal, stderr }: NonNullable<Worker["lost"]>, doing: string): HeadraceError {
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
  const last = stderr === "" ? "" : `\nIts last output to stderr was:\n${stderr}`;
  return new HeadraceError("worker-lost", `The Python process ended while ${doing}: ${how}.${last}`, {
    advice: adviceFor(code, signal),
  });
}

function adviceFor(code: number | null, signal: string | null): string {
  if (signal === "SIGKILL") return "Something killed it: most often the system, because memory ran out.";
  if (signal === "SIGSEGV" || signal === "SIGABRT" || signal === "SIGBUS" || signal === "SIGILL") {
    return "Native code crashed: a compiled package that doesn't fit this interpreter is the usual cause.";
  }
  if (signal !== null) return "Something sent the process this signal.";
  return `Something called os._exit(${code ?? ""}) or the like; raise an exception instead, so that the step can say why.`;
}

function lastLines(stream: MarkedStream): string {
  return stream.tail().split("\n").slice(-TAIL_LINES).join("\n");
}
