/** What a step takes, settled when it starts: outputs of steps above, artifacts, look-ups left for now (zenml-semantics §4.8). */
import { eachOutputReference } from "../../core/graph";
import type { ArtifactVersion, ModelVersion, StepInput } from "../../core/entities";
import { HeadraceError, messageOf } from "../../core/errors";
import type { Json, JsonObject } from "../../core/json";
import type { KeyInput } from "../../core/cache";
import { latestOf } from "../../core/versions";
import type { InputSpec, LazySpec, ModelReference } from "../../core/spec";
import type { ExecuteInput, PayloadReference } from "../../runtimes/protocol";
import type { Draft } from "../decide/draft";
import { resolveModelVersion } from "../decide/models";
import { payloadReference, type PlaceOf } from "../places";
import type { RunState, StepState } from "./state";

export interface ResolvedInputs {
  /** Recorded: artifacts by name. */
  readonly inputs: Readonly<Record<string, StepInput>>;
  readonly parameters: JsonObject;
  readonly execute: Readonly<Record<string, ExecuteInput>>;
  readonly key: readonly KeyInput[];
  /** Set when the worker itself looks something up, so that no key can be computed. */
  readonly unknowable: string | null;
}

interface Taken {
  readonly payload: PayloadReference;
  readonly digest: string;
  readonly how: "step_output" | "manual" | "lazy" | "external";
}

type Settled =
  | { readonly artifact: Taken }
  | { readonly artifacts: readonly Taken[] }
  | { readonly value: Json }
  | { readonly chain: readonly JsonObject[]; readonly summary: string };

/** Whether anything is looked up in the store as it is when the step starts. */
export function hasLazies(step: StepState): boolean {
  const isLazy = (input: InputSpec): boolean =>
    input.kind === "lazy" || (input.kind === "list" && input.items.some(isLazy));
  return Object.values(step.invocation.inputs).some(isLazy);
}

/** The steps whose outputs an input holds. */
export function sourcesOf(input: InputSpec): readonly string[] {
  const sources: string[] = [];
  eachOutputReference(input, (invocation) => sources.push(invocation));
  return sources;
}

export function resolveInputs(
  draft: Draft,
  run: RunState,
  step: StepState,
  placeOf: PlaceOf,
): ResolvedInputs {
  const inputs: Record<string, StepInput> = {};
  const parameters: Record<string, Json> = {};
  const execute: Record<string, ExecuteInput> = {};
  const key: KeyInput[] = [];
  let unknowable: string | null = null;
  for (const [name, input] of Object.entries(step.invocation.inputs)) {
    const settled = settle(draft, run, step, input, placeOf);
    if ("value" in settled) {
      parameters[name] = settled.value;
      execute[name] = { kind: "value", value: settled.value };
    } else if ("chain" in settled) {
      unknowable = `input ${name} (${settled.summary}) is looked up while the step runs`;
      execute[name] = { kind: "chain", chain: settled.chain };
    } else if ("artifact" in settled) {
      const { payload, digest, how } = settled.artifact;
      inputs[name] = { kind: "artifact", artifactVersionId: payload.artifactVersionId, how };
      execute[name] = { kind: "payload", payload };
      key.push({ name, versions: [{ id: payload.artifactVersionId, digest }] });
    } else {
      const ids = settled.artifacts.map((taken) => taken.payload.artifactVersionId);
      inputs[name] = { kind: "artifacts", artifactVersionIds: ids };
      execute[name] = {
        kind: "list",
        items: settled.artifacts.map(({ payload }) => ({ kind: "payload", payload })),
      };
      key.push({
        name,
        versions: settled.artifacts.map(({ payload, digest }) => ({ id: payload.artifactVersionId, digest })),
      });
    }
  }
  return { inputs, parameters, execute, key, unknowable };
}

function settle(draft: Draft, run: RunState, step: StepState, input: InputSpec, placeOf: PlaceOf): Settled {
  switch (input.kind) {
    case "value":
      return { value: input.value };
    case "output":
      return { artifact: outputOf(run, input.invocation, input.output) };
    case "artifact":
      return { artifact: stored(draft, step, input.artifactVersionId, input.how, placeOf) };
    case "list":
      return {
        artifacts: input.items.map((item) => {
          const settled = settle(draft, run, step, item, placeOf);
          if ("artifact" in settled) return settled.artifact;
          throw new HeadraceError(
            "unsupported",
            `A list passed to step \`${step.invocation.id}\` holds something that is no artifact.`,
            { advice: "Pass such values as inputs of their own.", pythonType: "StepInterfaceError" },
          );
        }),
      };
    case "lazy":
      return lookUp(draft, run, step, input.lazy, placeOf);
  }
}

