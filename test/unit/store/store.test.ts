import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Change } from "../../../src/core/events";
import { HeadraceError } from "../../../src/core/errors";
import { deferred } from "../../../src/core/deferred";
import { openStore } from "../../../src/store/open";
import type { Store } from "../../../src/store/writer";
import {
  addVersion,
  artifactCreated,
  commit,
  journalFile,
  namesIn,
  stateOf,
  temporaryFolder,
} from "./support";

test("a new store has its folders and keeps itself out of version control", async (t) => {
  const folder = path.join(temporaryFolder(t), "work space", ".headrace");
  const store = await openStore({ folder });
  assert.deepEqual(fs.readdirSync(folder).sort(), [".gitignore", "artifacts", "logs", "store", "tmp"]);
  assert.equal(fs.readFileSync(path.join(folder, ".gitignore"), "utf8"), "*\n");
  assert.equal(store.readOnly, null);
  assert.equal(store.reader.seq, 0);
  await store.close();
});

test("what was committed is there after opening again, without a close", async (t) => {
  const folder = temporaryFolder(t);
  const first = await openStore({ folder });
  await commit(first, artifactCreated("data", "a1"));
  assert.equal(await addVersion(first, "a1"), 1);
  assert.equal(await addVersion(first, "a1"), 2);
  const second = await openStore({ folder });
  assert.equal(stateOf(second), stateOf(first));
  assert.equal(second.reader.artifact("data")?.versions, 2);
  await first.close();
  await second.close();
});

test("decisions that are queued together see each other and share one line group", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  await commit(store, artifactCreated("data", "a1"));
  const numbers = await Promise.all(Array.from({ length: 20 }, () => addVersion(store, "a1")));
  assert.deepEqual(
    numbers,
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  const groups = fs.readFileSync(journalFile(folder), "utf8").trimEnd().split("\n").slice(1);
  const last = groups.slice(1).map((line) => (JSON.parse(line) as { group: number }).group);
  assert.deepEqual(new Set(last), new Set([2]));
  await store.close();
});

test("a decision that throws changes nothing and hurts no other", async (t) => {
  const store = await openStore({ folder: temporaryFolder(t) });
  await commit(store, artifactCreated("data", "a1"));
  const refused = store.transact(() => {
    throw new HeadraceError("conflict", "no");
  });
  const [outcome, number] = await Promise.allSettled([refused, addVersion(store, "a1")]);
  assert.equal(outcome.status, "rejected");
  assert.deepEqual(number, { status: "fulfilled", value: 1 });
  assert.equal(store.reader.seq, 2);
  await store.close();
});

test("what a decision begins goes on while the disk is waited for; what it needs comes first", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  const needed = deferred<undefined>();
  const decided = deferred<undefined>();
  let told = false;
  const committed = store
    .transact(() => ({
      events: [artifactCreated("data", "a1")],
      result: undefined,
      after: needed.promise,
      decided: () => decided.resolve(undefined),
    }))
    .then(() => (told = true));
  await decided.promise;
  assert.equal(namesIn(folder, /^journal/).length, 0, "nothing is written before what it needs");
  assert.equal(store.reader.artifact("data"), null, "nothing is visible before it is durable");
  assert.equal(told, false);
  needed.resolve(undefined);
  await committed;
  assert.equal(store.reader.artifact("data")?.id, "a1");
  const failed = store.transact(() => ({
    events: [artifactCreated("more", "a2")],
    result: undefined,
    after: Promise.reject(new HeadraceError("disk-full", "no")),
  }));
  await assert.rejects(failed, { code: "disk-full" });
  assert.equal(store.reader.artifact("more"), null);
  assert.equal(await addVersion(store, "a1"), 1);
  await store.close();
});

/** Decides on an artifact that can't be written before `needed`. */
function heldBack(store: Store, name: string, needed: Promise<unknown>): Promise<undefined> {
  return store.transact(() => ({ events: [artifactCreated(name)], result: undefined, after: needed }));
}

