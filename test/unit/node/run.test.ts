/** What pipelines in TypeScript do, on the real engine with real workers. */
import assert from "node:assert/strict";
import { readFile, readdir, symlink } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { Workspace } from "./harness";

const head = 'import { pipeline, step } from "headrace";\n';
const statuses = (steps: Readonly<Record<string, { readonly status: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(steps).map(([name, { status }]) => [name, status]));

test("values of every kind that JSON has no word for survive the way from step to step", async (t) => {
  const workspace = await Workspace.open(t, {
    "point.ts":
      "export class Point { constructor(readonly x: number) {} toJSON() { return [this.x]; } static fromJSON([x]: number[]) { return new Point(x!); } }",
    "p.ts": `import { NdArray, pipeline, step } from "headrace";
import { Point } from "./point.js";
import assert from "node:assert/strict";
const values = () => ({ map: new Map<unknown, unknown>([[1, new Set([2n])]]), date: new Date(5), gone: undefined, nan: NaN, zero: -0,
  url: new URL("https://a.b/"), bytes: Buffer.from("é"), typed: new Float32Array([1.5]), point: new Point(3), $type: "mine" });
const make = step(() => ({ all: values(), typed: new Float64Array([1, 2]), array: new NdArray(new Int32Array(6), [2, 3]), raw: Buffer.from("x") }),
  { outputs: ["all", "typed", "array", "raw"] });
const check = step((all: unknown, typed: Float64Array, array: NdArray, raw: Buffer) => {
  assert.deepStrictEqual(all, values());
  assert.deepStrictEqual(typed, new Float64Array([1, 2]));
  assert.deepEqual(array.shape, [2, 3]);
  assert.deepStrictEqual(raw, Buffer.from("x"));
});
export const p = pipeline("p", () => { const { all, typed, array, raw } = make(); check(all, typed, array, raw); });`,
  });
  const { check } = await workspace.run("p.ts");
  assert.equal(check?.failure?.traceback ?? null, null);
});

test("whatever user code does ends that step in a clear state, at the line of the .ts file", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `${head}const one = (name: string, fn: () => unknown) => step(fn, { name });
export const p = pipeline("p", () => {
  one("thrown", () => { throw "text"; })();
  one("exits", () => { process.exit(3); })();
  one("rejects", () => { void Promise.reject(new Error("nobody waits")); return new Promise(() => undefined); })();
  one("kills", () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => undefined); })();
  one("wrong", () => {
    const value: { x?: { y: number } } = {};
    return value.x!.y;
  })();
  one("fine", () => 1)();
});`,
  });
  const steps = await workspace.run("p.ts");
  const types = Object.fromEntries(Object.entries(steps).map(([name, { failure }]) => [name, failure?.type]));
  assert.deepEqual(
    { ...types, kills: statuses(steps)["kills"] },
    {
      thrown: "NotAnError",
      exits: "ProcessExit",
      rejects: "Error",
      kills: "failed",
      wrong: "TypeError",
      fine: undefined,
    },
  );
  assert.equal(steps["wrong"]?.failure?.location?.line, 10);
  assert.equal(steps["fine"]?.status, "completed");
});

test("an edit wakes the steps that reach it, and no others; comments, types and layout wake none", async (t) => {
  const helpers = (factor: string, other: string): string =>
    `export const scale = (n: number) => n * FACTOR;\nconst FACTOR = ${factor};\nexport const unused = ${other};\n`;
  const workspace = await Workspace.open(t, {
    "lib/helpers.ts": helpers("2", "1"),
    "p.ts": `${head}import { scale } from "./lib/helpers";
const load = step(() => [1, 2]);
const scaled = step((xs: number[]) => xs.map(scale));
export const p = pipeline("p", () => { scaled(load()); });`,
  });
  await workspace.run("p.ts");
  assert.deepEqual(statuses(await workspace.run("p.ts")), { load: "cached", scaled: "cached" });
  await workspace.write({ "lib/helpers.ts": `// said\n${helpers("2 as number", "7")}` });
  assert.deepEqual(statuses(await workspace.run("p.ts")), { load: "cached", scaled: "cached" });
  await workspace.write({ "lib/helpers.ts": helpers("3", "7") });
  const steps = await workspace.run("p.ts");
  assert.deepEqual(statuses(steps), { load: "cached", scaled: "completed" });
  assert.equal(steps["scaled"]?.cacheReason, "constant `FACTOR` changed");
});

