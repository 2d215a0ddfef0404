/** What can happen to a store. Each scenario makes one of its own, harms it, and checks what must still be true. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { compactStore, rebuildStore } from "../../src/store/maintenance";
import { openStore } from "../../src/store/open";
import { addVersion, artifactCreated, commit } from "../unit/store/support";
import { faultyFiles, operations, type Fault } from "./faultyFiles";
import { ARTIFACT, assertNothingLost, makeStore, startWriter, versionsIn } from "./harness";
import type { Random } from "./random";
import type { Plan } from "./writer";

export type Scenario = (random: Random) => Promise<void>;

const planOf = (folder: string, more: Partial<Plan> = {}): Plan => ({
  ...{ folder, artifactId: ARTIFACT, commits: 12, together: 1, fault: null, close: true, clockYears: 0 },
  ...more,
});

async function withStore(versions: number, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await makeStore(versions);
  await work(folder);
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Killed at a named point of the file layer: in the lock, the append, the sync, the snapshot. */
const killedAtAPoint: Scenario = (random) =>
  withStore(random.pick([0, 45, 70]), async (folder) => {
    const fault: Fault = {
      operation: random.pick(operations),
      call: 1 + random.below(30),
      when: random.pick(["before", "half", "after"]),
      effect: "kill",
    };
    const writer = await startWriter(planOf(folder, { fault, together: random.pick([1, 3]) }));
    await writer.ended;
    await assertNothingLost(folder, writer.done);
  });

/** Killed from outside, whenever that is. */
const killedAnywhere: Scenario = (random) =>
  withStore(random.pick([0, 60]), async (folder) => {
    const writer = await startWriter(planOf(folder, { commits: 1000, together: random.pick([1, 4]) }));
    await writer.says(/^done /, 1 + random.below(20));
    writer.process.kill("SIGKILL");
    await writer.ended;
    await assertNothingLost(folder, writer.done);
  });

/** The disk refuses once: what was refused is not there, what was accepted is, and it goes on. */
const refusedByTheDisk: Scenario = (random) =>
  withStore(random.pick([0, 30]), async (folder) => {
    const before = (await versionsIn(folder)).length;
    const fault: Fault = {
      operation: random.pick(operations),
      call: 1 + random.below(25),
      when: random.pick(["before", "half", "after"]),
      effect: random.pick(["ENOSPC", "EIO", "EACCES"]),
    };
    const reported = Array.from({ length: before }, (_, index) => index + 1);
    const store = await openStore({ folder, files: faultyFiles(fault), lockTimeoutMs: 500 }).catch(
      () => null,
    );
    const together = random.pick([1, 3]);
    for (let index = 0; store !== null && index < 4; index += 1) {
      const asked = Array.from({ length: together }, () => addVersion(store, ARTIFACT));
      for (const outcome of await Promise.allSettled(asked)) {
        if (outcome.status === "fulfilled") reported.push(outcome.value);
      }
      assert.equal(store.reader.artifact(ARTIFACT)?.versions, reported.length, "a refused commit is visible");
    }
    await store?.close();
    assert.ok((await versionsIn(folder)).length <= reported.length + together, "refused commits came back");
    fs.rmSync(path.join(folder, "store", "lock"), { force: true });
    await assertNothingLost(folder, reported);
  });

/** A file of the store lost its end. The last transactions are gone, or the store says so; nothing else is. */
const truncated: Scenario = (random) =>
  withStore(random.pick([10, 60]), async (folder) => {
    const all = await versionsIn(folder);
    const file = random.pick(storeFiles(folder));
    fs.truncateSync(file, random.below(fs.statSync(file).size));
    await assertPrefixAndRepair(folder, all);
  });

/** One bit of one file is another. */
const flipped: Scenario = (random) =>
  withStore(random.pick([10, 60]), async (folder) => {
    const all = await versionsIn(folder);
    const file = random.pick(storeFiles(folder));
    const bytes = fs.readFileSync(file);
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    fs.writeFileSync(file, bytes);
    await assertPrefixAndRepair(folder, all);
  });

function storeFiles(folder: string): readonly string[] {
  const inside = path.join(folder, "store");
  return fs.readdirSync(inside).map((name) => path.join(inside, name));
}

/** Harm from outside may take what it hit. What is shown is a true past; after a rebuild the store is whole and goes on. */
async function assertPrefixAndRepair(folder: string, all: readonly number[]): Promise<void> {
  const shown = await versionsIn(folder);
  assert.deepEqual(shown, all.slice(0, shown.length));
  const store = await openStore({ folder });
  if (store.readOnly === null) {
    assert.ok(shown.length >= all.length - 1 || fs.readdirSync(path.join(folder, "store")).length < 4);
  } else {
    assert.match(store.readOnly, /journal-\d+\.ndjson, line \d+/);
    const { lost } = await rebuildStore(store);
    // Without the artifact's own record, the first one, none of its versions can be had.
    assert.ok(lost.length <= 1 || lost[0] === 1, `the rebuild lost ${lost.join(", ")}`);
    assert.equal(store.readOnly, null);
  }
  if (store.reader.artifact(ARTIFACT) === null) await commit(store, artifactCreated("data", ARTIFACT));
  assert.ok((await addVersion(store, ARTIFACT)) >= 1);
  await store.close();
  const after = await versionsIn(folder);
  assert.equal(new Set(after).size, after.length);
}

