import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import type { LazySpec } from "../../../src/core/spec";
import { bench, type Bench } from "./harness";
import { writePayload } from "./functionRuntime";
import type { PipelineSketch } from "./specs";

const one: PipelineSketch = { steps: [{ id: "a", outputs: [{ output: "o", artifact: "o" }] }] };

function versionsOf(b: Bench, model: string): string[] {
  const found = b.store.reader.model(model);
  return found === null
    ? []
    : b.store.reader
        .modelVersions(found.id)
        .items.map((version) => version.name)
        .reverse();
}

test("no version is one new version per run, shared by its steps; names count, too", async (t) => {
  const m = { name: "m", version: null };
  const b = await bench(t, { ...one, model: m, steps: [...one.steps, { id: "b", model: m }] }, () => 1);
  await b.run();
  b.sketch({ ...one, model: { name: "m", version: "1.0.0" } });
  await b.run();
  await b.run();
  b.sketch({ ...one, model: m });
  const last = await b.run();
  assert.deepEqual(versionsOf(b, "m"), ["1", "1.0.0", "3"]);
  assert.equal(b.store.reader.modelVersion(last.modelVersionId!)?.number, 3);
});

test("a stage that no version is in is a KeyError, and no run exists", async (t) => {
  const b = await bench(t, { ...one, model: { name: "m", version: "production" } }, () => 1);
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  await assert.rejects(
    handle.created,
    (error) => HeadraceError.is(error, "not-found") && error.pythonType === "KeyError",
  );
  await assert.rejects(handle.finished);
  assert.equal(b.store.reader.counts().runs, 0);
  assert.equal(b.store.reader.counts().models, 0);
  assert.equal(b.live.at(-1)?.type, "run.refused");
  assert.equal(b.runtime.released.length, 1);
});

test("outputs are linked to the step's model, else to the run's; the run to both", async (t) => {
  const steps = [
    { id: "a", outputs: [{ output: "x", artifact: "x" }] },
    { id: "b", outputs: [{ output: "y", artifact: "y" }], model: { name: "own", version: "v" } },
  ];
  const b = await bench(t, { model: { name: "m", version: null }, steps }, () => 1);
  const run = await b.run();
  const names = (id: string): string[] =>
    b.store.reader.linkedArtifacts(id).map((version) => version.artifact);
  const own = b.store.reader.modelVersions(b.store.reader.model("own")!.id).items[0]!;
  assert.deepEqual(names(run.modelVersionId!), ["x"]);
  assert.deepEqual(names(own.id), ["y"]);
  for (const id of [own.id, run.modelVersionId!]) {
    assert.deepEqual(
      b.store.reader.runsOfModelVersion(id).map((linked) => linked.id),
      [run.id],
    );
  }
});

test("promoting needs force to take a held stage, archives the holder, and can be undone", async (t) => {
  const b = await bench(t, { ...one, model: { name: "m", version: null } }, () => 1);
  const first = (await b.run()).modelVersionId!;
  const second = (await b.run()).modelVersionId!;
  const stages = (): unknown[] => [first, second].map((id) => b.store.reader.modelVersion(id)?.stage);
  await b.engine.promote(first, "production", false);
  await assert.rejects(b.engine.promote(second, "production", false), {
    message: "Model version 1 is in production, but `force` flag is False.",
  });
  const promoted = await b.engine.promote(second, "production", true);
  assert.deepEqual(stages(), ["archived", "production"]);
  await promoted.undo();
  assert.deepEqual(stages(), ["production", null]);
});

const lazy = (changes: Partial<Extract<LazySpec, { lazy: "model-artifact" }>>): LazySpec => ({
  lazy: "model-artifact",
  ref: { model: null, version: null },
  artifact: "o",
  version: null,
  metadataKey: null,
  ...changes,
});

