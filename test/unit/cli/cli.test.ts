/** The command line from end to end: real engine, real store, real Python. The tests build on each other's runs. */
import assert from "node:assert/strict";
import path from "node:path";
import test, { after, before } from "node:test";
import type { RunReport } from "../../../src/cli/report";
import { PYTHON, createWorkspace, invoke } from "./harness";
import type { Workspace } from "./harness";

const SOURCE = `
from zenml import pipeline, step

print("imported")

@step
def load(n: int) -> list:
    print("loading", n)
    return list(range(n))

@step
def total(values: list) -> int:
    return sum(values)

@pipeline
def train(n: int = 3):
    total(load(n))
`;

const BROKEN = `
import os
from zenml import pipeline, step

def helper(x):
    return 1 / x

@step
def zero() -> int:
    return 0

@step
def divide(x: int) -> float:
    return helper(x)

@step
def below(x: float) -> float:
    return x

@step
def quits() -> int:
    os._exit(3)

@step
def endless() -> int:
    print("looping", flush=True)
    while True:
        pass

@pipeline
def failing():
    below(divide(zero()))

@pipeline
def quitting():
    quits()

@pipeline
def looping():
    endless()
`;

let workspace: Workspace;
let file: string;
const python = ["--python", PYTHON];

before(async () => {
  workspace = await createWorkspace();
  file = await workspace.write("pipelines/train.py", SOURCE);
  await workspace.write("broken.py", BROKEN);
});
after(() => workspace.remove());

test("looking at a folder that never ran anything leaves no trace", async () => {
  assert.deepEqual(await workspace.json("runs"), { runs: [], total: 0 });
  const { status, err } = await workspace.headrace("artifacts");
  assert.equal(status, 0);
  assert.match(err, /No artifacts yet/);
  const { status: checked } = await workspace.headrace("store", "check");
  assert.equal(checked, 1);
});

test("run --json prints the contract's object and nothing else", async () => {
  const { run } = await workspace.json<{ run: RunReport }>("run", "pipelines/train.py", ...python);
  assert.equal(run.pipeline, "train");
  assert.equal(run.status, "completed");
  assert.equal(run.modelVersion, null);
  assert.deepEqual(run.parameters, { n: 3 });
  assert.ok(run.finished !== null && run.finished >= run.started);
  const [load, total] = run.steps;
  assert.ok(load !== undefined && total !== undefined);
  assert.deepEqual([load.invocation, load.status, load.error], ["load", "completed", null]);
  assert.equal(typeof load.durationMs, "number");
  const [output] = total.outputs;
  assert.deepEqual(
    [output?.output, output?.artifact, output?.version, output?.type, output?.dataType],
    ["output", "train::total::output", "1", "DataArtifact", "builtins.int"],
  );
  assert.match(output?.digest ?? "", /^sha256:[0-9a-f]{64}$/);
});

test("for people: lines while it runs, what steps print, and why a step was cached", async () => {
  const { status, out } = await workspace.headrace(
    "run",
    "pipelines/train.py::train",
    ...python,
    "--no-cache",
  );
  assert.equal(status, 0);
  assert.match(out, /● load started\n {2}load\n {2}│ loading 3\n✓ load \d+/);
  assert.match(out, /✓ train-\S+ completed in .* · 2 steps: 2 completed\n$/);
  const again = await workspace.headrace("run", file, ...python);
  assert.match(again.out, /≡ load cached same code, parameters and inputs/);
});

test("parameters are JSON, or text that is none, and change what runs", async () => {
  const { run } = await workspace.json<{ run: RunReport }>("run", file, ...python, "--param", "n=4");
  assert.deepEqual(run.parameters, { n: 4 });
  assert.match(run.steps[0]?.cacheReason ?? "", /n 3 → 4/);
});

test("a failing step shows the user's frames and the place; the rest is skipped; the status is 1", async () => {
  const { status, out } = await workspace.headrace("run", "broken.py::failing", ...python);
  assert.equal(status, 1);
  assert.match(out, /✗ divide failed/);
  assert.match(out, /ZeroDivisionError: division by zero/);
  assert.match(out, /at .*broken\.py:6/);
  assert.doesNotMatch(out, /headrace\/_/);
  assert.match(out, /– below skipped because divide did not complete/);
  const { run } = await workspace.json<{ run: RunReport }>("run", "broken.py::failing", ...python);
  const divide = run.steps.find(({ invocation }) => invocation === "divide");
  assert.deepEqual(
    [divide?.status, divide?.error?.type, divide?.error?.line, divide?.error?.file],
    ["failed", "ZeroDivisionError", 6, path.join(workspace.folder, "broken.py")],
  );
});

