/**
 * What a store remembers, without what differs from run to run (ids, times, digests) and from language to language (types of
 * values, materializers, places in files): two SDKs that do the same leave the same behind.
 */
import type { ArtifactVersion, Failure, Run, StepInput, StepRun } from "../../src/core/entities";
import type { JsonObject } from "../../src/core/json";
import type { Engine } from "../../src/engine/api";

type Reader = Engine["reader"];

export function recorded(reader: Reader): JsonObject {
  const runs = reader.runs({ limit: 1000 }).items.toReversed();
  return {
    runs: runs.map((run) => runRecord(reader, run)),
    artifacts: Object.fromEntries(
      reader.artifacts({ limit: 1000 }).items.map((artifact) => [
        artifact.name,
        {
          customName: artifact.customName,
          alias: artifact.alias,
          tags: [...artifact.tags].toSorted(),
          versions: reader
            .artifactVersions(artifact.id, { limit: 1000 })
            .items.toReversed()
            .map((version) => versionRecord(reader, version)),
        },
      ]),
    ),
    models: Object.fromEntries(
      reader.models({ limit: 1000 }).items.map((model) => [
        model.name,
        {
          description: model.description,
          license: model.license,
          tags: [...model.tags].toSorted(),
          versions: reader
            .modelVersions(model.id, { limit: 1000 })
            .items.toReversed()
            .map((version) => ({
              name: version.name,
              number: version.number,
              stage: version.stage,
              stages: reader.stageHistory(version.id).map(({ stage }) => stage),
              tags: [...version.tags].toSorted(),
              metadata: metadataOf(reader, "model_version", version.id),
              links: reader.linkedArtifacts(version.id).map(nameOf).toSorted(),
              runs: reader.runsOfModelVersion(version.id).length,
            })),
        },
      ]),
    ),
  };
}

function runRecord(reader: Reader, run: Run): JsonObject {
  return {
    pipeline: run.pipeline,
    name: withoutTime(run.name),
    index: run.index,
    status: run.status,
    parameters: run.parameters,
    cacheEnabled: run.cacheEnabled,
    tags: [...run.tags].toSorted(),
    modelVersion: modelVersionOf(reader, run.modelVersionId),
    failure: failureRecord(run.failure),
    metadata: metadataOf(reader, "run", run.id),
    steps: reader.steps(run.id).map((step) => stepRecord(reader, step)),
  };
}

/** A helper is named by its module in Python, and by itself in TypeScript; look-ups are shown as they are written. */
function reasonOf(text: string): string {
  return withoutTime(text)
    .replaceAll(/`(?:\w+\.)*(\w+)(\(\))?`/g, "`$1`")
    .replace(/\(.*\) is looked up/, "is looked up");
}

function withoutTime(text: string): string {
  return text.replaceAll(/\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d_\d{6}/g, "{time}");
}

function stepRecord(reader: Reader, step: StepRun): JsonObject {
  return {
    invocation: step.invocation,
    step: step.step,
    status: step.status,
    attempts: reader.attempts(step.runId, step.invocation).map(({ status }) => status),
    cacheReason: reasonOf(step.cacheReason ?? ""),
    keyed: step.cacheKey !== null,
    taken: step.originalStepRunId !== null,
    modelVersion: modelVersionOf(reader, step.modelVersionId),
    inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([name, input]) => [name, inputRecord(reader, input)]),
    ),
    parameters: step.parameters,
    outputs: step.outputs.map(({ output, saveType, artifactVersionId }) => ({
      output,
      saveType,
      artifact: named(reader, artifactVersionId),
    })),
    upstream: [...step.upstream],
    failure: failureRecord(step.failure),
    skippedBecause: step.skippedBecause,
    metadata: metadataOf(reader, "step_run", step.id),
  };
}

function inputRecord(reader: Reader, input: StepInput): JsonObject {
  switch (input.kind) {
    case "artifact":
      return { artifact: named(reader, input.artifactVersionId), how: input.how };
    case "artifacts":
      return { artifacts: input.artifactVersionIds.map((id) => named(reader, id)) };
    case "value":
      return { value: input.value };
  }
}

function versionRecord(reader: Reader, version: ArtifactVersion): JsonObject {
  return {
    version: version.version,
    saveType: version.saveType,
    alias: version.alias,
    tags: [...version.tags].toSorted(),
    metadata: metadataOf(reader, "artifact_version", version.id),
  };
}

function failureRecord(failure: Failure | null): JsonObject | null {
  if (failure === null) return null;
  return { message: failure.message, located: failure.location !== undefined };
}

/** Without what materializers say of their files. */
function metadataOf(reader: Reader, target: Parameters<Reader["metadata"]>[0], id: string): JsonObject {
  const own = new Set(["storage_size", "string_representation", "length", "shape", "dtype"]);
  return Object.fromEntries(Object.entries(reader.metadata(target, id)).filter(([key]) => !own.has(key)));
}

function modelVersionOf(reader: Reader, id: string | null): string | null {
  const version = id === null ? null : reader.modelVersion(id);
  return version === null ? null : `${version.model}:${version.name}`;
}

function named(reader: Reader, id: string): string {
  const version = reader.artifactVersion(id);
  return version === null ? "gone" : nameOf(version);
}

function nameOf({ artifact, version }: ArtifactVersion): string {
  return `${artifact}:${version}`;
}
