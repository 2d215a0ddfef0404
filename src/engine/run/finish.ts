/** Commits the end of an attempt: its artifact versions with numbers, links, metadata and tags, and its state, as one. */
import { artifactTypes, type Failure, type StepOutput } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { ExecuteResult, Payload } from "../../runtimes/protocol";
import type { RunningStep } from "../context";
import { createArtifactVersion } from "../decide/artifacts";
import type { Draft } from "../decide/draft";
import { logMetadata } from "../decide/metadata";
import type { PlaceOf } from "../places";
import type { OutputSpec } from "../../core/spec";
import type { NamedOutput, Prepared } from "./begin";
import type { DoneOutput, RunState } from "./state";

export interface Attempt {
  readonly prepared: Prepared;
  readonly running: RunningStep;
}

/** Throws, and leaves nothing in the draft, when an artifact version can't be made (EntityExistsError). */
export function commitSuccess(
  draft: Draft,
  run: RunState,
  { prepared, running }: Attempt,
  result: ExecuteResult,
  placeOf: PlaceOf,
): void {
  draft.attempt(() => {
    const { step } = prepared;
    const outputs = prepared.outputs.flatMap((named, position) => {
      const declared = step.invocation.outputs[position];
      const made = result.outputs.find((output) => output.output === named.output);
      if (made === undefined && declared?.optional === true) return [];
      if (declared === undefined || made === undefined) {
        throw new HeadraceError(
          "internal",
          `Step \`${step.invocation.id}\` did not deliver its output \`${named.output}\`.`,
        );
      }
      return commitOutput(draft, run, { prepared, running }, { declared, named, made }, placeOf);
    });
    const recorded = [...running.saved, ...outputs.map(recordOf)];
    finish(draft, running.stepRunId, "completed", null, recorded);
    logMetadata(draft, "step_run", running.stepRunId, result.stepMetadata);
    step.outputs = outputs;
  });
}

interface MadeOutput {
  readonly declared: OutputSpec;
  readonly named: NamedOutput;
  readonly made: ExecuteResult["outputs"][number];
}

function commitOutput(
  draft: Draft,
  run: RunState,
  { prepared, running }: Attempt,
  { declared, named, made }: MadeOutput,
  placeOf: PlaceOf,
): DoneOutput {
  const { payload } = made;
  const created = createArtifactVersion(draft, {
    name: named.artifact,
    version: declared.version,
    customName: named.customName,
    ...described(payload, declared.type),
    alias: named.customName ? null : (declared.assigned ?? null),
    uri: null,
    saveType: "step_output",
    producer: { stepRunId: running.stepRunId, runId: run.id },
    tags: [...declared.tags, ...made.tags, ...run.cascade],
    metadata: { ...payload.metadata, ...made.metadata, ...declared.metadata },
    modelVersionId: prepared.modelVersion?.id ?? null,
  });
  return {
    output: named.output,
    saveType: "step_output",
    digest: payload.digest,
    payload: {
      artifactVersionId: created.id,
      artifact: created.name,
      version: created.version,
      folder: placeOf({ digest: payload.digest, uri: null }) ?? "",
      materializer: payload.materializer,
      dataType: payload.dataType,
      language: payload.language,
    },
  };
}

/** A type that the user names goes before the materializer's. */
function described(payload: Payload, type: string | null) {
  const { dataType, materializer, language, digest, bytes, summary } = payload;
  return {
    type: artifactTypeOf(type) ?? payload.type,
    dataType,
    materializer,
    language,
    digest,
    bytes,
    summary,
  };
}

function artifactTypeOf(name: string | null): Payload["type"] | undefined {
  return artifactTypes.find((known) => known === name);
}

function recordOf({ output, saveType, payload }: DoneOutput): StepOutput {
  return { output, saveType, artifactVersionId: payload.artifactVersionId };
}

/** Ends an attempt without outputs of its own; what it saved by itself stays. */
export function commitEnd(
  draft: Draft,
  running: Pick<RunningStep, "stepRunId" | "saved">,
  status: "failed" | "cancelled" | "retrying" | "retried",
  failure: Failure | null,
): void {
  finish(draft, running.stepRunId, status, failure, running.saved);
}

function finish(
  draft: Draft,
  id: string,
  status: "completed" | "failed" | "cancelled" | "retrying" | "retried",
  failure: Failure | null,
  outputs: readonly StepOutput[],
): void {
  draft.add({
    type: "step.finished",
    id,
    status,
    outputs: [...outputs],
    failure,
    originalStepRunId: null,
    time: draft.time,
  });
}
