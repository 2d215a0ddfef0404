/** What the runtime knows about a failure and user code doesn't: which interpreter it was. */
import type { Failure } from "../../core/entities";
import type { Interpreter } from "./interpreter";

interface Ran {
  readonly interpreter: Interpreter;
  readonly version: string;
}

/** A missing package is nearly always a wrong interpreter: names both. */
export function explained(failure: Failure, { interpreter, version }: Ran): Failure {
  if (failure.advice !== undefined || failure.type !== "ModuleNotFoundError") return failure;
  const module = /^No module named '([^']+)'/.exec(failure.message)?.[1];
  if (module === undefined) return failure;
  const { command, origin } = interpreter;
  const advice =
    `Python ${version} at ${command} (from ${origin}) has no module ${module}. ` +
    `Install it there with "${command} -m pip install", or choose another interpreter.`;
  return { ...failure, advice };
}
