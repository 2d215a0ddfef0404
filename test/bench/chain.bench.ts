/** What the engine itself costs: a chain of 100 steps that do nothing, durable, each with a result that is new; and the same from the cache. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { completed, inTemporaryFolder, median, syncTime, withEngine, type Bench } from "./bench";

const STEPS = 100;
const RUNS = 9;
const CHAIN = `from zenml import pipeline, step


@step
def add(value: int) -> int:
    return value + 1


@pipeline
def chain(start: int = 0):
    value = add(start)
    for _ in range(${STEPS - 1}):
        value = add(value)
`;

export const chain: Bench = {
  name: "chain",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const file = path.join(folder, "chain.py");
      await writeFile(file, CHAIN);
      return withEngine(folder, async (engine) => {
        const gaps: number[] = [];
        const syncs: number[] = [];
        for (let i = 0; i <= RUNS; i++) {
          const parameters = { start: i * 1000 };
          const run = await completed(engine, { file, pipeline: null, parameters });
          const starts = engine.reader.steps(run.id).map((step) => step.started ?? 0);
          syncs.push(syncTime(folder));
          gaps.push(((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / (STEPS - 1));
        }
        const cached: number[] = [];
        for (let i = 0; i < RUNS; i++) {
          const run = await completed(engine, { file, pipeline: null });
          cached.push((run.finished ?? 0) - run.started);
        }
        return [
          {
            what: "engine overhead per trivial step, durable",
            measured: median(gaps.slice(1)),
            unit: "ms",
            budget: 3,
            note: `chain of ${STEPS}, start to start, median of ${RUNS} runs; one sync of this disk: ${median(syncs).toFixed(1)} ms`,
          },
          {
            what: `fully cached re-run, ${STEPS} steps, after compile`,
            measured: median(cached),
            unit: "ms",
            budget: 150,
            note: `median of ${RUNS} runs`,
          },
        ];
      });
    }),
};
