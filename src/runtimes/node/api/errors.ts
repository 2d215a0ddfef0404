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

/** User code failed while it was imported or compiled: what the worker answers the engine with. */
export class RequestFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
