import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { registerArtifactCommands } from "../../../src/commands/artifactCommands";
import { programOf, registerDebugCommands } from "../../../src/commands/debugCommands";
import { registerModelCommands } from "../../../src/commands/modelCommands";
import { registerRunCommands } from "../../../src/commands/runCommands";
import { registerRunsCommands } from "../../../src/commands/runsCommands";
import { registerSourceCommands } from "../../../src/commands/sourceCommands";
import { createWorld, ids, trainingEvents, trainingFile, type World } from "../../mock/world";

let world: World;
const disposables: { dispose(): unknown }[] = [];

before(async () => {
  world = await createWorld({ events: trainingEvents, files: { "training.py": trainingFile } });
  const { services } = world;
  disposables.push(
    ...registerRunCommands(services),
    ...registerRunsCommands(services),
    ...registerArtifactCommands(services),
    ...registerModelCommands(services),
    ...registerSourceCommands(services),
    ...registerDebugCommands(services, {
      interpreter: () => Promise.resolve("/usr/bin/python3"),
      node: () => Promise.resolve({ command: "/usr/bin/node", electron: false }),
      programs: "/ext/dist",
    }),
  );
});

beforeEach(() => {
  const { mock, panels } = world;
  mock.answers.length = 0;
  mock.asked.length = 0;
  mock.messages.length = 0;
  mock.shown.length = 0;
  panels.length = 0;
});

after(async () => {
  for (const disposable of disposables) disposable.dispose();
  await world.close();
});

const artifact = () => ({ kind: "artifactVersion", workspace: world.folder, id: ids.classifierV1 }) as const;
const lastMessage = (): string => world.mock.messages.at(-1)?.text ?? "";

test("linking by the palette: artifact, model, version; and it can be taken back", async () => {
  const { mock } = world;
  mock.answers.push("classifier", "$(symbol-class) iris", "$(tag) 1");
  await mock.run("headrace.linkArtifactToModel");
  const { reader } = await world.engine();
  assert.deepEqual(
    reader.linkedModels(ids.classifierV1).map((version) => version.id),
    [ids.modelV1],
  );
  assert.equal(lastMessage(), "classifier v1 is linked to iris 1.");
  assert.deepEqual(mock.messages.at(-1)?.actions, ["Undo"]);
  assert.equal(mock.context.get("headrace.canUndo"), true);
  await world.services.undo.last();
  assert.deepEqual(reader.linkedModels(ids.classifierV1), []);
  assert.equal(mock.context.get("headrace.canUndo"), false);
});

test("linking to a model that is made for it, from a context menu", async () => {
  const { mock } = world;
  mock.answers.push("$(add) New model…", "iris", "forest");
  await mock.run("headrace.linkArtifactToModel", artifact());
  assert.ok(mock.asked.includes("! iris is there already."), mock.asked.join("\n"));
  const { reader } = await world.engine();
  assert.deepEqual(
    reader.linkedModels(ids.classifierV1).map((version) => `${version.model} ${version.name}`),
    ["forest 1"],
  );
});

test("linking what is linked already says so and changes nothing", async () => {
  const { mock } = world;
  mock.answers.push("$(symbol-class) forest", "$(tag) 1");
  await mock.run("headrace.linkArtifactToModel", artifact());
  assert.equal(lastMessage(), "classifier v1 is linked to forest 1 already.");
});

test("giving up at any question links nothing", async () => {
  const { mock } = world;
  const { reader } = await world.engine();
  const { seq } = reader;
  for (const answers of [[], ["classifier"], ["classifier", "$(symbol-class) iris"]]) {
    mock.answers.push(...answers);
    await mock.run("headrace.linkArtifactToModel");
  }
  assert.equal(reader.seq, seq);
});

test("on a model's own row only the artifact is asked for", async () => {
  const { mock } = world;
  mock.answers.push("data");
  await mock.run("headrace.linkArtifactToModel", {
    kind: "modelVersion",
    workspace: world.folder,
    id: ids.modelV1,
  });
  assert.equal(lastMessage(), "data v1 is linked to iris 1.");
  await world.services.undo.last();
});

test("unlinking from the row below a model", async () => {
  const { reader } = await world.engine();
  const [version] = reader.linkedModels(ids.classifierV1);
  await world.mock.run("headrace.unlinkArtifact", { ...artifact(), modelVersionId: version?.id });
  assert.deepEqual(reader.linkedModels(ids.classifierV1), []);
});

