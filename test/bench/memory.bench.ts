/** What a window that stays open for long keeps: memory of the engine's process after many runs against after some. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { completed, inTemporaryFolder, withEngine, type Bench } from "./bench";

const [FIRST, LAST] = [40, 200];
const PIPELINE = `from zenml import pipeline, step


@step
def make() -> int:
    print("making")
    return 1


@step(enable_cache=False)
def use(value: int) -> int:
    return value


@pipeline
def short():
    use(make())
`;

export const memory: Bench = {
  name: "memory",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const file = path.join(folder, "short.py");
      await writeFile(file, PIPELINE);
      return withEngine(
        folder,
        async (engine) => {
          let before = NaN;
          for (let run = 1; run <= LAST; run += 1) {
            await completed(engine, { file, pipeline: null });
            if (run === FIRST) before = inUse();
          }
          const after = inUse();
          return [
            {
              what: `memory of the engine after ${LAST} runs beyond that after ${FIRST}`,
              measured: after - before,
              unit: "MB",
              budget: 5,
              note: `${after.toFixed(1)} MB against ${before.toFixed(1)} MB, garbage collected`,
            },
          ];
        },
        true,
      );
    }),
};

/** In megabytes: objects and buffers that are still reachable. */
function inUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}
