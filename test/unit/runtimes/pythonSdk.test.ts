/** The real SDK in a real worker, through the interface that the engine uses. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import type { CompileResult } from "../../../src/runtimes/protocol";
import { UserCodeError } from "../../../src/runtimes/runtime";
import type { HostedWorker } from "../../../src/runtimes/hostedWorker";
import { startPythonWorker } from "../../../src/runtimes/python/worker";
import { Capture, SDK, executing, never, openEndpoint, python, temporaryFolder } from "./harness";

interface Bench {
  readonly worker: HostedWorker;
  readonly workspace: string;
  readonly compile: (source: string, capture?: Capture) => Promise<CompileResult>;
}

async function startBench(t: TestContext): Promise<Bench> {
  const workspace = await temporaryFolder(t);
  const endpoint = await openEndpoint(t, workspace);
  const worker = await startPythonWorker({
    interpreter: python,
    sdk: SDK,
    workspace,
    endpoint,
    signal: never,
  });
  t.after(() => worker.kill());
  const file = path.join(workspace, "train.py");
  const compile = async (source: string, capture = new Capture()): Promise<CompileResult> => {
    await writeFile(file, source);
    const params = { file, pipeline: null, parameters: {}, configPath: null };
    return worker.compile(params, capture.options());
  };
  return { worker, workspace, compile };
}

const PIPELINE = `
from zenml import pipeline, step

print("imported")

@step
def load() -> int:
    print("loading")
    return 7

@step
def show(value: int) -> None:
    print("value", value)

@pipeline
def train():
    show(load())
`;

test("a pipeline compiles to a spec, and its first step executes", async (t) => {
  const { worker, workspace, compile } = await startBench(t);
  const imports = new Capture();
  const { spec } = await compile(PIPELINE, imports);
  assert.equal(imports.stdout.toString(), "imported\n");
  assert.deepEqual(
    spec.invocations.map(({ id }) => id),
    ["load", "show"],
  );
  const folder = path.join(workspace, ".headrace", "tmp", "payload");
  await mkdir(folder, { recursive: true });
  const capture = new Capture();
  const params = {
    ...executing("", "load"),
    context: {},
    outputs: [{ output: "output", artifact: "train::load::output", folder, materializer: null }],
  };
  const result = await worker.execute(params, capture.options());
  assert.equal(result.failure, null);
  assert.equal(result.outputs[0]?.payload.dataType, "builtins.int");
  assert.equal(capture.stdout.toString(), "loading\n");
  assert.ok((await readdir(folder)).includes("manifest.json"));
});

test("a missing package names the interpreter and the module", async (t) => {
  const { compile } = await startBench(t);
  await assert.rejects(compile("import no_such_package_anywhere\n"), (error: unknown) => {
    assert.ok(error instanceof UserCodeError);
    assert.equal(error.failure.type, "ModuleNotFoundError");
    assert.match(error.failure.advice ?? "", /no_such_package_anywhere/);
    assert.ok(error.failure.advice?.includes(python.command));
    return true;
  });
});

test("a syntax error is at its line", async (t) => {
  const { compile } = await startBench(t);
  await assert.rejects(compile("x = 1\ndef broken(:\n"), (error: unknown) => {
    assert.ok(error instanceof UserCodeError);
    assert.equal(error.failure.type, "SyntaxError");
    assert.equal(error.location?.line, 2);
    return true;
  });
});

test("an endless import is interrupted", async (t) => {
  const { worker, workspace } = await startBench(t);
  const file = path.join(workspace, "endless.py");
  await writeFile(file, 'print("here", flush=True)\nwhile True: pass\n');
  const capture = new Capture();
  const cancel = new AbortController();
  const params = { file, pipeline: null, parameters: {}, configPath: null };
  const compiling = worker.compile(params, capture.options(cancel.signal));
  const refused = assert.rejects(compiling, (error: unknown) => error instanceof UserCodeError);
  await capture.sees("here");
  cancel.abort();
  await refused;
});
