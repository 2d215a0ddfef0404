import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { deferred } from "../../../src/core/deferred";
import { bench, type Bench } from "./harness";
import { Answer } from "./functionRuntime";
import { value } from "./specs";

test("a run of two steps ends with committed artifacts whose values flow on", async (t) => {
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b", inputs: { x: "a", k: value(3) } }] },
    { a: () => 4, b: ({ x, k }) => Number(x) * Number(k) },
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.match(run.name, /^p-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d_\d{6}$/);
  assert.equal(run.index, 1);
  const step = b.step(run, "b");
  const version = b.store.reader.artifactVersion(step.outputs[0]!.artifactVersionId)!;
  assert.equal(version.artifact, "p::b::output");
  assert.equal(version.version, "1");
  assert.equal(version.producerStepRunId, step.id);
  assert.equal(readFileSync(path.join(b.engine.payloadFolder(version.id)!, "data.json"), "utf8"), "12");
  assert.deepEqual(step.parameters, { k: 3 });
  assert.equal(step.inputs["x"]?.kind, "artifact");
  assert.equal(step.cacheReason, "first run of this step");
});

test("what is told is durable, and in order", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }] }, { a: () => 1 });
  b.engine.onLive((event) => {
    if (event.type === "step.finished")
      assert.equal(b.store.reader.step(event.stepRunId)?.status, "completed");
    if (event.type === "run.finished") assert.equal(b.store.reader.run(event.runId)?.status, "completed");
  });
  await b.run();
  assert.deepEqual(
    b.live.map((event) => event.type),
    ["run.preparing", "run.created", "step.started", "step.finished", "run.finished"],
  );
});

test("a step starts before what is above it is durable, and sees it durable when it asks", async (t) => {
  const seen: unknown[] = [];
  const b: Bench = await bench(
    t,
    { enableCache: false, steps: [{ id: "a" }, { id: "b", inputs: { x: "a" } }] },
    {
      a: () => 1,
      b: async (_, { params }) => {
        const found = b.store.reader.step(params.stepRunId);
        const { entity } = (await b.ask("entity.get", { kind: "step_run", key: params.stepRunId })) as {
          readonly entity: { readonly status: string };
        };
        const above = b.store.reader.steps(params.runId).find((step) => step.invocation === "a");
        seen.push(found, entity.status, above?.status);
        return 2;
      },
    },
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.deepEqual(seen, [null, "running", "completed"]);
});

test("branches of a diamond run at the same time, on a second worker", async (t) => {
  const both = deferred<undefined>();
  const inside = new Set<string>();
  const meet = async (name: string): Promise<string> => {
    inside.add(name);
    if (inside.size === 2) both.resolve(undefined);
    await both.promise;
    return name;
  };
  const b = await bench(
    t,
    {
      steps: [
        { id: "top" },
        { id: "left", inputs: { x: "top" } },
        { id: "right", inputs: { x: "top" } },
        { id: "bottom", inputs: { l: "left", r: "right" } },
      ],
    },
    {
      top: () => 1,
      left: () => meet("left"),
      right: () => meet("right"),
      bottom: ({ l, r }) => JSON.stringify([l, r]),
    },
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.equal(b.runtime.workers.length, 2);
  assert.equal(b.runtime.released.length, 2);
});

test("with one worker allowed, steps run one after the other", async (t) => {
  let inside = 0;
  let most = 0;
  const b = await bench(
    t,
    { steps: ["a", "b", "c"].map((id) => ({ id })) },
    async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return 0;
    },
    { parallel: 1 },
  );
  assert.equal((await b.run()).status, "completed");
  assert.equal(most, 1);
  assert.equal(b.runtime.workers.length, 1);
});

test("after a failure independent branches go on, and steps below are skipped with the cause", async (t) => {
  const b = await bench(
    t,
    {
      steps: [
        { id: "bad" },
        { id: "below", inputs: { x: "bad" } },
        { id: "far", inputs: { x: "below" } },
        { id: "other" },
        { id: "late", after: ["other"] },
      ],
    },
    (_, { params }) => {
      if (params.invocation === "bad") throw new TypeError("no such column");
      return 1;
    },
  );
  const run = await b.run();
  assert.equal(run.status, "failed");
  assert.deepEqual(b.statuses(run), {
    bad: "failed",
    below: "skipped",
    far: "skipped",
    other: "completed",
    late: "completed",
  });
  assert.equal(b.step(run, "bad").failure?.type, "TypeError");
  assert.equal(b.step(run, "far").skippedBecause, "bad");
});

test("stop_on_failure starts nothing after a failure", async (t) => {
  const b = await bench(
    t,
    { executionMode: "stop_on_failure", steps: [{ id: "bad" }, { id: "other" }] },
    (_, { params }) => {
      if (params.invocation === "bad") throw new Error("no");
      return 1;
    },
    { parallel: 1 },
  );
  const run = await b.run();
  assert.deepEqual(b.statuses(run), { bad: "failed", other: "skipped" });
});

test("fail_fast interrupts what executes", async (t) => {
  const inside = deferred<undefined>();
  const b = await bench(
    t,
    {
      executionMode: "fail_fast",
      steps: [{ id: "bad" }, { id: "long" }, { id: "later", inputs: { x: "long" } }],
    },
    {
      bad: async () => {
        await inside.promise;
        throw new Error("no");
      },
      long: async (_, { signal }) => {
        inside.resolve(undefined);
        await new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(new Error("KeyboardInterrupt"))),
        );
      },
    },
  );
  const run = await b.run();
  assert.equal(run.status, "failed");
  assert.deepEqual(b.statuses(run), { bad: "failed", long: "cancelled", later: "skipped" });
});

