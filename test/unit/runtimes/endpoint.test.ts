/** Who may talk to the engine, and what strangers can't do to it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import type { Socket } from "node:net";
import path from "node:path";
import test from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import type { EndpointFile } from "../../../src/runtimes/protocol";
import { broken } from "../artifacts/fuzz";
import { openEndpoint, temporaryFolder } from "./harness";

async function published(place: string | undefined): Promise<EndpointFile> {
  return JSON.parse(await readFile(place!, "utf8")) as EndpointFile;
}

async function connect(address: string): Promise<Socket> {
  const socket = createConnection(address.replace(/^unix:/, ""));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

function frame(message: object): string {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function hello(token: string, more: object = {}): string {
  const params = {
    protocol: 1,
    token,
    role: "client",
    language: "python",
    languageVersion: "3.11.7",
    pid: 1,
  };
  return frame({ id: 1, method: "hello", params: { ...params, ...more } });
}

/** What the engine says until it closes the connection. */
async function everything(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

async function answer(
  socket: Socket,
): Promise<{ result?: unknown; error?: { message: string; data: unknown } }> {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  const text = chunk.toString();
  return JSON.parse(text.slice(text.indexOf("\r\n\r\n"))) as Awaited<ReturnType<typeof answer>>;
}

test("whoever shows the token is welcomed, and asks the engine", async (t) => {
  const workspace = await temporaryFolder(t);
  const endpoint = await openEndpoint(t, workspace, {
    request: (method, params, peer) => Promise.resolve({ method, params, role: peer.role }),
  });
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const socket = await connect(endpoint.address);
  socket.write(hello(token));
  const { result } = await answer(socket);
  assert.equal((result as { workspace: string }).workspace, workspace);
  socket.write(frame({ id: 2, method: "entity.list", params: { kind: "run" } }));
  const expected = { method: "entity.list", params: { kind: "run" }, role: "client" };
  assert.deepEqual((await answer(socket)).result, expected);
});

test("an error of the engine reaches the peer with its code, advice and Python class", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t), {
    request: () =>
      Promise.reject(
        new HeadraceError("not-found", "No model 'm'.", { advice: "Make it.", pythonType: "KeyError" }),
      ),
  });
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const socket = await connect(endpoint.address);
  socket.write(hello(token));
  await answer(socket);
  socket.write(frame({ id: 2, method: "entity.get", params: {} }));
  const { error } = await answer(socket);
  assert.equal(error?.message, "No model 'm'.");
  assert.deepEqual(error.data, { code: "not-found", advice: "Make it.", pythonType: "KeyError" });
});

test("a wrong token, no hello, or no JSON-RPC at all: the connection closes without a word", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t));
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const attempts = [
    hello("wrong"),
    hello(token.slice(0, -1)),
    frame({ id: 1, method: "entity.list", params: {} }),
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "x".repeat(5000),
    "Content-Length: 5\r\n\r\n{{{{{",
    "Content-Length: 4\r\n\r\nnull",
    "Content-Length: -1\r\n\r\n",
    hello(token, { pid: "one" }),
  ];
  for (const attempt of attempts) {
    const socket = await connect(endpoint.address);
    socket.write(attempt);
    assert.equal(await everything(socket), "", attempt.slice(0, 60));
  }
});

test("a message over the limit is refused before it is read", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t));
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const stranger = await connect(endpoint.address);
  stranger.write("Content-Length: 20000\r\n\r\n");
  assert.equal(await everything(stranger), "");
  const known = await connect(endpoint.address);
  known.write(hello(token));
  await answer(known);
  known.write("Content-Length: 999999999\r\n\r\n");
  assert.equal(await everything(known), "");
});

test("a worker's token is good once", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t));
  const expected = endpoint.expectWorker();
  const token = expected.environment["HEADRACE_TOKEN"]!;
  const first = await connect(endpoint.address);
  first.write(hello(token, { role: "worker", pid: 4711 }));
  assert.ok((await answer(first)).result !== undefined);
  assert.equal((await expected.peer).pid, 4711);
  const second = await connect(endpoint.address);
  second.write(hello(token));
  assert.equal(await everything(second), "");
});

