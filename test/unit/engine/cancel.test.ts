import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { HeadraceError } from "../../../src/core/errors";
import { markInterrupted } from "../../../src/engine/recover";
import { deferred } from "../../../src/core/deferred";
import { aborted } from "./functionRuntime";
import { bench } from "./harness";

const never = new Promise<never>(() => undefined);
const isCancelled = (error: unknown): boolean => HeadraceError.is(error, "cancelled");

for (const state of ["acquire", "compile"] as const) {
  test(`cancelled while it waits for ${state}, a run never exists`, async (t) => {
    const b = await bench(t, { steps: [{ id: "a" }] }, () => 1);
    b.runtime.gates[state] = never;
    const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
    await new Promise((resolve) => setImmediate(resolve));
    handle.cancel();
    await assert.rejects(handle.created, isCancelled);
    await assert.rejects(handle.finished, isCancelled);
    assert.equal(b.store.reader.counts().runs, 0);
    assert.equal(b.live.at(-1)?.type, "run.refused");
  });
}

test("cancelled in a step: it is interrupted, may clean up, and the rest never starts", async (t) => {
  const inside = deferred<undefined>();
  const cleaned: string[] = [];
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b", inputs: { x: "a" } }] },
    async (_, { signal }) => {
      inside.resolve(undefined);
      await aborted(signal).finally(() => cleaned.push("file closed"));
    },
  );
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  await inside.promise;
  assert.equal(b.engine.cancel(await handle.created), true);
  const run = await handle.finished;
  assert.equal(run.status, "cancelled");
  assert.deepEqual(b.statuses(run), { a: "cancelled", b: "cancelled" });
  assert.deepEqual(cleaned, ["file closed"]);
  assert.equal(b.runtime.workers[0]?.lost, null, "it ended by itself");
  assert.equal(b.engine.cancel(run.id), false);
  assert.deepEqual(readdirSync(b.store.folders.artifacts), []);
});

test("a step that ignores the interrupt is killed after the grace period", async (t) => {
  const inside = deferred<undefined>();
  const b = await bench(t, { steps: [{ id: "a" }] }, () => {
    inside.resolve(undefined);
    return never;
  });
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  await inside.promise;
  handle.cancel();
  const run = await handle.finished;
  assert.equal(run.status, "cancelled");
  assert.equal(b.runtime.workers[0]?.lost?.signal, "SIGKILL");
});

test("cancelled between two attempts, a run does not wait for the next one", async (t) => {
  const b = await bench(
    t,
    { steps: [{ id: "a", retry: { maxRetries: 3, delay: 3600, backoff: 1 } }] },
    () => {
      throw new Error("try later");
    },
  );
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  const id = await handle.created;
  while (b.store.reader.steps(id)[0]?.status !== "retrying")
    await new Promise((resolve) => setImmediate(resolve));
  handle.cancel();
  const run = await handle.finished;
  assert.equal(run.status, "cancelled");
  assert.equal(b.step(run, "a").status, "cancelled");
  assert.equal(b.step(run, "a").failure?.message, "try later");
});

test("a step that completes although it was cancelled keeps what it made", async (t) => {
  const inside = deferred<undefined>();
  const b = await bench(t, { steps: [{ id: "a" }, { id: "b", after: ["a"] }] }, async (_, { signal }) => {
    inside.resolve(undefined);
    await aborted(signal).catch(() => undefined);
    return 5;
  });
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  await inside.promise;
  handle.cancel();
  const run = await handle.finished;
  assert.equal(run.status, "cancelled");
  assert.deepEqual(b.statuses(run), { a: "completed", b: "cancelled" });
  assert.equal(b.store.reader.producedBy(run.id).length, 1);
});

test("closing the engine cancels what runs, and records it", async (t) => {
  const inside = deferred<undefined>();
  const b = await bench(t, { steps: [{ id: "a" }] }, async (_, { signal }) => {
    inside.resolve(undefined);
    await aborted(signal);
  });
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  const id = await handle.created;
  await inside.promise;
  await b.engine.close();
  assert.equal(b.store.reader.run(id)?.status, "cancelled");
  assert.equal((await handle.finished).status, "cancelled");
});

