import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { nodeFiles } from "../../../src/store/files";
import { StoreLock } from "../../../src/store/lock";
import { isGone, thisProcess } from "../../../src/store/processes";
import { temporaryFolder } from "./support";

const owner = (more: object): string =>
  JSON.stringify({ ...thisProcess(), token: "00000000-0000-4000-8000-000000000000", ...more });
const reused = { started: thisProcess().started.replace(/\d+$/, "1") };

test("the lock is one process's at a time and leaves nothing behind", async (t) => {
  const folder = temporaryFolder(t);
  const [first, second] = [new StoreLock(nodeFiles, folder), new StoreLock(nodeFiles, folder)];
  const release = await first.acquire(0);
  await assert.rejects(second.acquire(20), {
    code: "busy",
    message: new RegExp(`process ${process.pid} on `),
  });
  const waiting = second.acquire(5_000);
  release();
  (await waiting)();
  first.dispose();
  second.dispose();
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("of many takers of a dead owner's lock each gets it once, one after the other", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "lock"), owner(reused));
  let holders = 0;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const lock = new StoreLock(nodeFiles, folder);
      const release = await lock.acquire(10_000);
      holders += 1;
      assert.equal(holders, 1);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
      release();
      lock.dispose();
    }),
  );
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("a claim whose claimant died too is taken over", async (t) => {
  const folder = temporaryFolder(t);
  const dead = "11111111-1111-4111-8111-111111111111";
  fs.writeFileSync(path.join(folder, "lock"), owner({ ...reused, token: dead }));
  fs.writeFileSync(path.join(folder, `lock.claim-${dead}`), owner(reused));
  const lock = new StoreLock(nodeFiles, folder);
  (await lock.acquire(0))();
  lock.dispose();
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("a claim of a living process is respected", async (t) => {
  const folder = temporaryFolder(t);
  const dead = "11111111-1111-4111-8111-111111111111";
  fs.writeFileSync(path.join(folder, "lock"), owner({ ...reused, token: dead }));
  fs.writeFileSync(path.join(folder, `lock.claim-${dead}`), owner({}));
  await assert.rejects(new StoreLock(nodeFiles, folder).acquire(10), { code: "busy" });
  assert.ok(fs.existsSync(path.join(folder, "lock")));
});

test("a late claim on a lock that is gone leaves the new owner's lock alone", async (t) => {
  const folder = temporaryFolder(t);
  const holder = new StoreLock(nodeFiles, folder);
  const stale = owner(reused);
  fs.writeFileSync(path.join(folder, "lock"), stale);
  let release: (() => void) | undefined;
  // The taker has read the dead owner's lock; before it claims it, another one has taken over and holds it.
  const late = new StoreLock(
    {
      ...nodeFiles,
      link: (from, to) => {
        if (to.includes(".claim-") && release === undefined) {
          fs.rmSync(path.join(folder, "lock"));
          fs.writeFileSync(
            path.join(folder, "lock"),
            owner({ token: "22222222-2222-4222-8222-222222222222" }),
          );
          release = () => fs.rmSync(path.join(folder, "lock"));
        }
        nodeFiles.link(from, to);
      },
    },
    folder,
  );
  await assert.rejects(late.acquire(0), { code: "busy" });
  assert.match(fs.readFileSync(path.join(folder, "lock"), "utf8"), /22222222/);
  release?.();
  (await holder.acquire(0))();
});

test("a lock without content is a machine's crash, not an owner", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "lock"), "");
  const lock = new StoreLock(nodeFiles, folder);
  (await lock.acquire(0))();
  lock.dispose();
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("what a killed process left beside the lock is swept, what a living one keeps is not", async (t) => {
  const folder = temporaryFolder(t);
  const [living, late] = [new StoreLock(nodeFiles, folder), new StoreLock(nodeFiles, folder)];
  (await living.acquire(0))();
  const kept = fs.readdirSync(folder);
  fs.writeFileSync(path.join(folder, "lock.new-33333333-3333-4333-8333-333333333333"), owner(reused));
  (await late.acquire(0))();
  late.dispose();
  assert.deepEqual(fs.readdirSync(folder), kept);
  (await living.acquire(0))();
});

test("who has the lock gets it again after someone emptied the folder", async (t) => {
  const folder = temporaryFolder(t);
  const lock = new StoreLock(nodeFiles, folder);
  (await lock.acquire(0))();
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name));
  (await lock.acquire(0))();
});

test("who is gone and who may live", { skip: process.platform !== "linux" }, () => {
  const self = thisProcess();
  assert.equal(isGone(self), false);
  assert.equal(isGone({ ...self, ...reused }), true, "the number is another process's now");
  assert.equal(isGone({ ...self, pid: 0x3fffff }), true, "there is no such process");
  const [, boot = "", space = "", at = ""] = self.started.split(":");
  assert.equal(
    isGone({ ...self, started: `linux:other:${space}:${at}` }),
    true,
    "this machine was started anew",
  );
  assert.equal(
    isGone({ ...self, host: "x", started: `linux:other:${space}:${at}` }),
    false,
    "another machine",
  );
  assert.equal(isGone({ ...self, pid: 1, started: `linux:${boot}:1:${at}` }), false, "another container");
  assert.equal(isGone({ pid: 1, started: `win32:1`, host: os.hostname() }), false, "another system");
});
