import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { encodeLine } from "../../../src/store/journal";
import { openStore } from "../../../src/store/open";
import {
  addVersion,
  artifactCreated,
  commit,
  journalFile,
  namesIn,
  stateOf,
  temporaryFolder,
} from "./support";

/** A closed store with one artifact of some versions, each in a transaction of its own. */
async function storeWith(t: TestContext, versions: number): Promise<{ folder: string; state: string }> {
  const folder = temporaryFolder(t);
  const store = await openStore({ folder });
  await commit(store, artifactCreated("data", "a1"));
  for (let index = 0; index < versions; index += 1) await addVersion(store, "a1");
  const state = stateOf(store);
  await store.close();
  return { folder, state };
}

function lines(folder: string): string[] {
  return fs.readFileSync(journalFile(folder), "utf8").split("\n").slice(0, -1);
}

function flip(file: string, at: number): void {
  const bytes = fs.readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  fs.writeFileSync(file, bytes);
}

test("a record that was not written to its end is ignored by readers and cut by the next writer", async (t) => {
  const { folder, state } = await storeWith(t, 3);
  const whole = fs.readFileSync(journalFile(folder));
  fs.appendFileSync(journalFile(folder), '{"crc":"00000000","seq":5,"ti');
  const store = await openStore({ folder });
  assert.equal(store.readOnly, null);
  assert.equal(stateOf(store), state);
  assert.equal(await addVersion(store, "a1"), 4);
  assert.deepEqual(fs.readFileSync(journalFile(folder)).subarray(0, whole.length), whole);
  const again = await openStore({ folder });
  assert.equal(stateOf(again), stateOf(store));
  await store.close();
  await again.close();
});

test("of a group that a power loss left in pieces, nothing that was reported is lost", async (t) => {
  const { folder, state } = await storeWith(t, 2);
  const record = (seq: number): Buffer => encodeLine({ seq, time: 1, group: 4, events: [] });
  const torn = record(4);
  torn[30] = 0;
  fs.appendFileSync(journalFile(folder), Buffer.concat([torn, record(5), record(6)]));
  const store = await openStore({ folder });
  assert.equal(store.readOnly, null);
  assert.equal(stateOf(store), state);
  assert.equal(await addVersion(store, "a1"), 3);
  assert.equal(namesIn(folder, /\.cut-\d+$/).length, 1);
  assert.match(store.warnings.join(), /line 5: its checksum does not match/);
  await store.close();
});

test("damage in the middle opens read-only with file and line, and shows the state before it", async (t) => {
  const { folder } = await storeWith(t, 5);
  const damaged = lines(folder);
  damaged[3] = (damaged[3] ?? "").replace("numpy", "mumpy");
  fs.writeFileSync(journalFile(folder), `${damaged.join("\n")}\n`);
  const store = await openStore({ folder });
  assert.match(store.readOnly ?? "", /journal-1\.ndjson, line 4: its checksum does not match/);
  assert.match(store.readOnly ?? "", /headrace store rebuild/);
  assert.equal(store.reader.artifact("data")?.versions, 1);
  await assert.rejects(addVersion(store, "a1"), { code: "store-damaged" });
  await store.close();
  assert.deepEqual(lines(folder), damaged);
});

test("missing, doubled and unknown records are damage", async (t) => {
  const cases: readonly (readonly [RegExp, (all: string[]) => string[]])[] = [
    [/transaction 3 was expected, not 4/, (all) => all.filter((_, index) => index !== 3)],
    [/transaction 4 was expected, not 3/, (all) => [...all.slice(0, 4), ...all.slice(3)]],
    [
      /unknown event "future\.thing"/,
      (all) => [
        ...all.slice(0, 3),
        encodeLine({ seq: 3, time: 1, group: 3, events: [{ type: "future.thing" }] })
          .toString()
          .trim(),
        ...all.slice(4),
      ],
    ],
  ];
  for (const [message, change] of cases) {
    const { folder } = await storeWith(t, 5);
    fs.writeFileSync(journalFile(folder), `${change(lines(folder)).join("\n")}\n`);
    const store = await openStore({ folder });
    assert.match(store.readOnly ?? "", message);
    await store.close();
  }
});

test("a bad snapshot is set aside and the journal used", async (t) => {
  const { folder, state } = await storeWith(t, 60);
  const [name = ""] = namesIn(folder, /^snapshot/);
  flip(path.join(folder, "store", name), 5000);
  const store = await openStore({ folder });
  assert.equal(store.readOnly, null);
  assert.equal(stateOf(store), state);
  assert.deepEqual(namesIn(folder, /^snapshot/), [`${name}.bad`]);
  assert.match(store.warnings.join(), /its checksum does not match/);
  await store.close();
});

test("of two snapshots the newer bad one gives way to the older", async (t) => {
  const { folder } = await storeWith(t, 60);
  const second = await openStore({ folder });
  for (let index = 0; index < 60; index += 1) await addVersion(second, "a1");
  const state = stateOf(second);
  await second.close();
  const names = namesIn(folder, /^snapshot/);
  assert.equal(names.length, 2);
  fs.truncateSync(
    path.join(
      folder,
      "store",
      names.find((name) => name.includes("-121-"))!,
    ),
    4096,
  );
  const store = await openStore({ folder });
  assert.equal(stateOf(store), state);
  await store.close();
});

test("a journal that ends before its snapshot is damage, not a shorter history", async (t) => {
  const { folder } = await storeWith(t, 60);
  const size = fs.statSync(journalFile(folder)).size;
  fs.truncateSync(journalFile(folder), size - 100);
  const store = await openStore({ folder });
  assert.match(store.readOnly ?? "", /ends with transaction 60, but a snapshot holds 61/);
  assert.equal(store.reader.artifact("data")?.versions, 60);
  await store.close();
});

test("a newer store is refused and left as it is", async (t) => {
  const { folder } = await storeWith(t, 2);
  const [, ...records] = lines(folder);
  const newer = encodeLine({ journal: 99, first: 1 }).toString();
  fs.writeFileSync(journalFile(folder), `${newer}${records.join("\n")}\n`);
  const before = fs.readFileSync(journalFile(folder));
  await assert.rejects(openStore({ folder }), {
    code: "store-too-new",
    message: /newer version of Headrace/,
  });
  assert.deepEqual(fs.readFileSync(journalFile(folder)), before);
});

test("a snapshot with other tables than ours is not trusted", async (t) => {
  const { folder, state } = await storeWith(t, 60);
  const [name = ""] = namesIn(folder, /^snapshot/);
  const { default: initSqlJs } = await import("sql.js");
  const { crc32 } = await import("node:zlib");
  const engine = await initSqlJs();
  const database = new engine.Database(fs.readFileSync(path.join(folder, "store", name)));
  database.run("CREATE TRIGGER surprise AFTER INSERT ON artifact_version BEGIN DELETE FROM artifact; END");
  const bytes = database.export();
  fs.rmSync(path.join(folder, "store", name));
  const crc = crc32(bytes).toString(16).padStart(8, "0");
  fs.writeFileSync(path.join(folder, "store", `snapshot-61-${crc}.sqlite`), bytes);
  const store = await openStore({ folder });
  assert.match(store.warnings.join(), /its tables are not those of Headrace/);
  assert.equal(stateOf(store), state);
  await store.close();
});