test("code is what a step can come to: through barrels, imports at run time and changes at the top, and no options", async (t) => {
  const workspace = await Workspace.open(t, {
    "lib/index.ts":
      'export { one as first } from "./one.js";\nexport * from "./two.js";\nexport * from "./three.js";\nexport { default as standard } from "./standard.js";\n',
    "lib/one.ts": "const K = 1;\nexport const one = () => K;\n",
    "lib/two.ts": "const K = 2;\nexport const two = () => K;\n",
    "lib/three.ts": 'export * from "./index.js";\nexport const three = () => 3;\n',
    "lib/standard.ts":
      "const used = 1;\nconst unused = 2;\nexport default function () { return used; }\nexport { unused };\n",
    "lib/late.ts": 'import { three } from "./three.js";\nexport const late = () => three() + 1;\n',
    "lib/table.ts":
      "export const table = new Map<string, number>();\ntable.set('a', 1);\nexport const other = 1;\n",
    "lib/old.cjs": "const factor = 2;\nmodule.exports = { times: (n) => n * factor };\n",
    "p.ts": `${head}import { first, standard, two } from "./lib/index.js";
import { table } from "./lib/table.js";
const barrel = step(() => first() + two());
const byDefault = step(() => standard());
const late = step(async () => (await import("./lib/late.js")).late());
const touched = step(() => table.get("a"));
const required = step(() => require("./lib/old.cjs").times(2), { cache: true });
const declared = step(() => 1, { retry: { maxRetries: 1 } });
export const p = pipeline("p", () => { barrel(); byDefault(); late(); touched(); required(); declared(); });`,
  });
  const woken = async (): Promise<string> => {
    const steps = Object.entries(await workspace.run("p.ts"));
    return steps
      .filter(([, { status }]) => status !== "cached")
      .map(([name, { failure, cacheReason }]) => failure?.message ?? `${name}: ${cacheReason ?? ""}`)
      .join();
  };
  const edit = async (file: string, from: string, to: string): Promise<string> => {
    const place = path.join(workspace.folder, file);
    const text = await readFile(place, "utf8");
    assert.ok(text.includes(from), file);
    await workspace.write({ [file]: text.replace(from, to) });
    return woken();
  };
  await woken();
  assert.equal(await woken(), "");
  assert.equal(await edit("lib/three.ts", "() => 3", "() => 4"), "late: helper `three()` changed");
  assert.equal(await edit("lib/one.ts", "K = 1", "K = 5"), "barrel: constant `K` changed");
  assert.equal(await edit("lib/two.ts", "K = 2", "K = 6"), "barrel: constant `lib/two.ts:K` changed");
  assert.equal(await edit("lib/standard.ts", "unused = 2", "unused = 3"), "");
  assert.equal(await edit("lib/standard.ts", "used = 1", "used = 3"), "byDefault: constant `used` changed");
  assert.equal(await edit("lib/late.ts", "+ 1", "+ 2"), "late: helper `lib/late.ts:late()` changed");
  assert.equal(await edit("lib/table.ts", "other = 1", "other = 2"), "");
  assert.match(await edit("lib/table.ts", "'a', 1", "'a', 2"), /^touched: .*`table\.set` changed$/);
  assert.equal(await edit("lib/old.cjs", "const", "// said\nconst"), "");
  assert.match(
    await edit("lib/old.cjs", "= 2", "= 3"),
    /^required: constant `lib\/old\.cjs:factor` changed$/,
  );
  assert.equal(await edit("p.ts", "{ cache: true }", '{ onFailure: () => "said" }'), "");
  assert.equal(await edit("p.ts", "step(() => 1, { retry: { maxRetries: 1 } })", "step(() => 1)"), "");
});

