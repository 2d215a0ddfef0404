/** Whatever user code does to its process ends in a clear state of that step, and the run goes on as it should. */
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import type { StepRun } from "../../../src/core/entities";
import { findNode, nodeLaunch } from "../../../src/runtimes/node/runtime";
import { Workspace, extensionRoot } from "./harness";

const head = 'import { getStepContext, logMetadata, pipeline, step } from "headrace";\n';
const statuses = (steps: Readonly<Record<string, StepRun>>): string =>
  Object.values(steps)
    .map(({ invocation, status }) => `${invocation} ${status}`)
    .join(", ");

/** Started when every step of the run has begun. */
function begun(workspace: Workspace, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    workspace.engine.onLive((event) => {
      if (event.type !== "step.started") return;
      left -= 1;
      if (left === 0) resolve();
    });
  });
}

test("retries, and hooks that see the error, the attempt and the state of the pipeline", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `${head}
const flaky = step(
  () => {
    const { attempt, pipelineState } = getStepContext();
    if (attempt < 3) throw new Error("attempt " + attempt);
    return pipelineState;
  },
  { retry: { maxRetries: 2 }, output: "state" },
);
const never = step((): number => { throw new Error("never"); }, { retry: { maxRetries: 1 } });
const hooked = step(() => 1, { onSuccess: () => { throw new Error("a hook's own failure"); } });
export const p = pipeline(
  "p",
  { onInit: () => "from init", onFailure: (error) => logMetadata({ failed: (error as Error).message }), onCleanup: () => console.log("cleaned") },
  () => { flaky(); never(); hooked(); },
);
`,
  });
  const steps = await workspace.run("p.ts");
  assert.equal(statuses(steps), "flaky completed, never failed, hooked completed");
  const { reader } = workspace.engine;
  const attempts = (name: string) =>
    reader.attempts(steps["flaky"]?.runId ?? "", name).map(({ status }) => status);
  assert.deepEqual(attempts("flaky"), ["retried", "retried", "completed"]);
  assert.deepEqual(attempts("never"), ["retried", "failed"]);
  assert.equal(workspace.made(steps["flaky"], "state").summary, '"from init"');
  assert.deepEqual(reader.metadata("step_run", steps["never"]?.id ?? ""), { failed: "never" });
});

test("a cancelled step may clean up, and what it does not end by itself is killed", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `${head}
import { writeFileSync } from "node:fs";
const polite = step(async () => {
  const { signal } = getStepContext();
  await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}, { onFailure: () => writeFileSync("hook-ran", "") });
const endless = step(() => { for (;;); });
const after = step(() => 1);
export const p = pipeline("p", { cache: false }, () => { polite(); });
export const q = pipeline("q", { cache: false }, () => { endless(); after.after("endless")(); });
`,
  });
  for (const [name, expected] of [
    ["p", "polite cancelled"],
    ["q", "endless cancelled, after cancelled"],
  ] as const) {
    const started = begun(workspace, 1);
    const handle = workspace.start("p.ts", name);
    await started;
    handle.cancel();
    const run = await handle.finished;
    assert.equal(run.status, "cancelled");
    const steps = workspace.engine.reader.steps(run.id);
    assert.equal(statuses(Object.fromEntries(steps.map((step) => [step.invocation, step]))), expected);
  }
  const { existsSync } = await import("node:fs");
  assert.equal(existsSync(path.join(workspace.folder, "hook-ran")), false, "cancelling is no failure");
});

test("a step that runs out of memory takes its process with it, is told what to do, and others go on", async (t) => {
  const before = process.env["NODE_OPTIONS"];
  process.env["NODE_OPTIONS"] = "--max-old-space-size=64";
  t.after(() => {
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  });
  const workspace = await Workspace.open(t, {
    "p.ts": `${head}
const hungry = step(() => {
  const held: unknown[] = [];
  for (;;) held.push(new Array(10_000).fill({}));
});
const fine = step(() => 1);
export const p = pipeline("p", () => { hungry(); fine(); });
`,
  });
  const steps = await workspace.run("p.ts");
  assert.equal(statuses(steps), "hungry failed, fine completed");
  assert.match(steps["hungry"]?.failure?.advice ?? "", /ran out of memory.*--max-old-space-size/);
});

