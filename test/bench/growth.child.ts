/** Runs a pipeline many times, as a window that stays open does, and prints the engine's memory after some of them and after all. */
import path from "node:path";
import { completed, withEngine } from "./bench";

async function main(folder: string, first: number, last: number): Promise<void> {
  await withEngine(
    folder,
    async (engine) => {
      let before = NaN;
      for (let run = 1; run <= last; run += 1) {
        await completed(engine, { file: path.join(folder, "short.py"), pipeline: null });
        if (run === first) before = inUse();
      }
      console.log(`${before} ${inUse()}`);
    },
    true,
  );
}

/** In megabytes: objects and buffers that are still reachable. */
function inUse(): number {
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}

const [folder = "", first, last] = process.argv.slice(2);
void main(folder, Number(first), Number(last));