test("a step is called like its variable, whatever else is declared on the line", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `import { pipeline, step as node } from "headrace";
const load = node(async () => { const late = await Promise.resolve(1); return late; }), other = 3;
const made = (n: number) => { const inner = node(() => n + other); return inner; };
export const p = pipeline("p", () => { load(); made(1)(); });`,
  });
  assert.deepEqual(statuses(await workspace.run("p.ts")), { load: "completed", inner: "completed" });
});

test("a run keeps the source of what its steps reach, as it was written", async (t) => {
  const workspace = await Workspace.open(t, {
    "lib/helpers.ts":
      "// before\nexport const scale = (n: number): number =>\n  n * FACTOR; // by it\nconst FACTOR = 2;\n",
    "p.ts": `${head}import { scale } from "./lib/helpers";
const scaled = step((x: number) => scale(x), { name: "scaled" });
export const p = pipeline("p", () => { scaled(1); });`,
  });
  await workspace.run("p.ts");
  const run = workspace.engine.reader.runs({ limit: 1 }).items[0];
  const spec = workspace.engine.reader.spec(run?.id ?? "");
  const text = (name: string): string | undefined => {
    const component = spec?.definitions[0]?.code.find((one) => one.name === name);
    return spec?.sources?.[component?.digest ?? ""];
  };
  assert.equal(text("scale"), "export const scale = (n: number): number =>\n  n * FACTOR; // by it\n");
  assert.equal(text("FACTOR"), "const FACTOR = 2;\n");
  assert.match(text("scaled") ?? "", /^const scaled = step\(\(x: number\)/);
  assert.match(spec?.pipeline.sourceCode ?? "", /^export const p = pipeline/);
  assert.equal(run?.config["sourceCode"], undefined, "it is no configuration");
});

test("steps of one factory are told apart by what they captured", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `${head}const plus = (n: number) => step((x: number) => x + n, { name: "plus" });
export const p = pipeline("p", () => { plus(1)(0); plus(2)(0); });`,
  });
  const steps = await workspace.run("p.ts");
  assert.notEqual(steps["plus"]?.cacheKey, steps["plus_2"]?.cacheKey);
  assert.deepEqual(statuses(await workspace.run("p.ts")), { plus: "cached", plus_2: "cached" });
});

test("modules load as the workspace writes them: aliases, .js for .ts, JSON, CommonJS, ES modules, await at the top", async (t) => {
  const workspace = await Workspace.open(t, {
    "tsconfig.json": '{ // paths\n "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"] } }, }',
    "src/lib/a.ts": 'export { b } from "./b.js"; export const a: number = await Promise.resolve(1);',
    "src/lib/b.ts": "export const b = 2;",
    "src/lib/c.cjs": "module.exports = { c: 3 };",
    "src/lib/d.json": '{ "d": 4 }',
    "node_modules/only-esm/package.json":
      '{ "name": "only-esm", "version": "1.0.0", "type": "module", "exports": { "import": "./e.js" } }',
    "node_modules/only-esm/e.js": "export const e = 5; export default 6;",
    "p.mts": `${head}import { a, b } from "@lib/a";
import { c } from "./src/lib/c.cjs";
import data from "./src/lib/d.json" with { type: "json" };
import f, { e } from "only-esm";
const all = step(async () => [a, b, c, data.d, e, f, (await import("./src/lib/b")).b, import.meta.url.startsWith("file:")].join(), { output: "all" });
export const p = pipeline("p", () => { all(); });`,
  });
  const { all } = await workspace.run("p.mts");
  assert.equal(all?.failure ?? null, null);
  const version = workspace.engine.reader.artifactVersion(all?.outputs[0]?.artifactVersionId ?? "");
  assert.equal(version?.summary, '"1,2,3,4,5,6,2,true"');
});