function outputOf(run: RunState, invocation: string, output: string): Taken {
  const source = run.steps[run.plan.graph.indexOf(invocation)];
  const position = source?.invocation.outputs.findIndex((declared) => declared.output === output) ?? -1;
  const name = source?.outputNames[position];
  const done = source?.outputs.find((candidate) => candidate.output === name);
  if (done === undefined) {
    throw new HeadraceError(
      "internal",
      `Step \`${invocation}\` is done, but its output \`${output}\` is missing.`,
    );
  }
  return { payload: done.payload, digest: done.digest, how: "step_output" };
}

function stored(
  draft: Draft,
  step: StepState,
  id: string,
  how: "manual" | "external",
  placeOf: PlaceOf,
): Taken {
  const version = draft.reader.artifactVersion(id);
  if (version !== null) return taken(version, how, placeOf);
  throw new HeadraceError(
    "not-found",
    `Step \`${step.invocation.id}\` takes artifact version ${id}, which does not exist.`,
    {
      advice: "It was deleted after the pipeline was compiled.",
      pythonType: "KeyError",
    },
  );
}

function taken(version: ArtifactVersion, how: Taken["how"], placeOf: PlaceOf): Taken {
  return { payload: payloadReference(version, placeOf), digest: version.digest, how };
}

function lookUp(draft: Draft, run: RunState, step: StepState, lazy: LazySpec, placeOf: PlaceOf): Settled {
  if (lazy.lazy === "client-chain") return { chain: lazy.chain, summary: lazy.summary };
  const { model, version } = lazyModelVersion(draft, run, step, lazy.ref);
  if (lazy.lazy === "model-metadata") {
    const value = draft.reader.metadata("model_version", version.id)[lazy.metadataKey];
    if (value !== undefined) return { value };
    throw lazyFailure(
      step,
      `Metadata \`${lazy.metadataKey}\` not found in model \`${model}\` version \`${version.name}\`.`,
    );
  }
  const found = latestOf(
    draft.reader
      .linkedArtifacts(version.id)
      .filter(
        (candidate) =>
          candidate.artifact === lazy.artifact && (lazy.version ?? candidate.version) === candidate.version,
      )
      .toReversed(),
  );
  const sought = `${lazy.artifact}::${lazy.version ?? "None"}`;
  if (found === null) {
    throw lazyFailure(
      step,
      `Artifact \`${sought}\` not found in model \`${model}\` version \`${version.name}\`.`,
    );
  }
  if (lazy.metadataKey === null) return { artifact: taken(found, "lazy", placeOf) };
  const value = draft.reader.metadata("artifact_version", found.id)[lazy.metadataKey];
  if (value !== undefined) return { value };
  throw lazyFailure(step, `Artifact metadata \`${lazy.metadataKey}\` not found on artifact \`${sought}\`.`);
}

/** Without a version, or without a model, the run's own; else looked up now, so that a promotion in between counts. */
function lazyModelVersion(
  draft: Draft,
  run: RunState,
  step: StepState,
  { model, version }: ModelReference,
): { readonly model: string; readonly version: ModelVersion } {
  const own = run.modelVersion;
  if (own !== null && version === null && (model === null || model === own.model)) {
    return { model: own.model, version: own };
  }
  const name = model ?? own?.model;
  if (name === undefined) throw lazyFailure(step, "Neither the look-up nor the pipeline names a model.");
  try {
    return {
      model: name,
      version: resolveModelVersion(draft, { name, version }, { runId: run.id, create: false }).version,
    };
  } catch (error) {
    throw lazyFailure(step, messageOf(error), error);
  }
}

function lazyFailure(step: StepState, why: string, cause?: unknown): HeadraceError {
  return new HeadraceError(
    "not-found",
    `Failed to lazy load model version data in step \`${step.invocation.id}\`: ${why}`,
    {
      advice: "If a step of this run produces it, let this step come `after` that one.",
      pythonType: "ValueError",
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
