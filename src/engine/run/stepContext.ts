/** What `get_step_context()` answers without asking: plain data of the run, the step, the pipeline and the model version. */
import type { JsonObject } from "../../core/json";
import type { StoreReader } from "../../store/reader";
import type { Prepared } from "./begin";
import type { RunState } from "./state";

export function stepContext(
  reader: StoreReader,
  run: RunState,
  { step, modelVersion, substitutions, inputs }: Prepared,
  stepRunId: string,
): JsonObject {
  const { pipeline } = run.plan.spec;
  const model = step.invocation.model ?? pipeline.model;
  const version = modelVersion === null ? null : (reader.modelVersion(modelVersion.id) ?? modelVersion);
  return {
    run: { id: run.id, name: run.name },
    step: {
      id: stepRunId,
      name: step.invocation.id,
      step: step.definition.step,
      attempt: step.attempt,
      parameters: inputs.parameters,
    },
    pipeline: { id: run.pipelineId, name: pipeline.name, parameters: pipeline.parameters },
    model: model === null ? null : { ...model },
    modelVersion: version === null ? null : { ...version, tags: [...version.tags] },
    substitutions: { ...substitutions },
    extra: step.invocation.extra,
    settings: step.invocation.settings,
  };
}