/** Several processes at once: no number lost or given twice. */
const severalWriters: Scenario = (random) =>
  withStore(0, async (folder) => {
    const together = random.pick([1, 2]);
    const plans = Array.from({ length: 8 }, () => planOf(folder, { commits: 6, together }));
    const writers = await Promise.all(plans.map(startWriter));
    await Promise.all(writers.map((writer) => writer.ended));
    const numbers = writers.flatMap((writer) => writer.done).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 48 }, (_, index) => index + 1),
    );
    await assertNothingLost(folder, numbers);
  });

/** A stopped owner lives: its lock is waited for, never taken. */
const stoppedOwner: Scenario = (random) =>
  withStore(0, async (folder) => {
    const fault: Fault = { operation: "sync", call: 1 + random.below(3), when: "before", effect: "stop" };
    const writer = await startWriter(planOf(folder, { fault }));
    await writer.says(/^fault$/);
    const store = await openStore({ folder, lockTimeoutMs: 200 });
    await assert.rejects(addVersion(store, ARTIFACT), {
      code: "busy",
      message: new RegExp(`process ${writer.process.pid ?? 0} `),
    });
    writer.process.kill("SIGCONT");
    await writer.ended;
    assert.equal(await addVersion(store, ARTIFACT), 13);
    await store.close();
    await assertNothingLost(folder, writer.done);
  });

/** A dead owner's lock, and many that want it: one gets it, then the next. */
const deadOwner: Scenario = () =>
  withStore(0, async (folder) => {
    const fault: Fault = { operation: "sync", call: 2, when: "after", effect: "kill" };
    const dead = await startWriter(planOf(folder, { fault }));
    await dead.ended;
    assert.ok(fs.existsSync(path.join(folder, "store", "lock")));
    const stores = await Promise.all(
      Array.from({ length: 6 }, () => openStore({ folder, lockTimeoutMs: 20_000 })),
    );
    const numbers = await Promise.all(stores.map((store) => addVersion(store, ARTIFACT)));
    assert.equal(new Set(numbers).size, numbers.length);
    for (const store of stores) await store.close();
    assert.deepEqual(
      fs.readdirSync(path.join(folder, "store")).filter((name) => name.startsWith("lock")),
      [],
    );
    await assertNothingLost(folder, [...dead.done, ...numbers]);
  });

/** Compacted again and again while others write: a closed journal goes, and nothing that was in it. */
const compactedMeanwhile: Scenario = (random) =>
  withStore(random.pick([0, 60]), async (folder) => {
    const before = (await versionsIn(folder)).length;
    const store = await openStore({ folder, lockTimeoutMs: 60_000 });
    const plan = planOf(folder, { commits: 20, together: random.pick([1, 4]) });
    const writers = await Promise.all([plan, plan, plan].map(startWriter));
    let writing = true;
    const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => (writing = false));
    while (writing) await compactStore(store);
    await ended;
    assert.equal(store.reader.artifact(ARTIFACT)?.versions, before + 60);
    await store.close();
    await assertNothingLost(
      folder,
      writers.flatMap((writer) => writer.done),
    );
  });

/** A writer whose clock is years off, and jumps: order is that of the journal, locks are those of living processes. */
const clockJumps: Scenario = (random) =>
  withStore(random.pick([0, 30]), async (folder) => {
    const plans = [-1, 0, 1].map((years) => planOf(folder, { commits: 8, clockYears: years }));
    const writers = await Promise.all(plans.map(startWriter));
    await Promise.all(writers.map((writer) => writer.ended));
    await assertNothingLost(
      folder,
      writers.flatMap((writer) => writer.done),
    );
  });

/** How often each is drawn. */
const weights: readonly (readonly [string, Scenario, number])[] = [
  ["killed at a point", killedAtAPoint, 8],
  ["killed anywhere", killedAnywhere, 3],
  ["refused by the disk", refusedByTheDisk, 12],
  ["truncated", truncated, 6],
  ["flipped", flipped, 8],
  ["several writers", severalWriters, 1],
  ["stopped owner", stoppedOwner, 1],
  ["dead owner", deadOwner, 1],
  ["compacted meanwhile", compactedMeanwhile, 1],
  ["clock jumps", clockJumps, 1],
];
const drawn = weights.flatMap(([name, scenario, weight]) =>
  Array.from({ length: weight }, () => ({ name, scenario })),
);

export function drawScenario(random: Random): { readonly name: string; readonly scenario: Scenario } {
  return random.pick(drawn);
}
