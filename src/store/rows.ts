/** Rows of the state as the entities that they stand for. */
import type {
  Artifact,
  ArtifactVersion,
  Failure,
  Model,
  ModelVersion,
  Run,
  StepInput,
  StepOutput,
  StepRun,
  Tag,
} from "../core/entities";
import type { SourceLocation } from "../core/errors";
import type { JsonObject } from "../core/json";
import type { Row, Sql } from "./database";
import type { Page, PageRequest } from "./reader";

const DEFAULT_LIMIT = 100;

/** In no order: sorting here would cost a temporary table for each row. */
const tagsOf = (target: string): string =>
  `(SELECT json_group_array(name) FROM tagged WHERE target = '${target}' AND target_id = ${target}.id) AS tags`;

export const selectRun = `SELECT run.*, pipeline.id AS pipeline_id, pipeline.name AS pipeline_name, ${tagsOf("run")},
  environment.body AS environment_body
  FROM run JOIN pipeline ON pipeline.key = run.pipeline JOIN document AS environment ON environment.digest = run.environment`;
export const selectStep = `SELECT step_run.*, run.id AS run_id, spec_step.upstream, spec_step.source
  FROM step_run JOIN run ON run.key = step_run.run
  LEFT JOIN spec_step ON spec_step.spec = run.spec AND spec_step.invocation = step_run.invocation`;
export const selectArtifact = `SELECT artifact.*, latest.id AS latest_id, latest.version AS latest_version,
  latest.alias AS alias, ${tagsOf("artifact")}
  FROM artifact LEFT JOIN artifact_version AS latest ON latest.key = artifact.latest`;
export const selectArtifactVersion = `SELECT artifact_version.*, artifact.id AS artifact_id,
  artifact.name AS artifact_name, ${tagsOf("artifact_version")}
  FROM artifact_version JOIN artifact ON artifact.key = artifact_version.artifact`;
export const selectModel = `SELECT model.*, latest.id AS latest_id, ${tagsOf("model")}
  FROM model LEFT JOIN model_version AS latest ON latest.key = model.latest`;
export const selectModelVersion = `SELECT model_version.*, model.id AS model_id, model.name AS model_name,
  ${tagsOf("model_version")}
  FROM model_version JOIN model ON model.key = model_version.model`;

/** A page of what `select` gives. `order` and `where` are ours, never the user's; values are bound. */
export function page<T>(
  sql: Sql,
  select: string,
  order: string,
  toEntity: (row: Row) => T,
  total: number,
  request: PageRequest = {},
  values: readonly (string | number | null)[] = [],
): Page<T> {
  const limit = Math.max(0, Math.trunc(request.limit ?? DEFAULT_LIMIT));
  const offset = Math.max(0, Math.trunc(request.offset ?? 0));
  const rows = sql.all(`${select} ORDER BY ${order} LIMIT ? OFFSET ?`, ...values, limit, offset);
  return { items: rows.map(toEntity), total };
}

/** A pattern for `LIKE … ESCAPE '\'` that finds `text` anywhere, whatever characters it has. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

const text = (row: Row, column: string): string => String(row[column] ?? "");
const textOrNull = (row: Row, column: string): string | null => {
  const value = row[column];
  return value === null || value === undefined ? null : String(value);
};
const number = (row: Row, column: string): number => Number(row[column] ?? 0);
const numberOrNull = (row: Row, column: string): number | null => {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
};
/** What was written as JSON by this store and no one else. */
function json<T>(row: Row, column: string, missing: T): T {
  const value = row[column];
  return typeof value === "string" ? (JSON.parse(value) as T) : missing;
}
const tags = (row: Row): readonly string[] => [...json<readonly string[]>(row, "tags", [])].sort();

export function toRun(row: Row): Run {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    index: number(row, "number"),
    pipelineId: text(row, "pipeline_id"),
    pipeline: text(row, "pipeline_name"),
    status: text(row, "status") as Run["status"],
    created: number(row, "created"),
    started: number(row, "created"),
    finished: numberOrNull(row, "finished"),
    origin: text(row, "origin") as Run["origin"],
    language: text(row, "language") as Run["language"],
    parameters: json<JsonObject>(row, "parameters", {}),
    config: json<JsonObject>(row, "config", {}),
    source: json<SourceLocation | null>(row, "source", null),
    modelVersionId: textOrNull(row, "model_version_id"),
    failure: json<Failure | null>(row, "failure", null),
    cacheEnabled: number(row, "cache_enabled") === 1,
    steps: number(row, "steps"),
    stepsDone: number(row, "steps_done"),
    tags: tags(row),
    note: text(row, "note"),
    environment: json<JsonObject>(row, "environment_body", {}),
    rerunOf: textOrNull(row, "rerun_of"),
  };
}

