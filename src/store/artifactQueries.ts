/** What is asked about artifacts, models, metadata and tags. */
import type {
  Artifact,
  ArtifactVersion,
  Link,
  MetadataTarget,
  Model,
  ModelVersion,
  Run,
  Tag,
  Taggable,
} from "../core/entities";
import type { Json, JsonObject } from "../core/json";
import type { FileTexts } from "../core/manifest";
import type { Row, Sql, Value } from "./database";
import type { ArtifactFilter, Page, PageRequest, StoreReader } from "./reader";
import {
  containing,
  page,
  selectArtifact,
  selectArtifactVersion,
  selectModel,
  selectModelVersion,
  selectRun,
  toArtifact,
  toArtifactVersion,
  toModel,
  toModelVersion,
  toRun,
  toTag,
} from "./rows";

export class ArtifactQueries {
  constructor(private readonly sql: Sql) {}

  artifacts(filter: ArtifactFilter = {}): Page<Artifact> {
    return this.named("artifact", selectArtifact, "artifacts", toArtifact, filter);
  }

  artifact(idOrName: string): Artifact | null {
    return this.byIdOrName(selectArtifact, "artifact", idOrName, toArtifact);
  }

  artifactVersions(artifactId: string, request?: PageRequest): Page<ArtifactVersion> {
    const artifact = this.sql.get("SELECT key, versions FROM artifact WHERE id = ?", artifactId);
    if (artifact === null) return { items: [], total: 0 };
    const select = `${selectArtifactVersion} WHERE artifact_version.artifact = ?`;
    const order = "artifact_version.key DESC";
    const total = Number(artifact["versions"]);
    return page(this.sql, select, order, toArtifactVersion, total, request, [Number(artifact["key"])]);
  }

  artifactVersion(id: string): ArtifactVersion | null {
    return this.oneVersion("artifact_version.id = ?", id);
  }

  artifactVersionNamed(artifactId: string, version: string): ArtifactVersion | null {
    return this.oneVersion(
      "artifact_version.artifact = (SELECT key FROM artifact WHERE id = ?) AND artifact_version.version = ?",
      ...[artifactId, version],
    );
  }

  hasVersion(artifactId: string, version: string): boolean {
    const select =
      "SELECT 1 FROM artifact_version WHERE artifact = (SELECT key FROM artifact WHERE id = ?) AND version = ?";
    return this.sql.get(select, artifactId, version) !== null;
  }

  heldPayload(digest: string): FileTexts | null {
    const row = this.sql.get("SELECT texts FROM held_payload WHERE digest = ?", digest);
    return row === null ? null : (JSON.parse(String(row["texts"])) as FileTexts);
  }

  heldPayloads(): readonly string[] {
    return this.sql.all("SELECT digest FROM held_payload ORDER BY rowid").map((row) => String(row["digest"]));
  }

  artifactNamed(name: string): ReturnType<StoreReader["artifactNamed"]> {
    const row = this.sql.get(
      `SELECT id, custom_name, (SELECT max(version_number) FROM artifact_version WHERE artifact = artifact.key) AS highest
       FROM artifact WHERE name = ?`,
      name,
    );
    if (row === null) return null;
    const { id, custom_name: customName, highest } = row;
    return { id: String(id), customName: customName === 1, highestNumber: Number(highest ?? 0) };
  }

  producedBy(runId: string): readonly ArtifactVersion[] {
    return this.versions("artifact_version.producer_run_id = ?", runId);
  }

  models(filter: ArtifactFilter = {}): Page<Model> {
    return this.named("model", selectModel, "models", toModel, filter);
  }

  model(idOrName: string): Model | null {
    return this.byIdOrName(selectModel, "model", idOrName, toModel);
  }

