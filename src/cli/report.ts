/** A run as `--json` prints it: a stable contract (docs/CLI.md). */
import type { ArtifactVersion, Failure, Run, StepRun } from "../core/entities";
import type { JsonObject } from "../core/json";
import type { StoreReader } from "../store/reader";

export interface RunReport {
  readonly id: string;
  readonly name: string;
  readonly pipeline: string;
  readonly status: string;
  readonly started: string;
  readonly finished: string | null;
  readonly parameters: JsonObject;
  readonly modelVersion: ModelVersionReport | null;
  readonly steps: readonly StepReport[];
}

export interface ModelVersionReport {
  readonly model: string;
  readonly version: string;
  readonly number: number;
  readonly stage: string | null;
}

export interface StepReport {
  readonly invocation: string;
  readonly status: string;
  readonly durationMs: number | null;
  readonly cacheReason: string | null;
  readonly error: ErrorReport | null;
  readonly outputs: readonly ({ readonly output: string } & ArtifactVersionReport)[];
}

export interface ErrorReport {
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface ArtifactVersionReport {
  readonly artifact: string;
  readonly version: string;
  readonly id: string;
  readonly type: string;
  readonly dataType: string;
  readonly digest: string;
  readonly bytes: number;
}

export function runReport(reader: StoreReader, run: Run): RunReport {
  return {
    id: run.id,
    name: run.name,
    pipeline: run.pipeline,
    status: run.status,
    started: isoTime(run.started),
    finished: run.finished === null ? null : isoTime(run.finished),
    parameters: run.parameters,
    modelVersion: run.modelVersionId === null ? null : modelVersionReport(reader, run.modelVersionId),
    steps: reader.steps(run.id).map((step) => stepReport(reader, step)),
  };
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

export function modelVersionReport(reader: StoreReader, id: string): ModelVersionReport | null {
  const found = reader.modelVersion(id);
  if (found === null) return null;
  return { model: found.model, version: found.name, number: found.number, stage: found.stage };
}

function stepReport(reader: StoreReader, step: StepRun): StepReport {
  return {
    invocation: step.invocation,
    status: step.status,
    durationMs: stepDuration(step),
    cacheReason: step.cacheReason,
    error: step.failure === null ? null : errorReport(step.failure),
    outputs: step.outputs.flatMap(({ output, artifactVersionId }) => {
      const version = reader.artifactVersion(artifactVersionId);
      return version === null ? [] : [{ output, ...artifactVersionReport(version) }];
    }),
  };
}

/** Null for a step that did not start, or has not ended. */
export function stepDuration({ started, finished }: Pick<StepRun, "started" | "finished">): number | null {
  return started === null || finished === null ? null : finished - started;
}

export function errorReport(failure: Failure): ErrorReport {
  return {
    type: failure.type,
    message: failure.message,
    traceback: failure.traceback,
    file: failure.location?.file ?? null,
    line: failure.location?.line ?? null,
  };
}

export function artifactVersionReport(version: ArtifactVersion): ArtifactVersionReport {
  return {
    artifact: version.artifact,
    version: version.version,
    id: version.id,
    type: version.type,
    dataType: version.dataType,
    digest: version.digest,
    bytes: version.bytes,
  };
}
