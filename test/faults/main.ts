/**
 * `npm run faults -- [--layer store|engine] [--count N] [--seed S]`: N random faults of each layer, or of one; case i has the
 * seed S + i.
 */
import { parseArgs } from "node:util";
import { runFaults, type Layer } from "./run";

const { values } = parseArgs({
  options: { count: { type: "string" }, seed: { type: "string" }, layer: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);

async function main(): Promise<void> {
  const asked = (["store", "engine"] as const).filter((layer) => (values.layer ?? layer) === layer);
  if (asked.length === 0) throw new Error("--layer is `store` or `engine`.");
  const usual: Readonly<Record<Layer, number>> = { store: 200, engine: 30 };
  for (const layer of asked) {
    const count = Number(values.count ?? usual[layer]);
    const failures = await runFaults(layer, count, seed, (line) => console.log(line));
    if (failures.length > 0) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
