/** Specs of pipelines as a worker would send them, for tests that care about a part of one. */
import { type PipelineSpec, SPEC_VERSION } from "../../src/core/spec";

type Pipeline = PipelineSpec["pipeline"];

/** A pipeline of Python with nothing configured, save for what is given. */
export function pipelineSpec(
  pipeline: Pick<Pipeline, "name"> & Partial<Pipeline>,
  rest: Partial<Omit<PipelineSpec, "pipeline">> = {},
): PipelineSpec {
  return {
    spec: SPEC_VERSION,
    language: "python",
    pipeline: {
      functionName: pipeline.name,
      source: null,
      docstring: null,
      parameters: {},
      enableCache: null,
      enableArtifactMetadata: null,
      enableArtifactVisualization: null,
      enableStepLogs: null,
      cachePolicy: null,
      model: null,
      tags: [],
      runName: null,
      substitutions: {},
      executionMode: "continue_on_failure",
      onInit: false,
      onCleanup: false,
      settings: {},
      extra: {},
      origins: {},
      ...pipeline,
    },
    definitions: [],
    invocations: [],
    outputs: [],
    environment: {},
    notices: [],
    ...rest,
  };
}
