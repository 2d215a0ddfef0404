import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoreEvent } from "../../../src/core/events";
import { openStore, type OpenedStore } from "../../../src/store/open";
import { thisProcess } from "../../../src/store/processes";
import {
  artifactCreated,
  commit,
  invocation,
  runCreated,
  spec,
  stepFinished,
  stepStarted,
  temporaryFolder,
  versionCreated,
} from "./support";
import type { TestContext } from "node:test";

async function opened(t: TestContext, ...events: readonly StoreEvent[]): Promise<OpenedStore> {
  const store = await openStore({ folder: temporaryFolder(t) });
  t.after(() => store.close());
  if (events.length > 0) await commit(store, ...events);
  return store;
}

const pipeline: StoreEvent = { type: "pipeline.created", id: "p1", name: "training", time: 1 };

test("a run has its steps in the spec's order, waiting ones included", async (t) => {
  const run = runCreated("p1", 1, { id: "r1" });
  const started = stepStarted("r1", "load", { id: "s1", inputs: { seed: { kind: "value", value: 7 } } });
  const store = await opened(t, pipeline, run, started);
  const view = (): readonly string[] =>
    store.reader.steps("r1").map((step) => `${step.invocation} ${step.status}`);
  assert.deepEqual(view(), ["load running", "train waiting"]);
  assert.deepEqual(store.reader.steps("r1")[1]?.upstream, ["load"]);
  await commit(store, stepFinished("s1"), stepStarted("r1", "train", { id: "s2" }));
  assert.deepEqual(view(), ["load completed", "train running"]);
  await commit(
    store,
    stepFinished("s2", { status: "retried" }),
    stepStarted("r1", "train", { id: "s3", attempt: 2 }),
    stepFinished("s3", { status: "failed" }),
    { type: "run.finished", id: "r1", status: "failed", failure: null, time: 20 },
  );
  assert.deepEqual(view(), ["load completed", "train failed"]);
  assert.deepEqual(
    store.reader.attempts("r1", "train").map((step) => step.status),
    ["retried", "failed"],
  );
  const recorded = store.reader.run("r1");
  assert.deepEqual([recorded?.steps, recorded?.stepsDone, recorded?.status], [2, 2, "failed"]);
  assert.deepEqual(store.reader.counts(), {
    ...{ pipelines: 1, runs: 1, running: 0, artifacts: 0, artifactVersions: 0, models: 0 },
  });
  assert.equal(store.reader.lastStepOf("steps.train")?.id, "s3");
  assert.equal(store.reader.lastStepOf("steps.py::train")?.id, "s3");
  assert.equal(store.reader.previousStep("p1", "train")?.id, "s3");
});

test("runs of an unchanged pipeline share one spec, which goes with the last of them", async (t) => {
  const [first, second] = [runCreated("p1", 1), runCreated("p1", 2)];
  const third = runCreated("p1", 3, { spec: spec(invocation("other")) });
  const store = await opened(t, pipeline, first, second, third);
  const documents = (): number => Number(store.reader.query("SELECT count(*) AS n FROM document")[0]?.["n"]);
  assert.equal(documents(), 3);
  assert.equal(store.reader.spec(second.id)?.invocations.length, 2);
  await commit(store, { type: "run.deleted", id: first.id });
  assert.equal(documents(), 3);
  await commit(store, { type: "run.deleted", id: second.id });
  assert.equal(documents(), 2);
  await commit(store, { type: "pipeline.deleted", id: "p1" });
  assert.equal(documents(), 0);
  assert.equal(store.reader.counts().runs, 0);
});

