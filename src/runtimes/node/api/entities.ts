/** What the engine answers about things that are remembered: its fields, and what can be done with it. */
import type { JsonObject, Json } from "../../../core/json";
import type { EntityName, PayloadReference } from "../../protocol";
import { loadPayload } from "./materializers/payload";
import { ask, scoped } from "./session";

export class Entity {
  readonly kind: EntityName;
  readonly [field: string]: unknown;

  constructor(kind: EntityName, fields: JsonObject) {
    this.kind = kind;
    Object.assign(this, fields);
  }
}

class ArtifactVersion extends Entity {
  /** The value. Inside a step this is recorded as an input of it. */
  async load(): Promise<unknown> {
    return loadVersion(String(this["id"]));
  }
}

export function entityOf(kind: EntityName, fields: JsonObject): Entity {
  return kind === "artifact_version" ? new ArtifactVersion(kind, fields) : new Entity(kind, fields);
}

/** `input`: the parameter that a look-up in the pipeline's function was passed to. */
export async function loadVersion(id: string, input?: string): Promise<unknown> {
  const { value } = await ask("entity.related", { kind: "artifact_version", id, relation: "payload" });
  const loaded = await loadPayload(value as Json & PayloadReference);
  const params = scoped({ artifactVersionId: id, ...(input === undefined ? {} : { input }) });
  if ("scope" in params) await ask("artifact.loaded", params);
  return loaded;
}
