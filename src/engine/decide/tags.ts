/** Tags: created when first used; an exclusive one moves to its newest holder (zenml-semantics §2.5). */
import type { Taggable } from "../../core/entities";
import { checkedName } from "../../core/naming";
import type { Draft } from "./draft";

export interface TagTraits {
  readonly exclusive: boolean;
  readonly cascade: boolean;
}

const plain: TagTraits = { exclusive: false, cascade: false };

/**
 * `scope` is what an exclusive tag is exclusive in: the artifact of a version, the pipeline of a run.
 */
export function attachTags(
  draft: Draft,
  target: Taggable,
  targetId: string,
  names: Iterable<string>,
  scope: string | null = null,
  traits: TagTraits = plain,
): void {
  for (const name of new Set(names)) {
    const tag = ensureTag(draft, name, traits);
    if (tag.exclusive) takeFromOthers(draft, target, targetId, name, scope);
    draft.add({ type: "tag.attached", target, targetId, name });
  }
}

export function detachTags(draft: Draft, target: Taggable, targetId: string, names: Iterable<string>): void {
  for (const name of new Set(names)) draft.add({ type: "tag.detached", target, targetId, name });
}

export function ensureTag(draft: Draft, name: string, traits: TagTraits = plain): TagTraits {
  const known = draft.reader.tagNamed(name);
  if (known !== null) return known;
  if (!draft.newTags.has(name)) {
    draft.newTags.set(name, true);
    const id = draft.newId();
    draft.add({
      type: "tag.created",
      id,
      name: checkedName("tag", name),
      color: null,
      ...traits,
      time: draft.time,
    });
  }
  return traits;
}

function takeFromOthers(
  draft: Draft,
  target: Taggable,
  targetId: string,
  name: string,
  scope: string | null,
): void {
  for (const holder of draft.reader.taggedWith(name, target)) {
    if (holder === targetId || scopeOf(draft, target, holder) !== scope) continue;
    draft.add({ type: "tag.detached", target, targetId: holder, name });
  }
}

function scopeOf(draft: Draft, target: Taggable, id: string): string | null {
  if (target === "run") return draft.reader.run(id)?.pipelineId ?? null;
  if (target === "artifact_version") return draft.reader.artifactVersion(id)?.artifactId ?? null;
  return target === "model_version" ? (draft.reader.modelVersion(id)?.modelId ?? null) : null;
}
