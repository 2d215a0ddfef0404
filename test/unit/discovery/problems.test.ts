import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import { Discovery } from "../../../src/discovery/discovery";
import { diskFiles } from "../../../src/discovery/files";
import { type Problem, problemsOf } from "../../../src/discovery/problems";
import { nodeModulesWasm } from "../../mock/wasm";

const root = path.resolve(import.meta.dirname, "../../..");
const discovery = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
const warm = { file: path.resolve("/w/warm.py"), version: 0, text: () => "import zenml" };
before(() => discovery.read(warm));

/** As the SDK itself says. */
const knownOptions = (async () => {
  const signatures = discovery.signatures(path.join(root, "src/runtimes/python/sdk/headrace"));
  await signatures.load();
  const of = (name: "pipeline" | "step"): ReadonlySet<string> =>
    new Set(signatures.of(name)?.parameters.map((parameter) => parameter.name));
  return { pipeline: of("pipeline"), step: of("step") };
})();

let version = 0;
async function problems(
  text: string,
  artifacts: readonly string[] | null = null,
): Promise<readonly Problem[]> {
  version += 1;
  const source = { file: path.resolve("/w/a.py"), version, text: () => text };
  const found = await discovery.read(source);
  assert.ok(found);
  const around = {
    surelyStepOf: discovery.surelyStepOf.bind(discovery),
    artifacts: artifacts === null ? null : new Set(artifacts),
    options: await knownOptions,
    importable: (from: string) => discovery.importable(path.resolve("/w"), from),
  };
  return problemsOf(found, around);
}

/** What is wrong; hints are no problems. */
async function tell(text: string, artifacts: readonly string[] | null = null): Promise<readonly string[]> {
  const lines = text.split("\n");
  return (await problems(text, artifacts))
    .filter(({ code }) => code !== "unused-output")
    .map(({ code, span, fix }) => {
      const marked = (lines[span.line - 1] ?? "").slice(span.column - 1, span.endColumn - 1);
      return `${span.line} ${code} «${marked}»${fix === null ? "" : ` → «${fix.text}»`}`;
    });
}

/** The text after the fix of its only problem, without what was the same before. */
async function mended(text: string): Promise<readonly string[]> {
  const [problem, ...others] = (await problems(text)).filter(({ code }) => code !== "unused-output");
  assert.ok(problem?.fix, `nothing to mend: ${problem?.code ?? "no problem"}`);
  assert.deepEqual(others, []);
  const lines = text.split("\n");
  const edits = [problem.fix, ...(problem.fix.also ?? [])].sort(
    (a, b) => b.span.line - a.span.line || b.span.column - a.span.column,
  );
  for (const { span, text: inserted } of edits) {
    assert.equal(span.line, span.endLine);
    const line = lines[span.line - 1] ?? "";
    lines[span.line - 1] = line.slice(0, span.column - 1) + inserted + line.slice(span.endColumn - 1);
  }
  const before = new Set(text.split("\n"));
  return lines
    .join("\n")
    .split("\n")
    .filter((line) => !before.has(line));
}

