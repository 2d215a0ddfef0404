/** What both SDKs must do alike: each scenario is one workspace, written once in each language, and what is done in it. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../src/core/json";

/** A run; before it, the module of helpers is written anew. */
export interface Act {
  readonly files?: { readonly python: string; readonly typescript: string };
  readonly pipeline?: string;
  readonly parameters?: JsonObject;
  readonly noCache?: boolean;
}

export interface Scenario {
  readonly title: string;
  readonly python: string;
  readonly typescript: string;
  /** One plain run when left out. */
  readonly acts?: readonly Act[];
  /** What makes the scenario worth its name did happen. */
  readonly check?: (record: JsonObject) => void;
}

const py = `from typing import Annotated, List, Tuple
from headrace import (
    ArtifactConfig, Client, Model, add_tags, get_pipeline_context, get_step_context, link_artifact_to_model, load_artifact,
    log_metadata, pipeline, save_artifact, step,
)
from headrace.config.retry_config import StepRetryConfig
`;
const ts = `import {
  Client, Model, getPipelineContext, getStepContext, linkArtifactToModel, loadArtifact, logMetadata, pipeline, saveArtifact, step,
} from "headrace";
`;

interface Recorded {
  readonly runs: readonly {
    readonly status: string;
    readonly steps: readonly { readonly invocation: string; readonly status: string }[];
  }[];
}

/** `load completed, fit cached` of each run. */
function stepsOf(record: JsonObject): readonly string[] {
  return (record as unknown as Recorded).runs.map(({ steps }) =>
    steps.map(({ invocation, status }) => `${invocation} ${status}`).join(", "),
  );
}

const helpers = (factor: number) => ({
  python: `FACTOR = ${factor}\n\ndef scaled(n):\n    return n * FACTOR\n\ndef clamped(n):\n    return min(n, 10)\n`,
  typescript: `const FACTOR = ${factor};\nexport const scaled = (n: number) => n * FACTOR;\nexport const clamped = (n: number) => Math.min(n, 10);\n`,
});

