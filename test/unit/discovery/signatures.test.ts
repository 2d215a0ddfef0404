/** What the SDK's functions take, by the SDK's own text. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { before, test } from "node:test";
import { Discovery } from "../../../src/discovery/discovery";
import { diskFiles } from "../../../src/discovery/files";
import { signed, type Signature } from "../../../src/discovery/signatures";
import { nodeModulesWasm } from "../../mock/wasm";

const sdk = path.resolve(import.meta.dirname, "../../../src/runtimes/python/sdk/headrace");
const signatures = new Discovery({ wasm: nodeModulesWasm, files: diskFiles }).signatures(sdk);
before(() => signatures.load());

function signature(name: (typeof signed)[number]): Signature {
  const found = signatures.of(name);
  assert.ok(found, name);
  return found;
}

test("everything that takes options is found, and each option is described", () => {
  for (const name of signed) {
    const { parameters } = signature(name);
    assert.ok(parameters.length > 2, name);
    const silent = parameters.filter(({ doc }) => doc === null).map((one) => one.name);
    assert.deepEqual(silent, [], `${name} says nothing of these`);
  }
});

test("an option's type, default and description", () => {
  const cache = signature("step").parameters.find(({ name }) => name === "enable_cache");
  assert.deepEqual(cache, {
    name: "enable_cache",
    annotation: "Optional[bool]",
    default: "None",
    doc: "Whether a result is reused when nothing that it depends on has changed.",
  });
  assert.equal(signature("StepRetryConfig").parameters[0]?.default, "1", "of a data class");
  assert.equal(signature("Model").parameters[0]?.name, "name", "of a class, without self");
});

test("a step is configured by what it is decorated with, and a description may run on", () => {
  const names = signature("step.configure").parameters.map(({ name }) => name);
  assert.ok(names.includes("enable_cache") && names.includes("parameters"));
  assert.match(signature("step").doc, /^Make a step of a function: `@step`/);
  assert.doesNotMatch(JSON.stringify(signatures), /``|:meth:/);
});

test("the values of enumerations", () => {
  assert.deepEqual(signatures.values("ModelStages"), ["none", "staging", "production", "archived", "latest"]);
  assert.equal(signatures.values("ExecutionMode").length, 3);
  assert.deepEqual(signatures.values("Nothing"), []);
});