test("a lazy artifact of a stage is looked up when the step starts: a promotion in between counts", async (t) => {
  const b = await bench(t, { ...one, model: { name: "m", version: null }, enableCache: false }, () => "old");
  await b.engine.promote((await b.run()).modelVersionId!, "production", false);
  b.runtime.functions = () => "new";
  const newer = (await b.run()).modelVersionId!;
  b.sketch({
    model: { name: "m", version: "production" },
    steps: [
      { id: "wait" },
      {
        id: "use",
        after: ["wait"],
        inputs: { x: { kind: "lazy", lazy: lazy({ ref: { model: "m", version: "production" } }) } },
      },
    ],
  });
  const seen: unknown[] = [];
  b.runtime.functions = {
    wait: async () => {
      await b.engine.promote(newer, "production", true);
      return 0;
    },
    use: ({ x }) => seen.push(x),
  };
  const run = await b.run();
  assert.deepEqual(seen, ["new"]);
  assert.notEqual(run.modelVersionId, newer, "the run's own version was settled at its creation");
  const input = b.step(run, "use").inputs["x"];
  assert.ok(input?.kind === "artifact" && input.how === "lazy");
});

test("a lazy artifact without a version is the one that this run has just made", async (t) => {
  const b = await bench(
    t,
    {
      model: { name: "m", version: null },
      steps: [...one.steps, { id: "use", after: ["a"], inputs: { x: { kind: "lazy", lazy: lazy({}) } } }],
    },
    { a: () => "mine", use: ({ x }) => x },
  );
  const run = await b.run();
  assert.equal(run.status, "completed");
  const input = b.step(run, "use").inputs["x"];
  assert.ok(input?.kind === "artifact");
  assert.equal(input.artifactVersionId, b.step(run, "a").outputs[0]?.artifactVersionId);
});

test("a lazy artifact that is not there fails the step, in ZenML's words", async (t) => {
  const use = { id: "use", inputs: { x: { kind: "lazy" as const, lazy: lazy({ artifact: "gone" }) } } };
  const b = await bench(t, { model: { name: "m", version: null }, steps: [use] }, () => 1);
  const run = await b.run();
  const { failure } = b.step(run, "use");
  assert.equal(failure?.type, "ValueError");
  assert.equal(
    failure.message,
    "Failed to lazy load model version data in step `use`: Artifact `gone::None` not found in model `m` version `1`.",
  );
});

test("lazy metadata becomes a parameter, and counts in the cache", async (t) => {
  const b = await bench(
    t,
    {
      steps: [{ id: "a", outputs: [{ output: "o", artifact: "o", metadata: { accuracy: 0.9 } }] }],
      model: { name: "m", version: "v" },
    },
    () => 1,
  );
  await b.run();
  const ref = { model: "m", version: "v" };
  b.sketch({
    steps: [{ id: "use", inputs: { x: { kind: "lazy", lazy: lazy({ ref, metadataKey: "accuracy" }) } } }],
  });
  b.runtime.functions = { use: ({ x }) => x };
  const run = await b.run();
  assert.deepEqual(b.step(run, "use").parameters, { x: 0.9 });
});

test("what save_artifact makes inside a step is its output, and stays when the step fails", async (t) => {
  const b = await bench(
    t,
    { model: { name: "m", version: null }, steps: [{ id: "a" }] },
    async (_, { params }) => {
      const { folder } = (await b.ask("payload.prepare", {})) as { folder: string };
      await b.ask("artifact.save", {
        name: "extra",
        version: null,
        payload: writePayload(folder, "saved"),
        saveType: "manual",
        tags: [],
        metadata: {},
        customName: true,
        scope: { stepRunId: params.stepRunId, runId: params.runId },
      });
      throw new Error("after saving");
    },
  );
  const run = await b.run();
  const step = b.step(run, "a");
  assert.equal(step.status, "failed");
  assert.deepEqual(
    step.outputs.map(({ output, saveType }) => [output, saveType]),
    [["extra", "manual"]],
  );
  assert.deepEqual(
    b.store.reader.linkedArtifacts(run.modelVersionId!).map((version) => version.artifact),
    ["extra"],
  );
});