  modelVersions(modelId: string, request?: PageRequest): Page<ModelVersion> {
    const model = this.sql.get("SELECT key, versions FROM model WHERE id = ?", modelId);
    if (model === null) return { items: [], total: 0 };
    const select = `${selectModelVersion} WHERE model_version.model = ?`;
    const total = Number(model["versions"]);
    const order = "model_version.number DESC";
    return page(this.sql, select, order, toModelVersion, total, request, [Number(model["key"])]);
  }

  modelVersion(id: string): ModelVersion | null {
    return this.oneModelVersion("model_version.id = ?", id);
  }

  modelVersionBy(modelId: string, by: Parameters<StoreReader["modelVersionBy"]>[1]): ModelVersion | null {
    const ofModel = "model_version.model = (SELECT key FROM model WHERE id = ?)";
    if ("name" in by) return this.oneModelVersion(`${ofModel} AND model_version.name = ?`, modelId, by.name);
    const newest = "ORDER BY model_version.number DESC LIMIT 1";
    if ("number" in by) {
      return this.oneModelVersion(`${ofModel} AND model_version.number = ? ${newest}`, modelId, by.number);
    }
    if ("stage" in by) {
      return this.oneModelVersion(`${ofModel} AND model_version.stage = ? ${newest}`, modelId, by.stage);
    }
    return this.oneModelVersion(
      `${ofModel} AND model_version.producer_run_id = ?
         AND model_version.name = CAST(model_version.number AS TEXT) ${newest}`,
      ...[modelId, by.producerRunId],
    );
  }

  highestModelVersionNumber(modelId: string): number {
    return this.sql.number(
      "SELECT max(number) FROM model_version WHERE model = (SELECT key FROM model WHERE id = ?)",
      modelId,
    );
  }

  linkedArtifacts(modelVersionId: string): readonly ArtifactVersion[] {
    return this.versions(
      "artifact_version.id IN (SELECT artifact_version_id FROM link WHERE model_version_id = ?)",
      modelVersionId,
    );
  }

  linkedModels(artifactVersionId: string): readonly ModelVersion[] {
    const rows = this.sql.all(
      `${selectModelVersion} WHERE model_version.id IN
         (SELECT model_version_id FROM link WHERE artifact_version_id = ?) ORDER BY model_version.key`,
      artifactVersionId,
    );
    return rows.map(toModelVersion);
  }

  links(modelVersionId: string): readonly Link[] {
    const rows = this.sql.all(
      "SELECT * FROM link WHERE model_version_id = ? ORDER BY created, artifact_version_id",
      modelVersionId,
    );
    return rows.map((row) => ({
      modelVersionId: String(row["model_version_id"]),
      artifactVersionId: String(row["artifact_version_id"]),
      created: Number(row["created"]),
    }));
  }

  isLinked(modelVersionId: string, artifactVersionId: string): boolean {
    const where = "model_version_id = ? AND artifact_version_id = ?";
    return this.sql.get(`SELECT 1 FROM link WHERE ${where}`, modelVersionId, artifactVersionId) !== null;
  }

  runsOfModelVersion(modelVersionId: string): readonly Run[] {
    const rows = this.sql.all(
      `${selectRun} WHERE run.id IN (SELECT run_id FROM run_link WHERE model_version_id = ?) ORDER BY run.key DESC`,
      modelVersionId,
    );
    return rows.map(toRun);
  }

  stageHistory(modelVersionId: string): ReturnType<StoreReader["stageHistory"]> {
    const rows = this.sql.all(
      "SELECT stage, time FROM stage_change WHERE model_version_id = ? ORDER BY key",
      modelVersionId,
    );
    return rows.map((row) => ({
      stage: row["stage"] === null ? null : String(row["stage"]),
      time: Number(row["time"]),
    }));
  }