/** Decides on an artifact, and says what it saw of the one that was decided before. */
function onTopOf(store: Store, before: string, name: string, needed: Promise<unknown> = Promise.resolve()) {
  const decided = deferred<boolean>();
  const committed = store.transact((reader) => {
    const isSeen = reader.artifact(before) !== null;
    const events = [artifactCreated(name)];
    return { events, result: undefined, after: needed, decided: () => decided.resolve(isSeen) };
  });
  return { decided: decided.promise, committed };
}

test("what is asked for while the disk is waited for is decided on top, and seen by no one before its time", async (t) => {
  const store = await openStore({ folder: temporaryFolder(t) });
  const needed = deferred<undefined>();
  const first = heldBack(store, "first", needed.promise);
  const second = onTopOf(store, "first", "second");
  assert.equal(await second.decided, true);
  // Reading between decisions must neither see them nor lose them.
  assert.equal(store.reader.artifact("first"), null);
  const third = onTopOf(store, "second", "third");
  assert.equal(await third.decided, true);
  assert.equal(store.reader.seq, 0);
  needed.resolve(undefined);
  await first;
  await Promise.all([second.committed, third.committed]);
  assert.equal(store.reader.seq, 3);
  assert.notEqual(store.reader.artifact("third"), null);
  await store.close();
});

test("of decisions on top of each other, those that are durable are seen, and no others", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  const [disk, later] = [deferred<undefined>(), deferred<undefined>()];
  const first = onTopOf(store, "nothing", "first", disk.promise);
  assert.equal(await first.decided, false);
  // Its writing begins in the next turn; what is decided until then would be written with it.
  await setImmediate();
  const second = onTopOf(store, "first", "second", later.promise);
  const third = onTopOf(store, "second", "third");
  assert.equal(await third.decided, true);
  disk.resolve(undefined);
  await first.committed;
  const fourth = onTopOf(store, "third", "fourth");
  assert.equal(await fourth.decided, true);
  assert.equal(store.reader.seq, 1);
  assert.deepEqual(
    ["first", "second", "third", "fourth"].map((name) => store.reader.artifact(name) !== null),
    [true, false, false, false],
  );
  const fifth = onTopOf(store, "fourth", "fifth");
  assert.equal(await fifth.decided, true);
  later.resolve(undefined);
  await Promise.all([second, third, fourth, fifth].map(({ committed }) => committed));
  assert.equal(store.reader.seq, 5);
  const again = await openStore({ folder });
  assert.equal(stateOf(again), stateOf(store));
  await store.close();
  await again.close();
});

test("what was decided on top of something that can't be written fails with it, and leaves nothing", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  const needed = deferred<undefined>();
  const first = heldBack(store, "first", needed.promise);
  const second = onTopOf(store, "first", "second");
  assert.equal(await second.decided, true);
  needed.reject(new HeadraceError("disk-full", "no"));
  for (const lost of [first, second.committed]) await assert.rejects(lost, { code: "disk-full" });
  const third = onTopOf(store, "first", "third");
  assert.equal(await third.decided, false);
  await third.committed;
  assert.equal(store.reader.seq, 1);
  const again = await openStore({ folder });
  assert.equal(stateOf(again), stateOf(store));
  await store.close();
  await again.close();
});

test("events that can't be applied are refused before they reach the journal", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  await commit(store, artifactCreated("data"));
  const size = fs.statSync(journalFile(folder)).size;
  await assert.rejects(commit(store, artifactCreated("data")), /UNIQUE/);
  assert.equal(fs.statSync(journalFile(folder)).size, size);
  await store.close();
});

test("what was decided after events that can't be applied stands, and follows those before them", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  const needed = deferred<undefined>();
  const first = heldBack(store, "first", needed.promise);
  const twice = onTopOf(store, "nothing", "first");
  const second = onTopOf(store, "first", "second");
  assert.equal(await second.decided, true);
  needed.resolve(undefined);
  await assert.rejects(twice.committed, /UNIQUE/);
  await Promise.all([first, second.committed]);
  const again = await openStore({ folder });
  assert.equal(again.reader.seq, 2);
  assert.equal(stateOf(again), stateOf(store));
  await store.close();
  await again.close();
});

