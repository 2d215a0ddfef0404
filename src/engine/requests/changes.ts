/** `Client().create_*` and `update_*`: models, versions, tags, and tags on everything (zenml-semantics §4.10). */
import type { Taggable } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import { checkNewVersionName } from "../../core/models";
import { checkedName } from "../../core/naming";
import type { EngineContext } from "../context";
import type { Draft } from "../decide/draft";
import { createModel, createModelVersion } from "../decide/models";
import { attachTags, detachTags } from "../decide/tags";
import { readablePlacesOf } from "../places";
import { describe, type Found } from "./describe";
import { find, load } from "./lookup";
import { keyText, type Kind, type Params } from "./params";
import { exists, invalid, notFound } from "./problems";

type Entity = { readonly entity: JsonObject };

export async function createEntity(
  { kind, fields }: Params<"entity.create">,
  context: EngineContext,
): Promise<Entity> {
  const id = await context.decide((draft) => creators[kind](draft, fields));
  return answer(kind, id, context);
}

/** Each answers what the new entity is found by. */
const creators: Readonly<
  Record<Params<"entity.create">["kind"], (draft: Draft, fields: JsonObject) => string>
> = {
  model: (draft, { name, tags, ...rest }) => {
    const id = createModel(draft, required("name", name), modelFields(rest));
    attachTags(draft, "model", id, texts(tags));
    return id;
  },
  model_version: (draft, { model, name, description, tags }) => {
    const of = find(draft.reader, "model", model ?? null);
    return createModelVersion(draft, of.name, {
      name: optional("name", name),
      description: optional("description", description),
      tags: texts(tags),
    }).id;
  },
  tag: (draft, fields) => {
    const name = checkedName("tag", required("name", fields["name"]));
    if (draft.reader.tagNamed(name) !== null) throw exists(`Tag with name \`${name}\` already exists.`);
    addTag(draft, draft.newId(), name, fields);
    return name;
  },
};

export async function updateEntity(params: Params<"entity.update">, context: EngineContext): Promise<Entity> {
  const { kind, key, version, fields, addTags, removeTags } = params;
  const id = await context.decide((draft) => {
    const value = find(draft.reader, kind, key, version);
    const found = { kind, value } as Found;
    const renamed = Object.keys(fields).length === 0 ? null : change(draft, found, fields);
    if (addTags.length + removeTags.length > 0) {
      const target = taggable(kind);
      detachTags(draft, target, value.id, removeTags);
      attachTags(draft, target, value.id, addTags, scopeOf(found));
    }
    return renamed ?? ("name" in value && kind === "tag" ? value.name : value.id);
  });
  return answer(kind, id, context);
}

/** Answers by what it is found from now on, where that changes. */
function change(draft: Draft, found: Found, fields: JsonObject): string | null {
  switch (found.kind) {
    case "artifact": {
      const name = renamed(draft, "artifact", found.value, fields);
      const customName = fields["customName"];
      draft.add({
        type: "artifact.updated",
        id: found.value.id,
        name,
        customName: typeof customName === "boolean" ? customName : found.value.customName,
      });
      return null;
    }
    case "model": {
      const name = renamed(draft, "model", found.value, fields);
      draft.add({ type: "model.updated", id: found.value.id, fields: { ...modelFields(fields), name } });
      return null;
    }
    case "model_version": {
      const { id, modelId, model } = found.value;
      const name = optional("name", fields["name"]) ?? found.value.name;
      if (name !== found.value.name) {
        checkNewVersionName(name, "ValueError");
        if (draft.reader.modelVersionBy(modelId, { name: checkedName("model version", name) }) !== null) {
          throw exists(`A model version named \`${name}\` already exists in model \`${model}\`.`);
        }
      }
      const description = optional("description", fields["description"]) ?? found.value.description;
      draft.add({ type: "modelVersion.updated", id, name, description });
      return null;
    }
    case "tag": {
      const { id, name: before, color, exclusive, cascade } = found.value;
      const name = optional("name", fields["name"]) ?? before;
      const traits = { color, exclusive, cascade, ...fields };
      if (name === before) {
        addTag(draft, id, before, traits);
        return null;
      }
      if (draft.reader.tagNamed(name) !== null) throw exists(`Tag with name \`${name}\` already exists.`);
      addTag(draft, draft.newId(), checkedName("tag", name), traits);
      for (const target of TAGGABLE) {
        for (const holder of draft.reader.taggedWith(before, target)) {
          draft.add({ type: "tag.attached", target, targetId: holder, name });
        }
      }
      draft.add({ type: "tag.deleted", name: before });
      return name;
    }
    default:
      throw invalid(`Nothing of a ${found.kind} can be changed but its tags.`);
  }
}

const TAGGABLE: readonly Taggable[] = [
  "artifact",
  "artifact_version",
  "model",
  "model_version",
  "run",
  "pipeline",
];

function taggable(kind: Kind): Taggable {
  const target = TAGGABLE.find((known) => known === kind);
  if (target === undefined)
    throw invalid(`A ${kind} can't have tags.`, `Tags go on: ${TAGGABLE.join(", ")}.`);
  return target;
}

/** What an exclusive tag is exclusive in. */
function scopeOf(found: Found): string | null {
  switch (found.kind) {
    case "run":
      return found.value.pipelineId;
    case "artifact_version":
      return found.value.artifactId;
    case "model_version":
      return found.value.modelId;
    default:
      return null;
  }
}

function addTag(draft: Draft, id: string, name: string, fields: JsonObject): void {
  draft.add({
    type: "tag.created",
    id,
    name,
    color: optional("color", fields["color"]),
    exclusive: fields["exclusive"] === true,
    cascade: fields["cascade"] === true,
    time: draft.time,
  });
}

function renamed(
  draft: Draft,
  kind: "artifact" | "model",
  { name: before }: { readonly name: string },
  fields: JsonObject,
): string {
  const name = optional("name", fields["name"]) ?? before;
  if (name === before) return before;
  const taken = kind === "artifact" ? draft.reader.artifact(name) : draft.reader.model(name);
  if (taken?.name === name)
    throw exists(`An ${kind} named \`${name}\` already exists.`.replace("An m", "A m"));
  return checkedName(kind, name);
}

const MODEL_FIELDS = [
  "license",
  "description",
  "audience",
  "useCases",
  "limitations",
  "tradeOffs",
  "ethics",
  "saveModelsToRegistry",
] as const;

function modelFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    MODEL_FIELDS.flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

function required(field: string, value: Json | undefined): string {
  const text = optional(field, value);
  if (text === null) throw invalid(`A \`${field}\` is needed.`);
  return text;
}

function optional(field: string, value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  const text = keyText(value);
  if (text === null) throw invalid(`\`${field}\` must be text.`);
  return text;
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function answer(kind: Kind, id: string, context: EngineContext): Entity {
  const { reader } = context.store;
  const found = load(reader, kind, id);
  if (found === null) throw notFound(kind, id);
  return { entity: describe(found, { reader, placeOf: readablePlacesOf(context) }) };
}
