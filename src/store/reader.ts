/**
 * What can be asked of the store. Everything that shows something reads through this and nothing else; first pages cost
 * O(page). Answers are plain snapshots: they never change after they were given.
 */
import type {
  Artifact,
  ArtifactVersion,
  Link,
  MetadataTarget,
  Model,
  ModelVersion,
  Pipeline,
  Run,
  RunStatus,
  Stage,
  StepRun,
  Tag,
  Taggable,
} from "../core/entities";
import type { JsonObject } from "../core/json";
import type { FileTexts } from "../core/manifest";
import type { PipelineSpec } from "../core/spec";

export interface PageRequest {
  readonly offset?: number;
  /** 100 when not given. */
  readonly limit?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface RunFilter extends PageRequest {
  readonly pipeline?: string;
  readonly status?: readonly RunStatus[];
  readonly text?: string;
  readonly tag?: string;
}

export interface ArtifactFilter extends PageRequest {
  readonly text?: string;
  readonly tag?: string;
}

export interface PipelineSummary extends Pipeline {
  readonly runs: number;
  readonly lastRun: Run | null;
  readonly lastSuccess: number | null;
}

export interface StoreReader {
  /** The last transaction that is applied. */
  readonly seq: number;

  pipelines(page?: PageRequest): Page<PipelineSummary>;
  pipeline(idOrName: string): PipelineSummary | null;
  /** Newest first. */
  runs(filter?: RunFilter): Page<Run>;
  run(id: string): Run | null;
  spec(runId: string): PipelineSpec | null;
  /** One per invocation, in the spec's order: of several attempts the last; not-yet-started invocations are `waiting`. */
  steps(runId: string): readonly StepRun[];
  step(stepRunId: string): StepRun | null;
  attempts(runId: string, invocation: string): readonly StepRun[];
  /** The last finished step run of a function: by `module.function` (`StepDefinition.sourcePath`) or `<file>::<function>`. */
  lastStepOf(sourcePath: string): StepRun | null;

  /** By name. */
  artifacts(filter?: ArtifactFilter): Page<Artifact>;
  artifact(idOrName: string): Artifact | null;
  /** Newest created first. */
  artifactVersions(artifactId: string, page?: PageRequest): Page<ArtifactVersion>;
  artifactVersion(id: string): ArtifactVersion | null;
  producedBy(runId: string): readonly ArtifactVersion[];
  /** The files of a payload that has no folder yet; null for any other. */
  heldPayload(digest: string): FileTexts | null;
  /** Digests of all those. */
  heldPayloads(): readonly string[];
  /** Step runs that took it as an input. */
  consumers(artifactVersionId: string): readonly StepRun[];

  models(filter?: ArtifactFilter): Page<Model>;
  model(idOrName: string): Model | null;
  /** Highest number first. */
  modelVersions(modelId: string, page?: PageRequest): Page<ModelVersion>;
  modelVersion(id: string): ModelVersion | null;
  linkedArtifacts(modelVersionId: string): readonly ArtifactVersion[];
  linkedModels(artifactVersionId: string): readonly ModelVersion[];
  links(modelVersionId: string): readonly Link[];
  runsOfModelVersion(modelVersionId: string): readonly Run[];
  stageHistory(modelVersionId: string): readonly { readonly stage: string | null; readonly time: number }[];

  /** Newest value of each key; values that are all objects are merged (zenml-semantics §4.7). */
  metadata(target: MetadataTarget, id: string): JsonObject;
  /** All values of a key in the order they were logged. */
  metadataHistory(
    target: MetadataTarget,
    id: string,
    key: string,
  ): readonly { readonly value: JsonObject[string]; readonly time: number }[];

  // What decisions ask under the lock: exact and answered from an index, whatever the size of the store.

  runNamed(name: string): Run | null;
  /** Empty when there is no such run. */
  runName(id: string): string;
  /** 0 when the pipeline has no run yet. */
  highestRunIndex(pipelineId: string): number;
  /** Runs that have no end yet, and who executes them. */
  unfinishedRuns(): readonly {
    readonly runId: string;
    readonly owner: { readonly pid: number; readonly started: string; readonly host: string };
  }[];
  artifactVersionNamed(artifactId: string, version: string): ArtifactVersion | null;
  hasVersion(artifactId: string, version: string): boolean;
  /** What naming and numbering its next version takes: `highestNumber` is 0 when no version has a number. Not found by id. */
  artifactNamed(name: string): {
    readonly id: string;
    readonly customName: boolean;
    readonly highestNumber: number;
  } | null;
  /** Over all versions, custom-named ones included; 0 when there is none. */
  highestModelVersionNumber(modelId: string): number;
  modelVersionBy(
    modelId: string,
    by:
      | { readonly name: string }
      | { readonly number: number }
      | { readonly stage: Stage }
      /** The one that was made, by number, for this run. */
      | { readonly producerRunId: string },
  ): ModelVersion | null;
  isLinked(modelVersionId: string, artifactVersionId: string): boolean;
  /** The newest completed step run with this key that has neither expired nor been invalidated. */
  cachedStep(cacheKey: string, now: number): StepRun | null;
  /** The last step run of an invocation in earlier runs of a pipeline: what a cache miss is explained against. */
  previousStep(pipelineId: string, invocation: string): StepRun | null;

  tagNamed(name: string): Tag | null;
  /** Entities of a kind that carry a tag. */
  taggedWith(name: string, target: Taggable): readonly string[];

  counts(): {
    readonly pipelines: number;
    readonly runs: number;
    readonly running: number;
    readonly artifacts: number;
    readonly artifactVersions: number;
    readonly models: number;
  };

  /**
   * A read-only query with bound values, for questions that no method answers (filters of the SDK's `Client`).
   * Table names are those of docs/STORE.md. Never build SQL from user text: bind it.
   */
  query(
    sql: string,
    values?: readonly (string | number | null)[],
  ): readonly Record<string, string | number | null>[];
}
