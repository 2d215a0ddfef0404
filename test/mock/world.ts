/** A workspace folder with a store in it, and our classes around it: real engine and store, VS Code's stand-in above. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Services } from "../../src/commands/services";
import { Runner } from "../../src/commands/runner";
import { UndoHistory } from "../../src/commands/undo";
import type { StoreEvent } from "../../src/core/events";
import type { PipelineSpec } from "../../src/core/spec";
import { Discovery } from "../../src/discovery/discovery";
import { diskFiles } from "../../src/discovery/files";
import type { Engine } from "../../src/engine/api";
import { openEngine } from "../../src/engine/open";
import type { Panels } from "../../src/panels/panels";
import { openStore } from "../../src/store/open";
import { Engines } from "../../src/ui/engines";
import { Interpreters } from "../../src/ui/interpreters";
import { logTo } from "../../src/ui/log";
import { Notifications } from "../../src/ui/notify";
import { pipelineSpec } from "../support/pipelineSpec";
import { MockVSCode } from "./vscode";
import { nodeModulesWasm } from "./wasm";

const root = path.resolve(import.meta.dirname, "../..");
export const NOW = Date.now() - 5 * 60_000;

export interface World {
  readonly folder: string;
  readonly mock: MockVSCode;
  readonly engines: Engines;
  readonly discovery: Discovery;
  readonly services: Services;
  /** What was opened in panels: `dag run …`, `artifact …`. */
  readonly panels: string[];
  engine(): Promise<Engine>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly events?: (folder: string) => readonly StoreEvent[];
  readonly files?: Readonly<Record<string, string>>;
}

