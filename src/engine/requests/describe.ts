/** Entities as JSON: the fields of core/entities.ts, and what is always wanted with them. The one place that decides it. */
import type {
  Artifact,
  ArtifactVersion,
  Model,
  ModelVersion,
  Run,
  StepRun,
  Tag,
  Taggable,
} from "../../core/entities";
import type { JsonObject } from "../../core/json";
import type { PipelineSummary, StoreReader } from "../../store/reader";
import type { PlaceOf } from "../places";
import type { Kind } from "./params";

/** What of the engine describing needs. */
export interface Described {
  readonly reader: StoreReader;
  readonly placeOf: PlaceOf;
}

export interface Entities {
  readonly pipeline: PipelineSummary;
  readonly run: Run;
  readonly step_run: StepRun;
  readonly artifact: Artifact;
  readonly artifact_version: ArtifactVersion;
  readonly model: Model;
  readonly model_version: ModelVersion;
  readonly tag: Tag;
  readonly link: LinkEntity;
  readonly run_link: RunLinkEntity;
}
export type Found = { readonly [K in Kind]: { readonly kind: K; readonly value: Entities[K] } }[Kind];

export interface LinkEntity {
  readonly id: string;
  readonly modelVersionId: string;
  readonly artifactVersionId: string;
  readonly created: number;
}
export interface RunLinkEntity {
  readonly id: string;
  readonly modelVersionId: string;
  readonly runId: string;
  readonly created: number;
}

export function describe(found: Found, from: Described): JsonObject {
  const { reader } = from;
  switch (found.kind) {
    case "pipeline": {
      const { id, name, created, runs } = found.value;
      return { id, name, created, runs, tags: tagsOf(reader, "pipeline", id) };
    }
    case "run":
      return { ...plain(found.value), metadata: reader.metadata("run", found.value.id) };
    case "step_run":
      return { ...plain(found.value), metadata: reader.metadata("step_run", found.value.id) };
    case "artifact_version":
      return describeVersion(found.value, from);
    case "model":
      return { ...plain(found.value), latestVersion: latestName(reader, found.value) };
    case "model_version":
      return { ...plain(found.value), metadata: reader.metadata("model_version", found.value.id) };
    case "tag":
      return { ...plain(found.value), count: tagCount(reader, found.value.name) };
    case "artifact":
    case "link":
    case "run_link":
      return plain(found.value);
  }
}

export function describeVersion(version: ArtifactVersion, from: Described): JsonObject {
  return {
    ...plain(version),
    folder: from.placeOf(version) ?? "",
    metadata: from.reader.metadata("artifact_version", version.id),
  };
}

export function tagsOf(reader: StoreReader, target: Taggable, id: string): readonly string[] {
  return reader
    .query("SELECT name FROM tagged WHERE target_id = ? AND target = ? ORDER BY name", [id, target])
    .map((row) => String(row["name"]));
}

function latestName(reader: StoreReader, model: Model): string | null {
  return model.latestVersionId === null ? null : (reader.modelVersion(model.latestVersionId)?.name ?? null);
}

function tagCount(reader: StoreReader, name: string): number {
  return Number(reader.query("SELECT count(*) AS n FROM tagged WHERE name = ?", [name])[0]?.["n"] ?? 0);
}

/** Entities hold JSON and nothing else; their types say it in more detail than an index signature can. */
function plain(entity: object): JsonObject {
  return { ...entity };
}
