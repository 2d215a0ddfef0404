/** A language's workers as the engine sees them. One worker executes one step at a time; several make branches parallel. */
import type { Failure, Language } from "../core/entities";
import type { LiveEvent } from "../core/events";
import { HeadraceError } from "../core/errors";
import type { JsonObject } from "../core/json";
import type {
  CompileParams,
  CompileResult,
  CompileStepsParams,
  CompileStepsResult,
  EngineNotifications,
  ExecuteParams,
  ExecuteResult,
} from "./protocol";

/** User code failed outside a step: while it was imported or compiled, or in a hook of the pipeline. */
export class UserCodeError extends HeadraceError {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super("compile-failed", failure.message, {
      ...(failure.advice === undefined ? {} : { advice: failure.advice }),
      ...(failure.location === undefined ? {} : { location: failure.location }),
      pythonType: failure.type,
    });
    this.name = "UserCodeError";
    this.failure = failure;
  }
}

export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  /** As the process wrote it; need not be UTF-8. */
  readonly bytes: Uint8Array;
}

export interface ExecuteOptions {
  readonly signal: AbortSignal;
  /** All output of the step comes before `execute` settles. */
  readonly onOutput: (chunk: OutputChunk) => void;
}

export interface Worker {
  readonly language: Language;
  readonly pid: number;
  /** Set once the process is gone: exit code or signal and the last lines that it wrote to stderr. */
  readonly lost: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly stderr: string;
  } | null;
  /** Rejects with {@link UserCodeError}, which holds the failure with its traceback and line. */
  compile(params: CompileParams, options: ExecuteOptions): Promise<CompileResult>;
  /** Gets ready to execute steps of another language's pipeline. Rejects like `compile`. */
  compileSteps(params: CompileStepsParams, options: ExecuteOptions): Promise<CompileStepsResult>;
  /** Rejects with `HeadraceError("worker-lost")` when the process dies; user exceptions come inside the result. */
  execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult>;
  /** Rejects with {@link UserCodeError}. */
  hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void>;
  /** Asks user code to stop (KeyboardInterrupt), so that it can clean up. */
  interrupt(): void;
  /** Ends the process and its children at once. */
  kill(): void;
}

export interface AcquireRequest {
  readonly file: string;
  /** Chosen by the caller; else the runtime's own resolution. */
  readonly interpreter?: string;
  readonly signal: AbortSignal;
}

export interface Runtime {
  readonly language: Language;
  /** A worker ready for `compile`: the spare one if it fits, else a new process. Errors say which interpreter and why. */
  acquire(request: AcquireRequest): Promise<Worker>;
  /** Gives a worker back at the end of a run; it ends, and a spare one with `modules` imported is made ready. */
  release(worker: Worker, modules: readonly string[]): void;
  /** What would run: for the status bar and for a run's record. */
  describe(file: string, signal: AbortSignal): Promise<JsonObject>;
  dispose(): Promise<void>;
}

/** Something that executes steps: a worker of ours, or the user's own process that called its pipeline. */
export interface Executor {
  execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult>;
}

/** A connection to the endpoint, as the engine sees it. */
export interface Peer extends Executor {
  readonly role: "worker" | "script" | "client";
  readonly language: Language;
  readonly pid: number;
  readonly closed: AbortSignal;
  hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void>;
  interrupt(): void;
  /** What happens in the run that it waits for. */
  tell?(event: LiveEvent): void;
}

/** The engine's side of the endpoint: answers every method of `EngineRequests` but `hello`. */
export interface PeerService {
  request(method: string, params: unknown, peer: Peer): Promise<unknown>;
  /** `step.output` of a peer that executes arrives as {@link ExecuteOptions.onOutput} instead. */
  progress?(params: EngineNotifications["step.progress"], peer: Peer): void;
}
