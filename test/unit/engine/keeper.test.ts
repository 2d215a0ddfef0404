import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import type { FileTexts } from "../../../src/core/manifest";
import { decideIn } from "../../../src/engine/context";
import { Keeper } from "../../../src/engine/keeper";
import { storedPayloads } from "../../../src/engine/storedPayloads";
import { checkStore, compactStore } from "../../../src/store/maintenance";
import { openStore, type OpenedStore } from "../../../src/store/open";
import { texts } from "../store/shelf";
import { temporaryFolder } from "../store/support";

/** One process: its store, and what keeps payloads. Closing it is what a crash does, unless the keeper is closed first. */
async function processIn(t: TestContext, folder: string) {
  const store = await openStore({ folder });
  t.after(() => store.close());
  const payloads = storedPayloads(store);
  const warnings: string[] = [];
  const keeper = new Keeper(store, payloads.held, (message) => warnings.push(message));
  const hold = async (value: unknown): Promise<{ digest: string; content: FileTexts }> => {
    const made = texts(payloads, { "data.json": JSON.stringify(value) });
    const placed = await payloads.place(payloads.prepare(), made.digest, made.content);
    await decideIn(
      store,
      (draft) => draft.keeps(placed),
      () => keeper.later(),
    );
    return made;
  };
  return { store, payloads, keeper, warnings, hold };
}

const isSealed = (folder: string): boolean =>
  (fs.statSync(path.join(folder, "manifest.json")).mode & 0o222) === 0;

/** Resolves once no payload is held any more. */
function allKept(store: OpenedStore): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (store.reader.heldPayloads().length > 0) return;
      subscription.dispose();
      resolve();
    };
    const subscription = store.onChange(look);
    look();
  });
}

test("what is held gets its folder when nothing else goes on", async (t) => {
  const { store, payloads, keeper, hold } = await processIn(t, temporaryFolder(t));
  const { digest } = await hold(1);
  assert.deepEqual(store.reader.heldPayloads(), [digest]);
  assert.equal(payloads.locate(digest), null);
  await allKept(store);
  assert.ok(isSealed(payloads.folderOf(digest)));
  await keeper.close();
  assert.equal(payloads.held.size, 0);
});

test("much of it gets folders also while more is recorded", async (t) => {
  const { payloads, keeper, hold } = await processIn(t, temporaryFolder(t));
  const made: string[] = [];
  for (let i = 0; i < 300; i += 1) made.push((await hold([i, "x".repeat(15_000)])).digest);
  assert.ok(payloads.held.size < 300 * 15_000, "some are kept");
  await keeper.close();
  assert.equal(payloads.held.size, 0);
  for (const digest of made) assert.ok(isSealed(payloads.folderOf(digest)));
});

test("after a crash, what was held is there at once, whole, and durable before the end", async (t) => {
  const folder = temporaryFolder(t);
  const before = await processIn(t, folder);
  const [half, whole] = [await before.hold("half"), await before.hold("whole")];
  await before.store.close();
  fs.mkdirSync(before.payloads.folderOf(half.digest), { recursive: true });
  fs.writeFileSync(path.join(before.payloads.folderOf(half.digest), "manifest.json"), "");

  const { store, payloads, keeper, warnings } = await processIn(t, folder);
  await keeper.recover();
  for (const { digest, content } of [half, whole]) {
    const file = path.join(payloads.folderOf(digest), "data.json");
    assert.equal(fs.readFileSync(file, "utf8"), content["data.json"]);
  }
  await keeper.close();
  assert.deepEqual(store.reader.heldPayloads(), []);
  for (const { digest } of [half, whole]) assert.ok(isSealed(payloads.folderOf(digest)));
  assert.deepEqual(warnings, []);
});

test("another process finds the files of what this one holds", async (t) => {
  const folder = temporaryFolder(t);
  const [one, other] = [await processIn(t, folder), await processIn(t, folder)];
  const { digest, content } = await one.hold(1);
  await decideIn(other.store, () => undefined);
  assert.deepEqual(other.payloads.textsOf(other.payloads.folderOf(digest)), content);
  other.payloads.appear(other.payloads.folderOf(digest));
  assert.deepEqual(fs.readdirSync(other.payloads.folderOf(digest)).sort(), ["data.json", "manifest.json"]);
  await one.keeper.close();
  assert.deepEqual(one.store.reader.heldPayloads(), []);
});

test("what can't be written stays in the journal, is told, is no problem of the store, and is tried again", async (t) => {
  const { store, payloads, keeper, warnings, hold } = await processIn(t, temporaryFolder(t));
  const { artifacts } = store.folders;
  const { digest } = await hold(1);
  fs.rmdirSync(artifacts);
  fs.writeFileSync(artifacts, "no folder");
  await keeper.close();
  assert.match(warnings.join(), /store a payload in .*artifacts/);
  assert.deepEqual(store.reader.heldPayloads(), [digest]);
  assert.deepEqual((await checkStore(store, payloads)).problems, []);
  fs.rmSync(artifacts);
  fs.mkdirSync(artifacts);
  await keeper.close();
  assert.deepEqual(store.reader.heldPayloads(), []);
});

test("compacting drops from the journal what has a folder, and nothing else", async (t) => {
  const { store, payloads, keeper, hold } = await processIn(t, temporaryFolder(t));
  const kept = await hold("kept ".repeat(1000));
  await keeper.close();
  const held = await hold("held ".repeat(1000));
  await compactStore(store);
  assert.deepEqual((await checkStore(store, payloads)).problems, []);
  const [closed] = fs.readdirSync(store.folders.store).filter((name) => name.endsWith(".gz"));
  const { gunzipSync } = await import("node:zlib");
  const journal = gunzipSync(fs.readFileSync(path.join(store.folders.store, closed!))).toString();
  assert.ok(!journal.includes("kept kept"));
  assert.ok(journal.includes("held held"));
  assert.ok(journal.includes(kept.digest), "that it was kept is told");
  assert.deepEqual(payloads.textsOf(payloads.folderOf(held.digest)), held.content);
});
