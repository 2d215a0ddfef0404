/** Creates a run: name, number, pipeline and model version are decided at once, or nothing is (zenml-semantics §2.6, §4.2). */
import { randomUUID } from "node:crypto";
import type { ModelVersion, RunOrigin } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import { runName, substitutionsAt, type Substitutions } from "../../core/naming";
import { thisProcess } from "../../store/processes";
import type { Draft } from "../decide/draft";
import { linkRun } from "../decide/links";
import { fillModel, modelKey, resolveModelVersion } from "../decide/models";
import { attachTags } from "../decide/tags";
import type { Plan } from "./plan";
import { initialSteps, type Reuse, type RunState } from "./state";

export interface RunCreation {
  readonly plan: Plan;
  readonly origin: RunOrigin;
  readonly noCache: boolean;
  readonly environment: JsonObject;
  readonly reuse: Reuse | null;
  /** Given by the caller instead of the template in the code. */
  readonly runName?: string;
}

/** Throws EntityExistsError for a name that is taken and KeyError for a model version that is missing; then no run exists. */
export function createRun(draft: Draft, creation: RunCreation): RunState {
  const { plan, origin, noCache, environment, reuse } = creation;
  const { pipeline, language } = plan.spec;
  const id = randomUUID();
  const { name, substitutions } = freeName(draft, creation);
  const pipelineId = ensurePipeline(draft, pipeline.name);
  const modelVersion = resolveRunModel(draft, plan, id, substitutions);
  draft.add({
    type: "run.created",
    id,
    name,
    index: draft.reader.highestRunIndex(pipelineId) + 1,
    pipelineId,
    origin,
    language,
    parameters: pipeline.parameters,
    config: effectiveConfig(plan, substitutions),
    source: pipeline.source,
    modelVersionId: modelVersion?.id ?? null,
    cacheEnabled: !noCache && pipeline.enableCache !== false,
    environment: { ...plan.spec.environment, ...environment },
    rerunOf: reuse?.runId ?? null,
    spec: plan.spec,
    owner: thisProcess(),
    time: draft.time,
  });
  if (modelVersion !== null) linkRun(draft, modelVersion.id, id);
  for (const { name: tag, cascade, exclusive } of pipeline.tags) {
    attachTags(draft, "run", id, [tag], pipelineId, { cascade, exclusive });
  }
  return {
    id,
    name,
    pipelineId,
    plan,
    substitutions,
    modelVersion,
    modelVersions: knownVersions(plan, substitutions, modelVersion),
    cascade: pipeline.tags.filter((tag) => tag.cascade).map((tag) => tag.name),
    reuse,
    steps: initialSteps(plan),
    completedKeys: new Map(),
  };
}

/**
 * Runs that start within the same millisecond differ in the microseconds of `{time}`, which nobody measured; a name
 * without a time that is taken is refused.
 */
function freeName(draft: Draft, creation: RunCreation): { name: string; substitutions: Substitutions } {
  const { pipeline } = creation.plan.spec;
  const template = creation.runName ?? pipeline.runName;
  const start = substitutionsAt(draft.time);
  for (let micros = 0; micros < 1000; micros += 1) {
    const time = (start["time"] ?? "").slice(0, -3) + String(micros).padStart(3, "0");
    const substitutions = { ...start, time, ...pipeline.substitutions };
    const name = runName(pipeline.name, template, substitutions);
    if (draft.reader.runNamed(name) === null) return { name, substitutions };
    if (template !== null && !template.includes("{time}")) throw nameTaken(name);
    if ("time" in pipeline.substitutions) throw nameTaken(name);
  }
  throw nameTaken(pipeline.name);
}

function nameTaken(name: string): HeadraceError {
  return new HeadraceError(
    "already-exists",
    `Pipeline run name '${name}' already exists. Each pipeline run must have a unique name.`,
    {
      advice:
        "Use placeholders in the run name, such as `my_run-{date}-{time}`, so that every run gets its own.",
      pythonType: "EntityExistsError",
    },
  );
}

function ensurePipeline(draft: Draft, name: string): string {
  const known = draft.reader.pipeline(name);
  if (known?.name === name) return known.id;
  const id = draft.newId();
  draft.add({ type: "pipeline.created", id, name, time: draft.time });
  return id;
}

function resolveRunModel(
  draft: Draft,
  plan: Plan,
  runId: string,
  substitutions: Substitutions,
): ModelVersion | null {
  const { model } = plan.spec.pipeline;
  if (model === null) return null;
  return resolveModelVersion(draft, fillModel(model, substitutions), { runId, create: true }).version;
}

function knownVersions(
  plan: Plan,
  substitutions: Substitutions,
  version: ModelVersion | null,
): Map<string, ModelVersion> {
  const { model } = plan.spec.pipeline;
  if (model === null || version === null) return new Map();
  const config = fillModel(model, substitutions);
  return new Map([[modelKey(config), version]]);
}

/** What the run keeps in fields of its own, and what a pipeline is rather than how it is to run. */
const NO_CONFIGURATION = new Set(["parameters", "source", "sourceCode"]);

/** What applied after merging code, YAML and options. */
function effectiveConfig(plan: Plan, substitutions: Substitutions): JsonObject {
  const { model, tags, cachePolicy, ...rest } = plan.spec.pipeline;
  const config = Object.entries(rest).filter(([key]) => !NO_CONFIGURATION.has(key));
  return {
    ...(Object.fromEntries(config) as JsonObject),
    substitutions: { ...substitutions },
    model: model === null ? null : { ...model },
    tags: tags.map((tag) => ({ ...tag })),
    cachePolicy: cachePolicy === null ? null : { ...cachePolicy },
  };
}
