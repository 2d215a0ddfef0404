/** `npm run bench [-- NAME …]`: prints every budget with its figure and writes them to test/bench/results/. */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, platform } from "node:os";
import path from "node:path";
import { activation } from "./activation.bench";
import { array } from "./array.bench";
import { type Bench, type Row } from "./bench";
import { chain } from "./chain.bench";
import { dag } from "./dag.bench";
import { pythonImport } from "./import.bench";
import { lens } from "./lens.bench";
import { memory } from "./memory.bench";
import { node } from "./node.bench";
import { packaged } from "./package.bench";
import { parallel } from "./parallel.bench";
import { store } from "./store.bench";
import { tutorial } from "./tutorial.bench";

const BENCHES: readonly Bench[] = [
  chain,
  node,
  dag,
  tutorial,
  array,
  parallel,
  store,
  memory,
  activation,
  lens,
  pythonImport,
  packaged,
];

function line({ what, measured, unit, budget, note }: Row): string {
  const figure = `${measured.toFixed(measured < 10 ? 2 : 0)} ${unit}`;
  const holds = measured <= budget ? "✓" : "✗";
  return `${holds} ${what.padEnd(58)} ${figure.padStart(10)}   ≤ ${String(budget)} ${unit}   ${note}`;
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const benches = BENCHES.filter(({ name }) => asked.length === 0 || asked.includes(name));
  if (benches.length === 0) throw new Error(`There are: ${BENCHES.map(({ name }) => name).join(", ")}.`);
  const rows: Row[] = [];
  for (const bench of benches) {
    for (const row of await bench.run()) {
      rows.push(row);
      console.log(line(row));
    }
  }
  const folder = path.join(import.meta.dirname, "results");
  await mkdir(folder, { recursive: true });
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    platform: platform(),
    node: process.version,
  };
  await writeFile(path.join(folder, "latest.json"), JSON.stringify({ machine, rows }, null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
