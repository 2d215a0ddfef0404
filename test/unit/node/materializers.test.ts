/** What can be an artifact: each kind of value, written by one step, read by the next in another process's folder, and shown. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { symlink } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import type { Preview } from "../../../src/core/preview";
import { Workspace, python } from "./harness";

const skip = existsSync(python) ? false : "there is no Python with the libraries";
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP8z8DAwMAAAAYIAQHLR3Z1AAAAAElFTkSuQmCC";

interface Kind {
  /** An expression of TypeScript; `$` is a module with what expressions need. */
  readonly value: string;
  readonly summary: RegExp;
  readonly preview: Preview["kind"];
  /** How the value that was read is compared, where `deepStrictEqual` doesn't do. */
  readonly compare?: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  number: { value: "1.5", summary: /^1\.5$/, preview: "value" },
  nan: { value: "NaN", summary: /^NaN$/, preview: "value" },
  minusZero: { value: "-0", summary: /^0$/, preview: "value" },
  bigint: { value: "2n ** 70n", summary: /^1180591620717411303424$/, preview: "value" },
  undefined: { value: "undefined", summary: /^undefined$/, preview: "value" },
  text: { value: '"a".repeat(300)', summary: /^"a+…$/, preview: "text" },
  object: { value: '{ a: { b: [1, null] }, "$type": "mine" }', summary: /^\{a, \$type\}$/, preview: "json" },
  map: {
    value: 'new Map<unknown, unknown>([[1, { a: 1 }], ["k", new Set([1n])]])',
    summary: /^Map \(2\)$/,
    preview: "json",
  },
  set: { value: 'new Set([1, "a"])', summary: /^Set \(2\)$/, preview: "json" },
  date: { value: "new Date(86_400_000)", summary: /^Date$/, preview: "json" },
  url: { value: 'new URL("https://example.org/a?b=c")', summary: /^URL$/, preview: "json" },
  table: { value: '[{ a: 1, b: "x" }, { a: 2, b: "y" }]', summary: /^table \(2, 2\)$/, preview: "table" },
  typed: { value: "new Int16Array([1, -2, 3])", summary: /^Int16Array \(3\)$/, preview: "array" },
  big: { value: "new BigInt64Array([1n, -(2n ** 60n)])", summary: /^BigInt64Array \(2\)$/, preview: "array" },
  ndarray: {
    value: "new $.NdArray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3])",
    summary: /^NdArray \(2, 3\) float32$/,
    preview: "array",
  },
  nested: {
    value: '{ weights: new Float64Array([0.5]), raw: Buffer.from("é") }',
    summary: /^\{weights, raw\}$/,
    preview: "json",
  },
  clamped: {
    value: "new Uint8ClampedArray([1, 255])",
    summary: /^Uint8ClampedArray \(2\)$/,
    preview: "array",
  },
  pixels: {
    value: "new $.NdArray(new Uint8ClampedArray([1, 2]), [1, 2]).data.length",
    summary: /^2$/,
    preview: "value",
  },
  holders: {
    value:
      "{ X: new $.NdArray(new Float64Array([1, 2]), [2, 1]), raw: new Uint8Array([1]), memory: new Uint8Array([2]).buffer, clamped: new Uint8ClampedArray([3]) }",
    summary: /^\{X, raw, memory, clamped\}$/,
    preview: "json",
  },
  memory: { value: "new Uint8Array([1, 2]).buffer", summary: /^bytes 2 B$/, preview: "bytes" },
  typeKey: { value: 'new Map([["$type", 1]])', summary: /^Map \(1\)$/, preview: "json" },
  bag: { value: 'new $.Bag([["a", 2]])', summary: /^Bag \(1\)$/, preview: "json" },
  bare: {
    value: "Object.assign(Object.create(null), { a: 1 })",
    summary: /^\{a\}$/,
    preview: "json",
    compare: "assert.deepEqual(value, { a: 1 })",
  },
  webStream: {
    value: 'new Blob(["abc"]).stream()',
    summary: /^stream 3 B$/,
    preview: "opaque",
    compare: 'assert.equal(await new Response(value as ReadableStream).text(), "abc")',
  },
  buffer: { value: 'Buffer.from("bytes")', summary: /^bytes 5 B$/, preview: "bytes" },
  image: { value: `Buffer.from("${png}", "base64")`, summary: /^png \d+ B$/, preview: "image" },
  instance: { value: "new $.Point(3, 4)", summary: /^Point$/, preview: "json" },
  registered: { value: "new $.Tree([1, 2])", summary: /^Tree$/, preview: "opaque" },
  stream: {
    value: 'Readable.from(["a", "b", "c"])',
    summary: /^stream 3 B$/,
    preview: "opaque",
    compare: 'assert.equal(Buffer.concat(await (value as Readable).toArray()).toString(), "abc")',
  },
};

