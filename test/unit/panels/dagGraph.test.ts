/** From what is recorded of a run to the nodes that are drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepRun } from "../../../src/core/entities";
import { graphOfSpec } from "../../../src/panels/dag/graph";
import { specOf } from "../engine/specs";

test("an output that a function turned out not to have is drawn until that is known", () => {
  const spec = specOf({ steps: [{ id: "show", outputs: [{ output: "output", optional: true }] }] });
  const drawn = (runs: readonly Partial<StepRun>[]): readonly string[] =>
    graphOfSpec(spec, runs as readonly StepRun[], () => null).artifacts.map(({ name }) => name);
  const show = { invocation: "show", outputs: [], inputs: {}, failure: null } as const;
  assert.deepEqual(drawn([]), ["output"]);
  assert.deepEqual(drawn([{ ...show, status: "running" }]), ["output"]);
  assert.deepEqual(drawn([{ ...show, status: "completed" }]), []);
  assert.deepEqual(drawn([{ ...show, status: "failed" }]), ["output"]);
});
