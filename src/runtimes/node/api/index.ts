/** What `import … from "headrace"` gives. Its types, with the documentation, are in `sdk/headrace/index.d.ts`. */
export { step } from "./step";
export { pythonStep } from "./pythonStep";
export { pipeline, getPipelineContext } from "./pipeline";
export { Model, ModelStages } from "./model";
export { Client } from "./client";
export { getStepContext } from "./context";
export { linkArtifactToModel, loadArtifact, logMetadata, saveArtifact } from "./functions";
export { registerMaterializer } from "./materializers/registry";
export { NdArray } from "./materializers/dtypes";
export {
  EngineError,
  EngineUnavailableError,
  MaterializerError,
  RunFailedError,
  StepContextError,
  StepInterfaceError,
} from "./errors";
