/** What the page of a run shows, read from the store. */
import type { Run, StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Json, JsonObject } from "../../core/json";
import type { PipelineSpec } from "../../core/spec";
import type { Engine } from "../../engine/api";
import { runLabel } from "../../ui/runLabel";
import type { ConfigValue, RunHead, RunSnapshot, RunStep } from "./messages";

export function runSnapshot(engine: Engine, runId: string): RunSnapshot {
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
    steps: reader.steps(runId).map((step) => runStep(engine, step)),
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

export function runStep(engine: Engine, step: StepRun): RunStep {
  const { invocation, status, started, finished, attempt, cacheReason, skippedBecause, failure } = step;
  const outputs = step.outputs.flatMap(({ output, artifactVersionId }) => {
    const version = engine.reader.artifactVersion(artifactVersionId);
    return version === null
      ? []
      : [{ name: output, versionId: version.id, version: version.version, summary: version.summary }];
  });
  return {
    ...{ invocation, step: step.step, status, started, finished, attempt, cacheReason, skippedBecause },
    ...{ outputs, failure },
  };
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
