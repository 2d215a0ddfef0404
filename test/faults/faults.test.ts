import assert from "node:assert/strict";
import { test } from "node:test";
import { runFaults, type Layer } from "./run";

/** What each run of the tests draws anew; `npm run faults` draws as many as wanted. */
const counts: Readonly<Record<Layer, number>> = { store: 100, engine: 12 };

for (const layer of ["store", "engine"] as const) {
  test(`whatever happens to the ${layer}, nothing that was reported is lost`, async (t) => {
    const seed = Number(process.env["HEADRACE_FAULTS_SEED"] ?? Date.now() % 1_000_000_000);
    const failures = await runFaults(layer, counts[layer], seed, (line) => t.diagnostic(line));
    assert.deepEqual(
      failures.map(({ name, seed: failed }) => `${name} (seed ${failed})`),
      [],
    );
  });
}