test("another version of the protocol is told so", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t));
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const socket = await connect(endpoint.address);
  socket.write(hello(token, { protocol: 2 }));
  assert.match((await answer(socket)).error?.message ?? "", /version 2/);
});

test("a flood of silent connections is turned away, and who knows the token gets in afterwards", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t));
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const flood = await Promise.all(Array.from({ length: 200 }, () => connect(endpoint.address)));
  const refused = flood.map((socket) => once(socket.resume(), "close"));
  await Promise.any(refused);
  for (const socket of flood) socket.destroy();
  await Promise.all(refused);
  let welcome: unknown;
  while (welcome === undefined) {
    const socket = await connect(endpoint.address);
    socket.write(hello(token));
    const first = await Promise.race([answer(socket), once(socket, "close").then(() => null)]);
    welcome = first?.result;
  }
});

test("the endpoint and its file are the user's alone, and both are gone afterwards", async (t) => {
  const workspace = await temporaryFolder(t);
  const endpoint = await openEndpoint(t, workspace);
  const place = path.join(workspace, ".headrace", "endpoint.json");
  const socketPath = endpoint.address.replace("unix:", "");
  assert.equal(endpoint.environment()["HEADRACE_ENDPOINT"], place);
  assert.equal((await stat(place)).mode & 0o777, 0o600);
  assert.equal((await stat(path.dirname(socketPath))).mode & 0o777, 0o700);
  assert.equal((await published(place)).pid, process.pid);
  await endpoint.close();
  await assert.rejects(stat(place));
  await assert.rejects(stat(path.dirname(socketPath)));
});

test("another live engine's file is left alone; a dead one's is taken over", async (t) => {
  const workspace = await temporaryFolder(t);
  const place = path.join(workspace, ".headrace", "endpoint.json");
  const dead = await openEndpoint(t, workspace);
  await dead.close();
  const source = path.resolve(__dirname, "../../../src/store/processes");
  const saying = `console.log(JSON.stringify(require(${JSON.stringify(source)}).thisProcess())); process.stdin.resume();`;
  const living = spawn(process.execPath, ["--import", "tsx", "-e", saying], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(() => living.kill());
  const [identity] = (await once(living.stdout, "data")) as [Buffer];
  const who = JSON.parse(identity.toString()) as { pid: number; started: string; host: string };
  const other = { protocol: 1, address: "unix:/nowhere", token: "theirs", ...who };
  await writeFile(place, JSON.stringify(other));
  const second = await openEndpoint(t, workspace);
  const own = second.environment()["HEADRACE_ENDPOINT"];
  assert.notEqual(own, place);
  assert.equal((await published(own)).address, second.address);
  await second.close();
  assert.deepEqual(await published(place), other);
  living.kill();
  await once(living, "exit");
  const third = await openEndpoint(t, workspace);
  assert.equal(third.environment()["HEADRACE_ENDPOINT"], place);
});

test("damaged frames of a peer that was welcomed end its connection at most, and others are served", async (t) => {
  const endpoint = await openEndpoint(t, await temporaryFolder(t), {
    request: (method) => Promise.resolve(method),
  });
  const { token } = await published(endpoint.environment()["HEADRACE_ENDPOINT"]);
  const whole = Buffer.from(
    frame({ id: 2, method: "entity.list", params: { kind: "run" } }) +
      frame({ method: "step.output", params: { stepRunId: "s", stream: "stdout", text: "x" } }) +
      frame({ id: 3, method: "entity.get", params: [1, null, { deep: [[[]]] }] }),
  );
  for (const damaged of broken(whole, 150)) {
    const socket = await connect(endpoint.address);
    socket.write(hello(token));
    await answer(socket);
    const over = once(socket, "close");
    socket.resume().end(damaged);
    await over;
  }
  const socket = await connect(endpoint.address);
  socket.write(hello(token));
  assert.notEqual((await answer(socket)).result, undefined);
});
