/**
 * The nouns of the domain (docs/ARCHITECTURE.md, "Words") as they are remembered and shown.
 * Times are milliseconds since 1970 (UTC); ids are UUIDs of version 4; digests are `sha256:<hex>`.
 */
import type { SourceLocation } from "./errors";
import type { Json, JsonObject } from "./json";

export type RunStatus = "initializing" | "running" | "completed" | "failed" | "cancelled" | "interrupted";
export type StepStatus =
  | "waiting"
  | "running"
  | "retrying"
  | "retried"
  | "completed"
  | "cached"
  | "failed"
  | "skipped"
  | "cancelled"
  | "interrupted";
export type Stage = "staging" | "production" | "archived";
export const artifactTypes = [
  "DataArtifact",
  "ModelArtifact",
  "DataAnalysisArtifact",
  "ServiceArtifact",
  "SchemaArtifact",
  "StatisticsArtifact",
  "BaseArtifact",
] as const;
export type ArtifactType = (typeof artifactTypes)[number];
/** How an artifact version came to be. */
export type SaveType = "step_output" | "manual" | "external" | "preexisting";
export type Language = "python" | "node";
/** Who asked for a run. */
export type RunOrigin = "editor" | "cli" | "script" | "task" | "api";
export type ExecutionMode = "fail_fast" | "stop_on_failure" | "continue_on_failure";

export interface Failure {
  /** Class of the exception, such as `ValueError`; `WorkerLost` when the process died. */
  readonly type: string;
  readonly message: string;
  /** The user's frames only, formatted as the language formats them. */
  readonly traceback: string;
  readonly location?: SourceLocation;
  /** The text of the line that failed. */
  readonly code?: string;
  readonly advice?: string;
}

export interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly created: number;
}

export interface Run {
  readonly id: string;
  readonly name: string;
  /** 1, 2, … within its pipeline. */
  readonly index: number;
  readonly pipelineId: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly created: number;
  readonly started: number;
  readonly finished: number | null;
  readonly origin: RunOrigin;
  readonly language: Language;
  readonly parameters: JsonObject;
  /** Effective configuration after merging code, YAML and options. */
  readonly config: JsonObject;
  /** File and line of the pipeline function. */
  readonly source: SourceLocation | null;
  readonly modelVersionId: string | null;
  readonly failure: Failure | null;
  readonly cacheEnabled: boolean;
  readonly steps: number;
  readonly stepsDone: number;
  readonly tags: readonly string[];
  readonly note: string;
  /** Interpreter, package versions and platform that the run had. */
  readonly environment: JsonObject;
  /** The run that this one repeats, whole or in part. */
  readonly rerunOf: string | null;
}

export type StepInput =
  | {
      readonly kind: "artifact";
      readonly artifactVersionId: string;
      readonly how: "step_output" | "manual" | "lazy" | "external";
    }
  | { readonly kind: "artifacts"; readonly artifactVersionIds: readonly string[] }
  | { readonly kind: "value"; readonly value: Json };

export interface StepOutput {
  readonly output: string;
  readonly artifactVersionId: string;
  readonly saveType: SaveType;
}

export interface StepRun {
  readonly id: string;
  readonly runId: string;
  readonly invocation: string;
  /** The step's own name, shared by its invocations. */
  readonly step: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly started: number | null;
  readonly finished: number | null;
  readonly cacheKey: string | null;
  readonly cacheComponents: JsonObject | null;
  readonly cacheExpires: number | null;
  /** In words: why it was cached, or why it ran again. */
  readonly cacheReason: string | null;
  readonly originalStepRunId: string | null;
  readonly modelVersionId: string | null;
  readonly inputs: Readonly<Record<string, StepInput>>;
  readonly outputs: readonly StepOutput[];
  readonly parameters: JsonObject;
  readonly upstream: readonly string[];
  readonly source: SourceLocation | null;
  readonly failure: Failure | null;
  /** Why it was skipped: the invocation that failed. Null when none did: the run was cancelled, or left it out. */
  readonly skippedBecause: string | null;
}

export interface Artifact {
  readonly id: string;
  readonly name: string;
  readonly customName: boolean;
  readonly created: number;
  readonly tags: readonly string[];
  /** Of the newest version: the variable it was assigned to, which people know it by when it has no name of its own. */
  readonly alias: string | null;
  /** Of the newest version; null when there is none. */
  readonly latestVersionId: string | null;
  readonly latestVersion: string | null;
  readonly versions: number;
}

export interface ArtifactVersion {
  readonly id: string;
  readonly artifactId: string;
  readonly artifact: string;
  readonly version: string;
  /** Null when the version is text that is no number. */
  readonly versionNumber: number | null;
  readonly type: ArtifactType;
  /** Import path of the value's type, such as `numpy.ndarray`. */
  readonly dataType: string;
  readonly materializer: string;
  readonly language: Language;
  /** Of the payload's files. */
  readonly digest: string;
  readonly bytes: number;
  readonly saveType: SaveType;
  readonly producerStepRunId: string | null;
  readonly producerRunId: string | null;
  readonly created: number;
  readonly tags: readonly string[];
  /** One line for lists: `ndarray (120, 4) float64`. */
  readonly summary: string;
  /**
   * The variable that the pipeline function assigned it to (`predictions`); null when there was none, or the artifact has
   * a name of its own.
   */
  readonly alias: string | null;
  /** Outside the store, for `register_artifact`; else null. */
  readonly uri: string | null;
}

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly license: string | null;
  readonly description: string | null;
  readonly audience: string | null;
  readonly useCases: string | null;
  readonly limitations: string | null;
  readonly tradeOffs: string | null;
  readonly ethics: string | null;
  readonly saveModelsToRegistry: boolean;
  readonly tags: readonly string[];
  readonly versions: number;
  readonly latestVersionId: string | null;
}

export interface ModelVersion {
  readonly id: string;
  readonly modelId: string;
  readonly model: string;
  readonly name: string;
  readonly number: number;
  readonly stage: Stage | null;
  readonly description: string | null;
  readonly created: number;
  readonly tags: readonly string[];
  readonly producerRunId: string | null;
  readonly artifacts: number;
  readonly note: string;
}

export interface Link {
  readonly modelVersionId: string;
  readonly artifactVersionId: string;
  readonly created: number;
}

export interface Tag {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  /** Held by one run per pipeline, one version per artifact, at most. */
  readonly exclusive: boolean;
  /** A run's tag that its artifact versions get too. */
  readonly cascade: boolean;
  readonly created: number;
}

export type MetadataTarget = "artifact_version" | "model_version" | "run" | "step_run";
export type Taggable = "artifact" | "artifact_version" | "model" | "model_version" | "run" | "pipeline";
export type EntityKind = MetadataTarget | "pipeline" | "artifact" | "model" | "tag" | "link";
