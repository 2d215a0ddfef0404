/** Pipelines and steps of TypeScript and JavaScript, as people write them. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { before, test } from "node:test";
import { Discovery } from "../../../src/discovery/discovery";
import { diskFiles } from "../../../src/discovery/files";
import type { DiscoveredFile } from "../../../src/discovery/model";
import { nodeModulesWasm } from "../../mock/wasm";

const discovery = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
let version = 0;

async function find(text: string, name = "a.ts"): Promise<DiscoveredFile> {
  version += 1;
  const found = await discovery.read({ file: path.resolve("/w", name), version, text: () => text });
  assert.ok(found);
  return found;
}

function edges(found: DiscoveredFile): readonly string[] {
  const [pipeline] = found.pipelines;
  assert.ok(pipeline);
  return discovery.graph(pipeline).edges.map(({ from, to, label }) => `${from} -> ${to} (${label ?? ""})`);
}

before(() => find('import {} from "headrace";', "warm.ts"));

const training = `import { pipeline, step } from "headrace";

/** Reads the rows. */
export const loadData = step(async (rows: number = 10): Promise<number[]> => [rows], { name: "load_data" });

const split = step(
  (data: number[]) => ({ train: data, test: data }),
  { outputs: ["train", "test"] },
);

export const trainModel = step(function (train: number[]) { return train.length; });

/** Trains. */
export const training = pipeline("training", async ({ lr = 0.1, epochs }: { lr?: number; epochs: number }) => {
  const data = loadData(5);
  const { train, test } = split(data);
  const model = trainModel(train);
});
`;

test("exported pipelines and steps, with their names, places, parameters and docs", async () => {
  const found = await find(training);
  assert.deepEqual(
    found.pipelines.map(({ name, functionName, line, docstring }) => [name, functionName, line, docstring]),
    [["training", "training", 14, "Trains."]],
  );
  assert.deepEqual(
    found.pipelines[0]?.parameters.map((parameter) => [parameter.name, parameter.default]),
    [
      ["lr", "0.1"],
      ["epochs", null],
    ],
  );
  assert.deepEqual(
    found.steps.map(({ name, line, span, returns }) => [name, line, span.line, returns]),
    [
      ["load_data", 4, 4, "Promise<number[]>"],
      ["split", 6, 6, null],
      ["trainModel", 11, 11, null],
    ],
  );
});

test("the flow of data through the body", async () => {
  assert.deepEqual(edges(await find(training)), ["load_data -> split (data)", "split -> trainModel (train)"]);
});

const imports: readonly (readonly [string, string])[] = [
  [
    "an alias",
    'import { pipeline as flow, step as task } from "headrace";\nconst load = task(() => 1);\nexport const p = flow("p", () => { load(); });',
  ],
  [
    "a namespace",
    'import * as hr from "headrace";\nconst load = hr.step(() => 1);\nexport const p = hr.pipeline("p", () => { load(); });',
  ],
  [
    "what CommonJS requires and exports",
    'const { pipeline, step: task } = require("headrace");\nexports.load = task(() => 1);\nconst { load } = exports;\nmodule.exports.p = pipeline("p", () => { load(); });',
  ],
  [
    "what CommonJS requires as a whole",
    'const hr = require("headrace");\nconst load = hr.step(() => 1);\nconst p = hr.pipeline("p", () => { load(); });\nmodule.exports = { p };',
  ],
  [
    "options before the function",
    'import { pipeline, step } from "headrace";\nconst load = step(() => 1);\nexport const p = pipeline("p", { enableCache: false }, () => { load(); });',
  ],
  [
    "no semicolons",
    'import { pipeline, step } from "headrace"\nconst load = step(() => 1)\nexport const p = pipeline("p", () => { load() })',
  ],
  [
    "a function expression",
    'import { pipeline, step } from "headrace";\nconst load = step(() => 1);\nexport const p = pipeline("p", function () { load(); });',
  ],
];
for (const [what, text] of imports) {
  test(`${what} is found`, async () => {
    const found = await find(text);
    assert.deepEqual(
      found.pipelines.map(({ name, calls }) => [name, calls.map((call) => call.invocation)]),
      [["p", ["load"]]],
    );
    assert.deepEqual(
      found.steps.map((step) => step.name),
      ["load"],
    );
  });
}

for (const extension of ["ts", "mts", "cts", "js", "mjs", "cjs"]) {
  test(`files of type .${extension} are read`, async () => {
    const text =
      'import { pipeline, step } from "headrace";\nconst a = step(() => 1);\nexport const p = pipeline("p", () => a());\n';
    const found = await find(text, `a.${extension}`);
    assert.equal(found.language, "node");
    assert.equal(found.pipelines.length, 1);
  });
}

test("declarations, and other people's pipelines, are left alone", async () => {
  const file = path.resolve("/w/a.d.ts");
  const text = 'import { pipeline } from "headrace";\nexport const p = pipeline("p", () => 1);\n';
  assert.equal(await discovery.read({ file, version: 1, text: () => text }), null);
  const stream =
    'import { pipeline } from "node:stream/promises";\nexport const p = pipeline("p", () => 1);\n';
  assert.deepEqual((await find(stream)).pipelines, []);
});

test("steps of other modules, several calls, loops and conditions", async () => {
  const found = await find(`import { pipeline } from "headrace";