export function toStep(row: Row): StepRun {
  return {
    id: text(row, "id"),
    runId: text(row, "run_id"),
    invocation: text(row, "invocation"),
    step: text(row, "step"),
    status: text(row, "status") as StepRun["status"],
    attempt: number(row, "attempt"),
    started: numberOrNull(row, "started"),
    finished: numberOrNull(row, "finished"),
    cacheKey: textOrNull(row, "cache_key"),
    cacheComponents: json<JsonObject | null>(row, "cache_components", null),
    cacheExpires: numberOrNull(row, "cache_expires"),
    cacheReason: textOrNull(row, "cache_reason"),
    originalStepRunId: textOrNull(row, "original_step_run_id"),
    modelVersionId: textOrNull(row, "model_version_id"),
    inputs: json<Readonly<Record<string, StepInput>>>(row, "inputs", {}),
    outputs: json<readonly StepOutput[]>(row, "outputs", []),
    parameters: json<JsonObject>(row, "parameters", {}),
    upstream: json<readonly string[]>(row, "upstream", []),
    source: json<SourceLocation | null>(row, "source", null),
    failure: json<Failure | null>(row, "failure", null),
    skippedBecause: textOrNull(row, "skipped_because"),
  };
}

/** An invocation that no step run exists for yet. It has no id of its own: the one here is made of run and invocation. */
export function toWaitingStep(runId: string, row: Row): StepRun {
  return {
    ...toStep(row),
    id: `${runId}/${text(row, "invocation")}`,
    runId,
    status: "waiting",
  };
}

export function toArtifact(row: Row): Artifact {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    customName: number(row, "custom_name") === 1,
    created: number(row, "created"),
    tags: tags(row),
    alias: textOrNull(row, "alias"),
    latestVersionId: textOrNull(row, "latest_id"),
    latestVersion: textOrNull(row, "latest_version"),
    versions: number(row, "versions"),
  };
}

export function toArtifactVersion(row: Row): ArtifactVersion {
  return {
    id: text(row, "id"),
    artifactId: text(row, "artifact_id"),
    artifact: text(row, "artifact_name"),
    version: text(row, "version"),
    versionNumber: numberOrNull(row, "version_number"),
    type: text(row, "type") as ArtifactVersion["type"],
    dataType: text(row, "data_type"),
    materializer: text(row, "materializer"),
    language: text(row, "language") as ArtifactVersion["language"],
    digest: text(row, "digest"),
    bytes: number(row, "bytes"),
    saveType: text(row, "save_type") as ArtifactVersion["saveType"],
    producerStepRunId: textOrNull(row, "producer_step_run_id"),
    producerRunId: textOrNull(row, "producer_run_id"),
    created: number(row, "created"),
    tags: tags(row),
    summary: text(row, "summary"),
    alias: textOrNull(row, "alias"),
    uri: textOrNull(row, "uri"),
  };
}

export function toModel(row: Row): Model {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    created: number(row, "created"),
    license: textOrNull(row, "license"),
    description: textOrNull(row, "description"),
    audience: textOrNull(row, "audience"),
    useCases: textOrNull(row, "use_cases"),
    limitations: textOrNull(row, "limitations"),
    tradeOffs: textOrNull(row, "trade_offs"),
    ethics: textOrNull(row, "ethics"),
    saveModelsToRegistry: number(row, "save_models_to_registry") === 1,
    tags: tags(row),
    versions: number(row, "versions"),
    latestVersionId: textOrNull(row, "latest_id"),
  };
}

export function toModelVersion(row: Row): ModelVersion {
  return {
    id: text(row, "id"),
    modelId: text(row, "model_id"),
    model: text(row, "model_name"),
    name: text(row, "name"),
    number: number(row, "number"),
    stage: textOrNull(row, "stage") as ModelVersion["stage"],
    description: textOrNull(row, "description"),
    created: number(row, "created"),
    tags: tags(row),
    producerRunId: textOrNull(row, "producer_run_id"),
    artifacts: number(row, "artifacts"),
    note: text(row, "note"),
  };
}

export function toTag(row: Row): Tag {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    color: textOrNull(row, "color"),
    exclusive: number(row, "exclusive") === 1,
    cascade: number(row, "cascade") === 1,
    created: number(row, "created"),
  };
}
