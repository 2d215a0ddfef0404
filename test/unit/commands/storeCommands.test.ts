import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { registerStoreCommands } from "../../../src/commands/storeCommands";
import type { StoreEvent } from "../../../src/core/events";
import { artifactCreated, runCreated, versionCreated } from "../store/support";
import { createWorld, ids, trainingEvents, type World } from "../../mock/world";

let world: World;
let empty: World;
const disposables: { dispose(): unknown }[] = [];

before(async () => {
  world = await createWorld({ events: trainingEvents });
  empty = await createWorld();
  for (const { services } of [world, empty]) disposables.push(...registerStoreCommands(services));
});
beforeEach(() => {
  world.mock.messages.length = 0;
});
after(async () => {
  for (const disposable of disposables) disposable.dispose();
  await world.close();
  await empty.close();
});

const last = (from = world): string => from.mock.messages.at(-1)?.text ?? "";

test("a folder in which nothing ran yet says so", async () => {
  await empty.mock.run("headrace.checkStore");
  assert.equal(last(empty), "Nothing is stored yet. Run a pipeline first.");
});

test("checking finds that payloads are missing, and says what to do", async () => {
  await world.mock.run("headrace.checkStore");
  assert.match(last(), /^2 problems were found\. Payload sha256:/);
  assert.match(last(), /headrace store rebuild/);
  assert.deepEqual(world.mock.messages.at(-1)?.actions, ["Show Output"]);
  assert.ok(world.mock.progress.includes("Reading everything that is stored…"));
});

test("cleaning a store where everything is needed removes nothing", async () => {
  await world.mock.run("headrace.cleanStore");
  assert.equal(last(), "Everything that is stored is referred to: there is nothing to clean.");
});

test("purging deletes failed runs after a yes, and leaves the others", async () => {
  const { mock } = world;
  const { reader } = await world.engine();
  mock.answers.push(undefined);
  await mock.run("headrace.purgeRuns");
  assert.ok(reader.run(ids.failed), "without a yes nothing goes");
  mock.answers.push("Delete");
  await mock.run("headrace.purgeRuns");
  assert.equal(reader.run(ids.failed), null);
  assert.ok(reader.run(ids.done));
  await mock.run("headrace.purgeRuns");
  assert.equal(last(), "Every run completed, and is the newest or was marked: there is nothing to purge.");
});

/** Completed runs of one pipeline, oldest first; each with what marks it, if anything does. */
function runsMarked(): readonly StoreEvent[] {
  const pipeline = "00000000-0000-4000-8000-0000000000aa";
  const made = versionCreated("artifact-of-3", 1, { producerRunId: "run-3" });
  const version = "model-version";
  const run = (number: number): readonly StoreEvent[] => [
    { ...runCreated(pipeline, number, { time: number * 10 }), id: `run-${number}`, name: `run ${number}` },
    { type: "run.finished", id: `run-${number}`, status: "completed", failure: null, time: number * 10 + 1 },
  ];
  return [
    { type: "pipeline.created", id: pipeline, name: "p", time: 1 },
    ...[1, 2, 3, 4, 5].flatMap(run),
    { type: "run.note", id: "run-2", note: "keep" },
    artifactCreated("kept", "artifact-of-3"),
    made,
    { type: "model.created", id: "model", name: "m", fields: {}, time: 90 },
    {
      ...{ type: "modelVersion.created", id: version, modelId: "model", name: "1", number: 1 },
      ...{ description: null, producerRunId: null, time: 91 },
    },
    { type: "link.created", modelVersionId: version, artifactVersionId: made.id, time: 92 },
  ];
}

test("scratch runs are those that nobody marked and that are not the newest", async () => {
  const marked = await createWorld({ events: runsMarked });
  const registered = registerStoreCommands(marked.services);
  try {
    const { reader } = await marked.engine();
    const left = (): string =>
      reader
        .runs({ limit: 9 })
        .items.map((run) => run.id)
        .sort()
        .join();
    marked.mock.answers.push(undefined);
    await marked.mock.run("headrace.purgeRuns");
    assert.equal(last(marked), "Delete the 2 scratch runs?");
    assert.equal(left(), "run-1,run-2,run-3,run-4,run-5");
    marked.mock.answers.push("Delete");
    await marked.mock.run("headrace.purgeRuns");
    assert.equal(left(), "run-2,run-3,run-5");
  } finally {
    for (const disposable of registered) disposable.dispose();
    await marked.close();
  }
});
