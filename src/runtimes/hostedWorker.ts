/** A process of a language that compiles one file and executes its steps, one at a time. */
import { randomUUID } from "node:crypto";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Failure, Language } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { Endpoint } from "./endpoint";
import type { ConnectionPeer } from "./peer";
import type {
  CompileParams,
  CompileResult,
  CompileStepsParams,
  CompileStepsResult,
  ExecuteParams,
  ExecuteResult,
} from "./protocol";
import { UserCodeError } from "./runtime";
import type { ExecuteOptions, Worker } from "./runtime";
import type { MarkedStream } from "./output";
import { WorkerProcess } from "./process";
import type { Exit } from "./process";

const START_DEADLINE_MS = 60_000;
/**
 * A worker writes the marker before it answers, so it is in the pipe when the answer comes. When the stream then stays
 * silent for this long, user code has closed or redirected it, and no marker will come.
 */
const SILENCE_MS = 250;
/** How long a worker may take to end by itself. */
const FAREWELL_MS = 2_000;
const TAIL_LINES = 20;

/** What a language knows about its workers. */
export interface Launch {
  readonly language: Language;
  /** For messages: `Python`, `Node.js`. */
  readonly title: string;
  /** For messages: `/usr/bin/python3, from PATH`. */
  readonly place: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment, but for what the endpoint adds. */
  readonly environment: NodeJS.ProcessEnv;
  /** Throws when a worker of this version will not do. */
  requireVersion(version: string): void;
  /** Asked after a failed start only, as it may cost a process: rejects with what is wrong with the program itself. */
  requireSuitable(): Promise<unknown>;
  /** Adds what the host knows about a failure of user code and user code doesn't. */
  explained(failure: Failure, version: string): Failure;
  /** Why a process may have ended like this, and what to do; null for nothing better than the usual. */
  adviceFor(exit: Lost): string | null;
}

export interface WorkerOptions {
  readonly launch: Launch;
  readonly workspace: string;
  readonly endpoint: Endpoint;
  /** Gives up waiting for it, and ends it. */
  readonly signal: AbortSignal;
  /** The process runs; it has not said hello yet. */
  readonly onSpawned?: () => void;
}

export type Lost = NonNullable<Worker["lost"]>;

export class HostedWorker implements Worker {
  readonly language: Language;
  readonly pid: number;
  readonly launch: Launch;
  readonly version: string;
  readonly #process: WorkerProcess;
  readonly #peer: ConnectionPeer;
  #lost: Worker["lost"] = null;

  /** Starts a process and waits until it has said hello. When it can't, the error says what is wrong with the program. */
  static async start(options: WorkerOptions): Promise<HostedWorker> {
    const { launch, endpoint, workspace, signal } = options;
    if (signal.aborted) throw cancelledAtStart(launch);
    const expected = endpoint.expectWorker();
    const environment = { ...launch.environment, ...endpoint.environment(), ...expected.environment };
    const { command, args } = launch;
    const started = await WorkerProcess.start({ command, args, workspace, environment }).catch(
      async (error: unknown) => {
        expected.forget();
        throw await whyNot(launch, error);
      },
    );
    options.onSpawned?.();
    const patience = new AbortController();
    const giveUp = (): void => started.kill();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const late = timeOut(launch, patience.signal);
      const peer = await Promise.race([expected.peer, died(launch, started), late]);
      launch.requireVersion(peer.languageVersion);
      return new HostedWorker(launch, started, peer);
    } catch (error) {
      started.kill();
      throw isAborted(signal) ? cancelledAtStart(launch) : await whyNot(launch, error);
    } finally {
      signal.removeEventListener("abort", giveUp);
      patience.abort();
      expected.forget();
    }
  }

  private constructor(launch: Launch, started: WorkerProcess, peer: ConnectionPeer) {
    this.launch = launch;
    this.language = launch.language;
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
    const ask = (): Promise<CompileResult> => this.#peer.rpc.request("compile", { ...params, marker });
    return this.#explained(this.#withOutput(marker, "the pipeline was compiled", options, ask));
  }

  async compileSteps(params: CompileStepsParams, options: ExecuteOptions): Promise<CompileStepsResult> {
    const marker = randomUUID();
    const ask = (): Promise<CompileStepsResult> => this.#peer.rpc.request("steps", { ...params, marker });
    return this.#explained(this.#withOutput(marker, "its steps were imported", options, ask));
  }

  async #explained<T>(compiling: Promise<T>): Promise<T> {
    try {
      return await compiling;
    } catch (error) {
      if (!(error instanceof UserCodeError)) throw error;
      throw new UserCodeError(this.launch.explained(error.failure, this.version));
    }
  }

  async execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult> {
    const ask = (): Promise<ExecuteResult> => this.#peer.rpc.request("execute", params);
    const result = await this.#withOutput(params.marker, `step ${params.invocation} ran`, options, ask);
    return result.failure === null
      ? result
      : { ...result, failure: this.launch.explained(result.failure, this.version) };
  }

  async hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void> {
    const marker = randomUUID();
    const ask = (): Promise<{ failure: UserCodeError["failure"] | null }> =>
      this.#peer.rpc.request("hook", { hook, marker });
    const { failure } = await this.#withOutput(marker, `the on_${hook} hook ran`, options, ask);
    if (failure !== null) throw new UserCodeError(this.launch.explained(failure, this.version));
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
    if (this.#lost !== null) throw lostError(this.launch, this.#lost, doing);
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
      throw lostError(this.launch, { ...exit, stderr: lastLines(stderr) }, doing);
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

function cancelledAtStart({ title }: Launch): HeadraceError {
  return new HeadraceError("cancelled", `Cancelled while ${title} was starting.`);
}

async function died(launch: Launch, started: WorkerProcess): Promise<never> {
  const exit = await started.exited;
  throw lostError(launch, { ...exit, stderr: lastLines(started.stderr) }, "it started");
}

async function timeOut({ place }: Launch, signal: AbortSignal): Promise<never> {
  await setTimeout(START_DEADLINE_MS, undefined, { ref: false, signal });
  const said = `${place}, did not answer within ${START_DEADLINE_MS / 1000} s of its start.`;
  throw new HeadraceError("worker-lost", said, { advice: "Try again, or choose another program." });
}

async function whyNot(launch: Launch, error: unknown): Promise<unknown> {
  return launch.requireSuitable().then(
    () => error,
    (reason: unknown) => reason,
  );
}

function lostError(launch: Launch, lost: Lost, doing: string): HeadraceError {
  const { code, signal, stderr } = lost;
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
  const last = stderr === "" ? "" : `\nIts last output to stderr was:\n${stderr}`;
  return new HeadraceError(
    "worker-lost",
    `The ${launch.title} process ended while ${doing}: ${how}.${last}`,
    {
      advice: launch.adviceFor(lost) ?? usualAdvice(launch, signal),
    },
  );
}

function usualAdvice({ title }: Launch, signal: string | null): string {
  if (signal === "SIGKILL") return "Something killed it: most often the system, because memory ran out.";
  if (signal === "SIGSEGV" || signal === "SIGABRT" || signal === "SIGBUS" || signal === "SIGILL") {
    return `Native code crashed: a compiled package that doesn't fit this ${title} is the usual cause.`;
  }
  if (signal !== null) return "Something sent the process this signal.";
  return "Something ended the process; raise an exception instead, so that the step can say why.";
}

function lastLines(stream: MarkedStream): string {
  return stream.tail().split("\n").slice(-TAIL_LINES).join("\n");
}
