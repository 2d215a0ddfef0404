/** Makes an artifact version: of a step's output, `save_artifact`, `ExternalArtifact` or `register_artifact`. One rule for all. */
import type { ArtifactType, Language, SaveType } from "../../core/entities";
import type { JsonObject } from "../../core/json";
import { checkedName } from "../../core/naming";
import { decideVersion } from "../../core/versions";
import { linkArtifact } from "./links";
import { logMetadata } from "./metadata";
import { attachTags } from "./tags";
import type { Draft, DraftArtifact } from "./draft";

export interface NewArtifactVersion {
  readonly name: string;
  readonly version: string | number | null;
  readonly customName: boolean;
  readonly type: ArtifactType;
  readonly dataType: string;
  readonly materializer: string;
  readonly language: Language;
  readonly digest: string;
  readonly bytes: number;
  readonly summary: string;
  /** The variable that the pipeline function assigned it to. */
  readonly alias: string | null;
  readonly uri: string | null;
  readonly saveType: SaveType;
  readonly producer: { readonly stepRunId: string; readonly runId: string } | null;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  /** Linked to it at once; null links to none. */
  readonly modelVersionId: string | null;
}

export interface CreatedArtifactVersion {
  readonly id: string;
  readonly artifactId: string;
  readonly name: string;
  readonly version: string;
}

/** Adds the version with its number, link, tags and metadata. Refuses a version that exists (EntityExistsError). */
export function createArtifactVersion(draft: Draft, wanted: NewArtifactVersion): CreatedArtifactVersion {
  const artifact = artifactNamed(draft, checkedName("artifact", wanted.name), wanted.customName);
  const numbering = decideVersion(artifact.name, wanted.version, {
    highestNumber: artifact.highestNumber,
    has: (version) =>
      artifact.added.has(version) || (artifact.stored && draft.reader.hasVersion(artifact.id, version)),
  });
  draft.artifacts.set(artifact.name, {
    ...artifact,
    highestNumber: Math.max(artifact.highestNumber, numbering.versionNumber ?? 0),
    added: new Set([...artifact.added, numbering.version]),
  });
  const id = draft.newId();
  draft.add({
    type: "artifactVersion.created",
    id,
    artifactId: artifact.id,
    ...numbering,
    artifactType: wanted.type,
    dataType: wanted.dataType,
    materializer: wanted.materializer,
    language: wanted.language,
    digest: wanted.digest,
    bytes: wanted.bytes,
    saveType: wanted.saveType,
    producerStepRunId: wanted.producer?.stepRunId ?? null,
    producerRunId: wanted.producer?.runId ?? null,
    summary: wanted.summary,
    alias: wanted.alias,
    uri: wanted.uri,
    time: draft.time,
  });
  if (wanted.modelVersionId !== null) linkArtifact(draft, wanted.modelVersionId, id);
  attachTags(draft, "artifact_version", id, wanted.tags, artifact.id);
  logMetadata(draft, "artifact_version", id, wanted.metadata);
  return { id, artifactId: artifact.id, name: artifact.name, version: numbering.version };
}

/** Finds or creates the name; a custom name, once given, stays one. */
function artifactNamed(draft: Draft, name: string, customName: boolean): DraftArtifact {
  const artifact = draft.artifacts.get(name) ?? load(draft, name, customName);
  if (artifact.customName || !customName) return artifact;
  draft.add({ type: "artifact.updated", id: artifact.id, name, customName: true });
  return { ...artifact, customName: true };
}

function load(draft: Draft, name: string, customName: boolean): DraftArtifact {
  const stored = draft.reader.artifactNamed(name);
  if (stored !== null) return { ...stored, name, added: new Set(), stored: true };
  const id = draft.newId();
  draft.add({ type: "artifact.created", id, name, customName, time: draft.time });
  return { id, name, customName, highestNumber: 0, added: new Set(), stored: false };
}
