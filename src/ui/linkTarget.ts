/** Where an artifact goes that is linked to a row: into a version of a model; on the model itself, into a new one. */
import type { LinkTarget } from "../engine/api";
import type { StoreReader } from "../store/reader";
import type { ModelRef, ModelVersionRef } from "./refs";

export function linkTargetOf(reader: StoreReader, ref: ModelRef | ModelVersionRef): LinkTarget | null {
  if (ref.kind === "modelVersion") {
    const version = reader.modelVersion(ref.id);
    return version === null ? null : { model: version.model, version: version.number };
  }
  const model = reader.model(ref.id);
  return model === null ? null : { model: model.name, version: null };
}