const steps = `import numpy as np; from sklearn.svm import SVC
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
  ["waiting for what is not there", 'fit(after="nobody")', ['13 unknown-step «"nobody"»']],
  [
    "waiting for what is there under nearly this name",
    'free()\n    fit(after=["fre"])',
    ['14 unknown-step «"fre"» → «"free"»'],
  ],
  ["waiting for what a helper may call", 'names.run()\n    helper(names)\n    fit(after="nobody")', []],
  ["waiting for one of a loop's", 'for n in names:\n        fit(n)\n    free(after="fit_2")', []],
  ["a step by nearly its name", "free()\n    reprot()", ["14 unknown-step «reprot» → «report»"]],
  ["what is defined below", "free()\n    reprot()\ndef reprot(): ...", []],
  ["what is given", "free()\n    fits = names\n    fits()", []],
  ["an id twice", 'fit(id="x")\n    free(id="x")', ['14 duplicate-id «"x"» → «"x_2"»']],
  ["an id in two branches", 'if names:\n        fit(id="x")\n    else:\n        free(id="x")', []],
  ["one step several times", "fit()\n    fit()\n    fit()", []],
  [
    "a function as a parameter",
    "fit(lambda x: x)",
    ["13 not-json «lambda x: x» → «ExternalArtifact(value=data_function)»"],
  ],
  ["a function in a list", "fit(by=[1, lambda: 2])", ["13 not-json «lambda: 2»"]],
  [
    "a generator as a parameter",
    "fit((n for n in names))",
    ["13 not-json «(n for n in names)» → «[n for n in names]»"],
  ],
  ["a generator alone", "fit(n for n in names)", ["13 not-json «n for n in names» → «[n for n in names]»"]],
  ["an array", "fit(np.zeros(3))", ["13 not-json «np.zeros(3)» → «ExternalArtifact(value=np.zeros(3))»"]],
  [
    "an array by its name",
    "rows = np.zeros(3)\n    fit(by=rows)",
    ["14 not-json «rows» → «ExternalArtifact(value=rows)»"],
  ],
  ["an array in a list", "fit([np.zeros(3)])", ["13 not-json «np.zeros(3)»"]],
  ["an estimator", "fit(SVC(C=2))", ["13 not-json «SVC(C=2)» → «ExternalArtifact(value=SVC(C=2))»"]],
  ["a name that is an array no more", "rows = np.zeros(3)\n    rows = [1]\n    fit(rows)", []],
  ["an array for a helper, and a number", "fit(len(np.zeros(3)), by=np.pi)", []],
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
  assert.deepEqual(await tell(`${text}load()\n`), [
    '14 step-outside-pipeline «load» → «if __name__ == "__main__":\n    »',
  ]);
  assert.deepEqual(await tell(`${text}if __name__ == "__main__":\n    load()\n    training()\n`), []);
  assert.deepEqual(await tell(`${text}def test_load():\n    load()\n`), []);
});

test("what a fix changes, and nothing else", async () => {
  const body = (line: string): Promise<readonly string[]> => mended(`${steps}    ${line}\n`);
  const imported = "from zenml import ExternalArtifact";
  assert.deepEqual(await body("fit(np.zeros(3))"), [
    imported,
    "    fit(ExternalArtifact(value=np.zeros(3)))",
  ]);
  assert.deepEqual(await body("fit(by=lambda x, y=2: x + y)"), [
    imported,
    "def by_function(x, y=2):",
    "    return x + y",
    "    fit(by=ExternalArtifact(value=by_function))",
  ]);
  assert.deepEqual(await body("fit(n for n in names)"), ["    fit([n for n in names])"]);
  const own = steps.replace("from zenml import", "from zenml import ExternalArtifact as External,");
  assert.deepEqual(await mended(`${own}    fit(np.zeros(3))\n`), ["    fit(External(value=np.zeros(3)))"]);
  assert.deepEqual(await mended(`${steps}    free()\nfit(2)\n`), [
    'if __name__ == "__main__":',
    "    fit(2)",
  ]);
  const named = '@pipeline(name="p")\ndef a():\n    fit()\n@pipeline(name="p")\ndef b():\n    fit()\n';
  assert.deepEqual(await mended(`${steps}    fit()\n${named}`), ['@pipeline(name="p_2")']);
});

test("a lambda that needs the function around it is left where it is", async () => {
  assert.deepEqual(await tell(`${steps}    fit(by=lambda x: names[x])\n`), [
    "13 not-json «lambda x: names[x]»",
  ]);
});

test("a step that is not imported, by the module that has it", async () => {
  const other = path.resolve("/w/steps/clean.py");
  const text = "from zenml import step\n@step\ndef tidy(rows): ...\n";
  await discovery.read({ file: other, version: 1, text: () => text });
  assert.deepEqual(await tell(`${steps}    tidy(1)\n`), [
    "13 unknown-step «tidy» → «from steps.clean import tidy\n»",
  ]);
  discovery.forget(other);
  assert.deepEqual(await tell(`${steps}    tidy(1)\n`), []);
  assert.deepEqual(await tell(`${steps}    reprot(1)\nfrom steps import *\n`), []);
});

test("options that a decorator doesn't have, by those that the SDK has", async () => {
  const decorated = (step: string): string => steps.replace("@step\ndef free", `${step}\ndef free`);
  const body = (step: string): Promise<readonly string[]> => tell(`${decorated(step)}    free()\n`);
  assert.deepEqual(await body("@step(enable_cach=False)"), [
    "7 unknown-option «enable_cach» → «enable_cache»",
  ]);
  assert.deepEqual(await body("@step(zzzzzzzz=1)"), ["7 unknown-option «zzzzzzzz»"]);
  assert.deepEqual(await body('@step(name="free", model=None, retry=None, **names)'), []);
});

test("an output that no step takes is a hint, unless its name says that it isn't wanted", async () => {
  const body = async (lines: string): Promise<readonly string[]> =>
    (await problems(`${steps}    ${lines}\n`)).map(({ code, span }) => `${code} ${span.line}:${span.column}`);
  assert.deepEqual(await body("a, b = load()\n    fit(a)"), ["unused-output 13:8"]);
  assert.deepEqual(await body("a = fit()"), ["unused-output 13:5"]);
  assert.deepEqual(await body("_, _rest = load()"), []);
  assert.deepEqual(await body("a = fit()\n    return a"), []);
  assert.deepEqual(await body("a = fit()\n    report(data=a)"), []);
  assert.deepEqual(await body("a = fit()\n    print(locals())"), []);
  assert.deepEqual(await body("data = fit()\n    report(data=1)"), ["unused-output 13:5"]);
});

test("two pipelines and two outputs with one name", async () => {
  const named = '@pipeline(name="p")\ndef a():\n    fit()\n@pipeline(name="p")\ndef b():\n    fit()\n';
  assert.deepEqual(await tell(`${steps}    fit()\n${named}`), ['17 duplicate-pipeline «"p"» → «"p_2"»']);
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
    const around = {
      surelyStepOf: all.surelyStepOf.bind(all),
      artifacts: null,
      options: await knownOptions,
      importable: (from: string) => all.importable(examples, from),
    };
    const told = problemsOf(found, around).filter(({ code }) => code !== "unused-output");
    assert.deepEqual(told, [], name);
  }
});
