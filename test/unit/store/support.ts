/** Temporary stores and the facts that tests put into them. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type { StoreEvent } from "../../../src/core/events";
import type { InvocationSpec, PipelineSpec, StepDefinition } from "../../../src/core/spec";
import type { OpenedStore } from "../../../src/store/open";
import { thisProcess } from "../../../src/store/processes";
import { pipelineSpec } from "../../support/pipelineSpec";

/** A folder that goes when the test is over. */
export function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "headrace-store-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function journalFile(folder: string, first = 1): string {
  return path.join(folder, "store", `journal-${first}.ndjson`);
}

export function namesIn(folder: string, pattern: RegExp): readonly string[] {
  return fs.readdirSync(path.join(folder, "store")).filter((name) => pattern.test(name));
}

type Of<Type extends StoreEvent["type"]> = Extract<StoreEvent, { type: Type }>;

export const digest = (letter = "a"): string => `sha256:${letter.repeat(64)}`;

export function artifactCreated(name: string, id: string = randomUUID()): Of<"artifact.created"> {
  return { type: "artifact.created", id, name, customName: true, time: 1 };
}

export function versionCreated(
  artifactId: string,
  number: number,
  more: Partial<Of<"artifactVersion.created">> = {},
): Of<"artifactVersion.created"> {
  return {
    type: "artifactVersion.created",
    id: randomUUID(),
    artifactId,
    version: String(number),
    versionNumber: number,
    artifactType: "DataArtifact",
    dataType: "numpy.ndarray",
    materializer: "headrace.materializers.numpy.NumpyMaterializer",
    language: "python",
    digest: digest(),
    bytes: 960,
    saveType: "manual",
    producerStepRunId: null,
    producerRunId: null,
    summary: "ndarray (120,)",
    alias: null,
    uri: null,
    time: 2,
    ...more,
  };
}

export function invocation(id: string, upstream: readonly string[] = []): InvocationSpec {
  return {
    id,
    definition: 0,
    call: null,
    inputs: Object.fromEntries(
      upstream.map((name) => [name, { kind: "output" as const, invocation: name, output: "output" }]),
    ),
    outputs: [],
    after: [],
    enableCache: null,
    cachePolicy: null,
    model: null,
    retry: null,
    onFailure: false,
    onSuccess: false,
    enableArtifactMetadata: null,
    enableArtifactVisualization: null,
    enableStepLogs: null,
    substitutions: {},
    settings: {},
    extra: {},
  };
}

export function spec(...invocations: readonly InvocationSpec[]): PipelineSpec {
  const train: StepDefinition = {
    step: "train",
    sourcePath: "steps.train",
    source: { file: "steps.py", line: 3 },
    docstring: null,
    sourceCode: null,
    inputOrder: [],
    code: [],
  };
  return pipelineSpec({ name: "training" }, { definitions: [train], invocations: [...invocations] });
}

export function runCreated(
  pipelineId: string,
  index: number,
  more: Partial<Of<"run.created">> = {},
): Of<"run.created"> {
  return {
    type: "run.created",
    id: randomUUID(),
    name: `training-${index}`,
    index,
    pipelineId,
    origin: "editor",
    language: "python",
    parameters: { rate: 0.1 },
    config: {},
    source: null,
    modelVersionId: null,
    cacheEnabled: true,
    environment: { python: "3.11" },
    rerunOf: null,
    spec: spec(invocation("load"), invocation("train", ["load"])),
    owner: thisProcess(),
    time: 10,
    ...more,
  };
}

export function stepStarted(
  runId: string,
  name: string,
  more: Partial<Of<"step.started">> = {},
): Of<"step.started"> {
  return {
    type: "step.started",
    id: randomUUID(),
    runId,
    invocation: name,
    step: name,
    attempt: 1,
    cacheKey: null,
    cacheComponents: null,
    cacheReason: null,
    cacheExpires: null,
    modelVersionId: null,
    inputs: {},
    parameters: {},
    time: 11,
    ...more,
  };
}

export function stepFinished(id: string, more: Partial<Of<"step.finished">> = {}): Of<"step.finished"> {
  return {
    type: "step.finished",
    id,
    status: "completed",
    outputs: [],
    failure: null,
    originalStepRunId: null,
    time: 12,
    ...more,
  };
}

export function commit(store: OpenedStore, ...events: readonly StoreEvent[]): Promise<void> {
  return store.transact(() => ({ events, result: undefined }));
}

/** Adds the next version of an artifact, as the engine decides it; answers its number. */
export function addVersion(store: OpenedStore, artifactId: string): Promise<number> {
  return store.transact((reader) => {
    const name = reader.artifact(artifactId)?.name ?? "";
    const number = (reader.artifactNamed(name)?.highestNumber ?? 0) + 1;
    return { events: [versionCreated(artifactId, number)], result: number };
  });
}

/** The whole state as text, to compare two stores. */
export function stateOf(store: OpenedStore): string {
  const tables = store.reader.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  return JSON.stringify(
    tables.map(({ name }) => [name ?? null, store.reader.query(`SELECT * FROM "${String(name)}"`)]),
  );
}