test("a step that ends its process fails with how it ended", async () => {
  const { status, out } = await workspace.headrace("run", "broken.py::quitting", ...python);
  assert.equal(status, 1);
  assert.match(out, /WorkerLost: .*step quits.*exit code 3/);
});

test("Ctrl-C cancels: the step is interrupted, the run recorded as cancelled, the status 130", async () => {
  const interrupt = new AbortController();
  const args = ["run", "broken.py::looping", ...python];
  const { status, out } = await invoke(workspace.folder, args, interrupt.signal, (text) => {
    if (text.includes("│ looping")) interrupt.abort();
  });
  assert.equal(status, 130);
  assert.match(out, /⊘ endless cancelled/);
  const { run } = await workspace.json<{ run: RunReport }>("runs", "latest");
  assert.equal(run.status, "cancelled");
});

test("what is refused says why, on stderr for people and as JSON for scripts", async () => {
  const many = await workspace.headrace("run", "broken.py", ...python);
  assert.equal(many.status, 1);
  assert.match(many.err, /failing.*quitting.*looping/);
  await workspace.write("missing.py", "import no_such_package\n");
  const { run, error } = await workspace.json<{ run: null; error: { type: string; advice: string } }>(
    "run",
    "missing.py",
    ...python,
  );
  assert.equal(run, null);
  assert.equal(error.type, "ModuleNotFoundError");
  assert.match(error.advice, /no_such_package/);
  const nowhere = await workspace.headrace("run", file, "--python", "./no/python");
  assert.equal(nowhere.status, 1);
  assert.match(nowhere.err, /no\/python is no program/);
});

