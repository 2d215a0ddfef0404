/** What `import zenml` and its usual names add to the start of a Python process, as `-X importtime` has it. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { type Bench, PYTHON, ROOT } from "./bench";

const SDK = path.join(ROOT, "src", "runtimes", "python", "sdk");
const RUNS = 9;
const USUAL = "import zenml; zenml.step, zenml.pipeline, zenml.Model; import zenml.client";

export const pythonImport: Bench = {
  name: "import",
  run() {
    selfTime(USUAL);
    // Whatever else the machine does only adds to it: the best of several is what the import itself takes.
    const best = (code: string): number => Math.min(...Array.from({ length: RUNS }, () => selfTime(code)));
    return Promise.resolve([
      {
        what: "import of the Python SDK, with step, pipeline, Model, Client",
        measured: best(USUAL) - best("pass"),
        unit: "ms",
        budget: 60,
        note: `best of ${RUNS}`,
      },
    ]);
  },
};

/** The sum of what each module took itself; those that any Python imports at its start are in both sums. */
function selfTime(code: string): number {
  // As for users, whose Python keeps what it has compiled.
  const environment = { ...process.env, PYTHONPATH: SDK, PYTHONDONTWRITEBYTECODE: "" };
  const { stderr, status } = spawnSync(PYTHON, ["-X", "importtime", "-c", code], {
    env: environment,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const own = [...stderr.matchAll(/^import time:\s+(\d+) \|/gm)].map(([, micros = "0"]) => Number(micros));
  return own.reduce((sum, micros) => sum + micros, 0) / 1000;
}
