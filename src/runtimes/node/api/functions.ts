/** What steps and scripts do by hand: save and load artifacts, link them, log metadata (zenml-semantics §4.5–4.7). */
import type { Json, JsonObject } from "../../../core/json";
import type { ArtifactType } from "../../../core/entities";
import type { Entity } from "./entities";
import { entityOf, loadVersion } from "./entities";
import { jsonOf, textOf } from "./json";
import type { Model } from "./model";
import { savePayload } from "./materializers/payload";
import { ask, scoped, session } from "./session";

export interface SaveOptions {
  readonly version?: string | number;
  readonly type?: ArtifactType;
  readonly tags?: readonly string[];
  readonly metadata?: JsonObject;
  readonly materializer?: string;
}

export async function saveArtifact(value: unknown, name: string, options: SaveOptions = {}): Promise<Entity> {
  const { folder } = await ask("payload.prepare", {});
  const payload = await savePayload(value, textOf(folder), {
    materializer: options.materializer ?? null,
    metadata: true,
    preview: true,
  });
  const { entity } = await ask(
    "artifact.save",
    scoped({
      name,
      version: options.version ?? null,
      payload: { ...payload },
      saveType: "manual",
      tags: options.tags ?? [],
      metadata: jsonOf(options.metadata ?? {}) ?? {},
      customName: true,
      ...(options.type === undefined ? {} : { type: options.type }),
    }),
  );
  return entityOf("artifact_version", entity as JsonObject);
}

export async function loadArtifact(nameOrId: string, version?: string | number): Promise<unknown> {
  const { id } = await getEntity("artifact_version", nameOrId, version);
  return loadVersion(String(id));
}

export async function linkArtifactToModel(artifact: Entity | string, model?: Model): Promise<void> {
  const target = model ?? session.step?.model;
  if (target === undefined) {
    throw new Error(
      'linkArtifactToModel() needs a model outside of a step: pass `new Model("…", { version })`.',
    );
  }
  const { id } = await target.resolve(true);
  const artifactVersionId = typeof artifact === "string" ? artifact : String(artifact["id"]);
  await ask("link.create", { artifactVersionId, modelVersionId: String(id) });
}

/** What metadata is for: exactly one of these; nothing is the step that executes. */
export interface MetadataTarget {
  readonly run?: string;
  readonly step?: string;
  readonly output?: string;
  readonly artifact?: string;
  readonly artifactVersion?: string | number;
  readonly model?: Model;
}

export async function logMetadata(values: JsonObject, target: MetadataTarget = {}): Promise<void> {
  const { step } = session;
  const plain = jsonOf(values) as JsonObject;
  if (target.model !== undefined) return target.model.logMetadata(plain);
  if (target.output !== undefined && step !== null) {
    step.addOutputMetadata(plain, target.output);
    return;
  }
  if (target.artifact !== undefined) {
    const { id } = await getEntity("artifact_version", target.artifact, target.artifactVersion);
    return log("artifact_version", String(id), plain);
  }
  if (target.run !== undefined && target.step !== undefined) {
    const run = await getEntity("run", target.run);
    const filters = { pipeline_run_id: String(run["id"]), name: target.step };
    const { items } = await ask("entity.list", { kind: "step_run", filters, page: 1, size: 1 });
    const found = (items as readonly JsonObject[])[0];
    if (found === undefined) throw new Error(`Run ${target.run} has no step ${target.step}.`);
    return log("step_run", textOf(found["id"]), plain);
  }
  if (target.run !== undefined) return log("run", String((await getEntity("run", target.run))["id"]), plain);
  if (step === null) throw new Error("No step is executing to log metadata for: say what it is for.");
  return log("step_run", step.stepRunId, plain);
}

async function log(target: string, targetId: string, values: JsonObject): Promise<void> {
  const { skipped } = await ask("metadata.log", scoped({ target, targetId, values }));
  for (const line of skipped as readonly string[]) console.warn(line);
}

export async function getEntity(kind: Entity["kind"], key: string, version?: Json): Promise<Entity> {
  const params = { kind, key, ...(version === undefined ? {} : { version }) };
  const { entity } = await ask("entity.get", scoped(params));
  return entityOf(kind, entity as JsonObject);
}