test("runs are listed newest first, filtered by pipeline, status, text and tag", async (t) => {
  const runs = [1, 2, 3].map((index) => runCreated("p1", index, { id: `r${index}`, name: `run_${index}%` }));
  const store = await opened(t, pipeline, ...runs, {
    ...{ type: "tag.attached", target: "run", targetId: "r2", name: "best" },
  });
  await commit(store, { type: "run.finished", id: "r1", status: "completed", failure: null, time: 5 });
  const ids = (...filter: Parameters<typeof store.reader.runs>): readonly string[] =>
    store.reader.runs(...filter).items.map((run) => run.id);
  assert.deepEqual(ids(), ["r3", "r2", "r1"]);
  assert.deepEqual(ids({ limit: 1, offset: 1 }), ["r2"]);
  assert.deepEqual(ids({ pipeline: "training" }), ["r3", "r2", "r1"]);
  assert.deepEqual(ids({ pipeline: "none" }), []);
  assert.deepEqual(ids({ status: ["completed"] }), ["r1"]);
  assert.deepEqual(ids({ text: "_3%" }), ["r3"]);
  assert.deepEqual(ids({ text: "%%" }), []);
  assert.deepEqual(ids({ tag: "best" }), ["r2"]);
  assert.equal(store.reader.runs({ limit: 1 }).total, 3);
  assert.deepEqual(store.reader.run("r2")?.tags, ["best"]);
  assert.equal(store.reader.pipeline("training")?.lastRun?.id, "r3");
  assert.equal(store.reader.pipeline("training")?.lastSuccess, 5);
  assert.equal(store.reader.highestRunIndex("p1"), 3);
});

test("the cache answers with the newest usable step run", async (t) => {
  const version = versionCreated("a1", 1, { id: "v1" });
  const step = (id: string, cacheExpires: number | null): readonly StoreEvent[] => [
    stepStarted("r1", "load", { id, cacheKey: "k", cacheExpires }),
    stepFinished(id, { outputs: [{ output: "x", artifactVersionId: "v1", saveType: "step_output" }] }),
  ];
  const store = await opened(
    t,
    pipeline,
    runCreated("p1", 1, { id: "r1" }),
    artifactCreated("x", "a1"),
    version,
  );
  await commit(store, ...step("s1", null), ...step("s2", 1000));
  assert.equal(store.reader.cachedStep("k", 999)?.id, "s2");
  assert.equal(store.reader.cachedStep("k", 1000)?.id, "s1");
  assert.equal(store.reader.cachedStep("other", 1), null);
  await commit(store, { type: "cache.invalidated", stepRunId: "s2", time: 1 });
  assert.equal(store.reader.cachedStep("k", 999)?.id, "s1");
  await commit(store, { type: "artifactVersion.deleted", id: "v1" });
  assert.equal(store.reader.cachedStep("k", 999), null);
});

test("latest is the version created last, whatever its name; numbers ignore names", async (t) => {
  const store = await opened(
    t,
    artifactCreated("x", "a1"),
    versionCreated("a1", 10, { id: "v10" }),
    versionCreated("a1", 2, { id: "v2" }),
    versionCreated("a1", 0, { id: "named", version: "final", versionNumber: null, alias: "predictions" }),
  );
  const artifact = store.reader.artifact("x");
  assert.deepEqual(
    [artifact?.latestVersion, artifact?.latestVersionId, artifact?.versions, artifact?.alias],
    ["final", "named", 3, "predictions"],
  );
  assert.deepEqual(store.reader.artifactNamed("x"), { id: "a1", customName: true, highestNumber: 10 });
  assert.equal(store.reader.artifactNamed("a1"), null);
  assert.equal(store.reader.hasVersion("a1", "final"), true);
  assert.equal(store.reader.hasVersion("a1", "1"), false);
  assert.equal(store.reader.artifactVersionNamed("a1", "2")?.id, "v2");
  assert.deepEqual(
    store.reader.artifactVersions("a1").items.map(({ id }) => id),
    ["named", "v2", "v10"],
  );
  await commit(store, { type: "artifactVersion.deleted", id: "named" });
  assert.equal(store.reader.artifact("a1")?.latestVersion, "2");
  await commit(store, { type: "artifact.deleted", id: "a1" });
  assert.equal(store.reader.counts().artifactVersions, 0);
});

