/** Failures as they are recorded: from errors of ours, and from workers that died. */
import type { Failure } from "../../core/entities";
import { HeadraceError, messageOf } from "../../core/errors";
import { UserCodeError } from "../../runtimes/runtime";

/** What a run or step record says of an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UserCodeError) return error.failure;
  if (!HeadraceError.is(error)) {
    return {
      type: error instanceof Error ? error.name : "Error",
      message: messageOf(error),
      traceback: error instanceof Error ? (error.stack ?? "") : "",
      advice: "This is a fault of Headrace, not of your code. Please report it with the traceback.",
    };
  }
  return {
    type: error.code === "worker-lost" ? "WorkerLost" : (error.pythonType ?? pascal(error.code)),
    message: error.message,
    traceback: "",
    ...(error.location === undefined ? {} : { location: error.location }),
    ...(error.advice === undefined ? {} : { advice: error.advice }),
  };
}

function pascal(code: string): string {
  return code.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
