/** What the process is doing: the one place that the functions of the API ask. */
import type { JsonObject } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import type { StepContext } from "./context";
import type { Trace } from "./trace";

interface Session {
  /** Asks the engine; null in a process that no engine has started. */
  request: ((method: string, params: unknown) => Promise<unknown>) | null;
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
  workspace: process.cwd(),
  isUsers: () => false,
  nameAt: () => null,
  returnsAt: () => null,
  trace: null,
  step: null,
};

export async function ask(method: string, params: JsonObject): Promise<JsonObject> {
  if (session.request === null) {
    throw new Error(
      "There is no Headrace engine to ask. Run the pipeline from the editor or with `headrace run FILE`.",
    );
  }
  return (await session.request(method, params)) as JsonObject;
}

/** For requests whose meaning depends on the step that makes them. */
export function scoped(params: JsonObject): JsonObject {
  const { step } = session;
  return step === null ? params : { ...params, scope: { stepRunId: step.stepRunId, runId: step.runId } };
}
