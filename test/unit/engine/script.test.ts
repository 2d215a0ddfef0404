import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json";
import { HeadraceError } from "../../../src/core/errors";
import { deferred } from "../../../src/core/deferred";
import type { Peer } from "../../../src/runtimes/runtime";
import { aborted, FunctionWorker } from "./functionRuntime";
import { bench, silentPeer, type Bench } from "./harness";

/** The user's own process, which traced a pipeline and executes its steps when asked. */
function script(b: Bench, closed: AbortSignal = new AbortController().signal): Peer {
  const worker = new FunctionWorker(b.runtime);
  closed.addEventListener("abort", () => worker.kill());
  return {
    ...silentPeer,
    role: "script",
    closed,
    execute: (params, options) => worker.execute(params, options),
  };
}

const execute = async (b: Bench, peer: Peer): Promise<JsonObject> => {
  const answer = await b.engine.peers.request(
    "run.execute",
    { spec: b.runtime.spec, origin: "script" },
    peer,
  );
  return (answer as { run: JsonObject }).run;
};

test("a script's pipeline runs by the same rules, in the script's own process, one step at a time", async (t) => {
  let inside = 0;
  const b = await bench(
    t,
    { steps: [{ id: "a" }, { id: "b" }, { id: "c", inputs: { x: "a", y: "b" } }] },
    async () => {
      inside += 1;
      assert.equal(inside, 1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return 1;
    },
  );
  const run = await execute(b, script(b));
  assert.equal(run["status"], "completed");
  assert.equal(run["origin"], "script");
  assert.equal(b.runtime.workers.length, 0, "no worker of ours was started");
  const again = await execute(b, script(b));
  assert.deepEqual(b.statuses(b.store.reader.run(again["id"] as string)!), {
    a: "cached",
    b: "cached",
    c: "cached",
  });
});

test("a script's run that is refused is the script's error, and leaves no run", async (t) => {
  const b = await bench(t, { steps: [{ id: "a" }], model: { name: "m", version: "production" } }, () => 1);
  await assert.rejects(
    execute(b, script(b)),
    (error) => HeadraceError.is(error) && error.pythonType === "KeyError",
  );
  assert.equal(b.store.reader.counts().runs, 0);
});

test("when the script's process ends, its step has failed and the rest is cancelled", async (t) => {
  const gone = new AbortController();
  const b = await bench(t, { steps: [{ id: "a" }, { id: "b" }] }, () => {
    gone.abort();
    return new Promise(() => undefined);
  });
  const run = await execute(b, script(b, gone.signal));
  assert.equal(run["status"], "failed");
  assert.deepEqual(b.statuses(b.store.reader.run(run["id"] as string)!), { a: "failed", b: "cancelled" });
});

test("a script that does not stop when it is interrupted is not waited for", async (t) => {
  const inside = deferred<undefined>();
  const b = await bench(t, { steps: [{ id: "a" }] }, async (_, { signal }) => {
    inside.resolve(undefined);
    await aborted(signal).catch(() => undefined);
    await new Promise(() => undefined);
  });
  const running = execute(b, script(b));
  await inside.promise;
  const [id = ""] = b.engine.active();
  b.engine.cancel(id);
  assert.equal((await running)["status"], "cancelled");
});