test("model versions are found by name, number, stage and run, and count their links", async (t) => {
  const created = (id: string, name: string, number: number, run: string | null): StoreEvent => ({
    ...{ type: "modelVersion.created", id, modelId: "m1", name, number },
    ...{ description: null, producerRunId: run, time: number },
  });
  const store = await opened(
    t,
    { type: "model.created", id: "m1", name: "iris", fields: { license: "MIT", tradeOffs: "few" }, time: 1 },
    created("mv1", "first", 1, "r1"),
    created("mv2", "2", 2, "r1"),
    artifactCreated("x", "a1"),
    versionCreated("a1", 1, { id: "v1" }),
    { type: "link.created", modelVersionId: "mv2", artifactVersionId: "v1", time: 3 },
    { type: "link.created", modelVersionId: "mv2", artifactVersionId: "v1", time: 4 },
    { type: "modelVersion.staged", id: "mv2", stage: "production", time: 5 },
  );
  const { reader } = store;
  assert.equal(reader.model("iris")?.latestVersionId, "mv2");
  assert.equal(reader.model("iris")?.tradeOffs, "few");
  assert.equal(reader.modelVersionBy("m1", { name: "first" })?.id, "mv1");
  assert.equal(reader.modelVersionBy("m1", { number: 2 })?.id, "mv2");
  assert.equal(reader.modelVersionBy("m1", { stage: "production" })?.id, "mv2");
  assert.equal(reader.modelVersionBy("m1", { producerRunId: "r1" })?.id, "mv2");
  assert.equal(reader.highestModelVersionNumber("m1"), 2);
  assert.equal(reader.modelVersion("mv2")?.artifacts, 1);
  assert.deepEqual(
    reader.linkedModels("v1").map(({ id }) => id),
    ["mv2"],
  );
  assert.deepEqual(reader.stageHistory("mv2"), [{ stage: "production", time: 5 }]);
  await commit(store, { type: "artifactVersion.deleted", id: "v1" });
  assert.equal(reader.modelVersion("mv2")?.artifacts, 0);
  await commit(store, { type: "model.deleted", id: "m1" });
  assert.equal(reader.modelVersion("mv2"), null);
});

test("metadata: the newest value of a key, unless all are objects, which are merged", async (t) => {
  const logged = (
    values: Record<string, string | number | { readonly [key: string]: number }>,
  ): StoreEvent => ({
    ...{ type: "metadata.logged", target: "run", targetId: "r1", values, time: 1 },
  });
  const store = await opened(
    t,
    logged({ accuracy: 0.1, card: { a: 1, b: 1 }, mixed: { a: 1 } }),
    logged({ accuracy: 0.2, card: { b: 2 }, mixed: "text" }),
  );
  assert.deepEqual(store.reader.metadata("run", "r1"), {
    accuracy: 0.2,
    card: { a: 1, b: 2 },
    mixed: "text",
  });
  assert.deepEqual(store.reader.metadataHistory("run", "r1", "accuracy"), [
    { value: 0.1, time: 1 },
    { value: 0.2, time: 1 },
  ]);
});

test("unfinished runs are found with who executes them", async (t) => {
  const owner = { pid: 7, started: "linux:other-boot:1:1", host: "another-machine" };
  const runs = [runCreated("p1", 1, { id: "mine" }), runCreated("p1", 2, { id: "theirs", owner })];
  const store = await opened(t, pipeline, ...runs, runCreated("p1", 3, { id: "over" }));
  await commit(store, { type: "run.finished", id: "over", status: "completed", failure: null, time: 5 });
  assert.deepEqual(store.reader.unfinishedRuns(), [
    { runId: "mine", owner: thisProcess() },
    { runId: "theirs", owner },
  ]);
});

test("lists stand in the order in which people count, also after renaming", async (t) => {
  const names = ["features_10", "Alpha", "features_2", "beta"];
  const store = await opened(
    t,
    ...names.map((name) => artifactCreated(name, name)),
    ...names.map((name): StoreEvent => ({ type: "pipeline.created", id: name, name, time: 1 })),
    { type: "artifact.updated", id: "beta", name: "features_3", customName: true },
  );
  const listed = store.reader.artifacts().items.map(({ name }) => name);
  assert.deepEqual(listed, ["Alpha", "features_2", "features_3", "features_10"]);
  const pipelines = store.reader.pipelines().items.map(({ name }) => name);
  assert.deepEqual(pipelines, ["Alpha", "beta", "features_2", "features_10"]);
});
