/** What a window that stays open for long keeps: memory of the engine's process after many runs against after some. */
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { bundle } from "./bundle";
import { ROOT, completed, inTemporaryFolder, withEngine, type Bench, type Row } from "./bench";
import { large } from "./store.bench";

const execute = promisify(execFile);
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
  run: async () => [await ofLargeStore(), ...(await overManyRuns())],
};

/** In a process of its own, as the extension's host is one. */
function ofLargeStore(): Promise<Row> {
  return inTemporaryFolder(async (folder) => {
    await cp(await large(), path.join(folder, ".headrace"), { recursive: true });
    const child = path.join(ROOT, ".cache/bench/memory.js");
    await bundle(path.join(__dirname, "memory.child.ts"), child);
    const { stdout } = await execute(process.execPath, ["--expose-gc", child, folder]);
    const [before = NaN, after = NaN] = stdout.split(" ").map(Number);
    return {
      what: "memory with a store of 100,000 artifact versions open",
      measured: after - before,
      unit: "MB",
      budget: 150,
      note: `resident, beyond the ${before.toFixed(0)} MB of the process when idle`,
    };
  });
}

function overManyRuns(): Promise<readonly Row[]> {
  return inTemporaryFolder(async (folder) => {
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
  });
}

/** In megabytes: objects and buffers that are still reachable. */
function inUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}
