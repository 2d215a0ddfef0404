import assert from "node:assert/strict";
import { test } from "node:test";
import { runFaults } from "./run";

test("whatever happens to a store, nothing that was reported is lost", async (t) => {
  const seed = Number(process.env["HEADRACE_FAULTS_SEED"] ?? Date.now() % 1_000_000_000);
  const failures = await runFaults(200, seed, (line) => t.diagnostic(line));
  assert.deepEqual(
    failures.map(({ name, seed: failed }) => `${name} (seed ${failed})`),
    [],
  );
});