test("promoting to a stage that another version holds asks first", async () => {
  const { mock } = world;
  const engine = await world.engine();
  await engine.link(ids.dataV1, { model: "iris", version: null });
  const second = engine.reader.modelVersions(ids.model).items[0];
  assert.equal(second?.number, 2);
  const ref = { kind: "modelVersion", workspace: world.folder, id: second.id };
  mock.answers.push("staging", undefined);
  await mock.run("headrace.promoteModelVersion", ref);
  assert.equal(lastMessage(), "Move iris 2 to staging?");
  assert.equal(engine.reader.modelVersion(second.id)?.stage, null);
  mock.answers.push("staging", "Move");
  await mock.run("headrace.promoteModelVersion", ref);
  assert.equal(engine.reader.modelVersion(second.id)?.stage, "staging");
  assert.equal(engine.reader.modelVersion(ids.modelV1)?.stage, "archived");
});

test("what is in production leaves it only after a question", async () => {
  const { mock } = world;
  const engine = await world.engine();
  const [second] = engine.reader.modelVersions(ids.model).items;
  assert.equal(second?.stage, "staging");
  const ref = { kind: "modelVersion", workspace: world.folder, id: second.id };
  const stage = (): string | null | undefined => engine.reader.modelVersion(second.id)?.stage;
  mock.answers.push("production");
  await mock.run("headrace.promoteModelVersion", ref);
  assert.equal(stage(), "production");
  mock.answers.push(undefined);
  await mock.run("headrace.archiveModelVersion", ref);
  assert.equal(lastMessage(), "Move iris 2 from production to archived?");
  assert.equal(stage(), "production");
  mock.answers.push("Move");
  await mock.run("headrace.archiveModelVersion", ref);
  assert.equal(stage(), "archived");
});

test("copying how to load an artifact, and its id", async () => {
  const { mock } = world;
  await mock.run("headrace.copyLoaderSnippet", artifact());
  assert.match(mock.clipboard, /^from zenml\.client import Client/);
  await mock.run("headrace.copyArtifactId", {
    kind: "artifact",
    workspace: world.folder,
    id: ids.classifier,
  });
  assert.equal(mock.clipboard, ids.classifierV1);
});

test("going to the error of a run opens the line", async () => {
  await world.mock.run("headrace.goToError", { kind: "run", workspace: world.folder, id: ids.failed });
  assert.deepEqual(world.mock.shown, [{ file: `file:${path.join(world.folder, "training.py")}`, line: 10 }]);
});

test("the log of a failed run is that of the step that failed", async () => {
  await world.mock.run("headrace.openLog", { kind: "run", workspace: world.folder, id: ids.failed });
  assert.match(world.mock.shown[0]?.file ?? "", /^headrace-log:\/train\.log\?/);
});

test("the DAG of a pipeline, and of a run", async () => {
  const { mock, panels, folder } = world;
  const file = path.join(folder, "training.py");
  await mock.run("headrace.showDag", {
    kind: "pipeline",
    workspace: folder,
    name: "training",
    file,
    functionName: "training_pipeline",
  });
  await mock.run("headrace.showDag", { kind: "run", workspace: folder, id: ids.done });
  assert.deepEqual(panels, ["dag training", `dag ${ids.done}`]);
});

test("comparing the runs that are selected", async () => {
  const rows = [ids.done, ids.failed].map((id) => ({ kind: "run", workspace: world.folder, id }));
  await world.mock.run("headrace.compareRuns", rows[0], rows);
  assert.deepEqual(world.panels, [`compare ${ids.done} ${ids.failed}`]);
});

test("from a run alone, any number of others is asked for, itself chosen and first", async () => {
  const { mock, panels } = world;
  const { reader } = await world.engine();
  const [failed, done] = [ids.failed, ids.done].map((id) => reader.run(id)?.name ?? "");
  const run = { kind: "run", workspace: world.folder, id: ids.failed };
  mock.answers.push(`${failed} + ${done}`);
  await mock.run("headrace.compareRuns", run);
  assert.deepEqual(panels, [`compare ${ids.failed} ${ids.done}`]);
  assert.match(
    mock.asked.at(-1) ?? "",
    /^Two or more runs; the others are compared with the first: \$\(error\)/,
  );
  mock.answers.push(failed);
  await mock.run("headrace.compareRuns", run);
  assert.equal(lastMessage(), "Choose at least two runs to compare them.");
  assert.equal(panels.length, 1);
});

test("a note can be written and taken back", async () => {
  const { mock } = world;
  const { reader } = await world.engine();
  mock.answers.push("baseline");
  await mock.run("headrace.editNote", { kind: "run", workspace: world.folder, id: ids.done });
  assert.equal(reader.run(ids.done)?.note, "baseline");
  assert.equal(lastMessage(), "The note of training-1 was changed.");
  await world.services.undo.last();
  assert.equal(reader.run(ids.done)?.note, "");
});

