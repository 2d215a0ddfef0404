/** What this SDK throws. Names are what a failed step shows as its type. */
import type { Failure } from "../../../core/entities";
import type { SourceLocation } from "../../../core/errors";

/** A step was called or declared in a way that it can't be. */
export class StepInterfaceError extends Error {
  override readonly name = "StepInterfaceError";
  /** Where in user code the fault is, when the stack doesn't show it. */
  location?: SourceLocation;

  constructor(message: string, location?: SourceLocation | null) {
    super(message);
    if (location != null) this.location = location;
  }
}

/** A value can't be written as an artifact, or an artifact can't be read as a value. */
export class MaterializerError extends Error {
  override readonly name = "MaterializerError";
}

/** The step's context lacks what was asked for. */
export class StepContextError extends Error {
  override readonly name = "StepContextError";
}

const names: Readonly<Record<string, string>> = {
  "not-found": "NotFoundError",
  "already-exists": "EntityExistsError",
  "stage-occupied": "StageOccupiedError",
  invalid: "InvalidError",
};

/** The engine refused a request. `code` is stable: `not-found`, `already-exists`, `stage-occupied`, … */
export class EngineError extends Error {
  override readonly name: string;
  readonly code: string;
  readonly advice: string | undefined;

  private constructor(message: string, code: string, advice: string | undefined) {
    super(message);
    this.code = code;
    this.name = names[code] ?? "EngineError";
    this.advice = advice;
  }

  static from(message: string, data: unknown): EngineError {
    const { code, advice } = (typeof data === "object" && data !== null ? data : {}) as Record<
      string,
      unknown
    >;
    return new EngineError(
      message,
      typeof code === "string" ? code : "internal",
      typeof advice === "string" ? advice : undefined,
    );
  }
}

const HOW =
  "Open the folder in VS Code with Headrace, or start the script with `headrace exec -- node script.js`.";

/** No engine is there to ask. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";

  constructor(message: string) {
    super(`${message} ${HOW}`);
  }
}

/** A run that a script asked for did not complete; its cause is what went wrong first. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";
  readonly run: Readonly<Record<string, unknown>>;

  constructor(message: string, run: Readonly<Record<string, unknown>>, failure: Failure | null) {
    super(message, failure === null ? undefined : { cause: causeOf(failure) });
    this.run = run;
  }
}

function causeOf({ type, message, traceback }: Failure): Error {
  const cause = new Error(message);
  cause.name = type;
  cause.stack = traceback;
  return cause;
}

/** User code failed while it was imported or compiled: what the worker answers the engine with. */
export class RequestFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
