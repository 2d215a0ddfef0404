/** A disk that is really full: a small file system in memory, where the machine lets us mount one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { HeadraceError } from "../../src/core/errors";
import { openStore, type OpenedStore } from "../../src/store/open";
import { addVersion, artifactCreated, commit } from "../unit/store/support";
import { ARTIFACT, assertNothingLost } from "./harness";

const disk = fs.mkdtempSync(path.join(os.tmpdir(), "headrace-disk-"));
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
const ballast = path.join(disk, "ballast");

before(() => {
  if (isMounted) fs.writeFileSync(ballast, Buffer.alloc(512 << 10));
});
after(() => {
  if (isMounted) spawnSync("umount", [disk]);
  fs.rmSync(disk, { recursive: true, force: true });
});

async function fill(store: OpenedStore, done: number[]): Promise<unknown> {
  for (;;) {
    try {
      done.push(await addVersion(store, ARTIFACT));
    } catch (error) {
      return error;
    }
  }
}

test(
  "a full disk refuses the next commit and nothing else",
  { skip: !isMounted && "no right to mount" },
  async () => {
    const folder = path.join(disk, "store");
    const store = await openStore({ folder });
    await commit(store, artifactCreated("data", ARTIFACT));
    const done: number[] = [];
    const refusal = await fill(store, done);
    assert.ok(HeadraceError.is(refusal, "disk-full"), String(refusal));
    assert.ok(done.length > 100, `${done.length} commits were made before`);
    assert.equal(store.reader.artifact(ARTIFACT)?.versions, done.length, "a refused commit is visible");
    // Full as it is, the store opens and shows everything.
    const looking = await openStore({ folder, readOnly: "only looking" });
    assert.equal(looking.reader.artifact(ARTIFACT)?.versions, done.length);
    await looking.close();
    fs.rmSync(ballast);
    done.push(await addVersion(store, ARTIFACT));
    await store.close();
    await assertNothingLost(folder, done);
  },
);
