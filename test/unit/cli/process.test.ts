/** What only a process of its own shows: signals, exit statuses, pipes, and scripts that reach the engine. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import test, { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import type { RunReport } from "../../../src/cli/report";
import { MAIN, PYTHON, ROOT, createWorkspace } from "./harness";
import type { Workspace } from "./harness";

/** Each step that is to be met alive connects to the test, and stays connected as long as its process lives. */
const STEPS = `
import os, socket, subprocess, sys, time
from zenml import pipeline, step

def report():
    return socket.create_connection(("127.0.0.1", int(os.environ["TEST_PORT"])))

@step
def seven() -> int:
    return 7

@step
def endless() -> None:
    alive = report()
    while True:
        time.sleep(1)

@step
def stubborn() -> None:
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    alive = report()
    while True:
        pass

@pipeline
def quick():
    seven()

@pipeline
def hanging():
    endless()

@pipeline
def refusing():
    stubborn()

if __name__ == "__main__":
    quick()
`;

let workspace: Workspace;
let server: Server;

before(async () => {
  workspace = await createWorkspace();
  await workspace.write("steps.py", STEPS);
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(async () => {
  server.close();
  await workspace.remove();
});

/** By its place: the processes run in a folder from which it can't be found by name. */
const TSX = pathToFileURL(require.resolve("tsx")).href;

interface Started {
  readonly child: ChildProcess;
  /** Exit status, signal and all output. */
  readonly ended: Promise<{ status: number | null; signal: string | null; out: string; err: string }>;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], {
    cwd: workspace.folder,
    env: {
      ...process.env,
      TEST_PORT: String((server.address() as AddressInfo).port),
      TSX_TSCONFIG_PATH: `${ROOT}/tsconfig.json`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, "close").then(([status, signal]) => ({
    status: status as number | null,
    signal: signal as string | null,
    out,
    err,
  }));
  return { child, ended };
}

/** Resolves once a step of the process has connected; fails when the process ends before. */
async function stepAlive({ ended }: Started): Promise<{ readonly gone: Promise<unknown> }> {
  const early = ended.then(({ err }) => assert.fail(`It ended before its step ran: ${err}`));
  const [socket] = (await Promise.race([once(server, "connection"), early])) as [Socket];
  socket.on("error", () => undefined).resume();
  return { gone: once(socket, "close") };
}

test("SIGINT cancels the run: status 130, the step's process gone, the run recorded", async () => {
  const started = start("run", "steps.py::hanging", "--python", PYTHON);
  const { child, ended } = started;
  const step = await stepAlive(started);
  child.kill("SIGINT");
  const { status, out } = await ended;
  await step.gone;
  assert.equal(status, 130);
  assert.match(out, /cancelled/);
  const { run } = await workspace.json<{ run: RunReport }>("runs", "latest");
  assert.equal(run.status, "cancelled");
});

test("a second SIGINT ends it at once, and its processes with it", async () => {
  const started = start("run", "steps.py::refusing", "--python", PYTHON);
  const { child, ended } = started;
  const step = await stepAlive(started);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  assert.equal((await ended).status, 130);
  await step.gone;
});

test("when the engine's process is killed, the worker ends by itself and the run is marked interrupted", async () => {
  const started = start("run", "steps.py::hanging", "--python", PYTHON);
  const { child, ended } = started;
  const step = await stepAlive(started);
  child.kill("SIGKILL");
  await ended;
  await step.gone;
  // Who changes something next tells what became of it.
  await workspace.json("run", "steps.py::quick", "--python", PYTHON);
  const { runs } = await workspace.json<{ runs: { pipeline: string; status: string }[] }>("runs");
  const hanging = runs.find(({ pipeline }) => pipeline === "hanging");
  assert.equal(hanging?.status, "interrupted");
});

test("exec: a script reaches the engine, its output and status are passed through", async () => {
  await workspace.json("run", "steps.py::quick", "--python", PYTHON);
  const code = [
    "import sys",
    "from zenml.client import Client",
    'print(Client().get_artifact_version("quick::seven::output").load())',
    "sys.exit(5)",
  ].join("\n");
  const { status, out } = await start("exec", "--", PYTHON, "-c", code).ended;
  assert.deepEqual([status, out], [5, "7\n"]);
});

test("exec: a script that calls its pipeline runs it", async () => {
  const { status, err } = await start("exec", "--", PYTHON, "steps.py").ended;
  assert.equal(status, 0, err);
  const { run } = await workspace.json<{ run: RunReport }>("runs", "latest");
  assert.deepEqual([run.pipeline, run.status], ["quick", "completed"]);
});

test("exec: a command that is missing, or that a signal ends", async () => {
  const missing = await start("exec", "--", "no-such-program-anywhere").ended;
  assert.equal(missing.status, 1);
  assert.match(missing.err, /no such program/);
  const killed = await start("exec", "--", PYTHON, "-c", "import os; os.kill(os.getpid(), 9)").ended;
  assert.equal(killed.status, 137);
});

test("a reader that goes away is no failure", async () => {
  const { child, ended } = start("run", "--help");
  child.stdout?.destroy();
  const { status, err } = await ended;
  assert.deepEqual([status, err], [0, ""]);
});