test("a failing step is tried again, each attempt a step run of its own", async (t) => {
  let tries = 0;
  const b = await bench(
    t,
    {
      steps: [
        { id: "a", retry: { maxRetries: 2, delay: 0.001, backoff: 0 } },
        { id: "b", inputs: { x: "a" } },
      ],
    },
    {
      a: (_, { params }) => {
        tries += 1;
        assert.equal(params.attempt, tries);
        assert.equal(params.lastAttempt, tries === 3);
        if (tries < 3) throw new Error(`attempt ${tries}`);
        return tries;
      },
      b: ({ x }) => x,
    },
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.deepEqual(
    b.store.reader.attempts(run.id, "a").map((step) => [step.attempt, step.status, step.failure?.message]),
    [
      [1, "retried", "attempt 1"],
      [2, "retried", "attempt 2"],
      [3, "completed", undefined],
    ],
  );
});

test("a step that keeps failing has failed after its last retry", async (t) => {
  const b = await bench(t, { steps: [{ id: "a", retry: { maxRetries: 1, delay: 0, backoff: 0 } }] }, () => {
    throw new Error("always");
  });
  const run = await b.run();
  assert.equal(run.status, "failed");
  assert.deepEqual(
    b.store.reader.attempts(run.id, "a").map((step) => step.status),
    ["retried", "failed"],
  );
});

test("a lost worker fails its step, and the run goes on with a new one", async (t) => {
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b" }, { id: "c", inputs: { x: "a" } }] },
    { a: (_, { die }) => die(), b: () => 2, c: () => 3 },
    { parallel: 1 },
  );
  const run = await b.run();
  assert.deepEqual(b.statuses(run), { a: "failed", b: "completed", c: "skipped" });
  const { failure } = b.step(run, "a");
  assert.equal(failure?.type, "WorkerLost");
  assert.match(failure.message, /SIGKILL/);
  assert.equal(b.runtime.workers.length, 2);
  assert.equal(b.runtime.compiles, 2);
});

test("when no new worker can be had, the run fails with the reason", async (t) => {
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b" }] },
    {
      a: (_, { die }) => {
        b.runtime.acquireError = new HeadraceError("interpreter-missing", "There is no Python any more.");
        return die();
      },
    },
    { parallel: 1 },
  );
  const run = await b.run();
  assert.equal(run.status, "failed");
  assert.match(run.failure?.message ?? "", /no Python any more/);
  assert.deepEqual(b.statuses(run), { a: "failed", b: "cancelled" });
});

test("an artifact version that exists fails the step, and none of its other outputs stays", async (t) => {
  const steps = [
    {
      id: "a",
      outputs: [
        { output: "x", artifact: "x" },
        { output: "y", artifact: "y", version: "1.0" },
      ],
    },
  ];
  const b = await bench(t, { enableCache: false, steps }, () => [1, 2]);
  assert.equal((await b.run()).status, "completed");
  const again = await b.run();
  assert.equal(again.status, "failed");
  const { failure } = b.step(again, "a");
  assert.equal(failure?.type, "EntityExistsError");
  assert.match(failure.message, /^Unable to create artifact version y \(version 1\.0\)/);
  assert.equal(b.store.reader.artifact("x")?.versions, 1);
});

test("two outputs of one step under one name are numbered one after the other", async (t) => {
  const outputs = ["l", "r"].map((output) => ({ output, artifact: "half" }));
  const b = await bench(t, { steps: [{ id: "a", outputs }] }, () => [1, 2]);
  await b.run();
  const half = b.store.reader.artifact("half")!;
  assert.deepEqual(
    b.store.reader
      .artifactVersions(half.id)
      .items.map((v) => v.version)
      .sort(),
    ["1", "2"],
  );
});

