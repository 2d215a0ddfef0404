/** Loading and activating the packed extension: what every window waits for in which it wakes up. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { ROOT, median, type Bench } from "./bench";

const execute = promisify(execFile);
const ROUNDS = 9;

export const activation: Bench = {
  name: "activation",
  async run() {
    if (!existsSync(path.join(ROOT, "dist/extension.js"))) throw new Error("Run `npm run build` first.");
    const child = path.join(ROOT, ".cache/bench/activation.js");
    await build({
      entryPoints: [path.join(__dirname, "activation.child.ts")],
      outfile: child,
      platform: "node",
      format: "cjs",
      logLevel: "error",
    });
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) {
      const { stdout } = await execute(process.execPath, [child, ROOT]);
      times.push(Number(stdout));
    }
    return [
      {
        what: "activation: the packed extension loaded and activated",
        measured: median(times),
        unit: "ms",
        budget: 60,
        note: `each in a new process; median of ${ROUNDS}`,
      },
    ];
  },
};
