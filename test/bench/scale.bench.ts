/** Whether a step costs the same in a large pipeline as in a small one: chains, fan-outs, and 10,000 steps from the cache. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Run } from "../../src/core/entities";
import type { Engine } from "../../src/engine/api";
import { completed, inTemporaryFolder, withEngine, type Bench, type Row } from "./bench";

const [SMALL, LARGE, HUGE] = [100, 1_000, 10_000];

const PIPELINES = `from zenml import pipeline, step


@step
def add(value: int) -> int:
    return value + 1


@step
def gather(values: list[int]) -> int:
    return sum(values)


@pipeline
def chain(start: int = 0, steps: int = 1):
    value = add(start)
    for _ in range(steps - 1):
        value = add(value)


@pipeline
def fan(start: int = 0, steps: int = 1):
    gather([add(start + index) for index in range(steps)])


@pipeline
def alike(steps: int = 1):
    for index in range(steps):
        add(index % 10)
`;

export const scale: Bench = {
  name: "scale",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const file = path.join(folder, "scale.py");
      await writeFile(file, PIPELINES);
      return withEngine(folder, async (engine) => {
        const perStep = async (pipeline: string, steps: number, start?: number): Promise<number> => {
          const parameters = { steps, ...(start === undefined ? {} : { start }) };
          return overSteps(await completed(engine, { file, pipeline, parameters }));
        };
        await perStep("chain", SMALL, -SMALL);
        const base = await perStep("chain", SMALL, 0);
        const executed = {
          chain: await perStep("chain", LARGE, 10_000),
          "fan-out": await perStep("fan", LARGE, 20_000),
        };
        const few = await cached(engine, () => perStep("alike", LARGE));
        const many = await cached(engine, () => perStep("alike", HUGE));
        const rows = Object.entries(executed).map(([shape, time]): Row => ({
          what: `a step in a ${shape} of 1,000 against one in a chain of 100`,
          measured: time / base,
          unit: "×",
          budget: 1.5,
          note: `${time.toFixed(2)} ms against ${base.toFixed(2)} ms, executed and durable`,
        }));
        return [
          ...rows,
          {
            what: "a cached step among 10,000 against one among 1,000",
            measured: many / few,
            unit: "×",
            budget: 1.5,
            note: `${many.toFixed(2)} ms against ${few.toFixed(2)} ms; ${(many * HUGE).toFixed(0)} ms in all`,
          },
        ];
      });
    }),
};

function overSteps(run: Run): number {
  return ((run.finished ?? NaN) - run.started) / run.steps;
}

/** After a first run, which makes what there is to take over. */
async function cached(engine: Engine, run: () => Promise<number>): Promise<number> {
  await run();
  const before = engine.reader.counts().artifactVersions;
  const time = await run();
  if (engine.reader.counts().artifactVersions !== before) throw new Error("Not all of it was cached.");
  return time;
}