export async function createWorld({ events, files = {} }: WorldOptions = {}): Promise<World> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-ui-")));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const storeFolder = path.join(folder, ".headrace");
  if (events !== undefined) await seed(storeFolder, events(folder));
  const mock = new MockVSCode(folder);
  const log = logTo({ info: () => null, warn: () => null, error: () => null, show: () => null });
  const factory = {
    open: () => openEngine({ workspace: folder, store: storeFolder, extensionRoot: root, keepsSpare: false }),
    hasStore: () => Promise.resolve(events !== undefined),
  };
  const vscode = mock.api;
  const engines = new Engines(vscode, factory, log);
  const discovery = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
  const notify = new Notifications(vscode, log);
  const opened: string[] = [];
  const panels = recordingPanels(opened);
  const memory = new Map<string, unknown>();
  const services: Services = {
    vscode,
    log,
    notify,
    engines,
    discovery,
    interpreters: new Interpreters(vscode, log),
    runner: new Runner(
      vscode,
      engines,
      notify,
      () => Promise.resolve(panels),
      () => Promise.resolve({ path: "/usr/bin/python3", version: "3.12.1" }),
    ),
    undo: new UndoHistory(vscode, notify),
    panels: () => Promise.resolve(panels),
    memory: {
      keys: () => [...memory.keys()],
      get: (key: string, fallback?: unknown) => memory.get(key) ?? fallback,
      update: (key: string, value: unknown) => {
        memory.set(key, value);
        return Promise.resolve();
      },
    } as Services["memory"],
  };
  return {
    folder,
    mock,
    engines,
    discovery,
    services,
    panels: opened,
    engine: () => engines.get(folder),
    async close() {
      await engines.closeAll();
      engines.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function recordingPanels(opened: string[]): Panels {
  const record = (what: string): Promise<void> => {
    opened.push(what);
    return Promise.resolve();
  };
  return {
    openDag: (_, target) => record(`dag ${target.kind === "run" ? target.runId : target.name}`),
    openRun: (_, id) => record(`run ${id}`),
    compareRuns: (_, ids) => record(`compare ${ids.join(" ")}`),
    openArtifact: (_, id) => record(`artifact ${id}`),
    openModelVersion: (_, id) => record(`model ${id}`),
  };
}

async function seed(folder: string, events: readonly StoreEvent[]): Promise<void> {
  const store = await openStore({ folder });
  await store.transact(() => ({ events, result: null }));
  await store.close();
}

/** The next change that the engine tells of. */
export function nextChange(engine: Engine): Promise<void> {
  return new Promise((resolve) => {
    const subscription = engine.onChange(() => {
      subscription.dispose();
      resolve();
    });
  });
}

/** Ids that can be told apart at a glance. */
export const ids = {
  pipeline: "00000000-0000-4000-8000-000000000001",
  done: "00000000-0000-4000-8000-0000000000a1",
  failed: "00000000-0000-4000-8000-0000000000a2",
  load: "00000000-0000-4000-8000-0000000000b1",
  train: "00000000-0000-4000-8000-0000000000b2",
  load2: "00000000-0000-4000-8000-0000000000b3",
  train2: "00000000-0000-4000-8000-0000000000b4",
  data: "00000000-0000-4000-8000-0000000000c1",
  classifier: "00000000-0000-4000-8000-0000000000c2",
  dataV1: "00000000-0000-4000-8000-0000000000d1",
  classifierV1: "00000000-0000-4000-8000-0000000000d2",
  model: "00000000-0000-4000-8000-0000000000e1",
  modelV1: "00000000-0000-4000-8000-0000000000f1",
} as const;

export const trainingFile = `from zenml import pipeline, step


@step
def load(): ...


@step
def train(data):
    raise ValueError("no data")


@pipeline(name="training")
def training_pipeline(lr: float = 0.1):
    data = load()
    model = train(data)
`;

/** One completed and one failed run of a pipeline with two steps; two artifacts; a model with a version in staging. */
export function trainingEvents(folder: string): readonly StoreEvent[] {
  const file = path.join(folder, "training.py");
  const spec = trainingSpec(file);
  const events: readonly StoreEvent[] = [
    { type: "pipeline.created", id: ids.pipeline, name: "training", time: NOW },
    { type: "model.created", id: ids.model, name: "iris", fields: {}, time: NOW },
    {
      type: "modelVersion.created",
      id: ids.modelV1,
      modelId: ids.model,
      name: "1",
      number: 1,
      description: null,
      producerRunId: null,
      time: NOW,
    },
    { type: "modelVersion.staged", id: ids.modelV1, stage: "staging", time: NOW },
    ...run(ids.done, "training-1", 1, spec, NOW),
    ...step(ids.load, ids.done, "load", NOW),
    version(
      ids.dataV1,
      ids.data,
      "training::load::output",
      "DataFrame (150, 5)",
      "pandas.DataFrame",
      ids.load,
    ),
    finished(ids.load, ids.dataV1, NOW + 400),
    ...step(ids.train, ids.done, "train", NOW + 400),
    version(
      ids.classifierV1,
      ids.classifier,
      "classifier",
      "RandomForestClassifier",
      "sklearn.RandomForestClassifier",
      ids.train,
    ),
    finished(ids.train, ids.classifierV1, NOW + 2500),
    { type: "run.finished", id: ids.done, status: "completed", failure: null, time: NOW + 2600 },
    ...run(ids.failed, "training-2", 2, spec, NOW + 60_000),
    ...step(ids.load2, ids.failed, "load", NOW + 60_000),
    { ...finished(ids.load2, ids.dataV1, NOW + 60_010), status: "cached", originalStepRunId: ids.load },
    ...step(ids.train2, ids.failed, "train", NOW + 60_010),
    {
      type: "step.finished",
      id: ids.train2,
      status: "failed",
      outputs: [],
      failure: {
        type: "ValueError",
        message: "no data",
        traceback: `File "${file}", line 10, in train`,
        location: { file, line: 10 },
      },
      originalStepRunId: null,
      time: NOW + 61_000,
    },
    { type: "run.finished", id: ids.failed, status: "failed", failure: null, time: NOW + 61_000 },
  ];
  return events.flatMap((event): readonly StoreEvent[] =>
    event.type === "artifactVersion.created"
      ? [
          {
            type: "artifact.created",
            id: event.artifactId,
            name: event.id === ids.dataV1 ? "training::load::output" : "classifier",
            customName: event.id !== ids.dataV1,
            time: NOW,
          },
          event,
        ]
      : [event],
  );
}

type Of<T extends StoreEvent["type"]> = Extract<StoreEvent, { readonly type: T }>;

function run(
  id: string,
  name: string,
  index: number,
  spec: PipelineSpec,
  time: number,
): readonly [Of<"run.created">] {
  return [
    {
      type: "run.created",
      id,
      name,
      index,
      pipelineId: ids.pipeline,
      origin: "editor",
      language: "python",
      parameters: { lr: 0.1 },
      config: {},
      source: spec.pipeline.source,
      modelVersionId: null,
      cacheEnabled: true,
      environment: {},
      rerunOf: null,
      spec,
      owner: { pid: process.pid, started: "", host: "" },
      time,
    },
  ];
}

function step(id: string, runId: string, invocation: string, time: number): readonly [Of<"step.started">] {
  return [
    {
      type: "step.started",
      id,
      runId,
      invocation,
      step: invocation,
      attempt: 1,
      cacheKey: null,
      cacheComponents: null,
      cacheReason: null,
      cacheExpires: null,
      modelVersionId: null,
      inputs: {},
      parameters: {},
      time,
    },
  ];
}

function finished(id: string, artifactVersionId: string, time: number): Of<"step.finished"> {
  return {
    type: "step.finished",
    id,
    status: "completed",
    outputs: [{ output: "output", artifactVersionId, saveType: "step_output" }],
    failure: null,
    originalStepRunId: null,
    time,
  };
}

function version(
  id: string,
  artifactId: string,
  _name: string,
  summary: string,
  dataType: string,
  producerStepRunId: string,
): Of<"artifactVersion.created"> {
  return {
    type: "artifactVersion.created",
    id,
    artifactId,
    version: "1",
    versionNumber: 1,
    artifactType: dataType.startsWith("sklearn") ? "ModelArtifact" : "DataArtifact",
    dataType,
    materializer: "m",
    language: "python",
    digest: `sha256:${id.replaceAll("-", "").padEnd(64, "0")}`,
    bytes: 2048,
    saveType: "step_output",
    producerStepRunId,
    producerRunId: ids.done,
    summary,
    alias: id === ids.dataV1 ? "data" : null,
    uri: null,
    time: NOW,
  };
}

function trainingSpec(file: string): PipelineSpec {
  const definition = (name: string, line: number) => ({
    step: name,
    sourcePath: `training.${name}`,
    source: { file, line },
    docstring: null,
    sourceCode: null,
    inputOrder: [],
    code: [],
  });
  const invocation = (
    id: string,
    at: number,
    line: number,
    inputs: PipelineSpec["invocations"][number]["inputs"],
  ) => ({
    id,
    definition: at,
    call: { file, line },
    inputs,
    outputs: [
      {
        output: "output",
        artifact: null,
        version: null,
        type: null,
        annotation: null,
        tags: [],
        metadata: {},
        materializer: null,
        assignedTo: null,
      },
    ],
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
  });
  return pipelineSpec(
    {
      name: "training",
      functionName: "training_pipeline",
      source: { file, line: 14 },
      parameters: { lr: 0.1 },
    },
    {
      definitions: [definition("load", 5), definition("train", 9)],
      invocations: [
        invocation("load", 0, 15, {}),
        invocation("train", 1, 16, { data: { kind: "output", invocation: "load", output: "output" } }),
      ],
    },
  );
}
