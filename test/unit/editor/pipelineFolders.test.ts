/** Folders that are worked on: a pipeline in sight is enough, and nothing else is. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { PipelineFolders } from "../../../src/editor/pipelineFolders";
import { createWorld, type World } from "../../mock/world";

const PIPELINE = "from zenml import pipeline\n\n@pipeline\ndef flow():\n    pass\n";
let world: World;

before(async () => {
  world = await createWorld();
});
after(() => world.close());

test("a folder is told of once, when a pipeline is found in it", async () => {
  const { mock, services, folder } = world;
  const { discovery, engines, log } = services;
  const folders = new PipelineFolders(mock.api, engines, discovery, log);
  const told: string[] = [];
  folders.onFound((found) => told.push(found));
  const read = (name: string, text: string): Promise<unknown> =>
    discovery.read({ file: path.join(folder, name), version: 1, text: () => text });
  await read("helpers.py", "def helper():\n    return 1\n");
  assert.deepEqual([told, folders.has(folder)], [[], false]);
  await read("flow.py", PIPELINE);
  await read("other.py", PIPELINE);
  assert.deepEqual([told, folders.has(folder)], [[folder], true]);
  assert.equal(engines.peek(folder), null, "the store is left alone");
  folders.dispose();
});
