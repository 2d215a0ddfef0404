/** The tutorial, cold and warm, against plain `python` running the same functions without Headrace. */
import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { PYTHON, ROOT, completed, inTemporaryFolder, median, timed, withEngine, type Bench } from "./bench";

const execute = promisify(execFile);
const ROUNDS = 5;

/** A `zenml` whose decorators do nothing: the tutorial's files run unchanged as plain functions. */
const NOTHING = `def step(function=None, **options):
    return function if function is not None else step


pipeline = step
`;

export const tutorial: Bench = {
  name: "tutorial",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const workspace = path.join(folder, "tutorial");
      await cp(path.join(ROOT, "examples/tutorial"), workspace, { recursive: true });
      await mkdir(path.join(folder, "plain"));
      await writeFile(path.join(folder, "plain/zenml.py"), NOTHING);
      const file = path.join(workspace, "pipelines/training_pipeline.py");
      const environment = { ...process.env, PYTHONPATH: path.join(folder, "plain") };
      const plain: number[] = [];
      const cold: number[] = [];
      const warm: number[] = [];
      const runPlain = () => timed(() => execute(PYTHON, [file], { env: environment, cwd: workspace }));
      await runPlain();
      // Turn by turn, so that what else the machine does falls on all alike.
      for (let i = 0; i < ROUNDS; i++) {
        plain.push(await runPlain());
        await withEngine(workspace, async (engine) =>
          cold.push(await timed(() => completed(engine, { file, pipeline: null }))),
        );
      }
      await withEngine(
        workspace,
        async (engine) => {
          await completed(engine, { file, pipeline: null });
          for (let i = 0; i < ROUNDS; i++) {
            // The spare worker warms up while the user reads; here, while plain Python runs.
            await runPlain();
            await runPlain();
            warm.push(await timed(() => completed(engine, { file, pipeline: null })));
          }
        },
        true,
      );
      const base = median(plain);
      const note = (times: readonly number[]): string =>
        `${Math.round(median(times))} ms against ${Math.round(base)} ms, medians of ${ROUNDS}`;
      return [
        {
          what: "cold run of the tutorial against plain python",
          measured: median(cold) / base,
          unit: "×",
          budget: 1.25,
          note: note(cold),
        },
        {
          what: "warm run of the tutorial against plain python",
          measured: median(warm) / base,
          unit: "×",
          budget: 0.6,
          note: note(warm),
        },
      ];
    }),
};
