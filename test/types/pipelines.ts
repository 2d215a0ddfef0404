/** What the compiler must accept and refuse in a pipeline: `tsc -p test/types` is the test. */
import { Client, Model, NdArray, pipeline, pythonStep, saveArtifact, step } from "headrace";
import type { Artifact } from "headrace";

interface Row {
  readonly id: number;
  readonly label: string;
}
class Forest {
  readonly depth = 3;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expect<_Holds extends true>(): void {}

const load = step(({ count = 10 }: { count?: number }): Row[] => [{ id: count, label: "a" }]);
const split = step(
  (rows: Row[], ratio: number = 0.2) => ({ train: rows.slice(1), test: rows.slice(0, 1).map(() => ratio) }),
  { outputs: ["train", "test"] },
);
const pair = step((rows: Row[]): [Row[], number] => [rows, rows.length], { outputs: ["rows", "length"] });
const fit = step(
  async (rows: Row[], { rate = 0.1 }: { rate?: number }) =>
    Promise.resolve(rate > 0 ? new Forest() : new Forest()),
  {
    output: "forest",
  },
);
const score = step((forest: Forest, values: number[]): number => forest.depth + values.length);
const report = step((result: number): void => console.log(result));
const merge = step((scores: number[]): number => Math.max(...scores));
const named = step(
  ({ forest, values }: { forest: Forest; values: number[] }) => forest.depth * values.length,
);
const train = pythonStep<{ X: NdArray }, Forest>("steps/train.py:train_model");

export const accepted = pipeline("accepted", { cache: true }, ({ rate = 0.1 }: { rate?: number }) => {
  const rows = load({});
  expect<Same<typeof rows, Artifact<Row[]>>>();
  const { train: a, test: b } = split(rows);
  expect<Same<typeof a, Artifact<Row[]>>>();
  expect<Same<typeof b, Artifact<number[]>>>();
  const [c, d] = pair(rows);
  expect<Same<typeof c, Artifact<Row[]>>>();
  expect<Same<typeof d, Artifact<number>>>();
  const forest = fit(a, { rate });
  expect<Same<typeof forest, Artifact<Forest>>>();
  const scores = [score(forest, b), score.with({ id: "again" })(forest, [1, 2])];
  const best = merge(scores);
  report.after(best)(best);
  report.after("again", report(1))(2);
  named({ forest, values: b });
  train({ X: new NdArray(new Float64Array(3)) });
  score(new Model("m").getArtifact<Forest>("forest"), b);
  return { best };
});

export const refused = pipeline("refused", () => {
  const rows = load({ count: 3 });
  // @ts-expect-error the wrong artifact
  score(rows, [1]);
  // @ts-expect-error an artifact is not its value
  const count: number = score(fit(rows, {}), [1]);
  // @ts-expect-error it has no members of the value
  rows.length;
  // @ts-expect-error it can't be iterated over
  for (const row of rows) console.log(row);
  // @ts-expect-error there is no such output
  const { validation } = split(rows);
  // @ts-expect-error a parameter of the wrong type
  split(rows, "0.2");
  // @ts-expect-error an input is missing
  score(fit(rows, {}));
  // @ts-expect-error a member of the options that the function doesn't have, beside one that it has
  fit(rows, { rate: 1, rat: 2 });
  // @ts-expect-error a list of the wrong artifacts
  merge([rows]);
  // @ts-expect-error one of the named inputs has the wrong type
  named({ forest: rows, values: [1] });
  // @ts-expect-error nothing comes of a step that returns nothing
  score(report(1), [1]);
  // @ts-expect-error an input that Python's function doesn't have
  train({ Y: 1 });
});

/** Steps of the other language, with several outputs; and a pipeline that a script calls. */
const describe = pythonStep<{ rows: Row[] }, { stats: Row[]; count: number }, ["stats", "count"]>(
  "steps/train.py:describe",
  { outputs: ["stats", "count"] },
);
export const both = pipeline("both", ({ rate }: { rate: number }) => {
  const { stats, count } = describe({ rows: load({}) });
  expect<Same<typeof stats, Artifact<Row[]>>>();
  expect<Same<typeof count, Artifact<number>>>();
  report(score(new Client().getArtifactVersion<Forest>("forest"), [rate]));
  // @ts-expect-error an input that must be given
  describe({});
});
export async function script(): Promise<string> {
  await accepted();
  await accepted({ rate: 1 });
  // @ts-expect-error a parameter without a default
  await both();
  // @ts-expect-error a parameter of the wrong type
  await both({ rate: "fast" });
  const { status, name } = await both({ rate: 1 });
  return `${name} ${status}`;
}

// @ts-expect-error the function doesn't return one of the outputs
step(() => ({ train: 1 }), { outputs: ["train", "test"] });
// @ts-expect-error parameters of a pipeline are given by name
pipeline("positional", (rate: number) => report(rate));
// @ts-expect-error no such option
step(() => 1, { cached: true });

/** The function stays what it was. */
const plain: number = score.fn(new Forest(), [1]);
const waited: Promise<Forest> = fit.fn([], {});
void saveArtifact(plain, "plain").then(async (saved): Promise<number> => saved.load());
void waited;
