/** Pipelines in TypeScript: what the engine and the worker cost per step, and how soon the first one runs. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { completed, inTemporaryFolder, median, withEngine, type Bench } from "./bench";

const STEPS = 100;
const RUNS = 9;
const COLD_STARTS = 5;
const CHAIN = `import { pipeline, step } from "headrace";
const add = step((value: number) => value + 1);
export const chain = pipeline("chain", { cache: false }, ({ start = 0 }: { start?: number }) => {
  let value = add(start);
  for (let i = 1; i < ${STEPS}; i += 1) value = add(value);
});
export const one = pipeline("one", { cache: false }, () => {
  add(0);
});
`;

export const node: Bench = {
  name: "node",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const file = path.join(folder, "chain.ts");
      await writeFile(file, CHAIN);
      return [
        {
          what: "TypeScript: overhead per trivial step, durable",
          measured: await withEngine(folder, (engine) => overhead(engine, file)),
          unit: "ms",
          budget: 2,
          note: `chain of ${STEPS}, start to start, median of ${RUNS} runs`,
        },
        {
          what: "TypeScript: cold start to the first step",
          measured: await coldStart(folder, file),
          unit: "ms",
          budget: 300,
          note: `asked to started, no worker waiting, median of ${COLD_STARTS}`,
        },
      ];
    }),
};

type Engine = Parameters<Parameters<typeof withEngine>[1]>[0];

async function overhead(engine: Engine, file: string): Promise<number> {
  const gaps: number[] = [];
  for (let i = 0; i <= RUNS; i += 1) {
    // As for Python, each result is new, and the first run does not count.
    const run = await completed(engine, { file, pipeline: "chain", parameters: { start: i * 1000 } });
    const starts = engine.reader.steps(run.id).map((step) => step.started ?? 0);
    gaps.push(((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / (STEPS - 1));
  }
  return median(gaps.slice(1));
}

/** The engine is open, as it is in a window; the worker's process is not there yet. */
function coldStart(folder: string, file: string): Promise<number> {
  return withEngine(folder, async (engine) => {
    const times: number[] = [];
    for (let i = 0; i < COLD_STARTS; i += 1) {
      const asked = performance.now();
      const started = new Promise<number>((resolve) => {
        const listening = engine.onLive((event) => {
          if (event.type !== "step.started") return;
          listening.dispose();
          resolve(performance.now());
        });
      });
      await completed(engine, { file, pipeline: "one" });
      times.push((await started) - asked);
    }
    return median(times);
  });
}
