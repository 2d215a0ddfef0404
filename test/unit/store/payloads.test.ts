import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { payloadDigest } from "../../../src/artifacts/digest";
import { Payloads } from "../../../src/artifacts/payloads";
import { isSafePath } from "../../../src/artifacts/verification";
import type { FileTexts } from "../../../src/core/manifest";
import { shelf, texts, write } from "./shelf";

test("the digest is that of the documented text", () => {
  const files = [
    { path: "ä.txt", sha256: "1".repeat(64) },
    { path: "a/b.npy", sha256: "0".repeat(64) },
  ];
  const text =
    `{"dataType":"numpy.ndarray","files":[{"path":"a/b.npy","sha256":"${"0".repeat(64)}"},` +
    `{"path":"ä.txt","sha256":"${"1".repeat(64)}"}],"language":"python","materializer":"m.N"}`;
  const expected = `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
  const given = { dataType: "numpy.ndarray", materializer: "m.N", language: "python", files };
  assert.equal(payloadDigest(given), expected);
  assert.equal(payloadDigest({ ...given, files: [...files].reverse() }), expected);
});

test("a placed payload is where its digest says, read-only, and whole", async (t) => {
  const { payloads, artifacts } = shelf(t);
  const { folder, digest } = write(payloads, { "data.json": "{}", "inner/more.txt": "x" });
  const { folder: placed, durable } = await payloads.place(folder, digest);
  assert.equal(fs.statSync(path.join(placed, "inner/more.txt")).mode & 0o222, 0, "before it is durable, too");
  await durable;
  assert.equal(fs.statSync(path.join(placed, "manifest.json")).mode & 0o222, 0);
  assert.equal(placed, path.join(artifacts, digest.slice(7, 9), digest.slice(9)));
  assert.equal(payloads.locate(digest), placed);
  assert.equal(fs.existsSync(folder), false);
  assert.deepEqual(await payloads.verify(digest), []);
});

test("an equal payload is kept once; a broken one is replaced", async (t) => {
  const { payloads } = shelf(t);
  const [first, second, third] = [1, 2, 3].map(() => write(payloads, { "data.json": "[1]" }));
  const { folder: placed, durable } = await payloads.place(first!.folder, first!.digest);
  const { ino } = fs.statSync(placed);
  const again = await payloads.place(second!.folder, second!.digest);
  assert.equal(again.folder, placed);
  await Promise.all([durable, again.durable]);
  assert.equal(fs.statSync(placed).ino, ino);
  fs.rmSync(path.join(placed, "data.json"));
  assert.match((await payloads.verify(first!.digest)).join(), /"data.json".*is missing/);
  await (
    await payloads.place(third!.folder, third!.digest)
  ).durable;
  assert.deepEqual(await payloads.verify(first!.digest), []);
  await payloads.dispose();
  assert.equal(fs.existsSync(second!.folder), false);
});

test("two that place the same at once both succeed", async (t) => {
  const { payloads } = shelf(t);
  const written = Array.from({ length: 6 }, () => write(payloads, { "data.json": "[1]" }));
  const placed = await Promise.all(written.map(({ folder, digest }) => payloads.place(folder, digest)));
  assert.equal(new Set(placed.map(({ folder }) => folder)).size, 1);
  await Promise.all(placed.map(({ durable }) => durable));
  assert.deepEqual(await payloads.verify(written[0]!.digest), []);
});

test("what a step did to a payload afterwards is found", async (t) => {
  const { payloads } = shelf(t);
  const { folder, digest } = write(payloads, { "data.json": "[1]" });
  const { folder: placed, durable } = await payloads.place(folder, digest);
  await durable;
  fs.chmodSync(path.join(placed, "data.json"), 0o644);
  fs.writeFileSync(path.join(placed, "data.json"), "[2]");
  assert.deepEqual(await payloads.verify(digest), ['"data.json" was changed after it was written']);
});

test("what is not a payload is refused: wrong digest, missing file, links, folders elsewhere", async (t) => {
  const { payloads, artifacts } = shelf(t);
  const refused = { code: "invalid" };
  const other = `sha256:${"0".repeat(64)}`;
  await assert.rejects(payloads.place(write(payloads, { a: "1" }).folder, other), refused);
  await assert.rejects(payloads.place(write(payloads, { a: "1" }).folder, "../../etc"), refused);
  const lacking = write(payloads, { a: "1" });
  fs.rmSync(path.join(lacking.folder, "a"));
  await assert.rejects(payloads.place(lacking.folder, lacking.digest), refused);
  const linking = write(payloads, { a: "1" });
  fs.symlinkSync("/etc/passwd", path.join(linking.folder, "link"));
  await assert.rejects(payloads.place(linking.folder, linking.digest), refused);
  const escaping = write(payloads, { "../outside": "1" });
  await assert.rejects(payloads.place(escaping.folder, escaping.digest), refused);
  await assert.rejects(payloads.place(artifacts, other), refused);
  assert.equal(payloads.locate("sha256:../../../../etc"), null);
});

test("only plain relative paths are safe", () => {
  for (const good of ["a", "a/b.npy", "größe.txt", "a..b", "…"]) assert.equal(isSafePath(good), true, good);
  const bad = [
    "",
    "/a",
    "../a",
    "a/../b",
    "a//b",
    "./a",
    "a/",
    "a\\b",
    "C:a",
    "a\nb",
    "a\u0000",
    "\u0085",
    "\ud800",
  ];
  for (const each of bad) assert.equal(isSafePath(each), false, JSON.stringify(each));
});

test("unreferenced payloads are found with their sizes, young ones are not, and removed", async (t) => {
  const { payloads } = shelf(t);
  const [kept, loose] = [write(payloads, { a: "1" }), write(payloads, { a: "22" })];
  for (const { folder, digest } of [kept, loose]) await (await payloads.place(folder, digest)).durable;
  const isReferenced = (digest: string): boolean => digest === kept.digest;
  assert.deepEqual(await payloads.unreferenced(isReferenced), []);
  const [found, ...more] = await payloads.unreferenced(isReferenced, 0);
  assert.deepEqual(more, []);
  assert.ok(found !== undefined);
  assert.equal(found.digest, loose.digest);
  assert.ok(found.bytes > 2);
  await payloads.remove(loose.digest);
  assert.deepEqual(await payloads.digests(), [kept.digest]);
});

test("what processes that are gone left in tmp is swept, what living ones use is not", async (t) => {
  const { payloads, tmp, artifacts } = shelf(t);
  const mine = payloads.prepare();
  const gone = new Payloads({ artifacts, tmp }, { owner: { pid: 7, name: "gone" } }).prepare();
  const living = new Payloads({ artifacts, tmp }, { owner: { pid: 8, name: "living" } }).prepare();
  for (const folder of [mine, gone, living]) fs.mkdirSync(folder);
  const swept = await payloads.sweep((owner) => (owner as { name: string }).name === "gone");
  assert.deepEqual(swept, [path.basename(path.dirname(gone))]);
  assert.deepEqual(
    [mine, living, gone].map((folder) => fs.existsSync(folder)),
    [true, true, false],
  );
});

test("content that comes as text is held until it is kept, and is the same payload then", async (t) => {
  const { payloads, artifacts } = shelf(t);
  const { digest, content } = texts(payloads, { "data.json": '{"ä":1}' });
  const placed = await payloads.place(payloads.prepare(), digest, content);
  assert.deepEqual(placed.held, content);
  assert.equal(placed.folder, path.join(artifacts, digest.slice(7, 9), digest.slice(9)));
  assert.equal(fs.existsSync(placed.folder), false);
  assert.deepEqual(payloads.textsOf(placed.folder), content);
  assert.deepEqual(await payloads.held.keep([digest]), { kept: [digest], problem: null });
  payloads.held.forget([digest]);
  assert.equal(payloads.textsOf(placed.folder), null);
  assert.equal(payloads.held.size, 0);
  assert.deepEqual(filesIn(placed.folder), content);
  assert.equal(fs.statSync(path.join(placed.folder, "manifest.json")).mode & 0o222, 0);
  assert.deepEqual(await payloads.verify(digest), []);
  const again = await payloads.place(payloads.prepare(), digest, content);
  assert.equal(again.held, null, "it is kept once");
});

test("whoever reads files of a held payload finds them, whole and not durable yet", async (t) => {
  const { payloads } = shelf(t);
  const { digest, content } = texts(payloads, { "data.json": "1" });
  const { folder } = await payloads.place(payloads.prepare(), digest, content);
  payloads.appear(folder);
  assert.deepEqual(filesIn(folder), content);
  assert.deepEqual((await payloads.place(payloads.prepare(), digest, content)).held, content);
  assert.deepEqual((await payloads.held.keep([digest])).kept, [digest]);
  payloads.appear(path.join(folder, "inner"));
  payloads.appear("/somewhere/else");
});

test("what the journal holds is believed when it is the payload of its digest, and else is nothing", async (t) => {
  const journal = new Map<string, FileTexts>();
  const { payloads, artifacts } = shelf(t, (digest) => journal.get(digest) ?? null);
  const [good, forged] = [texts(payloads, { a: "1" }), texts(payloads, { a: "2" })];
  journal.set(good.digest, good.content);
  const forgeries: readonly unknown[] = [
    { ...forged.content, a: "3" },
    { ...forged.content, "../../a": "2" },
    { ...forged.content, "preview.json": 5 },
    "text",
    5,
  ];
  payloads.appear(payloads.folderOf(good.digest));
  for (const forgery of forgeries) {
    journal.set(forged.digest, forgery as FileTexts);
    payloads.appear(payloads.folderOf(forged.digest));
    assert.deepEqual(await payloads.held.keep([forged.digest]), { kept: [], problem: null });
    assert.deepEqual(await payloads.verify(forged.digest), ["its folder is missing"]);
  }
  assert.deepEqual(await payloads.digests(), [good.digest]);
  assert.deepEqual(fs.readdirSync(path.dirname(artifacts)).sort(), ["artifacts", "tmp"]);
});

test("half a folder, as a machine that lost its power leaves it, is made whole again", async (t) => {
  const journal = new Map<string, FileTexts>();
  const { payloads } = shelf(t, (digest) => journal.get(digest) ?? null);
  const sent = [1, 2, 3].map((value) => texts(payloads, { "data.json": String(value) }));
  for (const [at, { digest, content }] of sent.entries()) {
    journal.set(digest, content);
    const folder = payloads.folderOf(digest);
    fs.mkdirSync(folder, { recursive: true });
    if (at > 0) fs.writeFileSync(path.join(folder, "manifest.json"), "");
    if (at > 1) {
      fs.writeFileSync(path.join(folder, "manifest.json"), content["manifest.json"] ?? "");
      fs.writeFileSync(path.join(folder, "data.json"), "\0");
    }
    assert.equal(await payloads.held.rewrite([digest]), null);
    assert.deepEqual(filesIn(folder), content);
  }
});

test("equal content that comes several times, as text and in a folder, is kept once", async (t) => {
  const { payloads } = shelf(t);
  const { digest, content } = texts(payloads, { "data.json": "1" });
  const folder = write(payloads, { "data.json": "1" }).folder;
  const sent = [1, 2, 3].map(() => payloads.place(payloads.prepare(), digest, content));
  const keeping = Promise.all(sent).then(() => payloads.held.keep([digest]));
  const all = await Promise.all([
    ...sent,
    payloads.place(folder, digest),
    payloads.place(payloads.prepare(), digest, content),
  ]);
  await Promise.all([keeping, ...all.map(({ durable }) => durable)]);
  assert.equal(new Set(all.map((placed) => placed.folder)).size, 1);
  assert.deepEqual(await payloads.digests(), [digest]);
  assert.deepEqual(await payloads.verify(digest), []);
});

test("text that is not what its manifest says is refused, and nothing of it is written", async (t) => {
  const { payloads, artifacts, tmp } = shelf(t);
  const { digest, content } = texts(payloads, { "data.json": "1" });
  const long = texts(payloads, { "data.json": "x".repeat(20_000) });
  const before = fs.readdirSync(tmp, { recursive: true }).length;
  const wrong: readonly (readonly [string, FileTexts])[] = [
    [digest, { ...content, "data.json": "2" }],
    [digest, { ...content, "other.txt": "" }],
    [digest, { ...content, "../../x": "" }],
    [digest, { "manifest.json": content["manifest.json"] ?? "" }],
    [digest, { "data.json": "1" }],
    [`sha256:${"0".repeat(64)}`, content],
    [long.digest, long.content],
  ];
  for (const [named, given] of wrong) {
    await assert.rejects(payloads.place(payloads.prepare(), named, given), { code: "invalid" });
  }
  assert.deepEqual(fs.readdirSync(artifacts), []);
  assert.equal(fs.readdirSync(tmp, { recursive: true }).length, before);
});

test("two processes that place the same payloads at the same time both succeed", async (t) => {
  const { payloads, artifacts, tmp } = shelf(t);
  const sent = Array.from({ length: 200 }, (_, at) => texts(payloads, { "data.json": String(at) }));
  const script = path.join(__dirname, "placing.child.ts");
  const racers = [1, 2].map(() => fork(script, { execArgv: ["--import", "tsx"], stdio: "inherit" }));
  const ended = racers.map((racer) => once(racer, "exit"));
  await Promise.all(racers.map((racer) => once(racer, "message")));
  for (const racer of racers) racer.send({ artifacts, tmp, sent });
  assert.deepEqual(await Promise.all(ended), [
    [0, null],
    [0, null],
  ]);
  for (const { digest } of sent) assert.deepEqual(await payloads.verify(digest), []);
});

test("text that can't be written stays held, with the reason, and others are kept", async (t) => {
  const { payloads, artifacts } = shelf(t);
  const [first, second] = [texts(payloads, { a: "1" }), texts(payloads, { a: "2" })];
  for (const { digest, content } of [first, second]) {
    await payloads.place(payloads.prepare(), digest, content);
  }
  const blocked = path.join(artifacts, first.digest.slice(7, 9));
  fs.writeFileSync(blocked, "no folder");
  const both = [first.digest, second.digest];
  const { kept, problem } = await payloads.held.keep(both);
  assert.deepEqual(kept, [second.digest]);
  assert.match(String(problem), /store a payload in .*artifacts/);
  assert.throws(() => payloads.appear(payloads.folderOf(first.digest)), /store a payload in/);
  fs.rmSync(blocked);
  assert.deepEqual(await payloads.held.keep(both), { kept: both, problem: null });
});

test("a held payload that somebody removes while it is kept holds up no other", async (t) => {
  const { payloads, artifacts } = shelf(t);
  const [first, second] = [texts(payloads, { a: "1" }), texts(payloads, { a: "2" })];
  const both = [first, second].map(({ digest }) => digest);
  for (const { digest, content } of [first, second]) {
    await payloads.place(payloads.prepare(), digest, content);
  }
  const keeping = payloads.held.keep(both);
  // All of them are written by now, and none is sealed.
  fs.rmSync(path.join(artifacts, first.digest.slice(7, 9)), { recursive: true });
  const { kept, problem } = await keeping;
  assert.deepEqual(kept, [second.digest]);
  assert.match(String(problem), /store a payload in .*artifacts/);
  assert.deepEqual((await payloads.held.keep(both)).kept, both);
});

function filesIn(folder: string): FileTexts {
  const names = fs.readdirSync(folder);
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]));
}