test("in Restricted Mode nothing runs, and the reason is said", async () => {
  const { mock } = world;
  mock.trusted = false;
  const file = path.join(world.folder, "training.py");
  const ref = {
    kind: "pipeline",
    workspace: world.folder,
    name: "training",
    file,
    functionName: "training_pipeline",
  };
  assert.equal(await mock.run("headrace.runPipeline", ref), null);
  assert.match(lastMessage(), /Restricted Mode/);
  assert.deepEqual(mock.messages.at(-1)?.actions, ["Manage Workspace Trust"]);
  await mock.run("headrace.debugPipeline", ref);
  assert.equal(mock.debugged.length, 0);
  mock.trusted = true;
});

test("deleting shows what would go, and does nothing without a yes", async () => {
  const { mock } = world;
  const { reader } = await world.engine();
  mock.answers.push(undefined);
  await mock.run("headrace.deleteRun", { kind: "run", workspace: world.folder, id: ids.failed });
  assert.equal(lastMessage(), "Delete the run training-2?");
  assert.ok(reader.run(ids.failed));
  mock.answers.push("Delete");
  await mock.run("headrace.deleteRun", { kind: "run", workspace: world.folder, id: ids.failed });
  assert.equal(reader.run(ids.failed), null);
});

test("the debugger imports the file as the module it is", async () => {
  assert.equal(
    programOf("/w/my pipelines/train.py", "training"),
    'import importlib, sys\nsys.path.insert(0, "/w/my pipelines")\ngetattr(importlib.import_module("train"), "training")()',
  );
  assert.equal(
    programOf("/w/train.py", "training", { name: 'a "b"', lr: 0.1 }).split("\n").at(-1),
    String.raw`getattr(importlib.import_module("train"), "training")(**json.loads("{\"name\":\"a \\\"b\\\"\",\"lr\":0.1}"))`,
  );
  await world.mock.run("headrace.debugPipeline", {
    kind: "pipeline",
    workspace: world.folder,
    name: "training",
    file: path.join(world.folder, "training.py"),
    functionName: "training_pipeline",
  });
  assert.equal(lastMessage(), "Debugging needs the extension Python Debugger.");
});

test("with a debugger installed the pipeline is launched as a script of the same interpreter and engine", async () => {
  const { mock, folder } = world;
  mock.extensions.set("ms-python.debugpy", {});
  const file = path.join(folder, "training.py");
  const ref = {
    kind: "pipeline",
    workspace: folder,
    name: "training",
    file,
    functionName: "training_pipeline",
  };
  const unsaved = mock.open(file, trainingFile);
  unsaved.isDirty = true;
  await mock.run("headrace.debugPipeline", ref);
  assert.equal(unsaved.isDirty, false, "what is debugged is what is on the disk");
  const { env, ...configuration } = mock.debugged.at(-1) as { env: Record<string, string> };
  assert.deepEqual(configuration, {
    type: "debugpy",
    request: "launch",
    name: "training",
    code: programOf(file, "training_pipeline"),
    python: "/usr/bin/python3",
    cwd: folder,
    console: "internalConsole",
    justMyCode: true,
  });
  assert.ok(env["PYTHONPATH"]);
  assert.equal(env["HEADRACE_NO_CACHE"], "1", "what is taken from the cache meets no breakpoint");
  assert.ok(env["HEADRACE_ENDPOINT"]);
  mock.extensions.delete("ms-python.debugpy");
});

test("a pipeline in TypeScript is debugged with what VS Code brings, as the command line runs it", async () => {
  const { mock, folder } = world;
  const file = path.join(folder, "forecast.ts");
  await mock.run("headrace.debugPipeline", {
    kind: "pipeline",
    workspace: folder,
    name: "forecasting",
    file,
    functionName: "forecasting",
  });
  assert.deepEqual(mock.debugged.at(-1), {
    type: "pwa-node",
    request: "launch",
    name: "forecasting",
    program: path.join("/ext/dist", "cli.js"),
    args: ["run", `${file}::forecasting`, "--workspace", folder, "--no-cache"],
    runtimeExecutable: "/usr/bin/node",
    cwd: folder,
    env: {},
    console: "internalConsole",
    outputCapture: "std",
    skipFiles: ["<node_internals>/**", "/ext/dist/**"],
  });
});

test("the program of the debugger runs the pipeline in its own process, with its parameters", async () => {
  const { folder } = world;
  const file = path.join(folder, "printing.py");
  const text = [
    "import os",
    "from zenml import pipeline, step",
    "@step",
    "def tell(name: str) -> None:",
    '    open("told.txt", "w").write(f"{name} {os.getpid()}")',
    "@pipeline",
    "def printing(name: str):",
    "    tell(name)",
    "",
  ].join("\n");
  await writeFile(file, text);
  const engine = await world.engine();
  const child = execFile("python3", ["-c", programOf(file, "printing", { name: "größer" })], {
    cwd: folder,
    env: { ...process.env, ...(await engine.environment()) },
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  assert.equal(code, 0);
  assert.equal(await readFile(path.join(folder, "told.txt"), "utf8"), `größer ${String(child.pid)}`);
});