test("a run whose process is gone is interrupted at the next start, one of a living process is not", async (t) => {
  const inside = deferred<undefined>();
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b" }] },
    async (_, { signal }) => {
      inside.resolve(undefined);
      await aborted(signal);
    },
    { parallel: 1 },
  );
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  const id = await handle.created;
  await inside.promise;
  assert.equal(await markInterrupted(b.store), 0);
  handle.cancel();
  await handle.finished;
  const run = b.store.reader.run(id)!;
  const spec = b.store.reader.spec(id)!;
  const gone = "11111111-1111-4111-8111-111111111111";
  await b.store.transact(() => ({
    result: undefined,
    events: [
      {
        type: "run.created",
        id: gone,
        name: "dead",
        index: 2,
        pipelineId: run.pipelineId,
        origin: "cli",
        language: "python",
        parameters: {},
        config: {},
        source: null,
        modelVersionId: null,
        cacheEnabled: true,
        environment: {},
        rerunOf: null,
        spec,
        // A number that no process of this machine has, with a start that none had.
        owner: { ...b.deadOwner() },
        time: 1,
      },
    ],
  }));
  assert.equal(await markInterrupted(b.store), 1);
  const after = b.store.reader.run(gone)!;
  assert.equal(after.status, "interrupted");
  assert.deepEqual(b.statuses(after), { a: "cancelled", b: "cancelled" });
  assert.equal(await markInterrupted(b.store), 0);
});

test("a cycle is refused before a run exists, and named with its line", async (t) => {
  const b = await bench(
    t,
    {
      steps: [
        { id: "a", after: ["b"] },
        { id: "b", inputs: { x: "a" } },
      ],
    },
    () => 1,
  );
  const handle = b.engine.run({ file: "p.py", pipeline: null, origin: "api" });
  await assert.rejects(
    handle.finished,
    (error) => HeadraceError.is(error, "cycle") && error.location?.line !== undefined,
  );
  assert.equal(b.store.reader.counts().runs, 0);
  assert.equal(b.store.reader.counts().pipelines, 0);
  const [refused] = b.live.filter((event) => event.type === "run.refused");
  assert.match(refused?.failure.message ?? "", /`a` → `b` → `a`|`b` → `a` → `b`/);
});

test("a taken run name is refused; one with a time never is", async (t) => {
  const b = await bench(t, { runName: "fixed", steps: [{ id: "a" }] }, () => 1);
  await b.run();
  await assert.rejects(
    b.run(),
    (error) => HeadraceError.is(error, "already-exists") && error.pythonType === "EntityExistsError",
  );
  b.sketch({ runName: "at {date} {time}", steps: [{ id: "a" }] });
  const runs = await Promise.all([b.run(), b.run(), b.run()]);
  assert.equal(new Set(runs.map((run) => run.name)).size, 3);
  assert.deepEqual(runs.map((run) => run.index).sort(), [2, 3, 4]);
});

test("nothing runs where code is not trusted", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }] }, () => 1);
  const restricted = b.restricted("the workspace is not trusted");
  const handle = restricted.run({ file: "p.py", pipeline: null, origin: "editor" });
  await assert.rejects(handle.finished, (error) => HeadraceError.is(error, "untrusted"));
  assert.equal(b.runtime.workers.length, 0);
});

test("output goes to the log file byte for byte, and live in portions", async (t) => {
  const b = await bench(t, { steps: [{ id: "a/../ü" }] }, (_, { print }) => {
    print("grü");
    print(new Uint8Array([0xc3]));
    print(new Uint8Array([0x9f, 0x0a, 0xff]));
    return 1;
  });
  const run = await b.run();
  const file = b.engine.logFile(run.id, "a/../ü");
  assert.equal(path.dirname(file), path.join(b.store.folders.logs, run.id));
  assert.deepEqual(readFileSync(file), Buffer.from([...Buffer.from("grüß\n"), 0xff]));
  const texts = b.live.flatMap((event) => (event.type === "step.log" ? [event.text] : []));
  assert.equal(texts.join(""), "grüß\n\ufffd");
});

test("a flood of output is cut in the file and in what is told, and both say so", async (t) => {
  const b = await bench(
    t,
    { steps: [{ id: "a" }] },
    (_, { print }) => {
      for (let line = 0; line < 1000; line += 1) print(`${"x".repeat(999)}\n`);
      return 1;
    },
    { logLimitBytes: 10_000 },
  );
  const run = await b.run();
  const kept = readFileSync(b.engine.logFile(run.id, "a"), "utf8");
  assert.equal(kept.slice(10_000), "\n[headrace] output over 10000 bytes is not kept\n");
  const told = b.live.flatMap((event) => (event.type === "step.log" ? [event.text] : []));
  assert.ok(told.every((text) => text.length < 70_000));
  assert.ok(told.some((text) => text.includes("characters: see the log file")));
});

test("a log that can't be written fails no step", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }] }, (_, { print, params }) => {
    writeFileSync(path.join(b.store.folders.logs, params.runId), "in the way");
    print("hello");
    return 1;
  });
  const run = await b.run();
  assert.equal(run.status, "completed");
  assert.equal(existsSync(b.engine.logFile(run.id, "a")), false);
});
