/** What was found moves with the text: after any edit it stands where a fresh reading finds it. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { before, test } from "node:test";
import { Discovery } from "../../../src/discovery/discovery";
import { diskFiles } from "../../../src/discovery/files";
import type { TextEdit } from "../../../src/discovery/shift";
import { nodeModulesWasm } from "../../mock/wasm";

const text = `from zenml import pipeline, step


@step
def load(): ...


@step
def train(data): ...


@pipeline
def training():
    data = load()
    model = train(data)
`;

const discovery = new Discovery({ wasm: nodeModulesWasm, files: diskFiles });
before(() => discovery.read({ file: path.resolve("/w/warm.py"), version: 0, text: () => "import zenml" }));

function pointAt(source: string, offset: number): { line: number; column: number } {
  const lines = source.slice(0, offset).split("\n");
  return { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}

function editAt(source: string, offset: number, length: number, inserted: string): TextEdit {
  return {
    start: pointAt(source, offset),
    end: pointAt(source, offset + length),
    offset,
    length,
    text: inserted,
  };
}

function apply(source: string, { offset, length, text: inserted }: TextEdit): string {
  return source.slice(0, offset) + inserted + source.slice(offset + length);
}

const typed: readonly (readonly [string, string, string])[] = [
  ["a line above everything", "from zenml", "import os\nfrom zenml"],
  ["a line taken away", "from zenml import pipeline, step\n\n", "from zenml import pipeline, step\n"],
  ["an argument of a decorator", "@pipeline", "@pipeline(\n    enable_cache=False,\n)"],
  ["a word before a call", "    data = load()", "    the_data = load()"],
  ["an argument in a call", "train(data)\n", "train(data, 1)\n"],
];
for (const [what, found, inserted] of typed) {
  test(`${what} is typed`, async () => {
    const file = path.resolve(`/w/${what}.py`);
    await discovery.read({ file, version: 1, text: () => text });
    const edit = editAt(text, text.indexOf(found), found.length, inserted);
    discovery.edited(file, [edit]);
    const shifted = discovery.latest(file);
    const after = apply(text, edit);
    const fresh = await discovery.read({ file: `${file}.fresh.py`, version: 1, text: () => after });
    assert.deepEqual(
      shifted?.pipelines.map((pipeline) => [pipeline.line, pipeline.span.endLine]),
      fresh?.pipelines.map((pipeline) => [pipeline.line, pipeline.span.endLine]),
    );
    assert.deepEqual(
      shifted?.steps.map((step) => step.line),
      fresh?.steps.map((step) => step.line),
    );
    const incremental = await discovery.read({ file, version: 2, text: () => after });
    assert.deepEqual(incremental?.pipelines[0]?.calls, fresh?.pipelines[0]?.calls);
  });
}

test("reading after many edits gives what reading from nothing gives", async () => {
  const file = path.resolve("/w/many.py");
  await discovery.read({ file, version: 0, text: () => text });
  let now = text;
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (let round = 1; round <= 60; round += 1) {
    const edits: TextEdit[] = [];
    for (let count = random(3); count >= 0; count -= 1) {
      const offset = random(now.length);
      const length = random(Math.min(12, now.length - offset));
      const edit = editAt(
        now,
        offset,
        length,
        ["", "x", "\n", "def f(): ...\n", "é🙂", "()"][random(6)] ?? "",
      );
      edits.push(edit);
      now = apply(now, edit);
    }
    discovery.edited(file, edits);
    const final = now;
    const incremental = await discovery.read({ file, version: round, text: () => final });
    const fresh = await new Discovery({ wasm: nodeModulesWasm, files: diskFiles }).read({
      file,
      version: 0,
      text: () => final,
    });
    if (incremental?.broken === true || fresh?.broken === true) {
      // What a broken text remembers depends on what came before; go on from whole text.
      now = text;
      await discovery.read({ file, version: `whole ${round}`, text: () => text });
      continue;
    }
    assert.deepEqual(incremental, fresh);
  }
});
