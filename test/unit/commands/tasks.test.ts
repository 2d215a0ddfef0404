/** Pipelines as tasks, on the real engine and a real Python. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pipelineTerminal, PipelineTasks, readTask } from "../../../src/commands/tasks";
import type { Task } from "../../mock/vscodeTypes";
import { createWorld, type World } from "../../mock/world";

const source = `from zenml import pipeline, step


@step
def load(rows: int) -> int:
    return rows * 2


@step
def check(value: int, limit: int) -> None:
    if value > limit:
        raise ValueError(f"{value} is too much")


@pipeline(name="checking")
def checking_pipeline(rows: int = 2, limit: int = 10):
    check(load(rows), limit)
`;
let world: World;

before(async () => {
  world = await createWorld({ files: { "flows/checking.py": source } });
});
after(() => world.close());

/** Opens the terminal of a task and gives its lines, without colours, and its exit code. */
function run(definition: Record<string, unknown>): Promise<{ lines: readonly string[]; code: number }> {
  const terminal = pipelineTerminal(world.services, world.folder, readTask(definition));
  let written = "";
  terminal.onDidWrite((text) => (written += text));
  return new Promise((resolve) => {
    terminal.onDidClose?.((code) => {
      const plain = written.replace(/\u001b\[\d+m/g, "").replace(/ · [\d.]+ m?s/g, " · …");
      resolve({ lines: plain.split("\r\n").filter(Boolean), code: Number(code) });
    });
    terminal.open(undefined);
  });
}

test("every pipeline of the workspace is a task, named by its file", async () => {
  const tasks = (await new PipelineTasks(world.services).provideTasks()) as unknown as Task[];
  assert.deepEqual(
    tasks.map(({ name, definition, detail }) => ({ name, definition, detail })),
    [
      {
        name: "checking",
        definition: { type: "headrace", pipeline: "checking", file: "flows/checking.py" },
        detail: "flows/checking.py",
      },
    ],
  );
});

test("a task of tasks.json is resolved with the very definition that it has there", () => {
  const definition = { type: "headrace", pipeline: "checking", parameters: { rows: 3 } };
  const [scope] = world.mock.folders;
  const resolved = new PipelineTasks(world.services).resolveTask({ definition, scope } as never);
  assert.equal(resolved?.definition, definition);
});

test("a task prints its steps and ends with 0", async () => {
  const { lines, code } = await run({ file: "flows/checking.py" });
  assert.equal(code, 0, lines.join("\n"));
  assert.match(lines[0] ?? "", /^checking/);
  assert.deepEqual(lines.slice(1, -1), [
    "  load started",
    "  load completed · …",
    "  check started",
    "  check completed · …",
  ]);
  assert.match(lines.at(-1) ?? "", /completed · …$/);
});

test("parameters reach the pipeline; a failure is told with its traceback and ends with 1", async () => {
  const { lines, code } = await run({ pipeline: "checking", parameters: { rows: 30 } });
  assert.equal(code, 1);
  const text = lines.join("\n");
  assert.match(text, /check failed/);
  assert.match(text, /checking\.py", line 12, in check/);
  assert.match(text, /ValueError: 60 is too much/);
});

test("a pipeline that is not there ends with 2, and says which there are", async () => {
  const { lines, code } = await run({ pipeline: "cheking" });
  assert.equal(code, 2);
  assert.deepEqual(lines, ["No pipeline of this folder is named cheking.", "There are: checking."]);
});

test("in Restricted Mode nothing runs", async () => {
  world.mock.trusted = false;
  const { lines, code } = await run({ pipeline: "checking" });
  world.mock.trusted = true;
  assert.equal(code, 2);
  assert.match(lines[0] ?? "", /Restricted Mode/);
});
