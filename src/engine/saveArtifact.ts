/** `save_artifact`, `ExternalArtifact(value=)` and `register_artifact`: one artifact version outside a step's return value (zenml-semantics §4.6). */
import type { CreatedArtifactVersion, NewArtifactVersion } from "./decide/artifacts";
import { createArtifactVersion } from "./decide/artifacts";
import type { EngineContext, RunningStep } from "./context";
import type { Payload } from "../runtimes/protocol";

export type SavedArtifact = Omit<NewArtifactVersion, "producer" | "modelVersionId" | "alias">;

/**
 * Places the payload (none for what is registered where it lies), then makes the version. Inside a step it becomes an
 * output of that step under the artifact's name and is linked to the step's model version.
 */
export async function saveArtifact(
  context: EngineContext,
  artifact: SavedArtifact,
  payload: Pick<Payload, "folder" | "content"> | null,
  step: RunningStep | null,
): Promise<CreatedArtifactVersion> {
  const placed =
    payload === null ? null : await context.payloads.place(payload.folder, artifact.digest, payload.content);
  const created = await context.decide((draft) => {
    if (placed !== null) draft.keeps(placed);
    return createArtifactVersion(draft, {
      ...artifact,
      alias: null,
      tags: [...artifact.tags, ...(step?.cascade ?? [])],
      producer: step === null ? null : { stepRunId: step.stepRunId, runId: step.runId },
      modelVersionId: artifact.saveType === "external" ? null : (step?.modelVersion?.id ?? null),
    });
  });
  step?.saved.push({ output: artifact.name, artifactVersionId: created.id, saveType: artifact.saveType });
  return created;
}
