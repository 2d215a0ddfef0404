/**
 * The errors that reach a user. Each has a stable code, says what happened, and where it can, what to do about it.
 * SDKs map `pythonType` to the exception class that users of the ZenML API catch.
 */

export type ErrorCode =
  | "not-found"
  | "already-exists"
  | "ambiguous"
  | "invalid"
  | "conflict"
  | "in-use"
  | "stage-occupied"
  | "cycle"
  | "no-steps"
  | "compile-failed"
  | "step-failed"
  | "worker-lost"
  | "interpreter-missing"
  | "interpreter-too-old"
  | "package-missing"
  | "untrusted"
  | "read-only"
  | "store-damaged"
  | "store-too-new"
  | "disk-full"
  | "no-permission"
  | "busy"
  | "cancelled"
  | "unsupported"
  | "internal";

/** Where in the user's code something happened. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
}

export interface ErrorDetails {
  /** What the user can do about it, as a sentence. */
  readonly advice?: string;
  readonly location?: SourceLocation;
  /** The exception class of the ZenML API, such as `KeyError`, `EntityExistsError`, `StepInterfaceError`. */
  readonly pythonType?: string;
  readonly cause?: unknown;
}

export class HeadraceError extends Error {
  readonly code: ErrorCode;
  readonly advice: string | undefined;
  readonly location: SourceLocation | undefined;
  readonly pythonType: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "HeadraceError";
    this.code = code;
    this.advice = details.advice;
    this.location = details.location;
    this.pythonType = details.pythonType;
  }

  static is(error: unknown, code?: ErrorCode): error is HeadraceError {
    return error instanceof HeadraceError && (code === undefined || error.code === code);
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What was thrown, as an error: it may be anything. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