export const scenarios: readonly Scenario[] = [
  {
    title: "names of invocations, outputs and artifacts; calls in loops, ids and order",
    python: `${py}
@step
def load() -> int:
    return 1

@step
def split(n: int) -> Tuple[Annotated[int, "low"], Annotated[int, "high"]]:
    return n, n + 1

@step(name="renamed")
def add(a: int, b: int = 5) -> Annotated[int, "sum_{kind}"]:
    return a + b

@step
def say(n: int) -> None:
    print(n)

@pipeline(substitutions={"kind": "plain"})
def names(count: int = 2):
    n = load()
    low, high = split(n)
    for _ in range(count):
        n = add(low, high)
    add(n, id="last", after="renamed")
    say(n, after=[high])
`,
    typescript: `${ts}
const load = step((): number => 1);
const split = step((n: number) => ({ low: n, high: n + 1 }), { outputs: ["low", "high"] });
const add = step((a: number, b: number = 5) => a + b, { name: "renamed", output: "sum_{kind}" });
const say = step((n: number): void => console.log(n));
export const names = pipeline("names", { substitutions: { kind: "plain" } }, ({ count = 2 }: { count?: number }) => {
  let n = load();
  const { low, high } = split(n);
  for (let i = 0; i < count; i += 1) n = add(low, high);
  add.with({ id: "last" }).after("renamed")(n);
  say.after(high)(n);
});
`,
    acts: [{}, { parameters: { count: 3 } }],
    check: (record) =>
      assert.match(
        stepsOf(record)[1] ?? "",
        /renamed cached, renamed_2 cached, renamed_3 cached, last cached/,
      ),
  },
  {
    title: "versions, stages, links and look-ups of models",
    python: `${py}
@step
def fit(rate: float = 0.5) -> Annotated[dict, ArtifactConfig(name="forest", tags=["tree"], run_metadata={"rate": 1})]:
    log_metadata({"loss": rate})
    log_metadata({"owner": "us"}, infer_model=True)
    return {"rate": rate}

@step
def promote() -> None:
    get_step_context().model.set_stage("production", force=True)

@step
def use(forest: dict, rate: int) -> int:
    assert forest["rate"] == 0.5
    return rate

@pipeline(model=Model("forest_model", description="trees", tags=["one"]), tags=["nightly"])
def training():
    forest = fit()
    promote(after=forest)

@pipeline(model=Model("forest_model", version="production"))
def inference():
    model = get_pipeline_context().model
    forest = model.get_artifact("forest")
    use(forest, forest.run_metadata["rate"])
`,
    typescript: `${ts}
const fit = step(
  async (rate: number = 0.5) => {
    await logMetadata({ loss: rate });
    await getStepContext().model.logMetadata({ owner: "us" });
    return { rate };
  },
  { output: { name: "forest", tags: ["tree"], metadata: { rate: 1 } } },
);
const promote = step(async () => {
  await getStepContext().model.setStage("production", { force: true });
});
const use = step((forest: { rate: number }, rate: number) => {
  if (forest.rate !== 0.5) throw new Error("not the forest");
  return rate;
});
export const training = pipeline("training", { model: new Model("forest_model", { description: "trees", tags: ["one"] }), tags: ["nightly"] }, () => {
  const forest = fit();
  promote.after(forest)();
});
export const inference = pipeline("inference", { model: new Model("forest_model", { version: "production" }) }, () => {
  const { model } = getPipelineContext();
  const forest = model!.getArtifact<{ rate: number }>("forest");
  use(forest, forest.metadata<number>("rate"));
});
`,
    acts: [
      { pipeline: "training" },
      { pipeline: "inference" },
      { pipeline: "training", noCache: true },
      { pipeline: "inference" },
    ],
    check: (record) => {
      const { runs, models } = record as unknown as Recorded & {
        readonly models: Record<string, { readonly versions: readonly { readonly stage: string | null }[] }>;
      };
      assert.deepEqual(new Set(runs.map(({ status }) => status)), new Set(["completed"]));
      assert.deepEqual(
        models["forest_model"]?.versions.map(({ stage }) => stage),
        ["archived", "production"],
      );
    },
  },
  {
    title: "the cache: hits, edits of helpers, equal results, and what is never cached",
    python: `${py}
from helpers import clamped, scaled

@step
def load(n: int) -> int:
    return n

@step
def scale(n: int) -> int:
    return scaled(n)

@step
def clamp(n: int) -> int:
    return clamped(n)

@step
def show(n: int) -> None:
    print(n)

@step(enable_cache=False)
def now() -> None:
    print("now")

@pipeline
def cached(n: int = 20):
    value = clamp(scale(load(n)))
    show(value)
    now()
`,
    typescript: `${ts}
import { clamped, scaled } from "./helpers";
const load = step((n: number) => n);
const scale = step((n: number) => scaled(n));
const clamp = step((n: number) => clamped(n));
const show = step((n: number): void => console.log(n));
const now = step((): void => console.log("now"), { cache: false });
export const cached = pipeline("cached", ({ n = 20 }: { n?: number }) => {
  const value = clamp(scale(load(n)));
  show(value);
  now();
});
`,
    acts: [
      { files: helpers(2) },
      { files: helpers(2) },
      // The factor is another, but what is clamped is the same: nothing below runs again.
      { files: helpers(3) },
      { files: helpers(3), parameters: { n: 2 } },
      { files: helpers(3), noCache: true },
    ],
    check: (record) =>
      assert.deepEqual(stepsOf(record).slice(1, 3), [
        "load cached, scale cached, clamp cached, show cached, now completed",
        "load cached, scale completed, clamp completed, show cached, now completed",
      ]),
  },
  {
    title: "failures, retries, hooks, and what is skipped below",
    python: `${py}
def failed(error: BaseException) -> None:
    log_metadata({"failed": str(error)})

def succeeded() -> None:
    log_metadata({"succeeded": True})

@step(retry=StepRetryConfig(max_retries=2), on_failure=failed, on_success=succeeded)
def flaky() -> int:
    if get_step_context().step_run.name and _attempt() < 2:
        raise ValueError("not yet")
    return 1

def _attempt() -> int:
    import os
    n = int(os.environ.get("PARITY_ATTEMPT", "0")) + 1
    os.environ["PARITY_ATTEMPT"] = str(n)
    return n

@step(on_failure=failed, on_success=succeeded)
def broken(n: int) -> int:
    raise ValueError("broken for good")

@step
def below(n: int) -> int:
    return n

@step
def beside() -> Annotated[int, "kept"]:
    return 2

@pipeline
def failing():
    below(broken(flaky()))
    beside()
`,
    typescript: `${ts}
const failed = (error: unknown) => logMetadata({ failed: (error as Error).message });
const succeeded = () => logMetadata({ succeeded: true });
let attempts = 0;
const flaky = step(
  () => {
    attempts += 1;
    if (attempts < 2) throw new TypeError("not yet");
    return 1;
  },
  { retry: { maxRetries: 2 }, onFailure: failed, onSuccess: succeeded },
);
const broken = step((n: number): number => { throw new TypeError("broken for good"); return n; }, { onFailure: failed, onSuccess: succeeded });
const below = step((n: number) => n);
const beside = step(() => 2, { output: "kept" });
export const failing = pipeline("failing", () => {
  below(broken(flaky()));
  beside();
});
`,
    check: (record) =>
      assert.deepEqual(stepsOf(record), ["flaky completed, broken failed, below skipped, beside completed"]),
  },
  ...["fail_fast", "stop_on_failure", "continue_on_failure"].map((mode): Scenario => ({
    title: `a failure in the mode ${mode}`,
    python: `${py}
@step
def broken() -> int:
    raise ValueError("broken")

@step
def after_it(n: int) -> int:
    return n

@step
def later(n: int) -> int:
    return n

@pipeline(execution_mode="${mode}")
def failing():
    n = broken()
    after_it(n)
    later(1, after="start")

@step
def start() -> None:
    pass
`.replace('later(1, after="start")', "later(1)"),
    typescript: `${ts}
const broken = step((): number => { throw new Error("broken"); });
const after_it = step((n: number) => n);
const later = step((n: number) => n);
export const failing = pipeline("failing", { executionMode: "${mode}" }, () => {
  const n = broken();
  after_it(n);
  later(1);
});
`,
    check: (record) => assert.match(stepsOf(record)[0] ?? "", /broken failed, after_it skipped/),
  })),
  {
    title: "artifacts saved, loaded and linked by hand; metadata and tags of outputs",
    python: `${py}
@step
def make() -> Annotated[int, "made"]:
    context = get_step_context()
    context.add_output_metadata({"unit": "cm"}, output_name="made")
    context.add_output_tags(["fresh"], output_name="made")
    saved = save_artifact({"a": 1}, "by_hand", tags=["hand"], user_metadata={"by": "me"})
    save_artifact({"a": 2}, "by_hand", version="named")
    link_artifact_to_model(saved, Model("other", version="1"))
    return 1

@step
def use(n: int) -> int:
    return load_artifact("by_hand", "1")["a"] + n

@step
def take(value: dict) -> int:
    return value["a"]

@pipeline(tags=["x", "y"], model=Model("own"), name="hands")
def by_hand():
    use(make())

@pipeline
def taking():
    take(Client().get_artifact_version("by_hand", "named"))

@step
def first() -> int:
    return 0

@pipeline(model=Model("other"))
def other():
    first()
`,
    typescript: `${ts}
const make = step(
  async () => {
    const context = getStepContext();
    context.addOutputMetadata({ unit: "cm" }, "made");
    context.addOutputTags(["fresh"], "made");
    const saved = await saveArtifact({ a: 1 }, "by_hand", { tags: ["hand"], metadata: { by: "me" } });
    await saveArtifact({ a: 2 }, "by_hand", { version: "named" });
    await linkArtifactToModel(saved, new Model("other", { version: "1" }));
    return 1;
  },
  { output: "made" },
);
const use = step(async (n: number) => (await loadArtifact<{ a: number }>("by_hand", "1")).a + n);
const take = step((value: { a: number }) => value.a);
export const by_hand = pipeline("hands", { tags: ["x", "y"], model: new Model("own") }, () => {
  use(make());
});
export const taking = pipeline("taking", async () => {
  take(new Client().getArtifactVersion<{ a: number }>("by_hand", "named"));
});
const first = step(() => 0);
export const other = pipeline("other", { model: new Model("other") }, () => {
  first();
});
`,
    acts: [{ pipeline: "other" }, { pipeline: "hands" }, { pipeline: "taking" }],
    check: (record) =>
      assert.deepEqual(stepsOf(record), [
        "first completed",
        "make completed, use completed",
        "take completed",
      ]),
  },
  {
    title: "lists of artifacts, branches, cascading tags and names of runs",
    python: `${py}
from headrace import Tag

@step
def part(n: int) -> int:
    return n

@step
def merge(parts: List[int]) -> int:
    return sum(parts)

@pipeline(name="fan", tags=[Tag(name="all", cascade=True), "run_only"])
def fan(width: int = 4):
    merge([part(n) for n in range(width)])
`,
    typescript: `${ts}
const part = step((n: number) => n);
const merge = step((parts: number[]) => parts.reduce((sum, n) => sum + n, 0));
export const fan = pipeline("fan", { tags: [{ name: "all", cascade: true }, "run_only"] }, ({ width = 4 }: { width?: number }) => {
  merge(Array.from({ length: width }, (_, n) => part(n)));
});
`,
    acts: [{}, { parameters: { width: 2 } }],
  },
  {
    title: "pipelines that can't be compiled leave nothing behind but what ran before",
    python: `${py}
@step
def one() -> int:
    return 1

@pipeline
def fine():
    one()

@pipeline
def initialised():
    one()

initialised = initialised.with_options(on_init=lambda: print("init"), on_cleanup=lambda: print("cleanup"))
`,
    typescript: `${ts}
const one = step(() => 1);
export const fine = pipeline("fine", () => { one(); });
export const initialised = pipeline("initialised", { onInit: () => console.log("init"), onCleanup: () => console.log("cleanup") }, () => { one(); });
`,
    acts: [{ pipeline: "fine" }, { pipeline: "initialised" }],
  },
];
