import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cacheComponents,
  cacheText,
  explain,
  readComponents,
  asJson,
  type CacheComponents,
  type KeyIngredients,
} from "../../../src/core/cache";
import { policy } from "../engine/specs";

const base: KeyIngredients = {
  sourcePath: "m.train",
  code: [
    { kind: "step", name: "train", digest: "s1" },
    { kind: "function", name: "clean", digest: "f1" },
    { kind: "package", name: "numpy", digest: "1.26.4" },
    { kind: "file", name: "data.csv", digest: "d1" },
  ],
  parameters: { lr: 0.1, seed: 1 },
  inputs: [{ name: "X", versions: [{ id: "id1", digest: "sha256:x" }] }],
  outputs: [{ output: "model", materializer: null }],
  policy: null,
};

const componentsOf = (changes: Partial<KeyIngredients> = {}): CacheComponents =>
  cacheComponents({ ...base, ...changes });
const key = (changes: Partial<KeyIngredients> = {}): string => cacheText(componentsOf(changes));
const whyNot = (changes: Partial<KeyIngredients>): string =>
  explain({ components: componentsOf(), state: "usable" }, componentsOf(changes));
const code = (kind: "step" | "function" | "package" | "file", digest: string): KeyIngredients["code"] =>
  base.code.map((part) => (part.kind === kind ? { ...part, digest } : part));

test("equal ingredients give one text, in whatever order they come", () => {
  const turned = { parameters: { seed: 1, lr: 0.1 }, code: [...base.code].reverse() };
  assert.equal(key(turned), key());
});

test("each ingredient counts", () => {
  const changes: Partial<KeyIngredients>[] = [
    { sourcePath: "n.train" },
    { code: code("step", "s2") },
    { code: code("function", "f2") },
    { parameters: { lr: 0.2, seed: 1 } },
    { inputs: [{ name: "X", versions: [{ id: "id1", digest: "sha256:y" }] }] },
    { outputs: [{ output: "other", materializer: null }] },
    { outputs: [{ output: "model", materializer: "m.Mine" }] },
  ];
  const keys = changes.map((change) => key(change));
  assert.equal(new Set([...keys, key()]).size, changes.length + 1);
});

test("an artifact counts by its content, not by which version it is", () => {
  assert.equal(key({ inputs: [{ name: "X", versions: [{ id: "id2", digest: "sha256:x" }] }] }), key());
});

test("a policy leaves out what it says, and nothing else", () => {
  const without = (changes: Parameters<typeof policy>[0], ingredients: Partial<KeyIngredients>): boolean =>
    key({ ...ingredients, policy: policy(changes) }) === key({ policy: policy(changes) });
  assert.ok(without({ includeStepCode: false }, { code: code("function", "f2") }));
  assert.ok(!without({ includeStepCode: false }, { code: code("file", "d2") }), "declared files still count");
  assert.ok(without({ includeStepParameters: false }, { parameters: {} }));
  assert.ok(without({ ignoredInputs: ["lr"] }, { parameters: { lr: 9, seed: 1 } }));
  assert.ok(!without({ ignoredInputs: ["lr"] }, { parameters: { lr: 9, seed: 2 } }));
  assert.ok(without({ ignoredInputs: ["X"] }, { inputs: [] }));
  const byId = { includeArtifactValues: false };
  assert.ok(without(byId, { inputs: [{ name: "X", versions: [{ id: "id1", digest: "sha256:y" }] }] }));
  assert.ok(!without(byId, { inputs: [{ name: "X", versions: [{ id: "id2", digest: "sha256:x" }] }] }));
  const neither = { includeArtifactValues: false, includeArtifactIds: false };
  assert.ok(without(neither, { inputs: [{ name: "X", versions: [{ id: "id2", digest: "sha256:y" }] }] }));
});

test("why it ran again is said by component", () => {
  assert.equal(explain(null, componentsOf()), "first run of this step");
  assert.equal(whyNot({ code: code("function", "f2") }), "helper `clean()` changed");
  assert.equal(whyNot({ code: code("step", "s2") }), "code of the step changed");
  assert.equal(whyNot({ code: code("package", "2.0.1") }), "package `numpy` 1.26.4 → 2.0.1");
  assert.equal(whyNot({ code: code("file", "d2") }), "file `data.csv` changed");
  assert.equal(whyNot({ parameters: { lr: 0.2, seed: 1 } }), "parameter lr 0.1 → 0.2");
  assert.equal(
    whyNot({ parameters: { lr: 0.1, depth: "deep" } }),
    'parameter depth = "deep" is new, parameter seed is gone',
  );
  assert.equal(whyNot({ inputs: [{ name: "X", versions: [] }] }), "input X changed");
  assert.equal(whyNot({ sourcePath: "n.fit" }), "moved from m.train to n.fit");
  assert.equal(
    whyNot({ outputs: [{ output: "model", materializer: "m.Mine" }] }),
    "materializer of output model changed",
  );
});

test("many changes are counted, long values cut", () => {
  const parameters = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, index]));
  assert.match(whyNot({ parameters: { ...base.parameters, ...parameters } }), / is new, and 14 more$/);
  const text = whyNot({ parameters: { lr: 0.1, seed: "x".repeat(1000) } });
  assert.ok(text.length < 80, text);
});

test("without a difference, the state of the last run is the reason", () => {
  const same = componentsOf();
  assert.equal(
    explain({ components: same, state: "failed" }, same),
    "the last run of this step did not complete",
  );
  assert.equal(explain({ components: same, state: "expired" }, same), "the cached result has expired");
  assert.equal(explain({ components: same, state: "usable" }, same), "the cached result was invalidated");
  assert.equal(explain({ components: null, state: "usable" }, same), "the last run was not cached");
});

test("components come back from the store as they went in; what is none comes back as nothing", () => {
  assert.deepEqual(readComponents(asJson(componentsOf())), componentsOf());
  for (const bad of [
    null,
    {},
    { ...asJson(componentsOf()), code: [1] },
    { ...asJson(componentsOf()), inputs: { X: 1 } },
  ]) {
    assert.equal(readComponents(bad), null);
  }
});

test("names of parameters and helpers can be anything, those of objects' members included", () => {
  assert.match(
    whyNot({ parameters: { ...base.parameters, constructor: 1, __proto__x: 2 } }),
    /constructor = 1 is new/,
  );
});
