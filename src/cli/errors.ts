/** How errors are printed: what happened, where, and what to do. */
import type { Failure } from "../core/entities";
import { HeadraceError, messageOf } from "../core/errors";
import { UserCodeError } from "../runtimes/runtime";
import { failureLines } from "./progress";
import { errorReport } from "./report";
import type { ErrorReport } from "./report";
import type { Terminal } from "./terminal";
import { printable } from "./text";

export interface RefusalReport extends ErrorReport {
  /** The stable code of a HeadraceError. */
  readonly code: string;
  readonly advice: string | null;
}

export function errorReportOf(error: unknown): RefusalReport {
  const known = HeadraceError.is(error) ? error : null;
  return {
    ...errorReport(failureOf(error)),
    code: known?.code ?? "internal",
    advice: known?.advice ?? null,
  };
}

export function printError(error: unknown, terminal: Terminal): void {
  if (error instanceof UserCodeError) {
    terminal.err("headrace: The pipeline could not be compiled.");
    for (const line of failureLines(error.failure, terminal)) terminal.err(line);
    return;
  }
  const { message, location, advice } = failureOf(error);
  terminal.err(`headrace: ${printable(message)}`);
  if (location !== undefined) terminal.err(`    at ${printable(location.file)}:${location.line}`);
  if (advice !== undefined) terminal.err(`    ${printable(advice)}`);
  // What nobody foresaw is a bug of ours: with its stack it can be reported.
  if (!HeadraceError.is(error) && error instanceof Error && error.stack !== undefined)
    terminal.err(error.stack);
}

function failureOf(error: unknown): Failure {
  if (error instanceof UserCodeError) return error.failure;
  const known = HeadraceError.is(error) ? error : null;
  return {
    type: known?.pythonType ?? "HeadraceError",
    message: messageOf(error),
    traceback: "",
    ...(known?.location === undefined ? {} : { location: known.location }),
    ...(known?.advice === undefined ? {} : { advice: known.advice }),
  };
}
