/** Logs read by ranges from real files, growing ones and large ones included; and output as pieces with classes. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { LogTape, type LogSource } from "../../../src/panels/run/logTape";
import { lookAfter, PLAIN, plainLine, styledLine } from "../../../webview/ui/ansi";

const folder = mkdtempSync(path.join(tmpdir(), "headrace-log-"));
after(() => rmSync(folder, { recursive: true }));

function source(invocation: string, text: string | null): LogSource {
  const file = path.join(folder, `${invocation}.log`);
  if (text !== null) writeFileSync(file, text);
  return { invocation, file };
}
const texts = (part: { readonly lines: readonly { readonly text: string }[] } | null): readonly string[] =>
  part?.lines.map((line) => line.text) ?? [];

test("a step that printed nothing has an empty log", async () => {
  const part = await (await LogTape.open([source("silent", null)])).tail();
  assert.deepEqual([part.lines, part.total], [[], 0]);
});

test("the end of a large log comes first, and older parts join it without a gap or a doubled line", async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `line ${i} with ümlauts`);
  const tape = await LogTape.open([source("large", `${lines.join("\n")}\n`)]);
  let part = await tape.tail();
  assert.ok(part.lines.length < 5_000, "only the end was read");
  let all = [...texts(part)];
  while (part.start > 0) {
    const older = await tape.before(part.start);
    assert.equal(older.end, part.start);
    all = [...texts(older), ...all];
    part = older;
  }
  assert.deepEqual(all, lines);
});

test("logs of several steps lie one after the other, and what comes later is added at the end", async () => {
  const first = source("first", "a\n");
  const second = source("second", "b\n");
  const tape = await LogTape.open([first, second]);
  appendFileSync(first.file, "c\n");
  const grown = await tape.grow(first);
  assert.deepEqual(grown?.lines, [{ at: 4, text: "c", invocation: "first" }]);
  assert.equal(await tape.grow(first), null);
  assert.deepEqual(texts(await tape.tail()), ["a", "b", "c"]);
});

test("a line that is printed in pieces goes on", async () => {
  const log = source("pieces", "half ");
  const tape = await LogTape.open([log]);
  appendFileSync(log.file, "a line\nnext\n");
  const grown = await tape.grow(log);
  assert.deepEqual([grown?.continued, texts(grown)], [true, ["a line", "next"]]);
});

test("finds text whatever its case and colours, across chunks", async () => {
  const filler = `${"x".repeat(99)}\n`.repeat(30_000);
  const tape = await LogTape.open([source("found", `Nee\u001b[31mdle\u001b[0m\n${filler}needle again\n`)]);
  const fractions: number[] = [];
  const { signal } = new AbortController();
  const hits = await tape.find("NEEDLE", { signal, progress: (fraction) => fractions.push(fraction) });
  assert.ok(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1));
  const stopped = tape.find("NEEDLE", { signal: AbortSignal.abort(), progress: () => undefined });
  await assert.rejects(stopped, { code: "cancelled" });
  assert.equal(hits.more, false);
  assert.equal(hits.at.length, 2);
  assert.equal(texts(await tape.after(hits.at[1] ?? 0))[0], "needle again");
});

test("colours become classes, hold on over lines and survive overwriting", () => {
  const red = lookAfter("\u001b[31mred", PLAIN);
  assert.deepEqual(styledLine("still \u001b[0mplain", red), [
    { text: "still ", classes: "ansi-fore-1" },
    { text: "plain", classes: "" },
  ]);
  assert.deepEqual(styledLine("\u001b[1;38;5;196mbright", PLAIN), [
    { text: "bright", classes: "ansi-fore-9 ansi-bold" },
  ]);
  assert.equal(plainLine("10%\r\u001b[32m100%\u001b[0m\r"), "100%");
});
