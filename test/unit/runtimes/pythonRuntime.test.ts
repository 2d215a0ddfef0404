/** The pool: one spare worker, warm, and never a stale one. */
import assert from "node:assert/strict";
import { chmod, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import type { Worker } from "../../../src/runtimes/runtime";
import { PythonRuntime } from "../../../src/runtimes/python/runtime";
import { Capture, PUPPET, PYTHON, executing, never, openEndpoint, temporaryFolder } from "./harness";

interface Pool {
  readonly runtime: PythonRuntime;
  readonly file: string;
  readonly packages: string;
  readonly acquire: (signal?: AbortSignal) => Promise<Worker>;
}

async function openPool(t: TestContext): Promise<Pool> {
  const workspace = await temporaryFolder(t);
  const packages = path.join(workspace, ".venv", "lib", "python3.11", "site-packages");
  await mkdir(packages, { recursive: true });
  await mkdir(path.join(workspace, ".venv", "bin"));
  await symlink(PYTHON, path.join(workspace, ".venv", "bin", "python"));
  const endpoint = await openEndpoint(t, workspace);
  const runtime = new PythonRuntime({
    endpoint: () => Promise.resolve(endpoint),
    workspace,
    sdk: PUPPET,
    keepsSpare: true,
  });
  t.after(() => runtime.dispose());
  const file = path.join(workspace, "train.py");
  return { runtime, file, packages, acquire: (signal = never) => runtime.acquire({ file, signal }) };
}

async function printed(worker: Worker, code: string): Promise<string> {
  const capture = new Capture();
  await worker.execute(executing(code), capture.options());
  return capture.stdout.toString();
}

const hasFractions = 'import sys\nprint("fractions" in sys.modules, end="")';

test("after a run a spare worker waits, with the modules of that run imported", async (t) => {
  const { runtime, acquire } = await openPool(t);
  const first = await acquire();
  assert.equal(await printed(first, hasFractions), "False");
  runtime.release(first, ["fractions"]);
  const second = await acquire();
  assert.notEqual(second.pid, first.pid);
  assert.equal(await printed(second, hasFractions), "True");
});

test("a spare from before a package was installed is not used", async (t) => {
  const { runtime, packages, acquire } = await openPool(t);
  runtime.release(await acquire(), ["fractions"]);
  await runtime.spareReady();
  await utimes(packages, new Date(0), new Date(0));
  const worker = await acquire();
  assert.equal(await printed(worker, hasFractions), "False");
});

test("a worker that was prepared is the one that is acquired", async (t) => {
  const { runtime, file, acquire } = await openPool(t);
  await runtime.prepare({ file, signal: never });
  const worker = await acquire();
  assert.equal(await printed(worker, 'print("ok", end="")'), "ok");
});

test("branches get a worker each", async (t) => {
  const { acquire } = await openPool(t);
  const workers = await Promise.all([acquire(), acquire(), acquire()]);
  assert.equal(new Set(workers.map(({ pid }) => pid)).size, 3);
});

test("disposing ends every process, also one that is starting", async (t) => {
  const { runtime, acquire } = await openPool(t);
  const worker = await acquire();
  const starting = acquire();
  const refused = assert.rejects(starting, (error: unknown) => HeadraceError.is(error, "cancelled"));
  await runtime.dispose();
  await refused;
  assert.ok(worker.lost !== null);
});

test("cancelled while Python starts", async (t) => {
  const { acquire } = await openPool(t);
  const cancel = new AbortController();
  const starting = acquire(cancel.signal);
  cancel.abort();
  await assert.rejects(starting, (error: unknown) => HeadraceError.is(error, "cancelled"));
});

test("an interpreter that can't run the worker is explained by what it is", async (t) => {
  const { runtime, file } = await openPool(t);
  const old = path.join(path.dirname(file), "python2");
  const facts = JSON.stringify({ version: "2.7.18", executable: old, prefix: "/" });
  await writeFile(old, `#!/bin/sh\necho '${facts}'\n`);
  await chmod(old, 0o755);
  const acquiring = runtime.acquire({ file, interpreter: old, signal: never });
  await assert.rejects(acquiring, (error: unknown) => HeadraceError.is(error, "interpreter-too-old"));
});

test("describing tells version, place and origin without starting a worker", async (t) => {
  const { runtime, file } = await openPool(t);
  const described = JSON.stringify(await runtime.describe(file, never));
  assert.match(described, /"version":"3\./);
  assert.match(described, /"origin":"\.venv in /);
});
