/** The preview of an artifact version, as the step that made it left it. */
import { readPreview } from "../artifacts/manifest";
import type { Preview } from "../core/preview";
import type { Engine } from "../engine/api";

/** Null when there is none, or the files are missing. Throws when they are damaged, or can't be made. */
export async function storedPreview(engine: Engine, artifactVersionId: string): Promise<Preview | null> {
  const folder = engine.payloadFolder(artifactVersionId);
  return folder === null ? null : readPreview(folder);
}
