/** One pipeline in both languages, on the real engine with real workers of both. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import type { StepRun } from "../../../src/core/entities";
import { readPreview } from "../../../src/artifacts/manifest";
import { HeadraceError } from "../../../src/core/errors";
import { Workspace, python } from "./harness";

const skip = existsSync(python) ? false : "there is no Python with the libraries";
const head = 'import { Model, NdArray, pipeline, pythonStep, step } from "headrace";\n';

const train = `
from typing import Annotated, Tuple
import numpy as np
import pandas as pd
from headrace import get_step_context, log_metadata, step

def scale(x):
    return x * 2

@step
def train_model(X: np.ndarray, rate: float = 0.25) -> Annotated[dict, "model"]:
    assert X.shape == (2, 2), X
    print("training")
    log_metadata({"rows": len(X)})
    return {"weights": scale(X).tolist(), "rate": rate, "of": get_step_context().model.name}

@step
def describe(rows: pd.DataFrame) -> Tuple[Annotated[pd.DataFrame, "stats"], Annotated[int, "count"]]:
    return rows.describe().reset_index(), len(rows)
`;

const both = `${head}
const load = step(() => ({ X: new NdArray(new Float64Array([1, 2, 3, 4]), [2, 2]), rows: [{ a: 1 }, { a: 3 }] }), { outputs: ["X", "rows"] });
const train = pythonStep<{ X: NdArray; rate?: number }, { weights: number[][] }>("steps/train.py:train_model");
const describe = pythonStep<{ rows: object[] }, { stats: object[]; count: number }, ["stats", "count"]>("steps/train.py:describe", { outputs: ["stats", "count"] });
const report = step((model: unknown, stats: { index: string; a: number }[], count: number) =>
  ({ model, mean: stats.find(({ index }) => index === "mean")?.a, count }), { output: "report" });
export const both = pipeline("both", { model: new Model("m") }, () => {
  const { X, rows } = load();
  const { stats, count } = describe({ rows });
  report(train({ X }), stats, count);
});
`;

const value = async (workspace: Workspace, step: StepRun | undefined, output: string): Promise<unknown> => {
  const folder = workspace.engine.payloadFolder(workspace.made(step, output).id) ?? "";
  return JSON.parse(await readFile(path.join(folder, "data.json"), "utf8")) as unknown;
};
const statuses = (steps: Readonly<Record<string, StepRun>>): string[] =>
  Object.values(steps).map(({ invocation, status }) => `${invocation} ${status}`);

test(
  "a TypeScript pipeline calls Python steps: values, names, models, metadata and lineage cross",
  { skip },
  async (t) => {
    const workspace = await Workspace.open(t, { "steps/train.py": train, "p.ts": both });
    const steps = await workspace.run("p.ts");
    assert.deepEqual(statuses(steps), [
      "load completed",
      "describe completed",
      "train_model completed",
      "report completed",
    ]);
    const model = {
      weights: [
        [2, 4],
        [6, 8],
      ],
      rate: 0.25,
      of: "m",
    };
    assert.deepEqual(await value(workspace, steps["report"], "report"), { model, mean: 2, count: 2 });
    const version = workspace.made(steps["train_model"], "model");
    assert.deepEqual([version.artifact, version.language], ["model", "python"]);
    assert.deepEqual(steps["report"]?.inputs["model"], {
      kind: "artifact",
      artifactVersionId: version.id,
      how: "step_output",
    });
    const { reader } = workspace.engine;
    const linked = reader
      .linkedArtifacts(steps["load"]?.modelVersionId ?? "")
      .map(({ artifact }) => artifact);
    assert.deepEqual(linked.toSorted(), ["X", "count", "model", "report", "rows", "stats"]);
    assert.equal(reader.metadata("step_run", steps["train_model"]?.id ?? "")["rows"], 2);
    assert.match(
      await readFile(workspace.engine.logFile(steps["load"]?.runId ?? "", "train_model"), "utf8"),
      /training/,
    );
    const described = workspace.engine.payloadFolder(workspace.made(steps["describe"], "stats").id) ?? "";
    assert.equal((await readPreview(described))?.kind, "table");
  },
);

test("the cache follows the code of both languages, across the border", { skip }, async (t) => {
  const workspace = await Workspace.open(t, { "steps/train.py": train, "p.ts": both });
  await workspace.run("p.ts");
  assert.deepEqual(
    [...new Set(Object.values(await workspace.run("p.ts")).map(({ status }) => status))],
    ["cached"],
  );
  await workspace.write({ "steps/train.py": train.replace("x * 2", "x * 3") });
  const steps = await workspace.run("p.ts");
  assert.deepEqual(statuses(steps), [
    "load cached",
    "describe cached",
    "train_model completed",
    "report completed",
  ]);
  assert.equal(steps["train_model"]?.cacheReason, "helper `train.scale()` changed");
  const spec = workspace.engine.reader.spec(workspace.engine.reader.runs({ limit: 1 }).items[0]?.id ?? "");
  const kept = Object.values(spec?.sources ?? {}).join("");
  assert.match(kept, /x \* 3/, "what the other language says of its code is kept, too");
  assert.match(kept, /const report/);
});

test(
  "a Python pipeline calls TypeScript steps, their code decides about the cache, and a failure names the line",
  { skip },
  async (t) => {
    const score = (factor: number): string => `import { step } from "headrace";
const times = (n: number) => n * ${factor};
export const score = step((rows: { a: number }[], { plus = 1 }: { plus?: number }) => rows.map(({ a }) => times(a) + plus), { output: "scores" });
export const split = step((xs: number[], at?: number) => ({ low: xs.slice(0, at ?? 1), high: xs.slice(at ?? 1) }), { outputs: ["low", "high"] });
export const fails = step((low: Set<number>): void => {
  throw new RangeError("too low");
});
`;
    const workspace = await Workspace.open(t, {
      "steps/score.ts": score(2),
      "q.py": `
import pandas as pd
from typing import List
from headrace import pipeline, step, ts_step

score = ts_step("steps/score.ts:score")
split = ts_step("steps/score.ts:split", outputs=["low", "high"])
fails = ts_step("steps/score.ts:fails")

@step
def load() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3]})

@step
def total(low: List[int], high: List[int]) -> int:
    return sum(low) + 10 * sum(high)

@pipeline
def mixed():
    low, high = split(xs=score(rows=load(), plus=2))
    total(low, high)
    fails(low=low, id="broken")
`,
    });
    const steps = await workspace.run("q.py");
    assert.deepEqual(statuses(steps), [
      "load completed",
      "score completed",
      "split completed",
      "total completed",
      "broken failed",
    ]);
    assert.equal(await value(workspace, steps["total"], "output"), 4 + 10 * (6 + 8));
    assert.equal(workspace.made(steps["score"], "scores").language, "node");
    const { failure } = steps["broken"] ?? {};
    assert.deepEqual([failure?.type, failure?.location?.line], ["RangeError", 6]);
    assert.match(failure?.location?.file ?? "", /score\.ts$/);
    await workspace.write({ "steps/score.ts": score(3) });
    const again = await workspace.run("q.py");
    assert.deepEqual(statuses(again).slice(0, 4), [
      "load cached",
      "score completed",
      "split completed",
      "total completed",
    ]);
    assert.equal(again["score"]?.cacheReason, "helper `times()` changed");
  },
);

test(
  "what is wrong with a call is refused before a run exists, at the line that makes it",
  { skip },
  async (t) => {
    const workspace = await Workspace.open(t, { "steps/train.py": train });
    const refused = async (was: string, is: string): Promise<string> => {
      await workspace.write({ "p.ts": both.replace(was, is) });
      const error: unknown = await workspace.run("p.ts").then(
        () => "it ran",
        (reason: unknown) => reason,
      );
      if (!HeadraceError.is(error)) throw new Error(String(error));
      return `${error.message} (${path.basename(error.location?.file ?? "")}:${error.location?.line ?? ""})`;
    };
    assert.match(
      await refused("train({ X })", "train({ X, rat: 1 } as never)"),
      /train_model.*unexpected.*rat.*\(p\.ts:11\)/,
    );
    assert.match(await refused("train({ X })", "train({} as never)"), /'X'.*\(p\.ts:11\)/);
    assert.match(
      await refused("train({ X })", 'train({ X, rate: "fast" as never })'),
      /'rate'.*float.*\(p\.ts:11\)/,
    );
    assert.match(
      await refused("train.py:train_model", "train.py:nobody"),
      /has no step `nobody`.*train_model.*\(p\.ts:11\)/,
    );
    assert.match(await refused("train.py:train_model", "no.py:nobody"), /no such file.*\(p\.ts:11\)/);
    assert.match(
      await refused('outputs: ["stats", "count"] }', 'outputs: ["stats"] }'),
      /2 outputs: `stats`, `count`; the pipeline expects `stats`.*\(p\.ts:10\)/,
    );
    await workspace.write({ "steps/train.py": "import nothing_of_the_kind\n" });
    assert.match(await refused("", ""), /nothing_of_the_kind.*\(train\.py:1\)/s);
    assert.equal(workspace.engine.reader.counts().runs, 0);
  },
);

test(
  "branches in both languages run at the same time, and a cancelled run ends both",
  { skip },
  async (t) => {
    const workspace = await Workspace.open(t, {
      "steps/wait.py": `
import time
from headrace import step

@step
def wait(name: str) -> None:
    print("waiting", flush=True)
    time.sleep(600)
`,
      "p.ts": `${head}
const wait = pythonStep<{ name: string }, void>("steps/wait.py:wait");
const also = step(async () => { console.log("waiting"); await new Promise((resolve) => setTimeout(resolve, 600_000)); });
export const p = pipeline("p", { cache: false }, () => { also(); wait({ name: "a" }); });
`,
    });
    const waiting = new Set<string>();
    const handle = workspace.start("p.ts");
    await new Promise<void>((resolve) => {
      workspace.engine.onLive((event) => {
        if (event.type !== "step.log") return;
        waiting.add(event.invocation);
        if (waiting.size === 2) resolve();
      });
    });
    handle.cancel();
    const run = await handle.finished;
    assert.equal(run.status, "cancelled");
    assert.deepEqual(
      workspace.engine.reader.steps(run.id).map(({ status }) => status),
      ["cancelled", "cancelled"],
    );
  },
);
