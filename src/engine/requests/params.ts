/** The border: what peers may ask, checked before anything is done with it. */
import * as v from "valibot";
import { artifactTypes } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import { modelConfigSchema, pipelineSpecSchema } from "../../core/spec";
import { payloadSchema } from "../../runtimes/schemas";

const text = v.pipe(v.string(), v.maxLength(100_000));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const json = v.custom<Json>((value) => value !== undefined);
const jsonObject = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
const texts = v.array(text);
const scope = v.exactOptional(v.object({ stepRunId: v.exactOptional(id), runId: v.exactOptional(id) }), {});

export const kinds = [
  "pipeline",
  "run",
  "step_run",
  "artifact",
  "artifact_version",
  "model",
  "model_version",
  "tag",
  "link",
  "run_link",
] as const;
const kind = v.picklist(kinds);
const saveType = v.picklist(["step_output", "manual", "external", "preexisting"]);
const artifactType = v.picklist(artifactTypes);
const version = v.nullable(v.union([text, v.number()]));

const newArtifact = {
  name: text,
  version,
  tags: texts,
  metadata: jsonObject,
  customName: v.boolean(),
  type: v.exactOptional(artifactType),
  scope,
};

export const paramSchemas = {
  "run.execute": v.object({
    spec: pipelineSpecSchema,
    noCache: v.exactOptional(v.boolean(), false),
    origin: v.literal("script"),
  }),
  "run.file": v.object({ file: text, pipeline: v.nullable(text), parameters: jsonObject }),
  "config.read": v.object({ path: text, environment: v.optional(v.record(text, text), {}) }),
  "entity.get": v.object({ kind, key: json, version: v.exactOptional(json), scope }),
  "entity.list": v.object({
    kind,
    filters: jsonObject,
    sort: v.exactOptional(text),
    page: count,
    size: v.pipe(count, v.maxValue(10_000)),
    scope,
  }),
  "entity.create": v.object({ kind: v.picklist(["model", "model_version", "tag"]), fields: jsonObject }),
  "entity.update": v.object({
    kind,
    key: json,
    version: v.exactOptional(json),
    fields: jsonObject,
    addTags: v.exactOptional(texts, []),
    removeTags: v.exactOptional(texts, []),
  }),
  "entity.delete": v.object({
    kind,
    key: json,
    version: v.exactOptional(json),
    options: v.exactOptional(jsonObject, {}),
  }),
  "entity.related": v.object({ kind, id, relation: text, options: v.exactOptional(jsonObject, {}) }),
  "model.resolve": v.object({ model: modelConfigSchema, create: v.boolean(), scope }),
  "model.stage": v.object({ modelVersionId: id, stage: text, force: v.boolean() }),
  "link.create": v.object({ artifactVersionId: id, modelVersionId: id }),
  "link.remove": v.object({
    modelVersionId: id,
    artifactVersionId: v.exactOptional(id),
    all: v.exactOptional(v.boolean(), false),
  }),
  "metadata.log": v.object({ target: text, targetId: id, values: jsonObject, scope }),
  "payload.prepare": v.object({}),
  "artifact.save": v.object({
    ...newArtifact,
    saveType,
    payload: payloadSchema,
  }),
  "artifact.register": v.object({ ...newArtifact, uri: text }),
  "artifact.loaded": v.object({ artifactVersionId: id, input: v.exactOptional(text), scope }),
} as const;

export type Method = keyof typeof paramSchemas;
export type Params<M extends Method> = v.InferOutput<(typeof paramSchemas)[M]>;
export type Kind = (typeof kinds)[number];

/** What an entity is asked for by: text, a number for model versions, or `{"exact": text}` for no guessing. */
export function keyText(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : null;
}
