/**
 * Decides how one ready step begins: with a cached result, with execution, or with a failure. Runs inside a transaction,
 * so that look-ups and keys see the newest state.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  asJson,
  cacheComponents,
  cacheText,
  explain,
  explainHit,
  readComponents,
  type CacheComponents,
} from "../../core/cache";
import type { ModelVersion, StepRun } from "../../core/entities";
import type { StoreEvent } from "../../core/events";
import { HeadraceError } from "../../core/errors";
import { defaultArtifactName, fillTemplate, type Substitutions } from "../../core/naming";
import type { Draft } from "../decide/draft";
import { linkArtifact, linkRun } from "../decide/links";
import { logMetadata } from "../decide/metadata";
import { fillModel, modelKey, resolveModelVersion } from "../decide/models";
import { attachTags } from "../decide/tags";
import { payloadIn, type PlaceOf } from "../places";
import { failureOf } from "./failures";
import { resolveInputs, type ResolvedInputs } from "./inputs";
import type { DoneOutput, RunState, StepState } from "./state";

/** An output before it is made: its key and the artifact's name, placeholders filled in. */
export interface NamedOutput {
  readonly output: string;
  readonly artifact: string;
  readonly customName: boolean;
}

/** All that is settled about a step that must execute. */
export interface Prepared {
  readonly step: StepState;
  readonly inputs: ResolvedInputs;
  readonly outputs: readonly NamedOutput[];
  readonly substitutions: Substitutions;
  readonly modelVersion: ModelVersion | null;
  readonly cacheKey: string | null;
  readonly components: CacheComponents;
  readonly reason: string;
  /** When it was settled: look-ups are repeated if the step had to wait. */
  readonly settled: number;
}

export type Beginning =
  | { readonly kind: "cached" }
  | { readonly kind: "execute"; readonly prepared: Prepared }
  | { readonly kind: "failed" };

interface Found {
  readonly stepRun: StepRun | null;
  readonly stepRunId: string;
  readonly runName: string;
  readonly outputs: readonly DoneOutput[];
}

/** Adds the events of a cached or failed step to the draft; an executing one is started by {@link startAttempt}. */
export function begin(draft: Draft, run: RunState, step: StepState, placeOf: PlaceOf): Beginning {
  try {
    return draft.attempt(() => {
      const prepared = prepare(draft, run, step, placeOf);
      const reused = run.reuse?.reused.get(step.index);
      const found =
        reused === undefined
          ? cachedResult(draft, run, prepared, placeOf)
          : resultOf(draft, reused, run.reuse?.runName ?? "", placeOf);
      if (found === null) return { kind: "execute", prepared };
      takeOver(draft, run, prepared, found, reused !== undefined);
      return { kind: "cached" };
    });
  } catch (error) {
    failAtOnce(draft, run, step, error);
    return { kind: "failed" };
  }
}

