import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { bench } from "./harness";
import { policy, value, type PipelineSketch, type StepSketch } from "./specs";

const chain: PipelineSketch = {
  steps: [
    { id: "a", inputs: { lr: value(0.1) } },
    { id: "b", inputs: { x: "a" } },
  ],
};

function withStep(sketch: PipelineSketch, id: string, changes: Partial<StepSketch>): PipelineSketch {
  return { ...sketch, steps: sketch.steps.map((step) => (step.id === id ? { ...step, ...changes } : step)) };
}

test("what ran before with the same code, parameters and inputs is taken over, not run", async (t) => {
  const b = await bench(t, chain, { a: ({ lr }) => lr, b: ({ x }) => x });
  const first = await b.run();
  const second = await b.run();
  assert.equal(second.status, "completed");
  assert.deepEqual(b.statuses(second), { a: "cached", b: "cached" });
  assert.deepEqual(b.runtime.calls, ["a", "b"]);
  const [before, after] = [b.step(first, "b"), b.step(second, "b")];
  assert.equal(after.originalStepRunId, before.id);
  assert.deepEqual(after.outputs, before.outputs);
  assert.equal(after.cacheReason, `cached: same code, parameters and inputs as run ${first.name}`);
  assert.equal(b.store.reader.counts().artifactVersions, 2);
  const third = await b.run();
  assert.equal(b.step(third, "b").originalStepRunId, before.id, "the original is the one that ran");
});

test("a fully cached run needs no step, no extra worker and few transactions", async (t) => {
  const ids = Array.from({ length: 100 }, (_, index) => `s${index}`);
  const steps = ids.map((id, index) => ({ id, ...(index === 0 ? {} : { inputs: { x: `s${index - 1}` } }) }));
  const b = await bench(t, { steps }, (inputs) => Object.values(inputs).length);
  await b.run();
  const { seq } = b.store.reader;
  b.runtime.calls.length = 0;
  const again = await b.run();
  assert.equal(again.status, "completed");
  assert.deepEqual(b.runtime.calls, []);
  assert.ok(b.store.reader.seq - seq <= 3, `${b.store.reader.seq - seq} transactions`);
});

test("why a step ran again is said in words", async (t) => {
  const b = await bench(t, chain, { a: ({ lr }) => lr, b: ({ x }) => x });
  await b.run();
  b.sketch(withStep(chain, "a", { inputs: { lr: value(0.2) } }));
  const changed = await b.run();
  assert.equal(b.step(changed, "a").cacheReason, "parameter lr 0.1 → 0.2");
  assert.equal(b.step(changed, "b").cacheReason, "input x changed");
});

test("a step that runs again to the same result does not wake the ones below", async (t) => {
  const b = await bench(t, chain, { a: () => "same", b: ({ x }) => x });
  await b.run();
  b.sketch(withStep(chain, "a", { code: [{ kind: "step", name: "a", digest: "edited" }] }));
  const again = await b.run();
  assert.deepEqual(b.statuses(again), { a: "completed", b: "cached" });
  assert.equal(b.step(again, "a").cacheReason, "code of the step changed");
});

test("a step that had to wait for an executor takes over what the same step made meanwhile", async (t) => {
  const same = { sourcePath: "p.load", code: [{ kind: "step", name: "load", digest: "d" }] } as const;
  const steps = [
    { id: "load", ...same },
    { id: "load_2", ...same },
    { id: "uncached", enableCache: false, ...same },
  ];
  const b = await bench(t, { steps }, () => 1, { parallel: 1 });
  const run = await b.run();
  assert.deepEqual(b.statuses(run), { load: "completed", load_2: "cached", uncached: "completed" });
  assert.equal(b.step(run, "load_2").originalStepRunId, b.step(run, "load").id);
  assert.deepEqual(b.runtime.calls, ["load", "uncached"]);
});

test("another pipeline and another invocation of the same step hit the same result", async (t) => {
  const same = { sourcePath: "p.load", code: [{ kind: "step", name: "load", digest: "d" }] } as const;
  const b = await bench(
    t,
    {
      steps: [
        { id: "load", ...same },
        { id: "load_2", after: ["load"], ...same },
      ],
    },
    () => 1,
  );
  const run = await b.run();
  assert.deepEqual(b.statuses(run), { load: "completed", load_2: "cached" });
  b.sketch({ name: "q", steps: [{ id: "other", ...same }] });
  assert.deepEqual(b.statuses(await b.run()), { other: "cached" });
});

test("caching is off where step, pipeline or caller say so, and the step says which", async (t) => {
  const b = await bench(
    t,
    { enableCache: false, steps: [{ id: "a" }, { id: "b", enableCache: true }] },
    () => 1,
  );
  await b.run();
  const off = await b.run();
  assert.deepEqual(b.statuses(off), { a: "completed", b: "cached" });
  assert.equal(b.step(off, "a").cacheReason, "caching is off for this pipeline");
  const never = await b.run({ noCache: true });
  assert.deepEqual(b.statuses(never), { a: "completed", b: "completed" });
  assert.equal(b.step(never, "b").cacheReason, "caching is off for this run");
});

test("completed steps of a failed run are taken over; failed ones run again and say so", async (t) => {
  let broken = true;
  const b = await bench(t, chain, {
    a: ({ lr }) => lr,
    b: () => {
      if (broken) throw new Error("not yet");
      return 2;
    },
  });
  await b.run();
  broken = false;
  const again = await b.run();
  assert.deepEqual(b.statuses(again), { a: "cached", b: "completed" });
  assert.equal(b.step(again, "b").cacheReason, "the last run of this step did not complete");
});