const shapes = `import { NdArray, registerMaterializer } from "headrace";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
export { NdArray };
export class Point {
  constructor(readonly x: number, readonly y: number) {}
  toJSON(): number[] { return [this.x, this.y]; }
  static fromJSON([x = 0, y = 0]: number[]): Point { return new Point(x, y); }
}
export class Bag extends Map<string, number> {
  toJSON(): object[] { return [...this]; }
  static fromJSON(items: [string, number][]): Bag { return new Bag(items); }
}
export class Tree { constructor(readonly leaves: number[]) {} }
registerMaterializer(Tree, {
  name: "test/tree",
  type: "ModelArtifact",
  save: (tree, folder) => writeFile(path.join(folder, "tree.txt"), tree.leaves.join()),
  load: async (folder) => new Tree((await readFile(path.join(folder, "tree.txt"), "utf8")).split(",").map(Number)),
  metadata: (tree) => ({ leaves: tree.leaves.length }),
});
`;

test("every kind of value comes back as it was, with one line and a preview of it", async (t) => {
  const steps = Object.entries(kinds).map(
    ([name, { value, compare }]) => `
const ${name}Made = step((): unknown => (${value}), { name: "${name}" });
const ${name}Read = step(async (value: unknown): Promise<void> => {
  ${compare ?? `assert.deepStrictEqual(value, ${value})`};
}, { name: "read_${name}" });`,
  );
  const calls = Object.keys(kinds).map((name) => `${name}Read(${name}Made());`);
  const workspace = await Workspace.open(t, {
    "shapes.ts": shapes,
    "p.ts": `import { pipeline, step } from "headrace";
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import * as $ from "./shapes";
${steps.join("")}
export const p = pipeline("p", () => { ${calls.join(" ")} });
`,
  });
  const ran = await workspace.run("p.ts");
  for (const [name, { summary, preview }] of Object.entries(kinds)) {
    assert.equal(ran[`read_${name}`]?.failure?.message ?? null, null, name);
    const version = workspace.made(ran[name], "output");
    assert.match(version.summary, summary, name);
    const shown = await workspace.preview(version);
    assert.equal(shown.kind, preview, name);
  }
  const tree = workspace.made(ran["registered"], "output");
  assert.equal(tree.type, "ModelArtifact");
  assert.equal(workspace.engine.reader.metadata("artifact_version", tree.id)["leaves"], 2);
});

