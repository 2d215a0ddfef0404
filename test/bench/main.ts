/** `npm run bench [-- NAME …]`: prints every budget with its figure and writes them to test/bench/results/. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, platform } from "node:os";
import path from "node:path";
import { messageOf } from "../../src/core/errors";
import { activation } from "./activation.bench";
import { array } from "./array.bench";
import { removeTemporaryFolders, type Bench, type Row } from "./bench";
import { chain } from "./chain.bench";
import { dag } from "./dag.bench";
import { pythonImport } from "./import.bench";
import { dagLayout } from "./layout.bench";
import { lens } from "./lens.bench";
import { memory } from "./memory.bench";
import { node } from "./node.bench";
import { packaged } from "./package.bench";
import { parallel } from "./parallel.bench";
import { scale } from "./scale.bench";
import { store } from "./store.bench";
import { tutorial } from "./tutorial.bench";

const BENCHES: readonly Bench[] = [
  chain,
  node,
  dag,
  dagLayout,
  tutorial,
  array,
  parallel,
  scale,
  store,
  memory,
  activation,
  lens,
  pythonImport,
  packaged,
];

interface Result extends Row {
  readonly holds: boolean;
  /** Of the figure to its budget. */
  readonly ratio: number;
}

const RESULTS = path.join(__dirname, "results/latest.json");

function line({ what, measured, unit, budget, note }: Row): string {
  const figure = `${measured.toFixed(measured < 10 ? 2 : 0)} ${unit}`;
  const holds = measured <= budget ? "✓" : "✗";
  const ratio = `${Math.round((measured / budget) * 100)} %`;
  return `${holds} ${what.padEnd(66)} ${figure.padStart(10)} of ${`${String(budget)} ${unit}`.padEnd(7)} ${ratio.padStart(6)}   ${note}`;
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const benches = BENCHES.filter(({ name }) => asked.length === 0 || asked.includes(name));
  if (benches.length === 0) throw new Error(`There are: ${BENCHES.map(({ name }) => name).join(", ")}.`);
  const results: Result[] = [];
  for (const bench of benches) {
    try {
      for (const row of await bench.run()) {
        results.push({ ...row, holds: row.measured <= row.budget, ratio: row.measured / row.budget });
        console.log(line(row));
      }
    } catch (error) {
      // One that can't be measured here takes no other along, and is no success.
      console.error(`✗ ${bench.name}: ${messageOf(error)}`);
      process.exitCode = 1;
    }
  }
  const kept = asked.length === 0 ? [] : await earlier();
  const others = kept.filter(({ what }) => !results.some((result) => result.what === what));
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    load: loadavg()[0],
    platform: platform(),
    node: process.version,
  };
  await mkdir(path.dirname(RESULTS), { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify({ machine, rows: [...others, ...results] }, null, 2)}\n`);
}

/** What was measured before, when only some rows are measured anew. */
async function earlier(): Promise<readonly Result[]> {
  try {
    return (JSON.parse(await readFile(RESULTS, "utf8")) as { rows: readonly Result[] }).rows;
  } catch {
    return [];
  }
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(removeTemporaryFolders);
