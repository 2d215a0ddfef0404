/** A YAML file beside a pipeline in TypeScript: the same keys as for one in Python, over what the code says. */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import type { TestContext } from "node:test";
import type { PipelineSpec } from "../../../src/core/spec";
import { Workspace } from "./harness";

const code = `import { Model, pipeline, step } from "headrace";
/**
 * Loads rows.
 * Many of them.
 */
const load = step((count: number, seed: number = 1) => count + seed, { extra: { a: 1 } });
const fit = step((n: number, { rate = 0.1 }: { rate?: number }) => n * rate, { output: "fitted", cache: true });
/** Trains. */
export const training = pipeline(
  "training",
  { model: new Model("code"), tags: ["code"] },
  ({ count = 2 }: { count?: number }) => { const rows = load(count); fit(rows, { rate: 0.2 }); },
);
`;

async function compiled(t: TestContext, yaml: string, parameters = {}): Promise<PipelineSpec> {
  const workspace = await Workspace.open(t, { "p.ts": code, "run.yaml": yaml });
  const configPath = path.join(workspace.folder, "run.yaml");
  const file = path.join(workspace.folder, "p.ts");
  return workspace.engine.compile({ file, pipeline: null, parameters, configPath, origin: "api" });
}

test("the file's values go over those of the code, each with its origin", async (t) => {
  const spec = await compiled(
    t,
    `run_name: night-{date}
enable_cache: false
parameters: { count: 7 }
model: { name: other, version: production, use_cases: nights }
tags: [yaml]
extra: { b: 2 }
retry: { max_retries: 3, delay: 1 }
steps:
  load: { parameters: { seed: 5 }, enable_cache: true, extra: { c: 3 } }
  gone: { enable_cache: true }
build: {}
`,
  );
  const { pipeline, invocations, notices } = spec;
  assert.deepEqual(pipeline.parameters, { count: 7 });
  assert.deepEqual(
    [pipeline.runName, pipeline.enableCache, pipeline.model?.name, pipeline.model?.version],
    ["night-{date}", false, "other", "production"],
  );
  assert.deepEqual(
    pipeline.tags.map(({ name }) => name),
    ["code", "yaml"],
  );
  assert.equal(pipeline.origins["parameters.count"], "YAML run.yaml");
  const [load, fit] = invocations;
  assert.deepEqual(load?.inputs, { count: { kind: "value", value: 7 }, seed: { kind: "value", value: 5 } });
  assert.deepEqual(
    [load.enableCache, fit?.enableCache, load.retry?.maxRetries, load.extra],
    [true, false, 3, { b: 2, a: 1, c: 3 }],
  );
  assert.deepEqual(notices, [
    "`build` in run.yaml has no meaning in Headrace and is ignored.",
    "The configuration names the step `gone`, which is not in the pipeline.",
  ]);
  assert.equal(pipeline.docstring, "Trains.");
  assert.equal(spec.definitions[0]?.docstring, "Loads rows.\nMany of them.");
  assert.deepEqual(
    invocations.map(({ outputs }) => outputs[0]?.assigned),
    ["rows", null],
  );
});

test("what contradicts the code, or means nothing, is refused", async (t) => {
  const refused = async (yaml: string, parameters = {}): Promise<string> => {
    const error: unknown = await compiled(t, yaml, parameters).catch((reason: unknown) => reason);
    return (error as Error).message;
  };
  assert.match(
    await refused("parameters: { count: 7 }", { count: 8 }),
    /`count` of pipeline training is 7 in the configuration and 8 in the call/,
  );
  assert.match(
    await refused("steps: { fit: { parameters: { rate: 0.3 } } }"),
    /`rate` of step fit is 0\.3 in the configuration and 0\.2 in the call/,
  );
  assert.match(await refused("colour: red"), /unknown key: `colour`/);
  assert.match(await refused("failure_hook_source: a.b"), /hooks are named in the code/);
  assert.match(await refused("parameters: { rows: 1 }"), /no parameter rows/);
});
