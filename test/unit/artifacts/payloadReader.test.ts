import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { PayloadReader } from "../../../src/artifacts/readers/thread/payloadReader";
import type { Questions } from "../../../src/artifacts/readers/thread/questions";
import type { Asking } from "../../../src/core/asking";
import { HeadraceError } from "../../../src/core/errors";
import { threadScript, type ThreadScript } from "./threadScript";

const LONG = 400_000;
type PageQuestion = Questions["tablePage"]["params"];

suite("payload files read in a thread", () => {
  let folder: string;
  let script: ThreadScript;
  before(async () => {
    script = await threadScript();
    folder = await mkdtemp(path.join(os.tmpdir(), "headrace-thread-"));
    const rows = (count: number): string =>
      Array.from({ length: count }, (_, i) => `${i},${(i * 7919) % count},text ${i}\n`).join("");
    await writeFile(path.join(folder, "short.csv"), `id,mixed,text\n${rows(50)}`);
    await writeFile(path.join(folder, "long.csv"), `id,mixed,text\n${rows(LONG)}`);
  });
  after(async () => {
    await script.remove();
    await rm(folder, { recursive: true, force: true });
  });

  function opened(context: { after(work: () => void): void }, limits = {}): PayloadReader {
    const reader = new PayloadReader(script.file, {
      memoryMb: 512,
      graceMs: 10_000,
      idleMs: 10_000,
      ...limits,
    });
    context.after(() => reader.close());
    return reader;
  }

  function page(name: string, more: Partial<PageQuestion> = {}): PageQuestion {
    return { file: path.join(folder, name), offset: 0, limit: 2, sort: null, filters: [], ...more };
  }

  const sort = { column: 1, descending: false };

  /** Gives up as soon as the work is known to go on. */
  function givingUp(): { readonly asking: Asking; readonly told: number[] } {
    const controller = new AbortController();
    const told: number[] = [];
    const progress = (fraction: number): void => {
      told.push(fraction);
      controller.abort();
    };
    return { asking: { signal: controller.signal, progress }, told };
  }

  test("answers as a reader does", async (context) => {
    const reader = opened(context);
    const { columns, rows } = await reader.ask("table", { file: path.join(folder, "short.csv") });
    assert.deepEqual([columns.map(({ name }) => name), rows.count], [["id", "mixed", "text"], 50]);
    const found = await reader.ask("tablePage", page("short.csv", { sort: { column: 0, descending: true } }));
    assert.deepEqual(found.rows, [
      [49, (49 * 7919) % 50, "text 49"],
      [48, (48 * 7919) % 50, "text 48"],
    ]);
  });

  test("says what went wrong, and what to do", async (context) => {
    const asked = opened(context).ask("tablePage", page("missing.csv"));
    await assert.rejects(asked, (error: unknown) => {
      assert.ok(HeadraceError.is(error, "not-found"));
      assert.match(error.advice ?? "", /Run the step/);
      return true;
    });
  });

  test("tells how far it is; who gives up is free, and the next is answered by the same thread", async (context) => {
    const reader = opened(context);
    const { asking, told } = givingUp();
    const isGivenUp = (error: unknown): boolean => HeadraceError.is(error, "cancelled");
    await assert.rejects(reader.ask("tablePage", page("long.csv", { sort }), asking), isGivenUp);
    assert.ok(told.length === 1 && (told[0] ?? 0) > 0 && (told[0] ?? 2) <= 1, String(told));
    const found = await reader.ask("tablePage", page("long.csv", { offset: 7 }));
    assert.equal(found.rows[0]?.[0], 7);
  });

  test("ends a thread that doesn't notice; what others wait for is answered by the next one", async (context) => {
    const reader = opened(context, { graceMs: 0 });
    const { asking } = givingUp();
    const left = reader.ask("columnSummary", { file: path.join(folder, "long.csv"), column: 2 }, asking);
    const awaited = reader.ask("tablePage", page("long.csv", { sort }));
    await assert.rejects(left, (error: unknown) => HeadraceError.is(error, "cancelled"));
    assert.deepEqual((await awaited).rows[0]?.[1], 0);
  });

  test("a file that takes too much memory costs its thread, not the editor", async (context) => {
    const reader = opened(context, { memoryMb: 12 });
    await assert.rejects(reader.ask("tablePage", page("long.csv", { sort })), (error: unknown) => {
      assert.ok(HeadraceError.is(error, "unsupported"), String(error));
      assert.match(error.message, /more memory/);
      return true;
    });
    assert.equal((await reader.ask("tablePage", page("short.csv"))).rows.length, 2);
  });

  test("a thread that nobody asks anything is ended, and started again", async (context) => {
    const reader = opened(context, { idleMs: 0 });
    for (let time = 0; time < 2; time++) {
      assert.equal((await reader.ask("tablePage", page("short.csv"))).rows.length, 2);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test("closing tells those who wait", async (context) => {
    const reader = opened(context);
    const asked = reader.ask("tablePage", page("long.csv", { sort }));
    reader.close();
    await assert.rejects(asked, (error: unknown) => HeadraceError.is(error, "cancelled"));
  });
});
