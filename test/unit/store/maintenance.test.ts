import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import {
  checkStore,
  cleanStore,
  compactStore,
  rebuildStore,
  type PayloadShelf,
} from "../../../src/store/maintenance";
import { openStore, type OpenedStore } from "../../../src/store/open";
import {
  addVersion,
  artifactCreated,
  commit,
  digest,
  journalFile,
  namesIn,
  stateOf,
  temporaryFolder,
} from "./support";

const sound: PayloadShelf = {
  verify: () => Promise.resolve([]),
  unreferenced: () => Promise.resolve([]),
  remove: () => Promise.resolve(),
};

async function storeWith(t: TestContext, versions: number): Promise<{ folder: string; store: OpenedStore }> {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  await commit(store, artifactCreated("data", "a1"));
  for (let index = 0; index < versions; index += 1) await addVersion(store, "a1");
  return { folder, store };
}

function damageLine(folder: string, line: number): void {
  const lines = fs.readFileSync(journalFile(folder), "utf8").split("\n");
  lines[line - 1] = (lines[line - 1] ?? "").replace("numpy", "mumpy");
  fs.writeFileSync(journalFile(folder), lines.join("\n"));
}

test("a sound store has no problems", async (t) => {
  const { folder, store } = await storeWith(t, 60);
  await store.close();
  const again = await openStore({ folder });
  assert.deepEqual(await checkStore(again, sound), {
    ...{ problems: [], notes: [], transactions: 61, segments: 1, snapshots: 1, payloads: 1 },
  });
  await again.close();
});

test("the check finds damage that a snapshot hides, and broken payloads", async (t) => {
  const { folder, store } = await storeWith(t, 60);
  await store.close();
  damageLine(folder, 20);
  const again = await openStore({ folder });
  assert.equal(again.readOnly, null);
  const broken = { ...sound, verify: () => Promise.resolve(["its folder is missing"]) };
  const { problems } = await checkStore(again, broken);
  assert.equal(problems.length, 2);
  assert.match(problems[0] ?? "", /journal-1\.ndjson, line 20/);
  assert.equal(problems[1], `Payload ${digest()}: its folder is missing.`);
  await again.close();
});

test("compacting forgets nothing, and what others wrote before and write after is kept", async (t) => {
  const { folder, store } = await storeWith(t, 5);
  const other = await openStore({ folder });
  await addVersion(other, "a1");
  const before = stateOf(other);
  const report = await compactStore(store);
  assert.ok(report.bytesBefore > 0 && report.bytesAfter > 0);
  assert.equal(stateOf(store), before);
  assert.deepEqual(namesIn(folder, /^journal/), ["journal-1.ndjson.gz", "journal-8.ndjson"]);
  assert.equal(await addVersion(other, "a1"), 7);
  assert.equal(await addVersion(store, "a1"), 8);
  for (const name of namesIn(folder, /^snapshot/)) fs.rmSync(path.join(folder, "store", name));
  const again = await openStore({ folder });
  assert.equal(stateOf(again), stateOf(store));
  assert.deepEqual((await checkStore(again, sound)).problems, []);
  for (const each of [store, other, again]) await each.close();
});

test("rebuilding a damaged journal loses the damaged transaction and nothing else", async (t) => {
  const { folder, store } = await storeWith(t, 5);
  await store.close();
  damageLine(folder, 4);
  const again = await openStore({ folder });
  assert.notEqual(again.readOnly, null);
  assert.deepEqual(await rebuildStore(again), { transactions: 6, lost: [3], base: null });
  assert.equal(again.readOnly, null);
  assert.deepEqual(
    again.reader.artifactVersions("a1").items.map(({ version }) => version),
    ["5", "4", "3", "1"],
  );
  assert.equal(await addVersion(again, "a1"), 6);
  const report = await checkStore(again, sound);
  assert.deepEqual(report.problems, []);
  assert.match(report.notes.join(), /1 transaction\(s\) were lost/);
  assert.equal(namesIn(folder, /\.damaged$/).length, 1);
  await again.close();
});

test("rebuilding loses nothing that a snapshot still holds", async (t) => {
  const { folder, store } = await storeWith(t, 60);
  const state = stateOf(store);
  await store.close();
  damageLine(folder, 4);
  const again = await openStore({ folder });
  assert.deepEqual(await rebuildStore(again), { transactions: 61, lost: [], base: 61 });
  assert.equal(stateOf(again), state);
  assert.equal(await addVersion(again, "a1"), 61);
  await again.close();
});

test("rebuilding a store without damage makes the same state from the journal alone", async (t) => {
  const { folder, store } = await storeWith(t, 60);
  const state = stateOf(store);
  await store.close();
  const again = await openStore({ folder });
  assert.deepEqual(await rebuildStore(again), { transactions: 61, lost: [], base: null });
  assert.equal(stateOf(again), state);
  await again.close();
});

test("cleaning asks first, removes what nothing refers to, and refuses while the store is damaged", async (t) => {
  const { folder, store } = await storeWith(t, 5);
  const removed: string[] = [];
  const shelf: PayloadShelf = {
    ...sound,
    unreferenced: (isReferenced) =>
      Promise.resolve(
        [digest("a"), digest("b")]
          .filter((each) => !isReferenced(each))
          .map((each) => ({ digest: each, folder: "", bytes: 7 })),
      ),
    remove: (each) => Promise.resolve(void removed.push(each)),
  };
  const found = { payloads: [{ digest: digest("b"), bytes: 7 }], bytes: 7 };
  assert.deepEqual(await cleanStore(store, shelf, { dryRun: true }), { ...found, removed: false });
  assert.deepEqual(removed, []);
  assert.deepEqual(await cleanStore(store, shelf, { dryRun: false }), { ...found, removed: true });
  assert.deepEqual(removed, [digest("b")]);
  await store.close();
  damageLine(folder, 4);
  const damaged = await openStore({ folder });
  await assert.rejects(cleanStore(damaged, shelf, { dryRun: true }), { code: "read-only" });
  await damaged.close();
});
