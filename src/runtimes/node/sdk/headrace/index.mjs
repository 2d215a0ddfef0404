import headrace from "./index.js";

export const {
  Client,
  EngineError,
  EngineUnavailableError,
  MaterializerError,
  Model,
  ModelStages,
  NdArray,
  RunFailedError,
  StepContextError,
  StepInterfaceError,
  getPipelineContext,
  getStepContext,
  linkArtifactToModel,
  loadArtifact,
  logMetadata,
  pipeline,
  pythonStep,
  registerMaterializer,
  saveArtifact,
  step,
} = headrace;