test("what can't be written says which part of it, and what to do", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `import { pipeline, step } from "headrace";
class Hidden {}
export class Bare {}
const load = step(() => 1);
let taken: unknown;
const one = (name: string, fn: () => unknown) => step(fn, { name });
export const p = pipeline("p", () => {
  one("fn", () => ({ f: () => 1 }))();
  one("hidden", () => [new Hidden()])();
  one("circle", () => { const a: unknown[] = []; a.push(a); return a; })();
  one("late", () => new Date(NaN))();
  one("error", () => ({ rows: [1, { "no name": new TypeError("x") }] }))();
  one("promise", () => new Map([["k", Promise.resolve(1)]]))();
  step(function* () { yield 1; }, { name: "yields" })();
  one("bare", () => new Bare())();
  one("deep", () => { let deep: unknown = 1; for (let at = 0; at < 50_000; at += 1) deep = [deep]; return deep; })();
  taken = load();
  one("handle", () => taken)();
});
`,
  });
  const steps = await workspace.run("p.ts");
  const said = (name: string): string =>
    `${steps[name]?.failure?.type ?? ""}: ${steps[name]?.failure?.message ?? ""}`;
  assert.match(said("fn"), /^MaterializerError: A function can't be part of an artifact/);
  assert.match(said("hidden"), /class Hidden can't be written: it must be exported/);
  assert.match(said("circle"), /holds itself/);
  assert.match(said("late"), /invalid Date/);
  assert.match(said("fn"), /`\.f`\.$/);
  assert.match(
    said("error"),
    /JavaScript's TypeError .*Return what you need of it.*`\.rows\[1\]\['no name'\]`\.$/,
  );
  assert.match(said("promise"), /Await it\. It is the value's `\.get\('k'\)`\.$/);
  assert.match(said("yields"), /JavaScript's Generator .*\[\.\.\.values\]/);
  assert.match(said("bare"), /class Bare can't be written: it needs `toJSON\(\)`/);
  assert.match(said("deep"), /nested too deeply/);
  assert.match(said("handle"), /The output `output` of step `load` can't be part of an artifact/);
});

test("what Python writes loads in TypeScript", { skip }, async (t) => {
  const workspace = await Workspace.open(t, {
    "made.py": `
import datetime, io
import numpy as np
import pandas as pd
from PIL import Image
from typing import Annotated, Tuple
from headrace import step

@step
def make() -> Tuple[
    Annotated[np.ndarray, "matrix"], Annotated[np.ndarray, "columns"], Annotated[np.ndarray, "flags"],
    Annotated[pd.DataFrame, "frame"], Annotated[dict, "mixed"], Annotated[bytes, "raw"],
    Annotated[Image.Image, "image"], Annotated[str, "text"], Annotated[dict, "arrays"],
]:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "when": pd.to_datetime(["2020-01-01", "2020-01-02"])})
    mixed = {"t": (1, 2.5), "s": {1, 2}, "d": datetime.date(2020, 1, 2), "n": np.float64(0.5), "big": 2**70, "id": 2**53 + 1, "digits": "12345678901234567890", "exact": 0.1234567890123456, 3: "three"}
    return (
        np.arange(6, dtype=">i4").reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array([True, False]),
        frame, mixed, b"raw", Image.new("RGB", (2, 1), (255, 0, 0)), "héllo", {"w": np.ones(2), "f": frame, "half": np.array([1.5, -2, 6e-8, np.inf], dtype="float16")},
    )

@step
def opaque() -> object:
    return object()
`,
    "p.ts": `import { NdArray, pipeline, pythonStep, step } from "headrace";
import assert from "node:assert/strict";
const names = ["matrix", "columns", "flags", "frame", "mixed", "raw", "image", "text", "arrays"] as const;
const make = pythonStep<{}, Record<(typeof names)[number], unknown>, typeof names>("made.py:make", { outputs: names });
const check = step((matrix: any, columns: any, flags: any, frame: any, mixed: any, raw: any, image: any, text: any, arrays: any): void => {
  assert.deepEqual([matrix.shape, [...matrix.data]], [[2, 3], [0, 1, 2, 3, 4, 5]]);
  assert.deepEqual([columns.at(1, 0), columns.at(0, 2)], [3, 2]);
  assert.deepEqual([...flags.data], [1, 0]);
  assert.deepEqual(frame.map((row: any) => [row.a, row.b]), [[1, "x"], [2, null]]);
  assert.match(String(frame[0].when), /^2020-01-01/);
  assert.ok(mixed instanceof Map);
  assert.deepEqual(mixed.get("t"), [1, 2.5]);
  assert.deepEqual(mixed.get("s"), new Set([1, 2]));
  assert.deepEqual([mixed.get("d"), mixed.get("n"), mixed.get(3)], ["2020-01-02", 0.5, "three"]);
  assert.equal(raw.toString(), "raw");
  assert.equal(image.subarray(1, 4).toString(), "PNG");
  assert.equal(text, "héllo");
  assert.deepEqual([...arrays.w.data], [1, 1]);
  assert.deepEqual([mixed.get("big"), mixed.get("id")], [2n ** 70n, 2n ** 53n + 1n]);
  assert.deepEqual([mixed.get("digits"), mixed.get("exact")], ["12345678901234567890", 0.1234567890123456]);
  assert.deepEqual([...arrays.half.data], [1.5, -2, 2 ** -24, Infinity]);
  assert.ok(arrays.half.data instanceof Float32Array);
  assert.equal(arrays.f.length, 2);
});
const opaque = pythonStep<{}, unknown>("made.py:opaque");
const use = step((value: unknown): void => { throw value; });
export const p = pipeline("p", () => {
  const made = make({});
  check(made.matrix, made.columns, made.flags, made.frame, made.mixed, made.raw, made.image, made.text, made.arrays);
  use(opaque({}));
});
`,
  });
  const { make, check, use } = await workspace.run("p.ts");
  assert.equal(make?.failure?.message ?? null, null);
  assert.equal(check?.failure?.message ?? null, null);
  assert.match(
    use?.failure?.message ?? "",
    /written by Python as builtins\.object.*which TypeScript can't read/,
  );
});

test("what TypeScript writes loads in Python, in the form that the step asks for", { skip }, async (t) => {
  const workspace = await Workspace.open(t, {
    "made.ts": `import { NdArray, step } from "headrace";
import { Readable } from "node:stream";
export class Point { constructor(readonly x: number) {} toJSON() { return { x: this.x }; } static fromJSON({ x }: { x: number }) { return new Point(x); } }
export const make = step(() => ({
  matrix: new NdArray(new Float64Array([1, 2, 3, 4]), [2, 2]), typed: new Int32Array([1, 2]), rows: [{ a: 1, b: "x" }, { a: 2, b: null }],
  list: [1, 2, 3], mixed: { map: new Map<unknown, unknown>([[1, 2n]]), set: new Set([1]), date: new Date(0), gone: undefined, nan: NaN, url: new URL("https://a.b/"), weights: new Float64Array([0.5]), X: new NdArray(new Int8Array([1, 2]), [2, 1]), pixels: new Uint8ClampedArray([7]), bytes: new Uint8Array([1]), point: new Point(1) },
  raw: Buffer.from("raw"), image: Buffer.from("${png}", "base64"), stream: Readable.from(["abc"]),
}), { outputs: ["matrix", "typed", "rows", "list", "mixed", "raw", "image", "stream"] });
export const text = step(() => "héllo");
`,
    "p.py": `
import datetime, math
import numpy as np
import pandas as pd
from PIL import Image
from typing import Any, List
from headrace import pipeline, step, ts_step

make = ts_step("made.ts:make", outputs=["matrix", "typed", "rows", "list", "mixed", "raw", "image", "stream"])
text = ts_step("made.ts:text")

@step
def check(matrix: np.ndarray, typed: list, rows: pd.DataFrame, records: List[dict], list_: np.ndarray, mixed: dict,
          raw: bytes, image: Image.Image, stream: bytes, text: str) -> None:
    assert matrix.tolist() == [[1, 2], [3, 4]]
    assert typed == [1, 2], typed
    assert rows["a"].tolist() == [1, 2] and records[1] == {"a": 2, "b": None}
    assert list_.sum() == 6
    assert mixed["map"] == {1: 2} and mixed["set"] == {1} and mixed["gone"] is None and math.isnan(mixed["nan"])
    assert mixed["date"] == datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    assert mixed["url"] == "https://a.b/" and mixed["weights"].tolist() == [0.5] and mixed["point"] == {"x": 1}
    assert mixed["X"].shape == (2, 1) and mixed["X"].dtype == "int8" and mixed["pixels"].tolist() == [7] and mixed["bytes"] == b"\\x01"
    assert raw == b"raw" and stream == b"abc" and image.size == (2, 1) and text == "héllo"

@pipeline
def p():
    matrix, typed, rows, list_, mixed, raw, image, stream = make()
    check(matrix, typed, rows, rows, list_, mixed, raw, image, stream, text())
`,
  });
  const { check, make } = await workspace.run("p.py");
  assert.equal(make?.failure?.message ?? null, null);
  assert.equal(check?.failure?.traceback ?? null, null);
});

test(
  "tables of apache-arrow, where the workspace has it: back in TypeScript, shown as a table, and in Python",
  { skip },
  async (t) => {
    const workspace = await Workspace.open(t, {
      "tables.ts": `import { tableFromArrays } from "apache-arrow";
import { step } from "headrace";
export const make = step(() => tableFromArrays({ id: Int32Array.from([1, 2, 3]), name: ["a", "b", null], rate: Float64Array.from([0.5, 1, 2]) }));
`,
      "p.ts": `import type { Table } from "apache-arrow";
import { pipeline, pythonStep, step } from "headrace";
import assert from "node:assert/strict";
import { make } from "./tables.js";
const read = step((table: Table): void => {
  assert.equal(table.constructor.name, "Table");
  assert.deepEqual(table.toArray().map((row) => row.toJSON()), [
    { id: 1, name: "a", rate: 0.5 }, { id: 2, name: "b", rate: 1 }, { id: 3, name: null, rate: 2 },
  ]);
});
const check = pythonStep<{ table: Table }, void>("check.py:check");
export const p = pipeline("p", () => { const table = make(); read(table); check({ table }); });
`,
      "check.py": `
import pyarrow as pa
from headrace import step

@step
def check(table: pa.Table) -> None:
    assert table.column_names == ["id", "name", "rate"], table
    assert table.to_pylist()[2] == {"id": 3, "name": None, "rate": 2.0}
`,
    });
    // Where npm would have put it.
    const modules = path.resolve(import.meta.dirname, "../../../node_modules");
    await symlink(modules, path.join(workspace.folder, "node_modules"), "junction");
    const ran = await workspace.run("p.ts");
    for (const name of ["make", "read", "check"])
      assert.equal(ran[name]?.failure?.traceback ?? null, null, name);
    const version = workspace.made(ran["make"], "output");
    assert.match(version.summary, /3, 3/);
    const preview = await workspace.preview(version);
    assert.equal(preview.kind, "table");
    assert.deepEqual(preview.head[2], [3, null, 2]);
    const again = await workspace.run("p.ts");
    assert.deepEqual([again["make"]?.status, again["read"]?.status], ["cached", "cached"]);
  },
);

test("without apache-arrow a table can't be read, and it is said what is missing", async (t) => {
  const workspace = await Workspace.open(t, {
    "p.ts": `import { pipeline, step } from "headrace";
class Table { schema = { fields: [] }; batches = []; numRows = 0; }
const make = step(() => new Table());
export const p = pipeline("p", () => { make(); });
`,
  });
  const { make } = await workspace.run("p.ts");
  assert.match(make?.failure?.message ?? "", /apache-arrow/);
});
