import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import { Discovery } from "../../../src/discovery/discovery";
import { diskFiles } from "../../../src/discovery/files";
import { nodeModulesWasm } from "../../mock/wasm";
import type { DiscoveredFile } from "../../../src/discovery/model";

const discovery = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
let version = 0;

async function find(text: string, file = path.resolve("/w/a.py")): Promise<DiscoveredFile> {
  version += 1;
  const found = await discovery.read({ file, version, text: () => text });
  assert.ok(found);
  return found;
}

/** The graph as one line per edge, for reading. */
function edges(found: DiscoveredFile): readonly string[] {
  const [pipeline] = found.pipelines;
  assert.ok(pipeline);
  return discovery
    .graph(pipeline)
    .edges.map(
      ({ from, to, kind, label }) =>
        `${from} ${kind === "data" ? "->" : "=>"} ${to}${label === null ? "" : ` (${label})`}`,
    );
}

before(() => discovery.read({ file: "/w/warm.py", version: 0, text: () => "import zenml" }));

const tutorial = readFileSync(
  path.resolve(import.meta.dirname, "../../../examples/tutorial/pipelines/training_pipeline.py"),
  "utf8",
);

test("the tutorial's pipeline: name, place, and the flow of its data", async () => {
  const found = await find(tutorial);
  const [pipeline] = found.pipelines;
  assert.equal(pipeline?.name, "Tutorial");
  assert.equal(pipeline.functionName, "training_pipeline");
  assert.equal(pipeline.line, 14);
  assert.deepEqual(edges(found), [
    "load_data -> train_model (X_train)",
    "load_data -> train_model (y_train)",
    "train_model -> evaluate_model (model)",
    "load_data -> evaluate_model (X_test)",
    "load_data -> evaluate_model (y_test)",
    "train_model -> inference_step (model)",
    "load_data -> inference_step (X_test)",
  ]);
  const [load] = pipeline.calls;
  assert.deepEqual(
    load?.assigned.map((name) => [name.name, name.output, name.span.line]),
    [
      ["X_train", 0, 16],
      ["X_test", 1, 16],
      ["y_train", 2, 16],
      ["y_test", 3, 16],
    ],
  );
});

const heads: readonly (readonly [string, string])[] = [
  ["from zenml import pipeline", "@pipeline"],
  ["from headrace import pipeline as p", "@p"],
  ["import zenml as z", '@z.pipeline(name="x")'],
  ["import zenml", "@zenml.pipeline"],
  ["import zenml.pipelines", "@zenml.pipelines.pipeline"],
  ["from zenml.pipelines import pipeline", "@pipeline()"],
  ["from zenml import *", "@pipeline"],
  ["from zenml import Model, get_pipeline_context", "@pipeline(\n  model=Model(name='m'),\n)"],
];
for (const [head, decorator] of heads) {
  test(`a pipeline is found with ${JSON.stringify(head)} and ${JSON.stringify(decorator)}`, async () => {
    const found = await find(`${head}\n${decorator}\n@other\ndef train(lr: float = 0.1): ...\n`);
    assert.deepEqual(
      found.pipelines.map((pipeline) => pipeline.functionName),
      ["train"],
    );
  });
}

test("another library's decorators are not ours", async () => {
  const found = await find("import zenml\nfrom kfp.dsl import pipeline\n@pipeline\ndef train(): ...\n");
  assert.deepEqual(found.pipelines, []);
});

test("parameters with annotations and defaults, and the docstring", async () => {
  const found = await find(
    'from zenml import pipeline\n@pipeline\ndef train(lr: float = 0.1, name="a", *, epochs: int, flag=True):\n    """Trains it.\n    More."""\n',
  );
  const [pipeline] = found.pipelines;
  assert.equal(pipeline?.docstring?.split("\n")[0], "Trains it.");
  assert.deepEqual(pipeline.parameters, [
    { name: "lr", annotation: "float", default: "0.1" },
    { name: "name", annotation: null, default: '"a"' },
    { name: "epochs", annotation: "int", default: null },
    { name: "flag", annotation: null, default: "True" },
  ]);
});

const returns: readonly (readonly [string, readonly string[], number | null])[] = [
  ["", ["output"], null],
  [" -> None", [], 0],
  [" -> int", ["output"], 1],
  [' -> Annotated[pd.Series, "predictions"]', ["predictions"], 1],
  [" -> Tuple[int, str]", ["output_0", "output_1"], 2],
  [
    ' -> typing.Tuple[Annotated[int, "a"], Annotated[Dict[str, int], ArtifactConfig(name="b")]]',
    ["a", "b"],
    2,
  ],
  [" -> tuple[int, ...]", ["output"], 1],
];
for (const [annotation, names, count] of returns) {
  test(`the outputs of a step that is annotated with ${JSON.stringify(annotation)}`, async () => {
    const found = await find(`from zenml import step\n@step\ndef load()${annotation}: ...\n`);
    assert.deepEqual(found.steps[0]?.outputs, names);
    assert.equal(found.steps[0].outputCount, count);
  });
}

