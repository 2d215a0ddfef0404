/** From what is recorded of a run to the nodes that are drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepRun } from "../../../src/core/entities";
import { graphOfSpec, withRun } from "../../../src/panels/dag/graph";
import { specOf } from "../engine/specs";

const asItIs = { t: (message: string): string => message };

test("an output that a function turned out not to have is drawn until that is known", () => {
  const spec = specOf({ steps: [{ id: "show", outputs: [{ output: "output", optional: true }] }] });
  const drawn = (runs: readonly Partial<StepRun>[]): readonly string[] =>
    graphOfSpec(spec, runs as readonly StepRun[], () => null, asItIs).artifacts.map(({ name }) => name);
  const show = { invocation: "show", outputs: [], inputs: {}, failure: null, cacheReason: null } as const;
  assert.deepEqual(drawn([]), ["output"]);
  assert.deepEqual(drawn([{ ...show, status: "running" }]), ["output"]);
  assert.deepEqual(drawn([{ ...show, status: "completed" }]), []);
  assert.deepEqual(drawn([{ ...show, status: "failed" }]), ["output"]);
});

test("why a step ran is told in the user's language, at first and as it goes on", () => {
  const spec = specOf({ steps: [{ id: "load", outputs: [] }] });
  const load = { invocation: "load", outputs: [], inputs: {}, failure: null, status: "running" } as const;
  const run = { ...load, cacheReason: "first run of this step" } as Partial<StepRun> as StepRun;
  const german = {
    t: (message: string) => (message === "first run of this step" ? "erster Lauf dieses Schritts" : message),
  };
  const [step] = graphOfSpec(spec, [run], () => null, german).steps;
  assert.ok(step !== undefined);
  assert.equal(step.cacheReason, "erster Lauf dieses Schritts");
  assert.equal(
    withRun({ ...step, cacheReason: null }, run, german).cacheReason,
    "erster Lauf dieses Schritts",
  );
});
