import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test, type TestContext } from "node:test";
import type { Payloads } from "../../../src/artifacts/payloads";
import { TextThread, type Kept } from "../../../src/artifacts/texts/thread";
import { shelf, texts } from "../store/shelf";
import { threadScript, type ThreadScript } from "./threadScript";

const owner = { pid: process.pid, name: "me" };
let script: ThreadScript;

before(async () => {
  script = await threadScript("texts");
});
after(() => script.remove());

/** Counts what the thread takes on. */
class CountingThread extends TextThread {
  taken = 0;

  override keep(...payload: Parameters<TextThread["keep"]>): Kept | null {
    const kept = super.keep(...payload);
    if (kept !== null) this.taken += 1;
    return kept;
  }
}

function withThread(t: TestContext, file = script.file) {
  const thread = new CountingThread(file);
  const place = shelf(t, owner, thread);
  t.after(() => place.payloads.dispose());
  return { thread, ...place };
}

let made = 0;

/** Places a payload that is new; answers its digest once it is durable. */
async function placeNew(payloads: Payloads): Promise<string> {
  made += 1;
  const { digest, content } = texts(payloads, { "data.json": String(made) });
  await (
    await payloads.place(payloads.prepare(), digest, content)
  ).durable;
  return digest;
}

async function placeUntilTaken(payloads: Payloads, thread: CountingThread): Promise<readonly string[]> {
  const digests: string[] = [];
  while (thread.taken === 0) digests.push(await placeNew(payloads));
  return digests;
}

test("a few payloads start no thread; of many, all are whole and sealed, whoever kept them", async (t) => {
  const { payloads, thread, tmp } = withThread(t);
  for (let i = 0; i < 5; i += 1) await placeNew(payloads);
  const taken = thread.taken;
  assert.equal(taken, 0);
  const digests = [...(await placeUntilTaken(payloads, thread))];
  for (let i = 0; i < 20; i += 1) digests.push(await placeNew(payloads));
  assert.ok(thread.taken > 20);
  for (const digest of digests) {
    assert.deepEqual(await payloads.verify(digest), []);
    const manifest = path.join(payloads.folderOf(digest), "manifest.json");
    assert.equal(fs.statSync(manifest).mode & 0o222, 0);
  }
  await payloads.dispose();
  assert.deepEqual(fs.readdirSync(tmp), []);
});

test("what the thread keeps is given to who asks for it before it is there, and waited for by others", async (t) => {
  const { payloads, thread } = withThread(t);
  await placeUntilTaken(payloads, thread);
  const { digest, content } = texts(payloads, { "data.json": '{"ä":1}' });
  const placed = await payloads.place(payloads.prepare(), digest, content);
  assert.deepEqual(payloads.arriving(placed.folder)?.content, content);
  await payloads.arriving(placed.folder)?.there;
  assert.equal(fs.readFileSync(path.join(placed.folder, "data.json"), "utf8"), '{"ä":1}');
  const again = await payloads.place(payloads.prepare(), digest, content);
  await Promise.all([placed.durable, again.durable]);
  assert.deepEqual(await payloads.verify(digest), []);
});

test("a payload that another process places in between is kept once", async (t) => {
  const { payloads, thread } = withThread(t);
  await placeUntilTaken(payloads, thread);
  const { digest, content } = texts(payloads, { "data.json": '"both"' });
  const placing = payloads.place(payloads.prepare(), digest, content);
  const target = payloads.folderOf(digest);
  fs.mkdirSync(target, { recursive: true });
  for (const [name, text] of Object.entries(content)) fs.writeFileSync(path.join(target, name), text);
  await (
    await placing
  ).durable;
  assert.deepEqual(await payloads.verify(digest), []);
});

test("a thread that ends, or can't begin, costs nothing but its help", async (t) => {
  const folder = path.dirname(script.file);
  const ending = path.join(folder, "ending.js");
  fs.writeFileSync(
    ending,
    'require("node:worker_threads").parentPort.once("message", () => process.exit(1));',
  );
  const failing = path.join(folder, "failing.js");
  fs.writeFileSync(failing, 'throw new Error("no");');
  for (const file of [ending, failing, path.join(folder, "missing.js")]) {
    const { payloads } = withThread(t, file);
    for (let i = 0; i < 60; i += 1) assert.deepEqual(await payloads.verify(await placeNew(payloads)), []);
  }
});

test("what the thread can't write is told to whoever needs it durable, and can be tried again", async (t) => {
  const { payloads, thread, artifacts } = withThread(t);
  await placeUntilTaken(payloads, thread);
  const { digest, content } = texts(payloads, { "data.json": '"late"' });
  const aside = `${artifacts}.aside`;
  fs.renameSync(artifacts, aside);
  fs.writeFileSync(artifacts, "no folder");
  const placed = await payloads.place(payloads.prepare(), digest, content);
  await assert.rejects(placed.durable, /store a payload in .*artifacts/);
  fs.rmSync(artifacts);
  fs.renameSync(aside, artifacts);
  await (
    await payloads.place(payloads.prepare(), digest, content)
  ).durable;
  assert.deepEqual(await payloads.verify(digest), []);
});
