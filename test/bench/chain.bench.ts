/** What the engine itself costs: a chain of 100 steps that do nothing, durable; and the same all from the cache. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { completed, inTemporaryFolder, median, withEngine, type Bench } from "./bench";

const STEPS = 100;
const CHAIN = `from zenml import pipeline, step


@step
def add(value: int) -> int:
    return value + 1


@pipeline
def chain():
    value = add(0)
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
        for (let i = 0; i < 3; i++) {
          const run = await completed(engine, { file, pipeline: null, noCache: true });
          const starts = engine.reader.steps(run.id).map((step) => step.started ?? 0);
          gaps.push(((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / (STEPS - 1));
        }
        await completed(engine, { file, pipeline: null });
        const cached: number[] = [];
        for (let i = 0; i < 5; i++) {
          const run = await completed(engine, { file, pipeline: null });
          cached.push((run.finished ?? 0) - run.started);
        }
        return [
          {
            what: "engine overhead per trivial step, durable",
            measured: median(gaps),
            unit: "ms",
            budget: 3,
            note: `chain of ${STEPS}, start to start, median of 3 runs`,
          },
          {
            what: `fully cached re-run, ${STEPS} steps, after compile`,
            measured: median(cached),
            unit: "ms",
            budget: 150,
            note: "median of 5 runs",
          },
        ];
      });
    }),
};
