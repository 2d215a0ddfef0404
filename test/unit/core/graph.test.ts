import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { buildGraph, withBelow } from "../../../src/core/graph";
import { specOf, type StepSketch } from "../engine/specs";

const graphOf = (...steps: StepSketch[]) => buildGraph(specOf({ steps }).invocations);
const orderOf = (...steps: StepSketch[]): string[] =>
  graphOf(...steps).order.map((index) => steps[index]?.id ?? "");

test("the written order stays where it can be one", () => {
  const steps = [{ id: "b" }, { id: "a" }, { id: "c", inputs: { x: "a", y: "b" } }];
  assert.deepEqual(orderOf(...steps), ["b", "a", "c"]);
});

test("a step may come after one that is written later", () => {
  assert.deepEqual(orderOf({ id: "a", after: ["c"] }, { id: "b" }, { id: "c" }), ["c", "a", "b"]);
});

test("lists of outputs make edges, and each edge counts once", () => {
  const list = {
    kind: "list",
    items: [
      { kind: "output", invocation: "a", output: "output" },
      { kind: "output", invocation: "b", output: "output" },
    ],
  } as const;
  const graph = graphOf(
    { id: "a" },
    { id: "b" },
    { id: "c", inputs: { x: list, y: "a" }, after: ["a", "b"] },
  );
  assert.deepEqual(graph.upstream[2], [0, 1]);
  assert.deepEqual(graph.downstream, [[2], [2], []]);
});

test("a cycle names its steps in order, and the line of a call", () => {
  const error = thrown(
    { id: "start" },
    { id: "a", inputs: { x: "c" } },
    { id: "b", inputs: { x: "a" } },
    { id: "c", after: ["b"] },
  );
  assert.equal(error.code, "cycle");
  const [, ...names] = /: `(.)` → `(.)` → `(.)` → `(.)`\./.exec(error.message) ?? [];
  assert.equal(names[0], names[3]);
  assert.ok(["abca", "bcab", "cabc"].includes(names.join("")), names.join(""));
  assert.ok(error.location);
  assert.match(thrown({ id: "a", after: ["a"] }).message, /`a` waits for itself/);
});

test("a long cycle is named in short", () => {
  const steps = Array.from({ length: 500 }, (_, index) => ({
    id: `s${index}`,
    after: [`s${(index + 1) % 500}`],
  }));
  assert.ok(thrown(...steps).message.length < 200);
});

test("unknown steps, unknown outputs and duplicate ids are errors with a line", () => {
  assert.match(
    thrown({ id: "a", after: ["x"] }).message,
    /`a` comes after `x`, but the pipeline has no step/,
  );
  assert.match(thrown({ id: "a", inputs: { i: "x" } }).message, /`a` takes an output of `x`/);
  const wrong = thrown({ id: "a", outputs: ["l", "r"] }, { id: "b", inputs: { i: "a.nope" } });
  assert.match(wrong.message, /output `nope` of `a`, which has only `l`, `r`/);
  assert.match(thrown({ id: "a" }, { id: "a" }).message, /^Duplicate step ID `a`/);
  assert.equal(wrong.location?.line, 101);
});

test("what is below a step is found, itself included", () => {
  const graph = graphOf({ id: "a" }, { id: "b", after: ["a"] }, { id: "c", after: ["b"] }, { id: "d" });
  assert.deepEqual([...withBelow(graph, [0])], [0, 1, 2]);
});

test("10,000 steps in a chain, and as a fan, are no depth and no square", () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => ({
    id: `s${index}`,
    after: index === 9_999 ? [] : [`s${index + 1}`],
  }));
  assert.equal(orderOf(...chain)[0], "s9999");
  const fan = Array.from({ length: 10_000 }, (_, index) => ({ id: `f${index}`, after: ["top"] }));
  const graph = graphOf({ id: "top" }, ...fan, { id: "end", after: fan.map(({ id }) => id) });
  assert.equal(graph.downstream[0]?.length, 10_000);
  assert.equal(graph.order.at(-1), 10_001);
});

function thrown(...steps: StepSketch[]): HeadraceError {
  try {
    graphOf(...steps);
  } catch (error) {
    if (HeadraceError.is(error)) return error;
  }
  throw new Error("The graph was accepted.");
}
