/** What the page of a run shows, read from the store. */
import type { Run, StepInput, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Json, JsonObject } from "../../core/json";
import type { PipelineSpec } from "../../core/spec";
import type { Engine } from "../../engine/api";
import { briefly } from "../../ui/format";
import { reasonText, type Translate } from "../../ui/reasons";
import { runLabel } from "../../ui/runLabel";
import type { ConfigValue, RunHead, RunInput, RunOutput, RunSnapshot, RunStep } from "./messages";

export function runSnapshot(engine: Engine, runId: string, l10n: Translate): RunSnapshot {
  const { reader } = engine;
  const run = reader.run(runId);
  if (run === null) {
    throw new HeadraceError("not-found", "This run is no longer in the store.", {
      advice: "It was deleted, by you or by another window.",
    });
  }
  const spec = reader.spec(runId);
  const model = run.modelVersionId === null ? null : reader.modelVersion(run.modelVersionId);
  const repeated = run.rerunOf === null ? null : reader.run(run.rerunOf);
  return {
    head: runHead(engine, run),
    steps: reader.steps(runId).map((step) => runStep(engine, step, spec, l10n)),
    parameters: parameterValues(run.parameters, spec),
    config: chosenValues(run.config, spec),
    defaults: defaultValues(run.config, spec),
    origin: run.origin,
    rerunOf: repeated === null ? null : { id: repeated.id, label: runLabel(repeated) },
    model:
      model === null ? null : { id: model.id, name: model.model, version: model.name, stage: model.stage },
    environment: run.environment,
    notices: spec?.notices ?? [],
    readOnly: engine.readOnly,
  };
}

export function runHead(engine: Engine, run: Run): RunHead {
  const { id, name, pipeline, status, started, finished, tags, note, failure } = run;
  const live = engine.active().includes(id);
  return {
    ...{ id, label: runLabel(run), name, pipeline, status, started, finished, tags, note },
    failure,
    live,
  };
}

export function runStep(engine: Engine, step: StepRun, spec: PipelineSpec | null, l10n: Translate): RunStep {
  const { invocation, status, started, finished, attempt, skippedBecause, failure } = step;
  const cacheReason = step.cacheReason === null ? null : reasonText(l10n, step.cacheReason);
  const outputs = step.outputs.flatMap(({ output, artifactVersionId }) =>
    shown(engine, output, artifactVersionId),
  );
  const inputs = Object.entries(step.inputs).map(([name, input]) => runInput(engine, name, input));
  return {
    ...{ invocation, step: step.step, status, started, finished, attempt, cacheReason, skippedBecause },
    ...{ inputs, outputs, config: stepConfig(step, spec), failure },
  };
}

function shown({ reader }: Engine, name: string, id: string): readonly RunOutput[] {
  const version = reader.artifactVersion(id);
  if (version === null) return [];
  return [{ name, versionId: id, version: version.version, summary: briefly(version.summary) }];
}

function runInput(engine: Engine, name: string, input: StepInput): RunInput {
  if (input.kind === "value") return { name, versions: [], value: input.value };
  const ids = input.kind === "artifact" ? [input.artifactVersionId] : input.artifactVersionIds;
  const versions = ids.flatMap((id) =>
    shown(engine, engine.reader.artifactVersion(id)?.alias ?? nameOf(engine, id), id),
  );
  return { name, versions, value: null };
}

function nameOf({ reader }: Engine, id: string): string {
  return reader.artifactVersion(id)?.artifact ?? id;
}

/** Of an invocation: in the words of the API, what someone chose for it. */
const STEP_OPTIONS: Readonly<Record<string, string>> = {
  enableCache: "enable_cache",
  cachePolicy: "cache_policy",
  retry: "retry",
  model: "model",
  enableArtifactMetadata: "enable_artifact_metadata",
  enableArtifactVisualization: "enable_artifact_visualization",
  enableStepLogs: "enable_step_logs",
  after: "after",
  onFailure: "on_failure",
  onSuccess: "on_success",
  substitutions: "substitutions",
  settings: "settings",
  extra: "extra",
};

function stepConfig({ invocation, step }: StepRun, spec: PipelineSpec | null): readonly ConfigValue[] {
  const found = spec?.invocations.find(({ id }) => id === invocation) as JsonObject | undefined;
  if (found === undefined || spec === null) return [];
  const { origins } = spec.pipeline;
  return Object.entries(STEP_OPTIONS).flatMap(([key, name]) => {
    const value = found[key] ?? null;
    const origin = origins[`steps.${invocation}.${name}`] ?? origins[`steps.${step}.${name}`] ?? null;
    // False says something of a switch that is on by itself, and nothing of a hook.
    const isChosen = value !== null && (value === false ? name.startsWith("enable_") : !isUnset(value));
    return isChosen ? [{ name, value, origin }] : [];
  });
}

function parameterValues(parameters: JsonObject, spec: PipelineSpec | null): ConfigValue[] {
  return Object.entries(parameters).map(([name, value]) => ({
    name,
    value,
    origin: spec?.pipeline.origins[`parameters.${name}`] ?? null,
  }));
}

/** What has a field of its own on the page, or is no one's choice. */
const SHOWN_ELSEWHERE = new Set(["name", "functionName", "docstring", "origins", "substitutions", "tags"]);

/** What holds where no one chose, if it is not nothing. */
const DEFAULTS: JsonObject = {
  enable_cache: true,
  enable_artifact_metadata: true,
  enable_artifact_visualization: true,
  enable_step_logs: true,
  execution_mode: "continue_on_failure",
};

/** The pipeline's configuration in the words of the API. */
function namedValues(config: JsonObject, spec: PipelineSpec | null): readonly ConfigValue[] {
  return Object.entries(config).flatMap(([key, value]): ConfigValue[] => {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return SHOWN_ELSEWHERE.has(key) ? [] : [{ name, value, origin: spec?.pipeline.origins[name] ?? null }];
  });
}

function isDefault({ name, value, origin }: ConfigValue): boolean {
  return origin === null && (isUnset(value) || value === DEFAULTS[name]);
}

function defaultValues(config: JsonObject, spec: PipelineSpec | null): ConfigValue[] {
  return namedValues(config, spec)
    .filter(isDefault)
    .map(({ name, origin }) => ({ name, value: DEFAULTS[name] ?? null, origin }));
}

/** What someone chose for the pipeline, or in a file for one of its steps. */
function chosenValues(config: JsonObject, spec: PipelineSpec | null): ConfigValue[] {
  const values = namedValues(config, spec).filter((one) => !isDefault(one));
  const origins = spec?.pipeline.origins ?? {};
  const ofSteps = Object.entries(origins).flatMap(([name, origin]): ConfigValue[] => {
    const [, step, ...rest] = /^steps\.([^.]+)\.(.+)$/.exec(name) ?? [];
    const value = step === undefined ? undefined : stepValue(spec, step, rest.join("."));
    return value === undefined ? [] : [{ name: name.slice("steps.".length), value, origin }];
  });
  return [...values, ...ofSteps];
}

function isUnset(value: Json): boolean {
  if (value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function stepValue(spec: PipelineSpec | null, step: string, option: string): Json | undefined {
  const invocation = spec?.invocations.find(
    ({ id, definition }) => id === step || spec.definitions[definition]?.step === step,
  );
  if (invocation === undefined) return undefined;
  const parameter = option.replace(/^parameters\./, "");
  if (parameter !== option) {
    const input = invocation.inputs[parameter];
    return input?.kind === "value" ? input.value : undefined;
  }
  const key = option.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return (invocation as unknown as JsonObject)[key];
}