test("a module may be what TypeScript allows: names that CommonJS takes, await in a block, namespaces, imports of types alone", async (t) => {
  const workspace = await Workspace.open(t, {
    "real/p.ts": `${head}import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Row, area } from "./lib.js";
import type { Nothing } from "no-such-package";
import { Feature } from "only-types";
const require = createRequire(import.meta.url);
const __filename = fileURLToPath(import.meta.url);
const __dirname = path.dirname(__filename);
const given = { require, __dirname };
let late = 0;
try { late = await Promise.resolve(3); } catch { late = 4; }
namespace Shapes {
  export let count = 0;
  export namespace Inner { export const two: number = 2; }
  export interface Line { readonly points: Feature[] }
  export function add(): number { count += Inner.two; return count; } export class Circle { readonly r = count; }
}
namespace Shapes { export const more = "more"; }
namespace OnlyTypes { export type Id = string; }
const all = step((row: Row) => [given.require("./data.json").d, path.basename(given.__dirname), late, row.x, area(2), Shapes.add(), new Shapes.Circle().r, Shapes.more, path.basename(import.meta.resolve("./data.json"))].join(), { output: "all" });
export const p = pipeline("p", () => { all({ x: 1 }); });
export type { Nothing };`,
    "real/lib.ts": "export interface Row { x: number }\nexport const area = (r: number) => r * r;",
    "real/data.json": '{ "d": 4 }',
  });
  await symlink(path.join(workspace.folder, "real/p.ts"), path.join(workspace.folder, "p.ts"));
  const { all } = await workspace.run("p.ts");
  assert.equal(workspace.made(all, "all").summary, '"4,real,3,1,4,2,2,more,data.json"');
});

test("CommonJS: steps and pipelines in `exports` have their names, and what is required counts as code", async (t) => {
  const lib = (factor: number): string =>
    `const factor = ${factor};\nfunction times(n) { return n * factor; }\nmodule.exports = { times };`;
  const workspace = await Workspace.open(t, {
    "lib.cjs": lib(2),
    "steps.cjs": 'const { step } = require("headrace");\nexports.load = step(() => 1);\n',
    "p.cjs": `const { pipeline, step } = require("headrace");
const { times } = require("./lib.cjs");
const { load } = require("./steps.cjs");
const times2 = step((n) => times(n));
exports.p = pipeline("p", () => { times2(load()); });`,
  });
  assert.deepEqual(statuses(await workspace.run("p.cjs")), { load: "completed", times2: "completed" });
  assert.deepEqual(statuses(await workspace.run("p.cjs")), { load: "cached", times2: "cached" });
  await workspace.write({ "lib.cjs": lib(3) });
  assert.deepEqual(statuses(await workspace.run("p.cjs")), { load: "cached", times2: "completed" });
});

test("a function that returns nothing makes no artifact, unless its options, its annotation or another step want one", async (t) => {
  const taken = (use: string): string => `${head}const nothing = (): void => undefined;
const arrow = step((n: number) => nothing());
const value = step((n: number) => n + 1);
const named = step(() => nothing(), { output: "none" });
const annotated = step((): number | undefined => undefined);
const use = step((given: unknown): void => console.log(given));
export const p = pipeline("p", () => { ${use}; value(2); named(); annotated(); });`;
  const workspace = await Workspace.open(t, { "p.ts": taken("arrow(1)") });
  const made = async (): Promise<Record<string, string>> => {
    const steps = Object.entries(await workspace.run("p.ts"));
    return Object.fromEntries(
      steps.map(([name, { status, outputs }]) => [
        name,
        [status, ...outputs.map((one) => one.output)].join(),
      ]),
    );
  };
  const others = { value: "output", named: "none", annotated: "output" };
  const expected = (status: string): Record<string, string> =>
    Object.fromEntries(Object.entries(others).map(([name, output]) => [name, `${status},${output}`]));
  assert.deepEqual(await made(), { arrow: "completed", ...expected("completed") });
  assert.deepEqual(await made(), { arrow: "cached", ...expected("cached") }, "also from the cache");
  await workspace.write({ "p.ts": taken("use(arrow(1))") });
  // What the cache holds has no value for the step that takes it now.
  assert.deepEqual(await made(), { arrow: "completed,output", use: "completed", ...expected("cached") });
  const tmp = path.join(workspace.folder, ".headrace", "tmp");
  for (const left of await readdir(tmp, { recursive: true, withFileTypes: true })) {
    const name = path.join(left.parentPath, left.name);
    assert.ok(
      !left.isDirectory() || (await readdir(name)).length > 0,
      `${name} is left of what was not made`,
    );
  }
});
