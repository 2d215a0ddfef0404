/** Scripts of the user that call a pipeline, in processes of their own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { addDependency, nodeSdkFolder } from "../../../src/runtimes/node/install";
import { nodePreload } from "../../../src/runtimes/node/runtime";
import { Workspace, extensionRoot } from "./harness";

const files = {
  "lib.ts": "export const twice = (n: number): number => n * 2;",
  "train.ts": `import { pipeline, step } from "headrace";
import { twice } from "./lib.js";
const load = step((n: number) => twice(n));
const show = step((n: number): void => console.log("n is", n));
const fail = step((n: number): number => { throw new RangeError("not " + n); });
export const training = pipeline("training", ({ n = 1 }: { n?: number }) => { show(load(n)); });
export const failing = pipeline("failing", ({ n }: { n: number }) => { fail(n); });
`,
};

/** As `headrace exec` starts a program. */
async function environment(workspace: Workspace): Promise<NodeJS.ProcessEnv> {
  const preload = `--import=${nodePreload(await extensionRoot())}`;
  return { ...process.env, ...(await workspace.engine.environment()), NODE_OPTIONS: preload };
}

async function node(
  workspace: Workspace,
  script: string,
  known?: NodeJS.ProcessEnv,
): Promise<{ out: string; err: string }> {
  const env = known ?? (await environment(workspace));
  const { stdout: out, stderr: err } = await promisify(execFile)(process.execPath, [script], {
    cwd: workspace.folder,
    env,
  });
  return { out, err };
}

test("a script runs a pipeline, sees what it prints, and reads what it made", async (t) => {
  const workspace = await Workspace.open(t, {
    ...files,
    "script.ts": `import { Client } from "headrace";
import { training } from "./train";
const run = await training({ n: 21 });
const { load } = await new Client().getArtifactVersion<number>("training::load::output");
console.log(run.status, await new Client().getArtifactVersion<number>("training::load::output").then((v) => v.load()), typeof load);
`,
  });
  const { out, err } = await node(workspace, "script.ts");
  assert.equal(out, "completed 42 function\n");
  assert.match(err, /n is 42/);
  assert.equal(workspace.engine.reader.runs().items[0]?.origin, "script");
});

test("a run that fails throws in the script what the step threw, and CommonJS finds the SDK, too", async (t) => {
  const workspace = await Workspace.open(t, {
    ...files,
    "script.cjs": `const { RunFailedError } = require("headrace");
import("./train.ts").then(({ failing }) => failing({ n: 7 })).catch((error) => {
  console.log(error instanceof RunFailedError, error.message.replace(/\\S*_\\S*/, "…"), error.cause.name, error.cause.message, error.run.status);
});
`,
  });
  const { out } = await node(workspace, "script.cjs");
  assert.equal(out, "true Run … failed in fail. RangeError not 7 failed\n");
});

test("without an engine a script is told what to do, and steps are functions", async (t) => {
  const workspace = await Workspace.open(t, {
    ...files,
    "script.ts": `import { step } from "headrace";
import { training } from "./train";
const add = step((a: number, b: number) => a + b);
console.log(add(1, 2) as unknown, add.fn(3, 4));
await training().catch((error: Error) => console.log(error.name, error.message));
`,
  });
  const known = await environment(workspace);
  await workspace.engine.close();
  const { out } = await node(workspace, "script.ts", known);
  assert.match(out, /^3 7\nEngineUnavailableError .*headrace exec/);
});

test("a file that calls its own pipeline can be run as a script and by the engine", async (t) => {
  const workspace = await Workspace.open(t, {
    "both.ts": `import { pipeline, step } from "headrace";
const one = step(() => 1);
export const both = pipeline("both", () => { one(); });
const run = await both();
console.log(run.status);
`,
  });
  const { one } = await workspace.run("both.ts");
  assert.equal(one?.status, "completed");
  const spec = workspace.engine.reader.spec(one.runId);
  assert.deepEqual(spec?.notices, ["The call of pipeline both was skipped while both.ts was imported."]);
  assert.equal((await node(workspace, "both.ts")).out, "completed\n");
});

for (const type of ["commonjs", "module", undefined]) {
  test(`tsx runs scripts of a package of type ${type ?? "unsaid"} with the SDK that it depends on`, async (t) => {
    const workspace = await Workspace.open(t, {
      ...files,
      "package.json": JSON.stringify({ private: true, type }),
      "script.ts": `import { Client } from "headrace";
import { training } from "./train";
async function main(): Promise<void> {
  const run = await training({ n: 21 });
  const made = await new Client().getArtifactVersion<number>("training::load::output");
  console.log(run.status, await made.load());
}
${type === "module" ? "await" : "void"} main();
`,
    });
    await addDependency(workspace.folder, nodeSdkFolder(await extensionRoot()));
    const known = { ...process.env, ...(await workspace.engine.environment()) };
    const tsx = path.resolve(import.meta.dirname, "../../../node_modules/tsx/dist/cli.mjs");
    // By itself, and as `headrace exec` starts it.
    for (const env of [known, await environment(workspace)]) {
      const { stdout } = await promisify(execFile)(process.execPath, [tsx, "script.ts"], {
        cwd: workspace.folder,
        env,
      });
      assert.equal(stdout, "completed 42\n");
    }
  });
}

test("the run ends when the script that waits for it does", async (t) => {
  const workspace = await Workspace.open(t, {
    "slow.ts": `import { pipeline, step } from "headrace";
const slow = step(() => new Promise<void>((resolve) => setTimeout(resolve, 600_000)));
export const p = pipeline("p", () => { slow(); });
`,
    "script.ts": `import { p } from "./slow";
void p();
process.stdin.once("data", () => process.exit());
`,
  });
  const child = execFile(process.execPath, ["script.ts"], {
    cwd: workspace.folder,
    env: await environment(workspace),
  });
  const status = await new Promise<string>((resolve) => {
    workspace.engine.onLive((event) => {
      if (event.type === "step.started") child.stdin?.end("enough");
      if (event.type === "run.finished") resolve(event.status);
    });
  });
  assert.equal(status, "cancelled");
});
