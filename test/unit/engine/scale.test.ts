import assert from "node:assert/strict";
import { test } from "node:test";
import { bench } from "./harness";
import { policy } from "./specs";

test("a chain of 10,000 steps finishes", async (t) => {
  const steps = Array.from({ length: 10_000 }, (_, index) => ({
    id: `s${index}`,
    outputs: [],
    ...(index === 0 ? {} : { after: [`s${index - 1}`] }),
    // Alike but for the first: the rest is taken over from the second, in groups.
    sourcePath: index === 0 ? "p.first" : "p.rest",
    code: [{ kind: "step" as const, name: "s", digest: "d" }],
    cachePolicy: policy({}),
  }));
  const b = await bench(t, { steps }, () => []);
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.equal(run.stepsDone, 10_000);
  assert.deepEqual(b.runtime.calls, ["s0", "s1"]);
});

test("a fan-out of 1,000 executed steps finishes", async (t) => {
  const fan = Array.from({ length: 1_000 }, (_, index) => ({ id: `f${index}`, outputs: [], after: ["top"] }));
  const steps = [{ id: "top" }, ...fan, { id: "bottom", after: fan.map(({ id }) => id) }];
  const b = await bench(t, { enableCache: false, steps }, (_, { params }) =>
    params.invocation.startsWith("f") ? [] : 1,
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.equal(b.runtime.calls.length, 1_002);
  assert.equal(b.runtime.calls.at(-1), "bottom");
});

test("a failure at the top skips 5,000 steps below in one transaction", async (t) => {
  const steps = Array.from({ length: 5_001 }, (_, index) => ({
    id: `s${index}`,
    ...(index === 0 ? {} : { after: [`s${index - 1}`] }),
  }));
  const b = await bench(t, { steps }, () => {
    throw new Error("no");
  });
  const { seq } = b.store.reader;
  const run = await b.run();
  assert.equal(run.status, "failed");
  assert.equal(b.store.reader.steps(run.id).filter((step) => step.status === "skipped").length, 5_000);
  assert.ok(b.store.reader.seq - seq <= 3);
});
