import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { askParameters } from "../../../src/commands/parameters";
import { editorFor, literalOf } from "../../../src/commands/parameterTypes";
import { createWorld, type World } from "../../mock/world";

const source = `from typing import Literal, Optional
from zenml import pipeline


@pipeline
def train(epochs: int, lr: float = 0.1, kind: Literal["a", "b"] = "a", shuffle: bool = True, tags: list = []): ...
`;
let world: World;

before(async () => {
  world = await createWorld({ files: { "train.py": source } });
});
after(() => world.close());

test("parameters are asked with what fits them, required ones before running, and remembered", async () => {
  const { mock, services, folder } = world;
  const file = path.join(folder, "train.py");
  const ref = { kind: "pipeline", workspace: folder, name: "train", file, functionName: "train" } as const;
  const run = "$(play) Run with these values";
  mock.answers.push("$(symbol-parameter) kind", "b", run, "many", "1.5", "3", run);
  assert.deepEqual(await askParameters(services, ref), { kind: "b", epochs: 3 });
  assert.deepEqual(
    mock.asked.filter((line) => line.startsWith("!")),
    ["! A whole number is wanted.", "! A whole number is wanted."],
  );
  mock.answers.push(run);
  assert.deepEqual(
    await askParameters(services, ref),
    { kind: "b", epochs: 3 },
    "the next time they are there",
  );
  mock.answers.push("$(discard) Back to the defaults");
  assert.equal(await askParameters(services, ref), null, "giving up runs nothing");
});

test("the values of a run are where its parameters start, without those that are the defaults", async () => {
  const { mock, services, folder } = world;
  const file = path.join(folder, "train.py");
  const ref = { kind: "pipeline", workspace: folder, name: "train", file, functionName: "train" } as const;
  const ran = { epochs: 7, lr: 0.1, kind: "b", shuffle: false, tags: [], gone: 1 };
  mock.asked.length = 0;
  mock.answers.push("$(symbol-parameter) shuffle", "True", "$(play) Run with these values");
  assert.deepEqual(await askParameters(services, ref, ran), { epochs: 7, kind: "b", shuffle: true });
});

const literals: readonly (readonly [string | null, unknown])[] = [
  ["0.1", 0.1],
  ["1_000", 1000],
  ["True", true],
  ["None", null],
  ["'it\\'s'", "it's"],
  ["[1, 'a']", [1, "a"]],
  ["compute()", undefined],
  [null, undefined],
];
for (const [text, value] of literals) {
  test(`the literal ${text ?? "nothing"} is ${value === undefined ? "not known" : JSON.stringify(value)}`, () => {
    assert.deepEqual(literalOf(text), value);
  });
}

const editors: readonly (readonly [string | null, string | null, string])[] = [
  ["int", null, "integer"],
  ["Optional[float]", null, "number"],
  ["float | None", null, "number"],
  ["bool", null, "boolean"],
  ['Literal["a", "b"]', null, "choice"],
  ["str", null, "text"],
  [null, "3", "integer"],
  [null, '"x"', "text"],
  ["Dict[str, int]", null, "json"],
  [null, null, "json"],
];
for (const [annotation, fallback, type] of editors) {
  test(`${annotation ?? "no annotation"} with default ${fallback ?? "none"} is entered as ${type}`, () => {
    assert.equal(editorFor(annotation, fallback).type, type);
  });
}
