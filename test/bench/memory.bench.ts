/** What a window that stays open for long keeps: memory of the engine's process after many runs against after some. */
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { bundle } from "./bundle";
import { ROOT, inTemporaryFolder, type Bench, type Row } from "./bench";
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
  run: async () => [await ofLargeStore(), await overManyRuns()],
};

/** In a process of its own, as the extension's host is one. */
function ofLargeStore(): Promise<Row> {
  return inTemporaryFolder(async (folder) => {
    await cp(await large(), path.join(folder, ".headrace"), { recursive: true });
    const [before, after] = await inChild("memory", folder);
    return {
      what: "memory with a store of 100,000 artifact versions open",
      measured: after - before,
      unit: "MB",
      budget: 150,
      note: `resident, beyond the ${before.toFixed(0)} MB of the process when idle`,
    };
  });
}

/** Likewise: what other benches leave behind is not the engine's. */
function overManyRuns(): Promise<Row> {
  return inTemporaryFolder(async (folder) => {
    await writeFile(path.join(folder, "short.py"), PIPELINE);
    const [before, after] = await inChild("growth", folder, String(FIRST), String(LAST));
    return {
      what: `memory of the engine after ${LAST} runs beyond that after ${FIRST}`,
      measured: after - before,
      unit: "MB",
      budget: 5,
      note: `${after.toFixed(1)} MB against ${before.toFixed(1)} MB, garbage collected`,
    };
  });
}

/** The two figures that a process prints. */
async function inChild(name: string, ...given: readonly string[]): Promise<readonly [number, number]> {
  const child = path.join(ROOT, `.cache/bench/${name}.js`);
  await bundle(path.join(__dirname, `${name}.child.ts`), child);
  const { stdout } = await execute(process.execPath, ["--expose-gc", child, ...given]);
  const [before = NaN, after = NaN] = stdout.split(" ").map(Number);
  return [before, after];
}
