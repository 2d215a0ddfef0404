/** What people write on things: tags, notes, descriptions. Each can be undone. */
import type { JsonObject } from "../../core/json";
import type { Undo } from "../api";
import type { EngineContext } from "../context";
import type { Draft } from "../decide/draft";
import { createModel as decideModel } from "../decide/models";
import { attachTags, detachTags } from "../decide/tags";
import { missing } from "./links";

export type NoteOwner = "run" | "model_version";
export type TagOwner = "artifact_version" | "run" | "model_version" | "artifact" | "model";

export async function setTags(
  context: EngineContext,
  kind: TagOwner,
  id: string,
  tags: readonly string[],
): Promise<Undo> {
  const before = await context.decide((draft) => replaceTags(draft, kind, id, tags));
  return {
    label: "Change tags",
    undo: () => context.decide((draft) => replaceTags(draft, kind, id, before)).then(nothing),
  };
}

/** Answers the tags that it had. */
function replaceTags(draft: Draft, kind: TagOwner, id: string, wanted: readonly string[]): readonly string[] {
  const { tags, scope } = tagsOf(draft, kind, id);
  const added = wanted.filter((tag) => !tags.includes(tag));
  const removed = tags.filter((tag) => !wanted.includes(tag));
  detachTags(draft, kind, id, removed);
  attachTags(draft, kind, id, added, scope);
  return tags;
}

function tagsOf(
  { reader }: Draft,
  kind: TagOwner,
  id: string,
): { readonly tags: readonly string[]; readonly scope: string | null } {
  switch (kind) {
    case "artifact_version": {
      const version = reader.artifactVersion(id);
      if (version !== null) return { tags: version.tags, scope: version.artifactId };
      break;
    }
    case "run": {
      const run = reader.run(id);
      if (run !== null) return { tags: run.tags, scope: run.pipelineId };
      break;
    }
    case "model_version": {
      const version = reader.modelVersion(id);
      if (version !== null) return { tags: version.tags, scope: version.modelId };
      break;
    }
    case "artifact":
    case "model": {
      const entity = kind === "artifact" ? reader.artifact(id) : reader.model(id);
      if (entity?.id === id) return { tags: entity.tags, scope: null };
    }
  }
  throw missing(kind.replace("_", " "), id);
}

export async function setNote(
  context: EngineContext,
  kind: NoteOwner,
  id: string,
  note: string,
): Promise<Undo> {
  const write = (text: string): Promise<string> =>
    context.decide((draft) => {
      const noted = kind === "run" ? draft.reader.run(id) : draft.reader.modelVersion(id);
      if (noted === null) throw missing(kind === "run" ? "run" : "model version", id);
      draft.add({ type: kind === "run" ? "run.note" : "modelVersion.note", id, note: text });
      return noted.note;
    });
  const before = await write(note);
  return { label: "Change note", undo: () => write(before).then(nothing) };
}

export async function setDescription(
  context: EngineContext,
  modelVersionId: string,
  text: string,
): Promise<Undo> {
  const write = (description: string | null): Promise<string | null> =>
    context.decide((draft) => {
      const version = draft.reader.modelVersion(modelVersionId);
      if (version === null) throw missing("model version", modelVersionId);
      draft.add({ type: "modelVersion.updated", id: modelVersionId, name: version.name, description });
      return version.description;
    });
  const before = await write(text === "" ? null : text);
  return { label: "Change description", undo: () => write(before).then(nothing) };
}

export function createModel(context: EngineContext, name: string, fields: JsonObject): Promise<string> {
  return context.decide((draft) => decideModel(draft, name, fields));
}

/** The next run does not take these results, nor those that they were taken from. */
export function invalidateCache(context: EngineContext, stepRunIds: readonly string[]): Promise<void> {
  return context.decide((draft) => {
    const originals = stepRunIds.map((id) => draft.reader.step(id)?.originalStepRunId ?? id);
    for (const stepRunId of new Set(originals)) {
      draft.add({ type: "cache.invalidated", stepRunId, time: draft.time });
    }
  });
}

function nothing(): void {
  // Whoever undoes is not interested in what was there.
}
