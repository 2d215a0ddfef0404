/** What the process is doing: the one place that the functions of the API ask. */
import { isAbsolute } from "node:path";
import type { JsonObject } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import type { StepContext } from "./context";
import type { Trace } from "./trace";

interface Session {
  /** Asks the engine; null as long as nobody is connected to one. */
  request: ((method: string, params: unknown) => Promise<unknown>) | null;
  /** Finds an engine, in a process that none has started. */
  connect: () => Promise<void>;
  /**
   * Told of a pipeline that is called where none may run: while a worker imports files. What comes after the call is no more
   * than a script, so that there is nothing to wait for. Null in a script.
   */
  skipped:
    ((pipeline: { readonly name: string; readonly made: SourceLocation | null }) => Promise<never>) | null;
  workspace: string;
  /** Whether a file is the user's own code: of the workspace, and no package. */
  isUsers: (file: string) => boolean;
  /** The name of the variable that a call at this place is assigned to. */
  nameAt: (place: SourceLocation) => string | null;
  /** Whether the function of a step that is made at this place returns a value, where an annotation says so. */
  returnsAt: (place: SourceLocation) => boolean | null;
  /** Set while a pipeline's function is called. */
  trace: Trace | null;
  /** Set while a step executes. */
  step: StepContext | null;
}

export const session: Session = {
  request: null,
  connect: () => Promise.resolve(),
  skipped: null,
  workspace: process.cwd(),
  isUsers: (file) => isAbsolute(file) && file !== __filename && !/[\\/]node_modules[\\/]/.test(file),
  // Outside of a worker a step is a function, and needs no name.
  nameAt: () => "step",
  returnsAt: () => null,
  trace: null,
  step: null,
};

export async function ask(method: string, params: JsonObject): Promise<JsonObject> {
  if (session.request === null) await session.connect();
  return (await session.request?.(method, params)) as JsonObject;
}

/** For requests whose meaning depends on the step that makes them. */
export function scoped(params: JsonObject): JsonObject {
  const { step } = session;
  return step === null ? params : { ...params, scope: { stepRunId: step.stepRunId, runId: step.runId } };
}
