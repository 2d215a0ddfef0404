/** Applies the rules of core/models.ts to the store: get or create model versions, promote them. */
import type { ModelVersion } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import {
  checkNewVersionName,
  decideModelVersion,
  decideStage,
  findModelVersion,
  type KnownModelVersions,
  type Staging,
} from "../../core/models";
import { checkedName, fillTemplate, type Substitutions } from "../../core/naming";
import type { ModelConfig } from "../../core/spec";
import { attachTags } from "./tags";
import type { Draft } from "./draft";

export interface ResolveOptions {
  /** The run that asks: `version: null` is one new version per run. Null outside a run. */
  readonly runId: string | null;
  /** False only ever finds; then `version: null` means the run's own version, else the latest. */
  readonly create: boolean;
}

export interface ResolvedModelVersion {
  readonly version: ModelVersion;
  readonly createdModel: boolean;
  readonly createdVersion: boolean;
}

/** Finds or makes the model version that a `Model(...)` means. KeyError when a number, stage or model is missing. */
export function resolveModelVersion(
  draft: Draft,
  config: ModelConfig,
  options: ResolveOptions,
): ResolvedModelVersion {
  const existing = modelIdOf(draft, config.name);
  const known = knownVersions(draft, existing);
  if (!options.create) {
    if (existing === null) throw noModel(config.name);
    const own = config.version === null && options.runId !== null ? known.ofRun(options.runId) : null;
    const version = own ?? findModelVersion(config.name, config.version, known);
    return { version, createdModel: false, createdVersion: false };
  }
  const decision = decideModelVersion(config.name, config.version, known, options.runId);
  if ("found" in decision) return { version: decision.found, createdModel: false, createdVersion: false };
  const modelId = existing ?? createModel(draft, config.name, modelFields(config));
  const version = addVersion(draft, {
    modelId,
    model: config.name,
    ...decision.create,
    description: config.description ?? null,
    tags: config.tags ?? [],
    producerRunId: config.version === null ? options.runId : null,
  });
  return { version, createdModel: existing === null, createdVersion: true };
}

/** `Client.create_model_version`: a new version, numbered or named; EntityExistsError when the name is taken. */
export function createModelVersion(
  draft: Draft,
  model: string,
  wanted: {
    readonly name: string | null;
    readonly description: string | null;
    readonly tags: readonly string[];
  },
): ModelVersion {
  const modelId = modelIdOf(draft, model);
  if (modelId === null) throw noModel(model);
  const known = knownVersions(draft, modelId);
  const number = known.highestNumber + 1;
  if (wanted.name !== null) {
    checkNewVersionName(wanted.name, "ValueError");
    if (known.byName(wanted.name) !== null) {
      throw new HeadraceError(
        "already-exists",
        `Unable to create model version ${wanted.name}: A model version with this name already exists in model ${model}.`,
        { pythonType: "EntityExistsError" },
      );
    }
  }
  const name = wanted.name ?? String(number);
  return addVersion(draft, { ...wanted, modelId, model, name, number, producerRunId: null });
}

/** EntityExistsError when the name is taken. Answers the id. */
export function createModel(draft: Draft, name: string, fields: JsonObject): string {
  if (modelIdOf(draft, name) !== null) {
    throw new HeadraceError(
      "already-exists",
      `Unable to create model ${name}: A model with this name already exists.`,
      {
        pythonType: "EntityExistsError",
      },
    );
  }
  const id = draft.newId();
  draft.add({ type: "model.created", id, name: checkedName("model", name), fields, time: draft.time });
  draft.newModels.set(name, id);
  return id;
}

/** Sets or clears a stage; RuntimeError when another version holds it and `force` is off. */
export function stageModelVersion(
  draft: Draft,
  version: ModelVersion,
  target: string,
  force: boolean,
): Staging {
  const staging = decideStage(
    version,
    target,
    (stage) => knownVersions(draft, version.modelId).byStage(stage),
    force,
  );
  if (staging.archives !== null) {
    draft.add({ type: "modelVersion.staged", id: staging.archives.id, stage: "archived", time: draft.time });
  }
  if (staging.changed) {
    draft.add({ type: "modelVersion.staged", id: version.id, stage: staging.stage, time: draft.time });
  }
  return staging;
}