test("an invalidated result, and one whose payload was removed, are made again", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }] }, () => 1);
  const first = await b.run();
  const cached = await b.run();
  await b.engine.invalidateCache([b.step(cached, "a").id]);
  const again = await b.run();
  assert.equal(b.step(again, "a").status, "completed");
  assert.equal(b.step(again, "a").cacheReason, "the cached result was invalidated");
  await b.keepAll();
  rmSync(b.engine.payloadFolder(b.step(first, "a").outputs[0]!.artifactVersionId)!, { recursive: true });
  assert.equal(b.step(await b.run(), "a").status, "completed");
});

test("an expired result is made again; 0 never expires", async (t) => {
  const expiring = policy({ expiresAfter: 0.001 });
  const steps = [
    { id: "a", cachePolicy: expiring },
    { id: "b", cachePolicy: policy({ expiresAfter: 0 }) },
  ];
  const b = await bench(t, { steps }, () => 1);
  const first = await b.run();
  const expires = b.step(first, "a").cacheExpires ?? 0;
  while (Date.now() <= expires) await new Promise((resolve) => setImmediate(resolve));
  const again = await b.run();
  assert.deepEqual(b.statuses(again), { a: "completed", b: "cached" });
  assert.equal(b.step(again, "a").cacheReason, "the cached result has expired");
});

test("ignored inputs are not part of the key", async (t) => {
  const sketch = (seed: number): PipelineSketch => ({
    cachePolicy: policy({ ignoredInputs: ["seed"] }),
    steps: [{ id: "a", inputs: { seed: value(seed) } }],
  });
  const b = await bench(t, sketch(1), () => 1);
  await b.run();
  b.sketch(sketch(2));
  assert.deepEqual(b.statuses(await b.run()), { a: "cached" });
});

test("cached outputs are linked to the new run's model version", async (t) => {
  const model = { name: "m", version: null };
  const b = await bench(t, { model, steps: [{ id: "a" }] }, () => 1);
  const first = await b.run();
  const second = await b.run();
  assert.deepEqual(b.statuses(second), { a: "cached" });
  assert.notEqual(second.modelVersionId, first.modelVersionId);
  const linked = b.store.reader.linkedArtifacts(second.modelVersionId!);
  assert.deepEqual(
    linked.map((version) => version.id),
    [b.step(first, "a").outputs[0]?.artifactVersionId],
  );
});

test("a step whose input the worker looks up is never cached", async (t) => {
  const lazy = { lazy: "client-chain", chain: [], summary: "Client().get_artifact_version('x')" } as const;
  const b = await bench(
    t,
    { steps: [{ id: "a", inputs: { x: { kind: "lazy", lazy: { ...lazy, chain: [] } } } }] },
    () => 1,
  );
  await b.run();
  const again = await b.run();
  assert.equal(b.step(again, "a").status, "completed");
  assert.match(b.step(again, "a").cacheReason ?? "", /looked up while the step runs/);
});

test("re-running from a step runs it and what is below, and takes the rest from that run", async (t) => {
  const sketch: PipelineSketch = {
    steps: [
      { id: "a" },
      { id: "b", inputs: { x: "a" } },
      { id: "c", inputs: { x: "b" } },
      { id: "d", inputs: { x: "a" } },
    ],
  };
  let count = 0;
  const b = await bench(t, sketch, () => (count += 1));
  const first = await b.run();
  const from = await b.run({ rerun: { runId: first.id, mode: "from", invocations: ["b"] } });
  assert.deepEqual(b.statuses(from), { a: "cached", b: "completed", c: "completed", d: "cached" });
  assert.equal(from.rerunOf, first.id);
  assert.equal(b.step(from, "a").cacheReason, `reused from run ${first.name}`);
  assert.equal(b.step(from, "b").cacheReason, "asked to run again");
  const only = await b.run({ rerun: { runId: first.id, mode: "only", invocations: ["b"] } });
  assert.deepEqual(b.statuses(only), { a: "cached", b: "completed", c: "cached", d: "cached" });
  assert.deepEqual(b.step(only, "c").outputs, b.step(first, "c").outputs);
});

test("re-running what failed leaves what completed", async (t) => {
  let broken = true;
  const sketch = {
    enableCache: false,
    steps: [{ id: "a" }, { id: "b", after: ["a"] }, { id: "c", inputs: { x: "b" } }],
  };
  const b = await bench(t, sketch, (_, { params }) => {
    if (broken && params.invocation === "b") throw new Error("no");
    return 1;
  });
  const first = await b.run();
  broken = false;
  const again = await b.run({ rerun: { runId: first.id, mode: "failed", invocations: [] } });
  assert.deepEqual(b.statuses(again), { a: "cached", b: "completed", c: "completed" });
});

test("running only a step whose neighbours never ran leaves those out", async (t) => {
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b", after: ["a"] }, { id: "c", after: ["b"] }] },
    (_, { params }) => {
      if (params.invocation === "a") throw new Error("no");
      return 1;
    },
  );
  const first = await b.run();
  b.runtime.functions = () => 1;
  const only = await b.run({ rerun: { runId: first.id, mode: "only", invocations: ["b"] } });
  assert.deepEqual(b.statuses(only), { a: "completed", b: "completed", c: "skipped" });
  assert.equal(b.step(only, "c").skippedBecause, null);
  assert.equal(only.status, "completed");
});
