/** An output of 1 GB against `np.save` and a sync of the same array. */
import { execFile } from "node:child_process";
import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Engine } from "../../src/engine/api";
import { PYTHON, completed, inTemporaryFolder, median, withEngine, type Bench } from "./bench";

const execute = promisify(execFile);
const RUNS = 5;

/** The step notes when it returned; the time from there to its end is what Headrace needed to keep the array. */
const PIPELINE = `import time

import numpy as np
from zenml import pipeline, step


@step(enable_cache=False)
def big() -> np.ndarray:
    array = np.random.default_rng(0).random(2**27)
    print("returned", time.time() * 1000, flush=True)
    return array


@pipeline
def large():
    big()
`;

const PLAIN = `import os, sys, time
import numpy as np
array = np.random.default_rng(0).random(2**27)
started = time.perf_counter()
with open(sys.argv[1], "wb") as file:
    np.save(file, array)
    file.flush()
    os.fsync(file.fileno())
print((time.perf_counter() - started) * 1000)
os.remove(sys.argv[1])
`;

export const array: Bench = {
  name: "array",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const file = path.join(folder, "large.py");
      await writeFile(file, PIPELINE);
      await writeFile(path.join(folder, "plain_save.py"), PLAIN);
      const plain = async (): Promise<number> => {
        const { stdout } = await execute(PYTHON, [
          path.join(folder, "plain_save.py"),
          path.join(folder, "plain.npy"),
        ]);
        return Number(stdout);
      };
      const ownTimes: number[] = [];
      const plainTimes: number[] = [];
      await withEngine(folder, async (engine) => {
        // In turns, after one of each that does not count: memory that was never used before costs a machine more.
        for (let i = 0; i <= RUNS; i += 1) {
          ownTimes.push(await kept(engine, file));
          await removePayloads(folder);
          plainTimes.push(await plain());
        }
      });
      const [own, base] = [median(ownTimes.slice(1)), median(plainTimes.slice(1))];
      return [
        {
          what: "1 GB array as an output against np.save and fsync",
          measured: own / base,
          unit: "×",
          budget: 1.5,
          note: `${Math.round(own)} ms against ${Math.round(base)} ms, medians of ${RUNS} in turns`,
        },
      ];
    }),
};

/** As the plain file is: the next one of either finds the same memory free. */
async function removePayloads(folder: string): Promise<void> {
  const artifacts = path.join(folder, ".headrace/artifacts");
  for (const name of await readdir(artifacts)) {
    await rm(path.join(artifacts, name), { recursive: true, force: true });
  }
}

/** From the step's return to its end, in milliseconds. */
async function kept(engine: Engine, file: string): Promise<number> {
  let printed = "";
  const listening = engine.onLive((event) => {
    if (event.type === "step.log") printed += event.text;
  });
  const run = await completed(engine, { file, pipeline: null });
  listening.dispose();
  const returned = Number(/returned ([\d.]+)/.exec(printed)?.[1]);
  return (engine.reader.steps(run.id)[0]?.finished ?? NaN) - returned;
}
