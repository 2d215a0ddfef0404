import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { registerStoreCommands } from "../../../src/commands/storeCommands";
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
  await mock.run("headrace.purgeFailedRuns");
  assert.ok(reader.run(ids.failed), "without a yes nothing goes");
  mock.answers.push("Delete");
  await mock.run("headrace.purgeFailedRuns");
  assert.equal(reader.run(ids.failed), null);
  assert.ok(reader.run(ids.done));
  await mock.run("headrace.purgeFailedRuns");
  assert.equal(last(), "No run failed, was cancelled or interrupted: there is nothing to purge.");
});
