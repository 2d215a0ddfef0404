/** What user code can do to a worker, and how the host stands it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import test from "node:test";
import type { TestContext } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { Capture, executing, startPuppet } from "./harness";

const lost = (error: unknown): boolean => HeadraceError.is(error, "worker-lost");

test("output belongs to the step that wrote it, byte for byte, also when it is no UTF-8", async (t) => {
  const worker = await startPuppet(t);
  const first = new Capture();
  const second = new Capture();
  const raw = 'import os, sys\nos.write(1, b"\\xff\\x00 50%\\r 100%")\nos.write(2, b"oh")';
  await worker.execute(executing(raw), first.options());
  await worker.execute(executing('print("second", end="")'), second.options());
  assert.deepEqual(first.stdout, Buffer.from("\xff\x00 50%\r 100%", "latin1"));
  assert.equal(first.stderr.toString(), "oh");
  assert.equal(second.stdout.toString(), "second");
});

test("100 MB of output arrive whole before the step settles", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const flood = 'import sys\nline = "x" * 1023 + "\\n"\nfor _ in range(100 * 1024): sys.stdout.write(line)';
  await worker.execute(executing(flood), capture.options());
  assert.equal(capture.bytes, 100 * 1024 * 1024);
});

test("a marker that is split over chunks is found, and what merely begins like it is output", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const params = executing(
    'import os, time\nos.write(1, params["marker"][:10].encode())\ntime.sleep(0.05)\nos.write(1, b"!")',
  );
  await worker.execute(params, capture.options());
  assert.equal(capture.stdout.toString(), `${params.marker.slice(0, 10)}!`);
});

test("a step that closes its output settles all the same", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const closing =
    'import os\nos.write(1, b"last words")\nos.close(1)\nos.dup2(os.open(os.devnull, os.O_WRONLY), 2)';
  await worker.execute(executing(closing), capture.options());
  assert.equal(capture.stdout.toString(), "last words");
  const { failure } = await worker.execute(executing("pass"), new Capture().options());
  assert.equal(failure, null);
});

test("a step settles though its output goes elsewhere and a child of it holds the old one open", async (t) => {
  const worker = await startPuppet(t);
  const child = await listenForChild(t);
  const redirecting = `${child.spawn}\nimport os\nos.write(1, b"before")\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)`;
  const capture = new Capture();
  await worker.execute(executing(redirecting), capture.options());
  assert.equal(capture.stdout.toString(), "before");
  await child.connected;
});

test("a child that a step leaves behind doesn't hold up the step, and ends with the worker", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const child = await listenForChild(t);
  await worker.execute(executing(child.spawn), capture.options());
  const connection = await child.connected;
  assert.equal(connection.destroyed, false);
  await worker.end();
  await closing(connection);
});

for (const [what, code, expected] of [
  [
    "os._exit",
    "import os, sys\nsys.stderr.write('bye'); sys.stderr.flush()\nos._exit(7)",
    { code: 7, signal: null },
  ],
  ["SIGKILL", "import os\nos.kill(os.getpid(), 9)", { code: null, signal: "SIGKILL" }],
  ["a crash in native code", "import ctypes\nctypes.string_at(0)", { code: null, signal: "SIGSEGV" }],
] as const) {
  test(`${what} loses the worker, and the error says how and while doing what`, async (t) => {
    const worker = await startPuppet(t);
    const running = worker.execute(executing(code, "train"), new Capture().options());
    await assert.rejects(running, (error: unknown) => {
      assert.ok(lost(error));
      const { message, advice } = error as HeadraceError;
      assert.match(message, /step train/);
      assert.match(message, expected.signal === null ? /exit code 7.*bye/s : new RegExp(expected.signal));
      assert.ok(advice !== undefined);
      return true;
    });
    const { code: exitCode, signal } = worker.lost ?? assert.fail("It must know that it is lost.");
    assert.deepEqual({ code: exitCode, signal }, expected);
    await assert.rejects(worker.execute(executing("pass"), new Capture().options()), lost);
  });
}

test("output written just before the death is not lost", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const code = 'import os\nos.write(1, b"x" * 60000)\nos._exit(1)';
  await assert.rejects(worker.execute(executing(code), capture.options()), lost);
  assert.equal(capture.bytes, 60_000);
});

test("an endless loop is interrupted, and the worker goes on", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const cancel = new AbortController();
  const code = 'print("looping", flush=True)\nwhile True: pass';
  const running = worker.execute(executing(code), capture.options(cancel.signal));
  await capture.sees("looping");
  cancel.abort();
  assert.equal((await running).cancelled, true);
  assert.equal((await worker.execute(executing("pass"), new Capture().options())).failure, null);
});

test("a step that ignores the interruption is killed with its children", async (t) => {
  const worker = await startPuppet(t);
  const capture = new Capture();
  const child = await listenForChild(t);
  const code = [
    "import signal",
    "signal.signal(signal.SIGINT, signal.SIG_IGN)",
    child.spawn,
    "while True: pass",
  ].join("\n");
  const running = worker.execute(executing(code), capture.options());
  const connection = await child.connected;
  worker.interrupt();
  worker.kill();
  await assert.rejects(running, lost);
  assert.equal(worker.lost?.signal, "SIGKILL");
  await closing(connection);
});

test("an answer that is not as agreed is refused, with the place that is wrong", async (t) => {
  const worker = await startPuppet(t);
  const lie = [
    'wire.send({"id": id, "result": {"failure": None, "outputs": [{"output": 3}], "stepMetadata": {}}})',
    "wire.send = lambda truth: None",
  ].join("\n");
  await assert.rejects(worker.execute(executing(lie), new Capture().options()), /outputs\.0/);
});

/** Python that starts a child which connects here, and would live on: the connection closes when the child is gone. */
async function listenForChild(t: TestContext): Promise<{ spawn: string; connected: Promise<Socket> }> {
  const server = createServer();
  t.after(() => server.close());
  const connected = once(server, "connection").then(([socket]) => socket as Socket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const child = `import socket, time; s = socket.create_connection(("127.0.0.1", ${port})); time.sleep(600)`;
  return { spawn: `import subprocess, sys\nsubprocess.Popen([sys.executable, "-c", '${child}'])`, connected };
}

async function closing(socket: Socket): Promise<void> {
  socket.on("error", () => undefined).resume();
  if (!socket.closed) await once(socket, "close");
}