test("wrong usage is status 2 with the synopsis", async () => {
  for (const args of [
    ["run"],
    ["run", "no-such-file.py"],
    ["run", "pipelines/train.py", "--frobnicate"],
    ["run", "pipelines/train.py", "--param", "novalue"],
    ["promote", "m@1", "somewhere"],
    ["link", "only-one"],
    ["runs", "--limit", "many"],
    ["store", "burn"],
    ["exec"],
  ]) {
    const { status, err, out } = await workspace.headrace(...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(err, /usage: headrace /);
    assert.equal(out, "");
  }
  assert.equal((await workspace.headrace("frobnicate")).status, 2);
  assert.equal((await workspace.headrace()).status, 2);
});

test("help and version", async () => {
  assert.equal((await workspace.headrace("--version")).out, "1.2.3\n");
  const overview = await workspace.headrace("--help");
  for (const name of [
    "run",
    "pipelines",
    "runs",
    "artifacts",
    "models",
    "link",
    "promote",
    "exec",
    "store",
  ]) {
    assert.match(overview.out, new RegExp(`^  ${name} `, "m"));
    const { status, out } = await workspace.headrace(name, "--help");
    assert.equal(status, 0);
    assert.match(out, new RegExp(`^usage: headrace ${name} `));
  }
});

test("runs are found by name, id, the beginning of an id, and latest; logs are printed", async () => {
  const { runs, total } = await workspace.json<{ runs: { id: string; name: string }[]; total: number }>(
    "runs",
  );
  assert.equal(runs.length, total);
  const first = runs.at(-1)!;
  for (const reference of [first.id, first.id.slice(0, 8), first.name]) {
    const { run } = await workspace.json<{ run: RunReport }>("runs", reference);
    assert.equal(run.id, first.id);
  }
  assert.equal((await workspace.headrace("runs", first.name, "--log", "load")).out, "loading 3\n");
  assert.equal((await workspace.headrace("runs", "nothing-like-it")).status, 1);
  const { out } = await workspace.headrace("runs", "--pipeline", "failing");
  assert.equal(out.trimEnd().split("\n").length, 3);
});

test("artifacts: names, versions, one version", async () => {
  interface Version {
    readonly id: string;
    readonly version: string;
    readonly producerStep: string;
    readonly folder: string;
  }
  const { artifacts } = await workspace.json<{ artifacts: { name: string }[] }>("artifacts");
  assert.ok(artifacts.some(({ name }) => name === "train::total::output"));
  const { artifact } = await workspace.json<{ artifact: { versions: Version[] } }>(
    "artifacts",
    "train::total::output",
  );
  assert.deepEqual(
    artifact.versions.map(({ version }) => version),
    ["3", "2", "1"],
  );
  const id = artifact.versions[2]?.id ?? "";
  for (const reference of ["train::total::output@1", id, id.slice(0, 8)]) {
    const { artifactVersion } = await workspace.json<{ artifactVersion: Version }>("artifacts", reference);
    assert.deepEqual([artifactVersion.id, artifactVersion.producerStep], [id, "total"]);
    assert.ok(artifactVersion.folder.startsWith(path.join(workspace.folder, ".headrace", "artifacts")));
  }
  const { out } = await workspace.headrace("artifacts", "train::total::output@latest");
  assert.match(out, /made by +total in train-/);
  assert.equal((await workspace.headrace("artifacts", "train::total::output@99")).status, 1);
});

test("link makes the model, then uses its latest version, and `new` makes the next", async () => {
  interface Linked {
    readonly link: { readonly created: boolean; readonly modelVersion: { readonly number: number } };
  }
  const artifact = "train::total::output";
  const first = await workspace.json<Linked>("link", artifact, "sums");
  const again = await workspace.json<Linked>("link", artifact, "sums");
  const next = await workspace.json<Linked>("link", `${artifact}@1`, "sums@new");
  const named = await workspace.json<Linked>("link", `${artifact}@2`, "sums@1");
  assert.deepEqual(
    [first, again, next, named].map(({ link }) => [link.created, link.modelVersion.number]),
    [
      [true, 1],
      [false, 1],
      [true, 2],
      [true, 1],
    ],
  );
  const { status, out } = await workspace.headrace("models", "sums@1");
  assert.equal(status, 0);
  assert.match(out, /train::total::output@3/);
  assert.match(out, /train::total::output@2/);
});

test("promote gives a stage, refuses one that is held, and takes it with --force", async () => {
  const stageOf = async (reference: string): Promise<string | null> => {
    const { modelVersion } = await workspace.json<{ modelVersion: { stage: string | null } }>(
      "models",
      reference,
    );
    return modelVersion.stage;
  };
  assert.equal((await workspace.headrace("promote", "sums@1", "production")).status, 0);
  assert.equal(await stageOf("sums@production"), "production");
  const refused = await workspace.headrace("promote", "sums@2", "production");
  assert.equal(refused.status, 1);
  assert.match(refused.err, /production/);
  assert.equal((await workspace.headrace("promote", "sums@2", "production", "--force")).status, 0);
  assert.deepEqual([await stageOf("sums@1"), await stageOf("sums@2")], ["archived", "production"]);
  assert.equal((await workspace.headrace("promote", "sums@2", "none")).status, 0);
  assert.equal(await stageOf("sums@2"), null);
});

test("pipelines are found in source, with their last run", async () => {
  interface Listed {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly lastRun: { readonly status: string } | null;
  }
  const { pipelines } = await workspace.json<{ pipelines: Listed[] }>("pipelines");
  assert.deepEqual(
    pipelines.map(({ name }) => name),
    ["failing", "quitting", "looping", "train"],
  );
  const train = pipelines.at(-1)!;
  assert.equal(train.file, file);
  assert.equal(SOURCE.split("\n")[train.line - 1], "def train(n: int = 3):");
  assert.equal(train.lastRun?.status, "completed");
});

test("the store is sound after all of this, and stays so when it is compacted and rebuilt", async () => {
  assert.match((await workspace.headrace("store", "check")).out, /The store is sound/);
  assert.equal((await workspace.headrace("store", "compact")).status, 0);
  assert.equal((await workspace.headrace("store", "rebuild")).status, 0);
  const { check } = await workspace.json<{ check: { problems: string[] } }>("store", "check");
  assert.deepEqual(check.problems, []);
  assert.equal((await workspace.headrace("store", "clean")).status, 0);
});
