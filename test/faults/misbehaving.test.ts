/** Steps that misbehave, in a real engine with a real Python: each fails by itself, and the next run works. */
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Run, StepRun } from "../../src/core/entities";
import type { Engine, RunHandle } from "../../src/engine/api";
import { openEngine } from "../../src/engine/open";
import type { EngineSettings } from "../../src/engine/settings";

const root = path.resolve(__dirname, "../..");
const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");

/** What is to be met alive connects to the test, and stays connected as long as its process lives. */
const STEPS = `import os
import signal
import socket
import subprocess
import sys
import time
from typing import List

import numpy as np
from zenml import pipeline, step

ADDRESS = ("127.0.0.1", int(os.environ["HEADRACE_TEST_PORT"]))
CHILD = "import socket, sys, time; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); print(flush=True); time.sleep(600)"


@step(enable_cache=False)
def kill_itself() -> int:
    print("last words", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


@step(enable_cache=False)
def leave_at_once() -> int:
    os._exit(3)


@step(enable_cache=False)
def terminate_itself() -> int:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(600)
    return 1


@step(enable_cache=False)
def take_all_memory() -> int:
    return len(bytearray(64 << 30))


@step(enable_cache=False)
def leave_children() -> int:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(ADDRESS[1])], stdout=subprocess.PIPE)
    # The run ends with this step: the child must have connected by then.
    child.stdout.readline()
    return 1


@step(enable_cache=False)
def flood() -> int:
    line = "x" * 1023 + "\\n"
    for _ in range(8 * 1024):
        sys.stdout.write(line)
    return 1


@step(enable_cache=False)
def make() -> List[int]:
    return [1, 2, 3]


@step(enable_cache=False)
def make_array() -> np.ndarray:
    return np.arange(4)


@step(enable_cache=False)
def change(values: List[int], array: np.ndarray) -> int:
    values.append(4)
    array[0] = 99
    return int(array[0])


@step(enable_cache=False)
def see(values: List[int], array: np.ndarray) -> List[int]:
    return values + array.tolist()


@step(enable_cache=False)
def close_streams() -> int:
    os.close(1)
    os.close(2)
    sys.stdout.close()
    return 1


@step(enable_cache=False)
def endless() -> int:
    alive = socket.create_connection(ADDRESS)
    while True:
        time.sleep(600)


@step(enable_cache=False)
def stubborn() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    alive = socket.create_connection(ADDRESS)
    while True:
        pass


@step(enable_cache=False)
def fine() -> int:
    return 7


@pipeline
def run_kill_itself():
    kill_itself()


@pipeline
def run_leave_at_once():
    leave_at_once()


@pipeline
def run_terminate_itself():
    terminate_itself()


@pipeline
def run_take_all_memory():
    take_all_memory()


@pipeline
def run_leave_children():
    leave_children()


@pipeline
def run_flood():
    flood()


@pipeline
def run_change():
    values, array = make(), make_array()
    changed = change(values, array)
    see(values, array, after=[changed])


@pipeline
def run_close_streams():
    close_streams()
    fine(after=["close_streams"])


@pipeline
def run_endless():
    endless()


@pipeline
def run_stubborn():
    stubborn()


@pipeline
def run_fine():
    fine()
`;

let workspace: string;
let file: string;
let engine: Engine;
let server: Server;
const settings: { -readonly [K in keyof EngineSettings]?: EngineSettings[K] } = {};

before(async () => {
  workspace = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "headrace-misbehaving-")));
  file = path.join(workspace, "steps.py");
  fs.writeFileSync(file, STEPS);
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  process.env["HEADRACE_TEST_PORT"] = String((server.address() as AddressInfo).port);
  const store = path.join(workspace, ".headrace");
  engine = await openEngine({
    ...{ workspace, store, extensionRoot: root, keepsSpare: false },
    settings: () => settings,
  });
});
after(async () => {
  await engine.close();
  server.close();
  fs.rmSync(workspace, { recursive: true, force: true });
});

const start = (pipeline: string): RunHandle => engine.run({ file, pipeline, origin: "api", python });

async function runOf(pipeline: string): Promise<{ readonly run: Run; readonly steps: readonly StepRun[] }> {
  const run = await start(pipeline).finished;
  return { run, steps: engine.reader.steps(run.id) };
}

