import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunStatus, StepStatus } from "../../../src/core/entities";
import { isRunOver, isStepDone, isStepOver, mayFollow, runStatusOf } from "../../../src/core/status";

test("a run's state follows from its steps'", () => {
  const cases: readonly (readonly [readonly StepStatus[], RunStatus])[] = [
    [["completed", "cached"], "completed"],
    [["cached"], "completed"],
    [["completed", "failed", "skipped"], "failed"],
    [["failed", "cancelled"], "failed"],
    [["completed", "cancelled"], "cancelled"],
    [["completed", "interrupted"], "interrupted"],
    [["failed", "running"], "running"],
    [["completed", "waiting"], "running"],
    [["retrying"], "running"],
  ];
  for (const [steps, status] of cases) assert.equal(runStatusOf(steps), status, steps.join(" "));
});

test("what is over stays as it is; what failed may be tried again", () => {
  assert.ok(
    mayFollow("waiting", "running") && mayFollow("running", "retrying") && mayFollow("retrying", "retried"),
  );
  assert.ok(
    !mayFollow("completed", "running") &&
      !mayFollow("waiting", "retrying") &&
      !mayFollow("failed", "completed"),
  );
  for (const over of [
    "completed",
    "cached",
    "failed",
    "skipped",
    "cancelled",
    "interrupted",
    "retried",
  ] as const) {
    assert.ok(isStepOver(over));
  }
  assert.ok(isStepDone("cached") && !isStepDone("skipped"));
  assert.ok(isRunOver("interrupted") && !isRunOver("initializing"));
});