  metadata(target: MetadataTarget, id: string): JsonObject {
    const rows = this.sql.all(
      "SELECT name, value FROM metadata WHERE target_id = ? AND target = ? ORDER BY key",
      ...[id, target],
    );
    const values = new Map<string, Json[]>();
    for (const row of rows) {
      const logged = values.get(String(row["name"])) ?? [];
      logged.push(JSON.parse(String(row["value"])) as Json);
      values.set(String(row["name"]), logged);
    }
    return Object.fromEntries([...values].map(([name, logged]) => [name, effective(logged)]));
  }

  metadataHistory(
    target: MetadataTarget,
    id: string,
    key: string,
  ): ReturnType<StoreReader["metadataHistory"]> {
    const rows = this.sql.all(
      "SELECT value, time FROM metadata WHERE target_id = ? AND target = ? AND name = ? ORDER BY key",
      ...[id, target, key],
    );
    return rows.map((row) => ({
      value: JSON.parse(String(row["value"])) as Json,
      time: Number(row["time"]),
    }));
  }

  tagNamed(name: string): Tag | null {
    const row = this.sql.get("SELECT * FROM tag WHERE name = ?", name);
    return row === null ? null : toTag(row);
  }

  taggedWith(name: string, target: Taggable): readonly string[] {
    const rows = this.sql.all("SELECT target_id FROM tagged WHERE name = ? AND target = ?", name, target);
    return rows.map((row) => String(row["target_id"]));
  }

  /** Artifacts and models: by name, with one text filter and one tag. */
  private named<T>(
    table: "artifact" | "model",
    select: string,
    counter: string,
    toEntity: (row: Row) => T,
    filter: ArtifactFilter,
  ): Page<T> {
    const conditions: string[] = [];
    const values: Value[] = [];
    if (filter.text !== undefined && filter.text !== "") {
      conditions.push(`${table}.name LIKE ? ESCAPE '\\'`);
      values.push(containing(filter.text));
    }
    if (filter.tag !== undefined) {
      conditions.push(`${table}.id IN (SELECT target_id FROM tagged WHERE target = '${table}' AND name = ?)`);
      values.push(filter.tag);
    }
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const total =
      where === ""
        ? this.sql.number("SELECT value FROM counter WHERE name = ?", counter)
        : this.sql.number(`SELECT count(*) FROM ${table}${where}`, ...values);
    const order = `${table}.order_key, ${table}.key`;
    return page(this.sql, select + where, order, toEntity, total, filter, values);
  }

  private byIdOrName<T>(
    select: string,
    table: "artifact" | "model",
    idOrName: string,
    toEntity: (row: Row) => T,
  ): T | null {
    const found =
      this.sql.get(`SELECT key FROM ${table} WHERE id = ?`, idOrName) ??
      this.sql.get(`SELECT key FROM ${table} WHERE name = ?`, idOrName);
    if (found === null) return null;
    const row = this.sql.get(`${select} WHERE ${table}.key = ?`, Number(found["key"]));
    return row === null ? null : toEntity(row);
  }

  private versions(where: string, ...values: readonly Value[]): readonly ArtifactVersion[] {
    const rows = this.sql.all(
      `${selectArtifactVersion} WHERE ${where} ORDER BY artifact_version.key`,
      ...values,
    );
    return rows.map(toArtifactVersion);
  }

  private oneVersion(where: string, ...values: readonly Value[]): ArtifactVersion | null {
    const row = this.sql.get(`${selectArtifactVersion} WHERE ${where}`, ...values);
    return row === null ? null : toArtifactVersion(row);
  }

  private oneModelVersion(where: string, ...values: readonly Value[]): ModelVersion | null {
    const row = this.sql.get(`${selectModelVersion} WHERE ${where}`, ...values);
    return row === null ? null : toModelVersion(row);
  }
}

/** The newest value, unless all are objects: then they are merged, newer members over older ones. */
function effective(logged: readonly Json[]): Json {
  const objects = logged.filter(
    (value): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value),
  );
  if (objects.length < logged.length) return logged.at(-1) ?? null;
  return Object.assign({}, ...objects) as JsonObject;
}
