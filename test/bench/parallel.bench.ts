/** Steps that need the processor, side by side: against the same work in a pool of as many plain processes. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { defaultSettings } from "../../src/engine/settings";
import { PYTHON, completed, inTemporaryFolder, median, withEngine, type Bench } from "./bench";

const execute = promisify(execFile);
const STEPS = 8;
const ROUNDS = 3;

/** About a second of a processor that has nothing else to do. */
const WORK = `def work(seed: int) -> int:
    total = seed
    for number in range(14_000_000):
        total = (total * 31 + number) % 1_000_003
    return total
`;

const PIPELINE = `from plain_work import work
from zenml import pipeline, step


@step(enable_cache=False)
def burn(seed: int) -> int:
    return work(seed)


@pipeline
def fan():
    for seed in range(${STEPS}):
        burn(seed)
`;

const POOL = `import sys, time
from multiprocessing import Pool

from plain_work import work

if __name__ == "__main__":
    with Pool(int(sys.argv[1])) as pool:
        pool.map(abs, range(8))
        started = time.perf_counter()
        pool.map(work, range(${STEPS}), chunksize=1)
        print((time.perf_counter() - started) * 1000)
`;

export const parallel: Bench = {
  name: "parallel",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const file = path.join(folder, "fan.py");
      await writeFile(path.join(folder, "plain_work.py"), WORK);
      await writeFile(path.join(folder, "pool.py"), POOL);
      await writeFile(file, PIPELINE);
      const processes = String(defaultSettings().parallel);
      const ideal: number[] = [];
      const ours: number[] = [];
      await withEngine(folder, async (engine) => {
        for (let i = 0; i < ROUNDS; i += 1) {
          const { stdout } = await execute(PYTHON, [path.join(folder, "pool.py"), processes], {
            cwd: folder,
          });
          ideal.push(Number(stdout));
          const run = await completed(engine, { file, pipeline: null });
          ours.push((run.finished ?? NaN) - run.started);
        }
      });
      return [
        {
          what: `${STEPS} CPU-bound steps side by side against a pool of processes`,
          measured: median(ours) / median(ideal),
          unit: "×",
          budget: 1.15,
          note: `${Math.round(median(ours))} ms against ${Math.round(median(ideal))} ms on ${processes} processes, medians of ${ROUNDS}`,
        },
      ];
    }),
};