test("tags, metadata and types of outputs come together from all sides", async (t) => {
  const outputs = [
    { output: "m", artifact: "m", type: "ModelArtifact", tags: ["fixed"], metadata: { both: "config" } },
  ];
  const tags = [
    { name: "nightly", cascade: true, exclusive: false },
    { name: "plain", cascade: false, exclusive: false },
  ];
  const b = await bench(t, { tags, steps: [{ id: "a", outputs }] }, (_, { params }) => {
    const made = new Answer({ values: [1], stepMetadata: { loss: 0.5 } });
    assert.equal(params.outputs[0]?.artifact, "m");
    return made;
  });
  const run = await b.run();
  const version = b.store.reader.producedBy(run.id)[0]!;
  assert.equal(version.type, "ModelArtifact");
  assert.deepEqual([...version.tags].sort(), ["fixed", "nightly"]);
  assert.deepEqual(b.store.reader.metadata("artifact_version", version.id), { size: 1, both: "config" });
  assert.deepEqual(b.store.reader.metadata("step_run", b.step(run, "a").id), { loss: 0.5 });
  assert.deepEqual([...run.tags].sort(), ["nightly", "plain"]);
});

test("an exclusive tag moves to the newest run of its pipeline", async (t) => {
  const b = await bench(
    t,
    { tags: [{ name: "best", cascade: false, exclusive: true }], steps: [{ id: "a" }] },
    () => 1,
  );
  const first = await b.run();
  const second = await b.run();
  assert.deepEqual(b.store.reader.run(first.id)?.tags, []);
  assert.deepEqual(b.store.reader.run(second.id)?.tags, ["best"]);
});

test("placeholders are filled in names of outputs, steps' own before the pipeline's", async (t) => {
  const b = await bench(
    t,
    {
      substitutions: { who: "pipeline", what: "data" },
      steps: [
        {
          id: "a",
          substitutions: { who: "step" },
          outputs: [{ output: "{who}_{what}", artifact: "{who}_{what}" }],
        },
        { id: "b", inputs: { x: "a.{who}_{what}" } },
      ],
    },
    { a: () => 7, b: ({ x }) => x },
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.equal(b.step(run, "a").outputs[0]?.output, "step_data");
  assert.equal(b.store.reader.artifact("step_data")?.versions, 1);
});

test("an unknown placeholder fails the step when it starts", async (t) => {
  const outputs = [{ output: "{oops}", artifact: "{oops}" }];
  const b = await bench(
    t,
    {
      steps: [
        { id: "a", outputs },
        { id: "b", after: ["a"] },
      ],
    },
    () => 1,
  );
  const run = await b.run();
  assert.deepEqual(b.statuses(run), { a: "failed", b: "skipped" });
  assert.equal(b.step(run, "a").failure?.type, "KeyError");
  assert.equal(b.step(run, "a").failure?.location?.line, 100);
});

test("temporary folders of a failed step are gone, and no payload is visible", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }] }, () => {
    throw new Error("no");
  });
  await b.run();
  const own = readdirSync(b.store.folders.tmp).map((name) => path.join(b.store.folders.tmp, name));
  assert.deepEqual(
    own.flatMap((folder) => readdirSync(folder)),
    ["owner.json"],
  );
  assert.deepEqual(readdirSync(b.store.folders.artifacts), []);
  assert.equal(b.store.reader.counts().artifactVersions, 0);
});

test("on_init runs once before the first step, on_cleanup after the last", async (t) => {
  const b = await bench(t, { onInit: true, onCleanup: true, steps: [{ id: "a" }, { id: "b" }] }, () => 1);
  assert.equal((await b.run()).status, "completed");
  assert.deepEqual(b.runtime.calls, ["on_init", "a", "b", "on_cleanup"]);
  b.runtime.calls.length = 0;
  await b.run();
  assert.deepEqual(b.runtime.calls, [], "a fully cached run needs no hooks");
});

test("a failing on_init fails the run before any step's function", async (t) => {
  const b = await bench(t, { onInit: true, steps: [{ id: "a" }, { id: "b" }] }, () => 1);
  b.runtime.hooks.init = () => {
    throw new Error("no database");
  };
  const run = await b.run();
  assert.equal(run.status, "failed");
  assert.match(run.failure?.message ?? "", /no database/);
  assert.deepEqual(b.runtime.calls, ["on_init"]);
});

test("a payload that can't be written fails its step, and says why", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }, { id: "b", inputs: { x: "a" } }] }, () => 1);
  const { artifacts } = b.store.folders;
  rmdirSync(artifacts);
  writeFileSync(artifacts, "in the way");
  const run = await b.run();
  assert.deepEqual(b.statuses(run), { a: "failed", b: "skipped" });
  assert.match(b.step(run, "a").failure?.message ?? "", /store a payload in .*artifacts/);
  assert.equal(b.store.reader.counts().artifactVersions, 0);
  rmSync(artifacts);
  assert.equal((await b.run()).status, "completed", "once that is mended, it can run again");
});
