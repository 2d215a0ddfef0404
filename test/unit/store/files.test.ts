import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { nodeFiles, type FileLayer } from "../../../src/store/files";
import { openStore, type OpenedStore } from "../../../src/store/open";
import { foldersOf } from "../../../src/store/layout";
import { fileSystemOf, placeWarning } from "../../../src/store/places";
import { addVersion, artifactCreated, commit, temporaryFolder } from "./support";

/** A store whose file layer can be told to fail. */
async function fragile(t: TestContext): Promise<{
  store: OpenedStore;
  folder: string;
  files: { -readonly [K in keyof FileLayer]: FileLayer[K] };
}> {
  const folder = temporaryFolder(t);
  const files = { ...nodeFiles };
  const store = await openStore({ folder, files, lockTimeoutMs: 500 });
  t.after(() => store.close());
  await commit(store, artifactCreated("data", "a1"));
  return { store, folder, files };
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

test("a full disk is said in words; what was refused is not there; it goes on when there is space", async (t) => {
  const { store, files } = await fragile(t);
  const { write } = files;
  files.write = (fd, bytes) => {
    if (Buffer.from(bytes).includes("artifactVersion.created")) {
      write(fd, bytes.subarray(0, bytes.length - 20));
      throw failure("ENOSPC");
    }
    write(fd, bytes);
  };
  const refused = await Promise.allSettled([addVersion(store, "a1"), addVersion(store, "a1")]);
  for (const outcome of refused) {
    assert.equal(outcome.status, "rejected");
    assert.match(String(outcome.reason), /could not write to the store: the disk is full/);
    assert.equal((outcome.reason as { code: string }).code, "disk-full");
  }
  assert.equal(store.reader.artifact("a1")?.versions, 0);
  assert.equal(store.readOnly, null);
  files.write = write;
  assert.equal(await addVersion(store, "a1"), 1);
});

test("after a sync that failed nothing more is written until the store is opened again", async (t) => {
  const { store, folder, files } = await fragile(t);
  files.sync = () => Promise.reject(failure("EIO"));
  await assert.rejects(addVersion(store, "a1"), /EIO/);
  files.sync = nodeFiles.sync;
  assert.match(store.readOnly ?? "", /What the disk holds now is unsure.*open the store again/);
  await assert.rejects(addVersion(store, "a1"), { code: "read-only" });
  const again = await openStore({ folder });
  assert.equal(again.reader.artifact("a1")?.versions, 0);
  assert.equal(await addVersion(again, "a1"), 1);
  await again.close();
});

test("a folder that may not be written opens to be read", { skip: process.getuid?.() === 0 }, async (t) => {
  const { folder } = await fragile(t);
  fs.chmodSync(path.join(folder, "store"), 0o500);
  const store = await openStore({ folder });
  assert.match(store.readOnly ?? "", /permission denied/);
  assert.notEqual(store.reader.artifact("data"), null);
  await store.close();
  fs.chmodSync(path.join(folder, "store"), 0o700);
});

test("permission that is missing later is said in words", async (t) => {
  const { store, folder, files } = await fragile(t);
  // The lock is kept for a moment, for what may follow.
  while (fs.existsSync(path.join(foldersOf(folder).store, "lock"))) await setTimeout(1);
  files.link = () => {
    throw failure("EACCES");
  };
  await assert.rejects(addVersion(store, "a1"), { code: "no-permission", message: /lock the store/ });
  files.link = nodeFiles.link;
  assert.equal(await addVersion(store, "a1"), 1);
});

test("synced and network folders are recognised", () => {
  assert.match(placeWarning("/home/me/OneDrive - Work/project/.headrace") ?? "", /inside OneDrive/);
  assert.match(placeWarning("/Users/me/Library/Mobile Documents/x") ?? "", /iCloud Drive/);
  assert.equal(placeWarning("/home/me/dropboxes/project"), null);
  const mounts = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "40 22 0:40 / /home/me/share rw - nfs4 server:/x rw",
    "41 22 0:41 / /mnt/my\\040disk rw - fuse.sshfs me@host: rw",
  ].join("\n");
  assert.equal(fileSystemOf("/home/me/share/project", mounts), "nfs4");
  assert.equal(fileSystemOf("/home/me/shared", mounts), "ext4");
  assert.equal(fileSystemOf("/mnt/my disk/a", mounts), "fuse.sshfs");
});
