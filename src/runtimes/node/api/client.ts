/** `Client`: what is remembered, asked of the engine. */
import type { JsonObject } from "../../../core/json";
import { entityOf } from "./entities";
import type { Entity } from "./entities";
import { getEntity } from "./functions";
import { ArtifactLookup } from "./lazy";
import { ask, scoped, session } from "./session";
import type { EntityName } from "../../protocol";

export interface ListOptions {
  readonly sort?: string;
  readonly page?: number;
  readonly size?: number;
  readonly filters?: JsonObject;
}

export interface Page {
  readonly items: readonly Entity[];
  readonly total: number;
}

export class Client {
  getPipeline(key: string): Promise<Entity> {
    return getEntity("pipeline", key);
  }

  getRun(key: string): Promise<Entity> {
    return getEntity("run", key);
  }

  getArtifactVersion(key: string, version?: string | number): PromiseLike<Entity> {
    const now = (): Promise<Entity> => getEntity("artifact_version", key, version);
    if (session.trace === null) return now();
    return new ArtifactLookup(version === undefined ? [key] : [key, version], now);
  }

  getModel(key: string): Promise<Entity> {
    return getEntity("model", key);
  }

  getModelVersion(model: string, version?: string | number): Promise<Entity> {
    return getEntity("model_version", model, version);
  }

  listPipelines(options: ListOptions = {}): Promise<Page> {
    return list("pipeline", options);
  }

  listRuns(options: ListOptions = {}): Promise<Page> {
    return list("run", options);
  }

  listArtifacts(options: ListOptions = {}): Promise<Page> {
    return list("artifact", options);
  }

  listArtifactVersions(artifact?: string, options: ListOptions = {}): Promise<Page> {
    const named = artifact === undefined ? {} : { artifact };
    return list("artifact_version", { ...options, filters: { ...options.filters, ...named } });
  }

  listModels(options: ListOptions = {}): Promise<Page> {
    return list("model", options);
  }

  listModelVersions(model: string, options: ListOptions = {}): Promise<Page> {
    return list("model_version", { ...options, filters: { ...options.filters, model } });
  }
}

async function list(
  kind: EntityName,
  { sort, page = 1, size = 20, filters = {} }: ListOptions,
): Promise<Page> {
  const params = { kind, filters, page, size, ...(sort === undefined ? {} : { sort }) };
  const { items, total } = await ask("entity.list", scoped(params));
  return {
    items: (items as readonly JsonObject[]).map((fields) => entityOf(kind, fields)),
    total: Number(total),
  };
}