/** Resolves when a process has connected; `gone` when it has ended. */
async function met(): Promise<{ readonly gone: Promise<unknown> }> {
  const [socket] = (await once(server, "connection")) as [Socket];
  socket.on("error", () => undefined).resume();
  return { gone: once(socket, "close") };
}

async function assertNextRunWorks(): Promise<void> {
  const { run } = await runOf("run_fine");
  assert.equal(run.status, "completed", run.failure?.message);
}

const deadly = [
  { name: "kill_itself", says: /ended while step kill_itself ran: signal SIGKILL/ },
  { name: "leave_at_once", says: /ended while step leave_at_once ran: exit code 3/ },
  { name: "terminate_itself", says: /ended while step terminate_itself ran: signal SIGTERM/ },
];
for (const { name, says } of deadly) {
  test(`a step that ends its process (${name}) fails, and says how`, async () => {
    const { run, steps } = await runOf(`run_${name}`);
    assert.equal(run.status, "failed");
    assert.match(steps[0]?.failure?.message ?? "", says);
    assert.notEqual(steps[0]?.failure?.advice ?? "", "");
    await assertNextRunWorks();
  });
}

test("what a step printed before its process died is kept", async () => {
  const { run } = await runOf("run_kill_itself");
  assert.match(fs.readFileSync(engine.logFile(run.id, "kill_itself"), "utf8"), /last words/);
});

test(
  "a step that wants more memory than the limit fails with a MemoryError",
  { skip: process.platform !== "linux" },
  async () => {
    settings.memoryLimitMb = 4096;
    try {
      const { run, steps } = await runOf("run_take_all_memory");
      assert.equal(run.status, "failed");
      assert.equal(steps[0]?.failure?.type, "MemoryError");
    } finally {
      delete settings.memoryLimitMb;
    }
    await assertNextRunWorks();
  },
);

test(
  "children that a step leaves behind end with the run",
  { skip: process.platform === "win32" },
  async () => {
    const child = met();
    const { run } = await runOf("run_leave_children");
    assert.equal(run.status, "completed", run.failure?.message);
    await (
      await child
    ).gone;
  },
);

test("a flood of output is cut at the limit, and the log says so", async () => {
  settings.logLimitBytes = 1 << 20;
  try {
    const { run } = await runOf("run_flood");
    assert.equal(run.status, "completed");
    const log = fs.readFileSync(engine.logFile(run.id, "flood"), "utf8");
    assert.ok(log.length < (1 << 20) + 200, `${log.length} bytes were kept`);
    assert.match(log, /\[headrace\] output over 1 MB is not kept/);
  } finally {
    delete settings.logLimitBytes;
  }
});

test("what a step does to its inputs no other step sees; payloads are read-only", async () => {
  const { run, steps } = await runOf("run_change");
  assert.equal(run.status, "completed", steps.map((step) => step.failure?.message).join());
  const output = engine.reader.artifactVersion(
    steps.find((step) => step.invocation === "see")?.outputs[0]?.artifactVersionId ?? "",
  );
  const folder = engine.payloadFolder(output?.id ?? "") ?? "";
  const content = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  assert.ok(
    content.some((text) => text.replace(/\s/g, "").includes("[1,2,3,0,1,2,3]")),
    content.join(),
  );
  // That a manifest is read-only says that all is durable, which a small payload's folder becomes later.
  for (const name of fs.readdirSync(folder).filter((name) => name !== "manifest.json")) {
    assert.equal(fs.statSync(path.join(folder, name)).mode & 0o222, 0, name);
  }
});

test("a step that closes its streams completes, and so do those after it", async () => {
  const { run } = await runOf("run_close_streams");
  assert.equal(run.status, "completed", run.failure?.message);
});

test("an endless step is cancelled by interrupting it", async () => {
  const alive = met();
  const handle = start("run_endless");
  const { gone } = await alive;
  handle.cancel();
  assert.equal((await handle.finished).status, "cancelled");
  await gone;
  await assertNextRunWorks();
});

test("a step that ignores interrupts is killed when the grace period is over", async () => {
  settings.graceMs = 300;
  try {
    const alive = met();
    const handle = start("run_stubborn");
    const { gone } = await alive;
    handle.cancel();
    assert.equal((await handle.finished).status, "cancelled");
    await gone;
  } finally {
    delete settings.graceMs;
  }
  await assertNextRunWorks();
});
