/** Links between artifact versions, runs and model versions; making one twice changes nothing (zenml-semantics §4.5). */
import type { Draft } from "./draft";

/** False when it was linked before. */
export function linkArtifact(draft: Draft, modelVersionId: string, artifactVersionId: string): boolean {
  const key = `${modelVersionId} ${artifactVersionId}`;
  if (draft.newLinks.has(key) || draft.reader.isLinked(modelVersionId, artifactVersionId)) return false;
  draft.newLinks.set(key, true);
  draft.add({ type: "link.created", modelVersionId, artifactVersionId, time: draft.time });
  return true;
}

/** Says that a run used a model version. Applying it twice changes nothing, so it is not looked up. */
export function linkRun(draft: Draft, modelVersionId: string, runId: string): void {
  const key = `${modelVersionId} run ${runId}`;
  if (draft.newLinks.has(key)) return;
  draft.newLinks.set(key, true);
  draft.add({ type: "runLink.created", modelVersionId, runId, time: draft.time });
}
