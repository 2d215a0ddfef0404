import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import { Discovery } from "../../../src/discovery/discovery";
import { diskFiles } from "../../../src/discovery/files";
import { problemsOf } from "../../../src/discovery/problems";
import { nodeModulesWasm } from "../../mock/wasm";

const root = path.resolve(import.meta.dirname, "../../..");
const discovery = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
const warm = { file: path.resolve("/w/warm.py"), version: 0, text: () => "import zenml" };
before(() => discovery.read(warm));

let version = 0;
async function tell(text: string, artifacts: readonly string[] | null = null): Promise<readonly string[]> {
  version += 1;
  const source = { file: path.resolve("/w/a.py"), version, text: () => text };
  const found = await discovery.read(source);
  assert.ok(found);
  const around = {
    surelyStepOf: discovery.surelyStepOf.bind(discovery),
    artifacts: artifacts === null ? null : new Set(artifacts),
  };
  const lines = text.split("\n");
  return problemsOf(found, around).map(({ code, span, fix }) => {
    const marked = (lines[span.line - 1] ?? "").slice(span.column - 1, span.endColumn - 1);
    return `${span.line} ${code} «${marked}»${fix === null ? "" : ` → «${fix.text}»`}`;
  });
}

const steps = `from typing import Annotated, Any, Dict, List, Tuple
from zenml import pipeline, step
@step
def load() -> Tuple[Annotated[int, "train"], Annotated[int, "test"]]: ...
@step
def fit(data=None, by=None) -> float: ...
@step
def free(): ...
@step
def report(data=None) -> None: ...
@pipeline
def training(names=None):
`;
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ["too few names", "a, = load()", ["13 wrong-unpacking «a,» → «a, test»"]],
  ["too many names", "a, b, c = load()", ["13 wrong-unpacking «a, b, c» → «a, b»"]],
  ["one output unpacked", "a, b = fit()", ["13 wrong-unpacking «a, b» → «a»"]],
  ["nothing unpacked", "a, b = report()", ["13 wrong-unpacking «a, b»"]],
  ["as many as there are", "a, b = load()", []],
  ["the whole", "both = load()", []],
  ["the rest in one", "a, *rest = load()", []],
  ["a step that does not tell its outputs", "a, b, c = free()", []],
  ["what is surely no step", "a, b, c = names\n    fit()", []],
  ["a step that is imported from nowhere known", "a, b, c = elsewhere()", []],
  [
    "steps that wait for each other",
    'fit(after="report")\n    report(after="fit")',
    ['13 after-cycle «after="report"» → «»'],
  ],
  [
    "a step that waits for what takes its value",
    'x = fit(after="report")\n    report(x)',
    ['13 after-cycle «after="report"» → «»'],
  ],
  ["a step that waits for itself", 'fit(after="fit")', ['13 after-cycle «after="fit"» → «»']],
  ["steps in order", 'fit()\n    report(after="fit")\n    free(after=["fit", "report"])', []],
  ["waiting for what is not there", 'fit(after="nobody")', []],
  ["an id twice", 'fit(id="x")\n    free(id="x")', ['14 duplicate-id «"x"» → «"x_2"»']],
  ["an id in two branches", 'if names:\n        fit(id="x")\n    else:\n        free(id="x")', []],
  ["one step several times", "fit()\n    fit()\n    fit()", []],
  ["a function as a parameter", "fit(lambda x: x)", ["13 not-json «lambda x: x»"]],
  ["a function in a list", "fit(by=[1, lambda: 2])", ["13 not-json «lambda: 2»"]],
  ["a generator as a parameter", "fit((n for n in names))", ["13 not-json «(n for n in names)»"]],
  ["values with a JSON form", 'fit({"a": [1, None, {2}], "b": b"x"}, by=(1, 2))', []],
  ["a function for a helper", "fit(sorted(names, key=lambda x: x))", []],
  ["no step", "pass", ["12 no-steps «training»"]],
  ["only printing", 'print("nothing")', ["12 no-steps «training»"]],
  ["a helper that may call steps", "training_helper(names)", []],
];
for (const [what, body, expected] of cases) {
  test(`${what} is ${expected.length === 0 ? "fine" : "told"}`, async () => {
    assert.deepEqual(await tell(`${steps}    ${body}\n`), expected);
  });
}

test("a dynamic pipeline decides while it runs", async () => {
  const text = steps.replace("@pipeline\n", "@pipeline(dynamic=True)\n");
  assert.deepEqual(await tell(`${text}    pass\n`), []);
});

test("a step that is called while the module is imported is told, one below the main guard is not", async () => {
  const text = `${steps}    fit()\n`;
  assert.deepEqual(await tell(`${text}load()\n`), ["14 step-outside-pipeline «load»"]);
  assert.deepEqual(await tell(`${text}if __name__ == "__main__":\n    load()\n    training()\n`), []);
  assert.deepEqual(await tell(`${text}def test_load():\n    load()\n`), []);
});

test("two pipelines and two outputs with one name", async () => {
  const named = '@pipeline(name="p")\ndef a():\n    fit()\n@pipeline(name="p")\ndef b():\n    fit()\n';
  assert.deepEqual(await tell(`${steps}    fit()\n${named}`), ["18 duplicate-pipeline «b»"]);
  const twice = '@step\ndef twin() -> Tuple[Annotated[int, "x"], Annotated[int, "x"]]: ...\n';
  assert.deepEqual(await tell(`${steps}    fit()\n${twice}`), ["15 duplicate-output «twin»"]);
});

test("an artifact that nobody knows, by its literal name alone", async () => {
  const look = (argument: string): Promise<readonly string[]> =>
    tell(`from zenml.client import Client\nClient().get_artifact_version(${argument}).load()\n`, [
      "predictions",
      "iris::load::output",
    ]);
  assert.deepEqual(await look('"predictons"'), ['2 unknown-artifact «"predictons"» → «"predictions"»']);
  assert.deepEqual(await look('"weather"'), ['2 unknown-artifact «"weather"»']);
  assert.deepEqual(await look('name_id_or_prefix="weather"'), ['2 unknown-artifact «"weather"»']);
  for (const known of [
    '"predictions"',
    '"iris::load::output"',
    "name",
    'f"{name}"',
    '"1f2e"',
    '"9c2f7d1a-0b"',
  ]) {
    assert.deepEqual(await look(known), [], known);
  }
});

test("nothing is told about the examples", async () => {
  const examples = path.join(root, "examples");
  const all = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
  await all.scan(examples);
  const files = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(py|ts)$/.test(name),
  );
  assert.ok(files.length > 5);
  for (const name of files) {
    const file = path.join(examples, name);
    const found = await all.file(file);
    assert.ok(found, readFileSync(file, "utf8"));
    const around = { surelyStepOf: all.surelyStepOf.bind(all), artifacts: null };
    assert.deepEqual(problemsOf(found, around), [], name);
  }
});