/** Fills placeholders in a model's name and version. */
export function fillModel(config: ModelConfig, substitutions: Substitutions): ModelConfig {
  const { version } = config;
  return {
    ...config,
    name: fillTemplate(config.name, substitutions),
    version: typeof version === "string" ? fillTemplate(version, substitutions) : version,
  };
}

/** Under which a run remembers what `Model(name, version)` was resolved to. */
export function modelKey({ name, version }: { name: string; version: string | number | null }): string {
  return JSON.stringify([name, version]);
}

/** All versions of a model, as the rules see them; of no model when it does not exist. */
export function knownVersions(draft: Draft, modelId: string | null): KnownModelVersions {
  const { reader } = draft;
  const added = [...draft.newModelVersions.values()].filter((version) => version.modelId === modelId);
  // The reader knows nothing of a model that this draft has just created.
  const stored = [...draft.newModels.values()].includes(modelId ?? "") ? null : modelId;
  const find = (
    inDraft: (version: ModelVersion) => boolean,
    by: Parameters<typeof reader.modelVersionBy>[1],
  ) => added.find(inDraft) ?? (stored === null ? null : reader.modelVersionBy(stored, by));
  return {
    highestNumber: Math.max(
      stored === null ? 0 : reader.highestModelVersionNumber(stored),
      ...added.map((version) => version.number),
    ),
    byName: (name) => find((version) => version.name === name, { name }),
    byNumber: (number) => find((version) => version.number === number, { number }),
    byStage: (stage) => (stage === "none" ? newestWithoutStage(draft, stored) : find(() => false, { stage })),
    ofRun: (runId) => find((version) => version.producerRunId === runId, { producerRunId: runId }),
  };
}

function newestWithoutStage(draft: Draft, modelId: string | null): ModelVersion | null {
  if (modelId === null) return null;
  return draft.reader.modelVersions(modelId).items.find((version) => version.stage === null) ?? null;
}

function modelIdOf(draft: Draft, name: string): string | null {
  const stored = draft.reader.model(name);
  return stored?.name === name ? stored.id : (draft.newModels.get(name) ?? null);
}

function noModel(name: string): HeadraceError {
  return new HeadraceError("not-found", `No model named \`${name}\`.`, {
    advice: "Check the name, or run a pipeline that creates the model.",
    pythonType: "KeyError",
  });
}

function addVersion(
  draft: Draft,
  wanted: {
    readonly modelId: string;
    readonly model: string;
    readonly name: string;
    readonly number: number;
    readonly description: string | null;
    readonly tags: readonly string[];
    readonly producerRunId: string | null;
  },
): ModelVersion {
  const { modelId, model, number, description, tags, producerRunId } = wanted;
  const name = checkedName("model version", wanted.name);
  const id = draft.newId();
  draft.add({
    type: "modelVersion.created",
    id,
    modelId,
    name,
    number,
    description,
    producerRunId,
    time: draft.time,
  });
  attachTags(draft, "model_version", id, tags, modelId);
  const version: ModelVersion = {
    id,
    modelId,
    model,
    name,
    number,
    stage: null,
    description,
    created: draft.time,
    tags,
    producerRunId,
    artifacts: 0,
    note: "",
  };
  draft.newModelVersions.set(id, version);
  return version;
}

/** What a model keeps of its first `Model(...)`; description and tags belong to the version. */
function modelFields(config: ModelConfig): JsonObject {
  const { license, audience, useCases, limitations, tradeOffs, ethics, saveModelsToRegistry } = config;
  const fields = { license, audience, useCases, limitations, tradeOffs, ethics, saveModelsToRegistry };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
