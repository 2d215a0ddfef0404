/**
 * Where the files of artifact versions are. Who wrote the store may not be who reads it: what it says is believed of files in
 * the workspace and in the store, and of no others.
 */
import type { ArtifactVersion } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { PayloadReference } from "../runtimes/protocol";
import type { EngineContext } from "./context";
import { confined } from "./within";

/** The file or folder that holds a version's content; null when the store names a place where nothing of it can be. */
export type PlaceOf = (version: Pick<ArtifactVersion, "digest" | "uri">) => string | null;

export function placesOf({ workspace, payloads }: Pick<EngineContext, "workspace" | "payloads">): PlaceOf {
  return ({ digest, uri }) => {
    if (uri !== null) return confined(uri, [workspace, payloads.root]);
    try {
      return payloads.folderOf(digest);
    } catch (error) {
      if (HeadraceError.is(error, "invalid")) return null;
      throw error;
    }
  };
}

/** The same, for whoever reads files: those of a payload that had no folder are there then. */
export function readablePlacesOf(context: Pick<EngineContext, "workspace" | "payloads">): PlaceOf {
  const placeOf = placesOf(context);
  return (version) => {
    const place = placeOf(version);
    if (place !== null) context.payloads.appear(place);
    return place;
  };
}

/** What a worker needs to load a version. Throws when there is nothing that may be loaded. */
export function payloadReference(version: ArtifactVersion, placeOf: PlaceOf): PayloadReference {
  const folder = placeOf(version);
  if (folder === null) {
    throw new HeadraceError(
      "not-found",
      `The files of artifact \`${version.artifact}\` version \`${version.version}\` are missing, or outside of the workspace.`,
      { advice: "Register the data again, or run the step that makes it.", pythonType: "FileNotFoundError" },
    );
  }
  return payloadIn(folder, version);
}

export function payloadIn(folder: string, version: ArtifactVersion): PayloadReference {
  return {
    artifactVersionId: version.id,
    artifact: version.artifact,
    version: version.version,
    folder,
    materializer: version.materializer,
    dataType: version.dataType,
    language: version.language,
  };
}
