import headrace from "./index.js";

export const {
  Client,
  EngineError,
  MaterializerError,
  Model,
  ModelStages,
  NdArray,
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
