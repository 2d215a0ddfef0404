/** Facts as the run loop writes them, with what tests don't care about filled in. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { payloadDigest } from "../../../src/artifacts/digest";
import type { StepInput, StepOutput } from "../../../src/core/entities";
import type { Json, JsonObject } from "../../../src/core/json";
import type { RunningStep } from "../../../src/engine/context";
import type { Payload } from "../../../src/runtimes/protocol";
import { pipelineSpec } from "../../support/pipelineSpec";
import type { Engine } from "./harness";

let clock = Date.UTC(2026, 0, 31, 12);
const tick = () => (clock += 1000);

export interface MadeRun {
  readonly id: string;
  readonly name: string;
}

export async function makeRun(
  engine: Engine,
  pipeline: string,
  options: { readonly name?: string; readonly modelVersionId?: string } = {},
): Promise<MadeRun> {
  const known = engine.store.reader.pipeline(pipeline);
  const pipelineId = known?.id ?? randomUUID();
  const id = randomUUID();
  const name = options.name ?? `${pipeline}-${id}`;
  const time = tick();
  if (known === null) await engine.add({ type: "pipeline.created", id: pipelineId, name: pipeline, time });
  await engine.add({
    type: "run.created",
    id,
    name,
    index: engine.store.reader.highestRunIndex(pipelineId) + 1,
    pipelineId,
    origin: "script",
    language: "python",
    parameters: {},
    config: {},
    source: null,
    modelVersionId: options.modelVersionId ?? null,
    cacheEnabled: true,
    environment: {},
    rerunOf: null,
    spec: pipelineSpec({ name: pipeline }),
    owner: { pid: process.pid, started: "now", host: "here" },
    time,
  });
  return { id, name };
}

/** A step that has begun; what it saves is attached to it. */
export async function startStep(
  engine: Engine,
  run: MadeRun,
  invocation: string,
  options: { readonly inputs?: Readonly<Record<string, StepInput>>; readonly modelVersionId?: string } = {},
): Promise<string> {
  const id = randomUUID();
  const modelVersionId = options.modelVersionId ?? null;
  await engine.add({
    type: "step.started",
    id,
    runId: run.id,
    invocation,
    step: invocation,
    attempt: 1,
    cacheKey: null,
    cacheComponents: null,
    cacheReason: null,
    cacheExpires: null,
    modelVersionId,
    inputs: options.inputs ?? {},
    parameters: {},
    time: tick(),
  });
  const running: RunningStep = {
    stepRunId: id,
    runId: run.id,
    invocation,
    language: "python",
    modelVersion: modelVersionId === null ? null : engine.store.reader.modelVersion(modelVersionId),
    runModelVersionId: null,
    substitutions: {},
    cascade: [],
    saved: [],
    recorded: Promise.resolve(),
  };
  engine.running.set(id, running);
  return id;
}

export async function finishStep(
  engine: Engine,
  id: string,
  outputs: readonly StepOutput[] = engine.running.get(id)?.saved ?? [],
): Promise<void> {
  engine.running.delete(id);
  await engine.add({
    type: "step.finished",
    id,
    status: "completed",
    outputs,
    failure: null,
    originalStepRunId: null,
    time: tick(),
  });
}

export async function finishRun(engine: Engine, run: MadeRun, status: "completed" | "failed" = "completed") {
  await engine.add({ type: "run.finished", id: run.id, status, failure: null, time: tick() });
}

/** A payload as a worker would have written it. */
export async function writePayload(engine: Engine, value: Json): Promise<Payload> {
  const { folder } = await engine.ask("payload.prepare", {});
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(value);
  await writeFile(path.join(folder, "data.json"), text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const files = [{ path: "data.json", bytes: text.length, sha256 }];
  const content = {
    dataType: "builtins.dict",
    materializer: "headrace.materializers.containers.BuiltInContainerMaterializer",
    language: "python",
  } as const;
  const digest = payloadDigest({ ...content, files });
  const common = { ...content, type: "DataArtifact", summary: "dict", digest } as const;
  const manifest = {
    ...common,
    format: 1,
    languageVersion: "3.11.7",
    files,
    metadata: {},
    visualizations: [],
  };
  await writeFile(path.join(folder, "manifest.json"), JSON.stringify(manifest));
  return { ...common, folder, bytes: text.length, metadata: { length: 1 } };
}

export async function save(
  engine: Engine,
  name: string,
  options: {
    readonly version?: string | number;
    readonly value?: Json;
    readonly metadata?: JsonObject;
    readonly tags?: readonly string[];
    readonly type?: "ModelArtifact";
    readonly stepRunId?: string;
  } = {},
): Promise<{ readonly id: string; readonly version: string; readonly entity: JsonObject }> {
  const { entity } = await engine.ask("artifact.save", {
    name,
    version: options.version ?? null,
    payload: await writePayload(engine, options.value ?? { name, at: tick() }),
    saveType: "manual",
    tags: options.tags ?? [],
    metadata: options.metadata ?? {},
    customName: true,
    ...(options.type === undefined ? {} : { type: options.type }),
    ...(options.stepRunId === undefined ? {} : { scope: { stepRunId: options.stepRunId } }),
  });
  return { id: textOf(entity["id"]), version: textOf(entity["version"]), entity };
}

/** The id of a model version that is found or made. */
export async function model(
  engine: Engine,
  name: string,
  version: string | number | null = null,
): Promise<string> {
  const { entity } = await engine.ask("model.resolve", { model: { name, version }, create: true });
  return textOf(entity["id"]);
}

/** A field that is text, as ids and names are. */
export function textOf(value: Json | undefined): string {
  assert.ok(typeof value === "string");
  return value;
}