function prepare(draft: Draft, run: RunState, step: StepState, placeOf: PlaceOf): Prepared {
  const { invocation, definition } = step;
  const substitutions = { ...run.substitutions, ...invocation.substitutions };
  const outputs = invocation.outputs.map((declared): NamedOutput => {
    const output = fillTemplate(declared.output, substitutions);
    return declared.artifact === null
      ? {
          output,
          artifact: defaultArtifactName(run.plan.spec.pipeline.name, invocation.id, output),
          customName: false,
        }
      : { output, artifact: fillTemplate(declared.artifact, substitutions), customName: true };
  });
  const inputs = resolveInputs(draft, run, step, placeOf);
  const modelVersion = stepModelVersion(draft, run, step, substitutions);
  const components = cacheComponents({
    sourcePath: definition.sourcePath,
    code: definition.code,
    parameters: inputs.parameters,
    inputs: inputs.key,
    outputs: invocation.outputs,
    policy: step.policy,
  });
  const cacheKey = inputs.unknowable === null ? digestOf(cacheText(components)) : null;
  const reason = whyItRuns(draft, run, step, components, inputs.unknowable);
  return {
    step,
    inputs,
    outputs,
    substitutions,
    modelVersion,
    cacheKey,
    components,
    reason,
    settled: draft.time,
  };
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The step's own model, else the run's. What a stage or a number means is settled once per run. */
function stepModelVersion(
  draft: Draft,
  run: RunState,
  step: StepState,
  substitutions: Substitutions,
): ModelVersion | null {
  if (step.invocation.model === null) return run.modelVersion;
  const config = fillModel(step.invocation.model, substitutions);
  const key = modelKey(config);
  const known = run.modelVersions.get(key);
  const version = known ?? resolveModelVersion(draft, config, { runId: run.id, create: true }).version;
  run.modelVersions.set(key, version);
  linkRun(draft, version.id, run.id);
  return version;
}

function whyItRuns(
  draft: Draft,
  run: RunState,
  step: StepState,
  components: CacheComponents,
  unknowable: string | null,
): string {
  if (run.reuse?.forced.has(step.index) === true) return "asked to run again";
  if (step.uncached !== null) return step.uncached;
  if (unknowable !== null) return unknowable;
  const last = draft.reader.previousStep(run.pipelineId, step.invocation.id);
  if (last === null) return explain(null, components);
  const expired = last.cacheExpires !== null && last.cacheExpires <= draft.time;
  const done = last.status === "completed" || last.status === "cached";
  const state = expired ? "expired" : done ? "usable" : "failed";
  return explain({ components: readComponents(last.cacheComponents), state }, components);
}

function cachedResult(draft: Draft, run: RunState, prepared: Prepared, placeOf: PlaceOf): Found | null {
  const { step, cacheKey } = prepared;
  if (cacheKey === null || step.uncached !== null || run.reuse?.forced.has(step.index) === true) return null;
  const own = run.completedKeys.get(cacheKey);
  if (own?.stepRunId != null) {
    return { stepRun: null, stepRunId: own.stepRunId, runName: run.name, outputs: own.outputs };
  }
  const hit = draft.reader.cachedStep(cacheKey, draft.time);
  if (hit === null) return null;
  const found = resultOf(draft, hit.id, draft.reader.runName(hit.runId), placeOf);
  if (found === null || lacksOutput(prepared, found)) return null;
  // A payload that somebody deleted can't be used again; the step makes it anew.
  return found.outputs.every((output) => isThere(draft, output)) ? found : null;
}

function isThere({ reader }: Draft, { payload, digest }: DoneOutput): boolean {
  return existsSync(payload.folder) || reader.heldPayload(digest) !== null;
}

/** What nobody took then, and so was not made, may be wanted now. */
function lacksOutput({ step, outputs }: Prepared, found: Found): boolean {
  return outputs.some(
    ({ output }, position) =>
      step.invocation.outputs[position]?.optional !== true &&
      !found.outputs.some((made) => made.output === output),
  );
}

function resultOf(draft: Draft, stepRunId: string, runName: string, placeOf: PlaceOf): Found | null {
  const stepRun = draft.reader.step(stepRunId);
  if (stepRun === null) return null;
  const outputs: DoneOutput[] = [];
  for (const { output, saveType, artifactVersionId } of stepRun.outputs) {
    const version = draft.reader.artifactVersion(artifactVersionId);
    const folder = version === null ? null : placeOf(version);
    if (version === null || folder === null) return null;
    outputs.push({ output, saveType, payload: payloadIn(folder, version), digest: version.digest });
  }
  return { stepRun, stepRunId: stepRun.originalStepRunId ?? stepRun.id, runName, outputs };
}

/** The same artifact versions, linked to this run's model version: no new ones (zenml-semantics §3.2). */
function takeOver(draft: Draft, run: RunState, prepared: Prepared, found: Found, reused: boolean): void {
  const { step, modelVersion } = prepared;
  const id = draft.newId();
  const reason = reused ? `reused from run ${found.runName}` : explainHit(found.runName);
  draft.add(started(draft, run, { ...prepared, reason }, id));
  draft.add({
    type: "step.finished",
    id,
    status: "cached",
    outputs: found.outputs.map(({ output, saveType, payload }) => ({
      output,
      saveType,
      artifactVersionId: payload.artifactVersionId,
    })),
    failure: null,
    originalStepRunId: found.stepRunId,
    time: draft.time,
  });
  for (const { payload } of found.outputs) {
    if (modelVersion !== null) linkArtifact(draft, modelVersion.id, payload.artifactVersionId);
    attachTags(draft, "artifact_version", payload.artifactVersionId, run.cascade);
  }
  if (found.stepRun !== null) {
    logMetadata(draft, "step_run", id, draft.reader.metadata("step_run", found.stepRun.id));
  }
  step.stepRunId = id;
  step.attempt = 1;
  step.outputNames = prepared.outputs.map((named) => named.output);
  step.outputs = found.outputs;
}

/** Records that an attempt starts now. Answers its id. */
export function startAttempt(draft: Draft, run: RunState, prepared: Prepared): string {
  const id = draft.newId();
  const { step } = prepared;
  step.attempt += 1;
  step.stepRunId = id;
  step.outputNames = prepared.outputs.map((named) => named.output);
  draft.add(started(draft, run, prepared, id));
  return id;
}

function started(draft: Draft, run: RunState, prepared: Prepared, id: string): StoreEvent {
  const { step, inputs } = prepared;
  const seconds = step.policy?.expiresAfter ?? 0;
  return {
    type: "step.started",
    id,
    runId: run.id,
    invocation: step.invocation.id,
    step: step.definition.step,
    attempt: Math.max(step.attempt, 1),
    cacheKey: prepared.cacheKey,
    cacheComponents: asJson(prepared.components),
    cacheReason: prepared.reason,
    cacheExpires: seconds > 0 ? draft.time + seconds * 1000 : null,
    modelVersionId: prepared.modelVersion?.id ?? null,
    inputs: inputs.inputs,
    parameters: inputs.parameters,
    time: draft.time,
  };
}

/** A step whose inputs, names or model can't be settled: it starts and fails in one. */
function failAtOnce(draft: Draft, run: RunState, step: StepState, error: unknown): void {
  const id = draft.newId();
  const failure = failureOf(error);
  const { call } = step.invocation;
  step.stepRunId = id;
  step.attempt += 1;
  draft.add(
    {
      type: "step.started",
      id,
      runId: run.id,
      invocation: step.invocation.id,
      step: step.definition.step,
      attempt: step.attempt,
      cacheKey: null,
      cacheComponents: null,
      cacheReason: null,
      cacheExpires: null,
      modelVersionId: null,
      inputs: {},
      parameters: {},
      time: draft.time,
    },
    {
      type: "step.finished",
      id,
      status: "failed",
      outputs: [],
      failure:
        failure.location === undefined && call !== null && HeadraceError.is(error)
          ? { ...failure, location: call }
          : failure,
      originalStepRunId: null,
      time: draft.time,
    },
  );
}
