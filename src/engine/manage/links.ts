/** Linking, unlinking and promoting by hand; each can be undone. */
import type { Stage } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import { stageModelVersion, resolveModelVersion } from "../decide/models";
import { linkArtifact } from "../decide/links";
import type { Engine, LinkTarget, Undo } from "../api";
import type { EngineContext } from "../context";
import type { Draft } from "../decide/draft";

/** Links to a version of a model, making model and version where they are missing. */
export async function link(
  context: EngineContext,
  artifactVersionId: string,
  target: LinkTarget,
): ReturnType<Engine["link"]> {
  const done = await context.decide((draft) => {
    const artifact = draft.reader.artifactVersion(artifactVersionId);
    if (artifact === null) throw missing("artifact version", artifactVersionId);
    const config = { name: target.model, version: target.version };
    const { version, createdModel, createdVersion } = resolveModelVersion(draft, config, {
      runId: null,
      create: true,
    });
    const alreadyLinked = !linkArtifact(draft, version.id, artifactVersionId);
    const label = `Link ${artifact.artifact} ${artifact.version} to ${version.model} ${version.name}`;
    return { version, createdModel, createdVersion, alreadyLinked, label };
  });
  const { version, createdModel, createdVersion, alreadyLinked, label } = done;
  const undo = async (): Promise<void> => {
    if (alreadyLinked) return;
    await context.decide((draft) => {
      draft.add({ type: "link.removed", modelVersionId: version.id, artifactVersionId });
      const isLast = draft.reader.linkedArtifacts(version.id).every(({ id }) => id === artifactVersionId);
      if (!createdVersion || !isLast) return;
      draft.add({ type: "modelVersion.deleted", id: version.id });
      if (createdModel && draft.reader.model(version.modelId)?.versions === 1) {
        draft.add({ type: "model.deleted", id: version.modelId });
      }
    });
  };
  return { modelVersionId: version.id, alreadyLinked, label, undo };
}

export async function unlink(
  context: EngineContext,
  modelVersionId: string,
  artifactVersionId: string,
): Promise<Undo> {
  const label = await context.decide((draft) => {
    const version = draft.reader.modelVersion(modelVersionId);
    const artifact = draft.reader.artifactVersion(artifactVersionId);
    if (version === null) throw missing("model version", modelVersionId);
    if (artifact === null) throw missing("artifact version", artifactVersionId);
    if (!draft.reader.isLinked(modelVersionId, artifactVersionId)) {
      throw new HeadraceError(
        "not-found",
        `${artifact.artifact} ${artifact.version} is not linked to ${version.model} ${version.name}.`,
      );
    }
    draft.add({ type: "link.removed", modelVersionId, artifactVersionId });
    return `Unlink ${artifact.artifact} ${artifact.version} from ${version.model} ${version.name}`;
  });
  return {
    label,
    undo: () =>
      context.decide((draft) => {
        const { reader } = draft;
        if (reader.modelVersion(modelVersionId) === null) throw missing("model version", modelVersionId);
        if (reader.artifactVersion(artifactVersionId) === null)
          throw missing("artifact version", artifactVersionId);
        linkArtifact(draft, modelVersionId, artifactVersionId);
      }),
  };
}

/** Undoing gives the stage back to whom it was taken from. */
export async function promote(
  context: EngineContext,
  modelVersionId: string,
  stage: Stage | "none",
  force: boolean,
): Promise<Undo> {
  const { version, archived } = await context.decide((draft) => {
    const found = draft.reader.modelVersion(modelVersionId);
    if (found === null) throw missing("model version", modelVersionId);
    return { version: found, archived: stageModelVersion(draft, found, stage, force).archives };
  });
  const giveBack = (draft: Draft): void => {
    const restored = archived === null ? [version] : [version, archived];
    for (const { id, stage: before } of restored) {
      if (draft.reader.modelVersion(id) === null) throw missing("model version", id);
      draft.add({ type: "modelVersion.staged", id, stage: before, time: draft.time });
    }
  };
  return {
    label: `Set ${version.model} ${version.name} to ${stage}`,
    undo: () => context.decide(giveBack),
  };
}

export function missing(what: string, id: string): HeadraceError {
  return new HeadraceError("not-found", `There is no ${what} ${id} any more.`, {
    advice: "It was deleted in the meantime.",
    pythonType: "KeyError",
  });
}
