/** `Model`: which model version a pipeline or a step works on (zenml-semantics §4.1–4.4). */
import type { JsonObject } from "../../../core/json";
import type { ModelConfig } from "../../../core/spec";
import { Lazy, LazyArtifact } from "./lazy";
import { entityOf } from "./entities";
import type { Entity } from "./entities";
import { ask, scoped, session } from "./session";

export const ModelStages = {
  None: "none",
  Staging: "staging",
  Production: "production",
  Archived: "archived",
  Latest: "latest",
} as const;

export type ModelOptions = Omit<ModelConfig, "name" | "version"> & {
  readonly version?: string | number | null;
};

export class Model {
  readonly name: string;
  readonly version: string | number | null;
  readonly options: ModelOptions;

  constructor(name: string, options: ModelOptions = {}) {
    this.name = name;
    this.version = options.version ?? null;
    this.options = options;
  }

  /** An artifact of this model version: looked up now inside a step, when the step starts in a pipeline's function. */
  getArtifact(name: string, version: string | null = null): LazyArtifact | Promise<Entity> {
    if (session.trace !== null) return new LazyArtifact(this.#reference(), name, version);
    return this.#artifact(name, version);
  }

  metadata(key: string): Lazy {
    return new Lazy({ lazy: "model-metadata", ref: this.#reference(), metadataKey: key });
  }

  async setStage(stage: string, { force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const { id } = await this.resolve(false);
    await ask("model.stage", { modelVersionId: String(id), stage, force });
  }

  async logMetadata(values: JsonObject): Promise<void> {
    const { id } = await this.resolve(true);
    await ask("metadata.log", scoped({ target: "model_version", targetId: String(id), values }));
  }

  async resolve(create: boolean): Promise<Entity> {
    const { entity } = await ask("model.resolve", scoped({ model: modelConfig(this), create }));
    return entityOf("model_version", entity as JsonObject);
  }

  async #artifact(name: string, version: string | null): Promise<Entity> {
    const { id } = await this.resolve(false);
    const filters = { name, model_version_id: String(id), ...(version === null ? {} : { version }) };
    const { items } = await ask(
      "entity.list",
      scoped({
        kind: "artifact_version",
        filters,
        sort: "desc:created",
        page: 1,
        size: 1,
      }),
    );
    const [found] = items as readonly JsonObject[];
    if (found === undefined) throw new Error(`Model ${this.name} has no artifact ${name}.`);
    return entityOf("artifact_version", found);
  }

  /** What is a stage is resolved when the step starts; without a version the run's own is meant. */
  #reference(): { model: string; version: string | number | null } {
    return { model: this.name, version: this.version };
  }
}

export function modelConfig(model: Model): ModelConfig & JsonObject {
  return { ...model.options, name: model.name, version: model.version };
}