test("linking by hand makes what is missing, links once, and can be undone", async (t) => {
  const b = await bench(t, one, () => 1);
  const run = await b.run();
  const artifact = b.step(run, "a").outputs[0]!.artifactVersionId;
  const linked = await b.engine.link(artifact, { model: "new", version: null });
  assert.equal(linked.alreadyLinked, false);
  assert.equal((await b.engine.link(artifact, { model: "new", version: 1 })).alreadyLinked, true);
  await linked.undo();
  assert.equal(b.store.reader.model("new"), null);
  await assert.rejects(
    b.engine.link("nothing", { model: "new", version: null }),
    /no artifact version nothing/,
  );
  assert.equal(b.store.reader.model("new"), null, "a refused link makes no model");
});

test("unlinking, tags, notes and descriptions are taken back by undo", async (t) => {
  const b = await bench(t, { ...one, model: { name: "m", version: null } }, () => 1);
  const run = await b.run();
  const { id } = b.store.reader.producedBy(run.id)[0]!;
  const version = run.modelVersionId!;
  const unlinked = await b.engine.unlink(version, id);
  assert.equal(b.store.reader.isLinked(version, id), false);
  await unlinked.undo();
  assert.equal(b.store.reader.isLinked(version, id), true);
  const tagged = await b.engine.setTags("artifact_version", id, ["good", "new"]);
  assert.deepEqual([...b.store.reader.artifactVersion(id)!.tags].sort(), ["good", "new"]);
  await tagged.undo();
  assert.deepEqual(b.store.reader.artifactVersion(id)!.tags, []);
  const noted = await b.engine.setNote("run", run.id, "the good one");
  assert.equal(b.store.reader.run(run.id)?.note, "the good one");
  await noted.undo();
  assert.equal(b.store.reader.run(run.id)?.note, "");
  const remembered = await b.engine.setNote("model_version", version, "beats the last one");
  assert.equal(b.store.reader.modelVersion(version)?.note, "beats the last one");
  await remembered.undo();
  assert.equal(b.store.reader.modelVersion(version)?.note, "");
  const described = await b.engine.setDescription(version, "first");
  assert.equal(b.store.reader.modelVersion(version)?.description, "first");
  await described.undo();
  assert.equal(b.store.reader.modelVersion(version)?.description, null);
});

test("an artifact version that a run uses can't be deleted; without the run it can", async (t) => {
  const b = await bench(t, one, () => 1);
  const run = await b.run();
  const { id } = b.store.reader.producedBy(run.id)[0]!;
  const [step] = b.store.reader.steps(run.id);
  const artifact = b.store.reader.artifactVersion(id)!.artifactId;
  for (const blocked of [
    b.engine.planDeletion("artifact_version", [id, id]),
    b.engine.planDeletion("artifact", [artifact]),
  ]) {
    assert.equal(blocked.blockedBy.length, 1);
    assert.deepEqual(blocked.usedBy, [{ runId: run.id, invocation: step?.invocation }]);
  }
  await assert.rejects(b.engine.delete("artifact_version", [id]), /used in runs cannot be deleted/);
  assert.deepEqual(b.engine.planDeletion("run", [run.id]), {
    runs: 1,
    artifactVersions: 0,
    modelVersions: 0,
    links: 0,
    bytes: 0,
    blockedBy: [],
    usedBy: [],
  });
  await b.engine.delete("run", [run.id]);
  const plan = b.engine.planDeletion("artifact_version", [id]);
  assert.deepEqual([plan.artifactVersions, plan.bytes, plan.blockedBy], [1, 1, []]);
  await b.engine.delete("artifact_version", [id]);
  assert.equal(b.store.reader.artifactVersion(id), null);
});