const steps =
  "from zenml import pipeline, step, get_pipeline_context\nfrom lib import load, clean, train, join\n";
const bodies: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "several invocations of one step",
    "a = load()\nb = load()\njoin(a, b)",
    ["load -> join (a)", "load_2 -> join (b)"],
  ],
  [
    "after by value, list and name",
    "a = load()\nclean(after=a)\ntrain(after=['load', 'clean'])",
    ["load => clean", "load => train", "clean => train"],
  ],
  ["id= names the invocation", "a = load(id='first')\nclean(a)", ["first -> clean (a)"]],
  ["nested calls", "train(clean(load()))", ["load -> clean", "clean -> train"]],
  ["plain helpers are looked through", "a = load()\nb = str(a).upper()\nclean(b)", ["load -> clean (a)"]],
  [
    "a list that collects results",
    "out = []\nfor i in range(3):\n    out.append(load(i))\njoin(out)",
    ["load -> join"],
  ],
  ["comprehensions", "join([load(i) for i in range(3)])", ["load -> join"]],
  [
    "subscripts take one output",
    "a = load()\nclean(a[1])\nb, c = load()\ntrain(c)",
    ["load -> clean", "load_2 -> train (c)"],
  ],
  [
    "conditions",
    "a = load()\nif a:\n    b = clean(a)\nelse:\n    b = train(a)\njoin(b)",
    ["load -> clean (a)", "load -> train (a)", "train -> join (b)"],
  ],
  [
    "with_options",
    "fast = train.with_options(enable_cache=False)\na = load()\nfast(a)",
    ["load -> train (a)"],
  ],
  ["an unknown factory's result is the step", "go = make('x')\na = load()\ngo(a)", ["load -> go (a)"]],
];
for (const [what, body, expected] of bodies) {
  test(`data flow: ${what}`, async () => {
    const indented = body.replace(/^/gm, "    ");
    const found = await find(`${steps}from lib import make\n@pipeline\ndef p():\n${indented}\n`);
    assert.deepEqual(edges(found), expected);
  });
}

test("steps made by a factory in the same file", async () => {
  const found = await find(
    "from zenml import pipeline, step\ndef make(prefix):\n    @step\n    def dynamic_step(data): ...\n    return dynamic_step\n" +
      "@pipeline\ndef p(a):\n    one = make('a')\n    two = make('b')\n    x = one(a)\n    two(x)\n",
  );
  assert.deepEqual(edges(found), ["dynamic_step -> dynamic_step_2 (x)"]);
});

test("class-based steps", async () => {
  const found = await find(
    "from zenml import pipeline\nfrom zenml.steps import BaseStep\nclass Load(BaseStep):\n    def entrypoint(self, n: int) -> int: ...\n" +
      "@pipeline\ndef p():\n    a = Load()(n=1)\n    later = Load()\n    later(a)\n",
  );
  assert.deepEqual(
    found.steps.map((step) => [step.name, step.parameters.map((parameter) => parameter.name)]),
    [["Load", ["n"]]],
  );
  assert.deepEqual(edges(found), ["Load -> Load_2 (a)"]);
});

test("while the text is broken what was found stays, at its new line", async () => {
  const file = path.resolve("/w/broken.py");
  const whole = await find(tutorial, file);
  const broken = await find(`# one more line\n${tutorial.replace("load_data()\n", "load_data(\n")}`, file);
  assert.equal(broken.broken, true);
  assert.deepEqual(
    broken.pipelines.map((pipeline) => [pipeline.name, pipeline.line]),
    whole.pipelines.map((pipeline) => [pipeline.name, pipeline.line + 1]),
  );
});

test("a pipeline whose definition is deleted while the text is broken is gone", async () => {
  const file = path.resolve("/w/deleted.py");
  await find(tutorial, file);
  const found = await find("from zenml import pipeline\nx = (\n", file);
  assert.deepEqual(found.pipelines, []);
});

test("every prefix of the text gives an answer: typing never throws", async () => {
  const file = path.resolve("/w/typed.py");
  for (let length = 0; length <= tutorial.length; length += 7) await find(tutorial.slice(0, length), file);
  const found = await find(tutorial, file);
  assert.equal(found.pipelines.length, 1);
});

test("an incremental parse finds the same as a parse from nothing", async () => {
  const file = path.resolve("/w/edited.py");
  await find(tutorial, file);
  const edited = tutorial.replace("evaluate_model(model, X_test", "evaluate_model(predictions, X_test");
  const incremental = await find(edited, file);
  const fresh = await find(edited, path.resolve("/w/fresh.py"));
  const place = { ...fresh, file };
  assert.deepEqual(
    { ...incremental, pipelines: incremental.pipelines.map((pipeline) => ({ ...pipeline, file: "" })) },
    { ...place, pipelines: fresh.pipelines.map((pipeline) => ({ ...pipeline, file: "" })) },
  );
});

test("text that doesn't name us is not even parsed", async () => {
  const found = await find("def f(): pass\n", path.resolve("/w/plain.py"));
  assert.deepEqual(found.pipelines, []);
  assert.deepEqual([...found.imports], []);
});