import { load, train } from "./steps.js";
export const p = pipeline("p", () => {
  const first = load();
  const second = load();
  for (const lr of [1, 2]) train(first, { second, lr });
  if (first) train(second);
});
`);
  assert.deepEqual(
    found.pipelines[0]?.calls.map(({ invocation, repeated }) => [invocation, repeated]),
    [
      ["load", null],
      ["load_2", null],
      ["train", "loop"],
      ["train_2", "condition"],
    ],
  );
});

test("in CommonJS lenses stand above the assignment, and steps of other modules are known", async () => {
  const found = await find(
    `const { pipeline } = require("headrace");
const { load } = require("./steps.cjs");

/** Trains. */
exports.training = pipeline("training", { cache: false }, ({ rate = 0.1 }) => {
  load(rate);
});
`,
    "b.cjs",
  );
  assert.deepEqual(
    found.pipelines.map(({ functionName, line, span, docstring, calls }) => [
      functionName,
      line,
      span.line,
      docstring,
      calls.map((call) => call.invocation),
    ]),
    [["training", 5, 5, "Trains.", ["load"]]],
  );
});

test("while the text is broken what was found stays", async () => {
  const file = path.resolve("/w/broken.ts");
  await discovery.read({ file, version: 1, text: () => training });
  const broken = training.replace("const model = trainModel(train);\n});", "const model = trainModel((;");
  const found = await discovery.read({ file, version: 2, text: () => broken });
  assert.equal(found?.broken, true);
  assert.equal(found.pipelines.length, 1);
  assert.equal(found.steps.length, 3);
});

test("a step that a Python file holds is a step of the pipeline, under its own name or the one it is given", async () => {
  const found = await find(`import { pipeline, pythonStep, step } from "headrace";
const load = step(() => 1);
const train = pythonStep<{ n: number }, number>("steps/train.py:train_model");
const score = pythonStep<{ n: number }, number>("steps/train.py:score_it", { name: "score" });
export const both = pipeline("both", () => {
  score({ n: train({ n: load() }) });
});
`);
  assert.deepEqual(
    found.steps.map(({ name }) => name),
    ["load", "train_model", "score"],
  );
  assert.deepEqual(
    found.pipelines[0]?.calls.map(({ invocation }) => invocation),
    ["load", "train_model", "score"],
  );
});

test("names of artifacts: what steps make, what is saved, and what is looked up", async () => {
  const found = await find(`import { Client as C, loadArtifact, saveArtifact, step } from "headrace";
import { Client } from "other";
const one = step(() => 1, { output: "model" });
const typed = step(() => 1, { output: { name: "forecaster", type: "ModelArtifact" } });
const two = step(() => [1, 2], { outputs: ["train", "test"] });
const more = step(() => ({}), { outputs: { left: {}, "right hand": { tags: [] } } });
const none = step(() => 1);
await saveArtifact(1, "kept");
await loadArtifact("predictions", 2);
await new C().getArtifactVersion("scores");
await new Client().getArtifactVersion("theirs");
await loadArtifact(name);
`);
  assert.deepEqual(
    found.steps.map(({ outputs }) => outputs),
    [["model"], ["forecaster"], ["train", "test"], ["left", "right hand"], ["output"]],
  );
  assert.deepEqual(found.saved, ["kept"]);
  assert.deepEqual(
    found.lookups.map(({ name, span }) => [name, span.line, span.column]),
    [
      ["predictions", 9, 20],
      ["scores", 10, 34],
    ],
  );
});

test("a pipeline may be the module's default, and a type be said of it", async () => {
  const found = await find(`import { pipeline, step } from "headrace";
const one = step(() => 1);
export const typed = pipeline("typed", () => { one(); }) satisfies object;
export default pipeline("training", () => { one(); });
`);
  assert.deepEqual(
    found.pipelines.map(({ name, functionName, line }) => [name, functionName, line]),
    [
      ["typed", "typed", 3],
      ["training", "default", 4],
    ],
  );
});