test("errors name the line and the text of the .ts file, in the step, in helpers, and with their causes", async (t) => {
  const workspace = await Workspace.open(t, {
    "lib/deep.ts": `export interface Row {
  readonly n: number;
}
/** Types take lines that JavaScript has not. */
export function deep(row: Row | null): number {
  return row!.n satisfies number;
}
`,
    "p.ts": `${head}import { deep, type Row } from "./lib/deep";
const helper = step((): number => deep(null as Row | null));
const wraps = step(async (): Promise<number> => {
  try {
    return deep(null);
  } catch (cause) {
    throw new Error("wrapped", { cause });
  }
});
const several = step(async () => {
  await Promise.any([null, undefined].map(async () => deep(null)));
});
const hostile = step(() => {
  throw new Proxy({}, { getPrototypeOf() { throw new Error("of the proxy"); } });
});
const stackless = step(() => { throw Object.assign(new Error("no stack"), { stack: 3 }); });
export const p = pipeline("p", () => { helper(); wraps(); several(); hostile(); stackless(); });
`,
  });
  const { helper, wraps, several, hostile, stackless } = await workspace.run("p.ts");
  assert.match(
    several?.failure?.traceback ?? "",
    /^AggregateError[\s\S]*2 of 2: TypeError: [\s\S]*deep\.ts:6/,
  );
  assert.equal(several?.failure?.location?.line, 6);
  assert.match(hostile?.failure?.message ?? "", /can't be shown/);
  assert.equal(hostile?.failure?.location?.line, 14);
  assert.equal(stackless?.failure?.message, "no stack");
  assert.match(helper?.failure?.location?.file ?? "", /deep\.ts$/);
  assert.equal(helper?.failure?.location?.line, 6);
  assert.equal(helper.failure.code, "return row!.n satisfies number;");
  assert.match(helper.failure.traceback, /deep\.ts:6.*\n.*p\.ts:3/);
  assert.doesNotMatch(helper.failure.traceback, /Step/, "a frame of the user's has the user's name");
  assert.equal(wraps?.failure?.location?.line, 8);
  assert.match(wraps.failure.traceback, /wrapped[\s\S]*p\.ts:8[\s\S]*Caused by: TypeError[\s\S]*deep\.ts:6/);
});

test("what can't be imported or compiled is refused with its place, and no run is made", async (t) => {
  const workspace = await Workspace.open(t, {
    "syntax.ts": `${head}const a = ;\n`,
    "missing.ts": `${head}import { x } from "./nowhere";\nexport const y = x;\n`,
    "named.ts": `${head}import {\n  y,\n  z,\n} from "./missing-names";\nexport const a = y + z;\n`,
    "missing-names.ts": "export const y = 1;\n",
    "word.ts": `import { pipeline, stpe } from "headrace";\nexport const one = stpe(() => 1);\n`,
    "decorated.ts": `${head}\nclass Service {\n  @log\n  run() {}\n}\n`,
    "done.ts": `${head}const one = step((): void => {});\nconst two = step((x: unknown) => x);\nexport const p = pipeline("p", () => { two(one() as never); });\n`,
    "inside.ts": `${head}const one = step(() => 1);\nconst two = step((x: unknown) => x);\nexport const p = pipeline("p", () => { two([{ x: one() }] as never); });\n`,
    "mixed.ts": `${head}const one = step(() => 1);\nconst two = step((x: unknown) => x);\nexport const p = pipeline("p", () => { two([one(), 2] as never); });\n`,
    "bound.ts": `${head}const one = step(((x: number) => x).bind(null));\n`,
    "option.js": `${head}const one = step(() => 1, {\n  cached: true });\n`,
    "outputs.js": `${head}const one = step(() => 1, { outputs: "model" });\n`,
    "same.js": `${head}const one = step(() => [1, 2], { name: "one", outputs: ["a", "a"] });\n`,
    "retry.js": `${head}const one = step(() => 1);\nexport const p = pipeline("p", () => { one.with({ retry: { maxRetries: -1 } })(); });\n`,
    "tags.js": `${head}export const p = pipeline("p", { tags: "a" }, () => {});\n`,
    "model.js": `${head}export const p = pipeline("p", { model: { name: "m" } }, () => {});\n`,
    "twice.ts": `${head}\nconst a = 1;\nconst a = 2;\n`,
    "breaks.ts": `${head}\nimport "breaks";\n`,
    "node_modules/breaks/package.json": '{ "name": "breaks", "version": "1.0.0" }',
    "node_modules/breaks/index.js": 'throw new Error("of the package");',
    "package.ts": `${head}\nimport "no-such-package";\n`,
    "throws.ts": `${head}\nthrow new Error("at import");\n`,
    "handle.ts": `${head}const one = step(() => ({ a: 1 }));\nexport const p = pipeline("p", () => {\n  const { a } = one() as never as { a: number };\n});\n`,
    "empty.ts": `${head}export const p = pipeline("p", () => {});\n`,
    "none.ts": "export const a = 1;\n",
  });
  const refused = async (file: string): Promise<string> => {
    const error: unknown = await workspace.run(file).catch((reason: unknown) => reason);
    const { message, location } = error as { message: string; location?: { line: number } };
    return `${location?.line ?? "?"}: ${message}`;
  };
  assert.match(await refused("syntax.ts"), /^2: syntax\.ts: Unexpected token/);
  assert.match(await refused("named.ts"), /^5: ".\/missing-names" has no export `z`; it has y\.$/);
  assert.match(await refused("word.ts"), /^1: "headrace" has no export `stpe`; it has .*\bstep\b/);
  assert.match(await refused("decorated.ts"), /^4: decorated\.ts: /);
  assert.match(await refused("twice.ts"), /^4: twice\.ts: Identifier 'a' has already been declared/);
  assert.match(
    await refused("done.ts"),
    /^4: Input `x` of step `two` .*step `one` returns, which is nothing/,
  );
  assert.match(await refused("inside.ts"), /^4: .*inside of another value. The output of step `one` must/);
  assert.match(await refused("mixed.ts"), /^4: .*a list of artifacts and of other values/);
  assert.match(await refused("bound.ts"), /^2: The inputs of this step can't be read: its function is bound/);
  assert.match(
    await refused("option.js"),
    /^2: There is no option `cached` for a step; there are after, cache, .*substitutions\.$/,
  );
  assert.match(await refused("outputs.js"), /^2: The option `outputs` of a step must be a list of names/);
  assert.match(await refused("same.js"), /^2: Step `one` has two outputs called `a`/);
  assert.match(await refused("retry.js"), /^3: The option `retry` of step `one` must be .*maxRetries/);
  assert.match(await refused("tags.js"), /^2: The option `tags` of pipeline `p` must be a list\.$/);
  assert.match(await refused("model.js"), /^2: The option `model` of pipeline `p` must be a Model/);
  assert.match(await refused("breaks.ts"), /^3: of the package$/);
  assert.match(await refused("missing.ts"), /^2: Cannot find "\.\/nowhere", which missing\.ts imports/);
  assert.match(await refused("package.ts"), /^3: .*npm install no-such-package/);
  assert.match(await refused("throws.ts"), /^3: at import/);
  assert.match(
    await refused("handle.ts"),
    /^4: The output `output` of step `one` can't be asked for its `a`/,
  );
  assert.match(await refused("empty.ts"), /^2: .*has no steps/);
  assert.match(await refused("none.ts"), /exports no pipeline/);
  assert.equal(workspace.engine.reader.counts().runs, 0);
});

test("without a node on PATH, the program that runs Headrace is the one: in VS Code an Electron that is told to be Node", async (t) => {
  const before = process.env["PATH"];
  t.after(() => {
    process.env["PATH"] = before;
  });
  process.env["PATH"] = path.join(path.sep, "nowhere");
  const program = await findNode();
  assert.deepEqual(program, { command: process.execPath, origin: "the running program", electron: false });
  const script = path.join(await extensionRoot(), "dist/node-worker.js");
  const { environment } = nodeLaunch({ ...program, electron: true }, script);
  assert.equal(environment["ELECTRON_RUN_AS_NODE"], "1");
  const workspace = await Workspace.open(t, {
    "p.ts": `${head}export const p = pipeline("p", () => { step(() => process.env["ELECTRON_RUN_AS_NODE"] ?? "none", { name: "one" })(); });`,
  });
  const { one } = await workspace.run("p.ts");
  assert.equal(workspace.made(one, "output").summary, '"none"', "what user code starts is not told so");
});