test("nothing is visible before it is durable", async (t) => {
  const store = await openStore({ folder: temporaryFolder(t) });
  const pending = commit(store, artifactCreated("data"));
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(store.reader.artifact("data"), null);
  await pending;
  assert.notEqual(store.reader.artifact("data"), null);
  await store.close();
});

test("another store on the same folder is told, and the two agree", async (t) => {
  const folder = temporaryFolder(t);
  const [writer, watcher] = [await openStore({ folder }), await openStore({ folder })];
  const told = new Promise<Change>((resolve) => watcher.onChange(resolve));
  await commit(writer, artifactCreated("data", "a1"));
  assert.deepEqual(await told, { seq: 1, entities: [{ kind: "artifact", id: "a1" }] });
  assert.equal(stateOf(watcher), stateOf(writer));
  assert.equal(await addVersion(watcher, "a1"), 1);
  assert.equal(await addVersion(writer, "a1"), 2);
  await writer.close();
  await watcher.close();
});

test("closing writes a snapshot when replaying would take long, and opening uses it", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  await commit(store, artifactCreated("data", "a1"));
  await Promise.all(Array.from({ length: 80 }, () => addVersion(store, "a1")));
  const before = stateOf(store);
  await store.close();
  assert.match(namesIn(folder, /^snapshot/).join(), /^snapshot-81-[0-9a-f]{8}\.sqlite$/);
  const again = await openStore({ folder });
  assert.equal(stateOf(again), before);
  assert.equal(await addVersion(again, "a1"), 81);
  await again.close();
});

test("a listener that throws does not undo what was committed", async (t) => {
  const store = await openStore({ folder: temporaryFolder(t) });
  store.onChange(() => {
    throw new Error("broken view");
  });
  await commit(store, artifactCreated("data"));
  assert.equal(store.reader.seq, 1);
  assert.match(store.warnings.join(), /broken view/);
  await store.close();
});

test("a store that may only be read shows what there is and writes nothing, not even folders", async (t) => {
  const folder = temporaryFolder(t);
  const absent = await openStore({
    folder: path.join(folder, "none"),
    readOnly: "The workspace is not trusted.",
  });
  assert.equal(absent.reader.counts().runs, 0);
  await assert.rejects(commit(absent, artifactCreated("data")), {
    code: "read-only",
    message: /not trusted/,
  });
  await absent.close();
  assert.equal(fs.existsSync(path.join(folder, "none")), false);
});

test("a store that was deleted below an open window starts anew", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  await commit(store, artifactCreated("old"));
  for (const name of fs.readdirSync(path.join(folder, "store"))) fs.rmSync(path.join(folder, "store", name));
  await commit(store, artifactCreated("new", randomUUID()));
  assert.equal(store.reader.artifact("old"), null);
  assert.equal(store.reader.artifact("new")?.name, "new");
  await store.close();
});

test("queries read and do nothing else", async (t) => {
  const store = await openStore({ folder: temporaryFolder(t) });
  await commit(store, artifactCreated("data", "a1"));
  const hostile = "x' OR '1' = '1";
  assert.deepEqual(store.reader.query("SELECT id FROM artifact WHERE name = ?", ["data"]), [{ id: "a1" }]);
  assert.deepEqual(store.reader.query("SELECT id FROM artifact WHERE name = ?", [hostile]), []);
  for (const sql of [
    "DELETE FROM artifact",
    "ATTACH 'x' AS y",
    "PRAGMA query_only = 0",
    "; DELETE FROM tag",
  ]) {
    assert.throws(() => store.reader.query(sql), { code: "invalid" }, sql);
  }
  assert.throws(() => store.reader.query("WITH x AS (SELECT 1) DELETE FROM artifact"), /readonly/);
  store.reader.query("SELECT 1; DELETE FROM artifact");
  assert.equal(store.reader.artifact("data")?.id, "a1");
  await addVersion(store, "a1");
  await store.close();
});
