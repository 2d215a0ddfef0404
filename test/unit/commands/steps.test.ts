import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import type { StepRun } from "../../../src/core/entities";
import { registerStepCommands } from "../../../src/commands/stepCommands";
import { createWorld, type World } from "../../mock/world";

const root = path.resolve(import.meta.dirname, "../../..");
const PYTHON = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv", "bin", "python");

const SOURCE = `from zenml import pipeline, step


@step
def load() -> int:
    return 20


@pipeline
def training():
    load()
`;

let world: World;
let commands: readonly { dispose(): unknown }[];

before(async () => {
  world = await createWorld({ files: { "training.py": SOURCE } });
  commands = registerStepCommands(world.services);
});

after(async () => {
  for (const command of commands) command.dispose();
  await world.close();
});

async function ranStep(): Promise<StepRun> {
  const engine = await world.engine();
  const file = path.join(world.folder, "training.py");
  const run = await engine.run({ file, pipeline: null, origin: "api", python: PYTHON }).finished;
  const [step] = engine.reader.steps(run.id);
  assert.ok(step !== undefined);
  return step;
}

function refOf({ runId, invocation }: Pick<StepRun, "runId" | "invocation">) {
  return { kind: "step", workspace: world.folder, runId, invocation } as const;
}

test("copies the id of the step that a menu names", async () => {
  const step = await ranStep();
  await world.mock.run("headrace.copyStepId", { ...refOf(step), webviewSection: "step" });
  assert.equal(world.mock.clipboard, step.id);
});

test("gives up cached results, so that the next run computes them again", async () => {
  const first = await ranStep();
  assert.equal((await ranStep()).status, "cached");
  await world.mock.run("headrace.invalidateCache", {
    kind: "run",
    workspace: world.folder,
    id: first.runId,
  });
  const { reader } = await world.engine();
  for (const run of reader.runs({}).items) {
    for (const step of reader.steps(run.id)) await world.mock.run("headrace.invalidateCache", refOf(step));
  }
  assert.equal((await ranStep()).status, "completed");
  assert.match(world.mock.statusMessages.at(-1) ?? "", /The next run computes load again/);
});

test("says so when the step never ran", async () => {
  const { runId } = await ranStep();
  await world.mock.run("headrace.invalidateCache", refOf({ runId, invocation: "none" }));
  assert.equal(world.mock.messages.at(-1)?.text, "This step did not run.");
});
