import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { TextDocument } from "vscode";
import { SourceProblems } from "../../../src/editor/sourceProblems";
import type { MockDocument } from "../../mock/vscode";
import type { WorkspaceEdit } from "../../mock/vscodeTypes";
import { createWorld, trainingEvents, type World } from "../../mock/world";

const source = `from typing import Tuple
from zenml import pipeline, step
from zenml.client import Client


@step
def load() -> Tuple[int, int]: ...


@step
def train(data): ...


@pipeline
def training():
    data = load(id="l", after="t")
    train(data, id="t")


Client().get_artifact_version("clasifier")
`;
const sdkPackage = path.resolve(import.meta.dirname, "../../../src/runtimes/python/sdk/headrace");
let world: World;
let document: MockDocument;
let problems: SourceProblems;

before(async () => {
  world = await createWorld({ events: trainingEvents, files: { "a.py": source } });
  const { mock, engines, discovery } = world;
  await world.engine();
  document = mock.open(path.join(world.folder, "a.py"), source);
  await discovery.read({ file: document.fileName, version: document.version, text: () => source });
  problems = new SourceProblems(mock.api, engines, discovery, discovery.signatures(sdkPackage));
});
after(async () => {
  problems.dispose();
  await world.close();
});

/** The next time that the list of problems is set. */
async function told(): Promise<readonly string[]> {
  const { diagnostics } = world.mock;
  const before = diagnostics.get(document.fileName);
  while (diagnostics.get(document.fileName) === before)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return world.mock.renderDiagnostics().split("\n").filter(Boolean);
}

async function actions(
  line: number,
): Promise<readonly { title: string; text: string; from: number; to: number }[]> {
  const { Range } = world.mock.api;
  const provided = await problems.provideCodeActions(
    document as unknown as TextDocument,
    new Range(line - 1, 0, line - 1, 0),
  );
  return provided.map(({ title, edit }) => {
    const [first] = (edit as unknown as WorkspaceEdit).edits;
    return {
      title,
      text: first?.text ?? "",
      from: first?.range.start.character ?? -1,
      to: first?.range.end.character ?? -1,
    };
  });
}

test("problems are told with what to do, before anything runs", async () => {
  assert.deepEqual(await told(), [
    "a.py:16 These steps wait for each other, so none of them could start: l → t → l. Take one “after” away.",
    "a.py:20 No artifact is named clasifier in this folder. Is classifier meant?",
  ]);
  const found = world.mock.diagnostics.get(document.fileName) ?? [];
  assert.deepEqual(
    found.map(({ code, severity, source: origin }) => [code, severity, origin]),
    [
      ["after-cycle", 0, "Headrace"],
      ["unknown-artifact", 1, "Headrace"],
    ],
  );
});

test("quick fixes: the argument goes with its comma, the name is replaced", async () => {
  const line = source.split("\n")[15] ?? "";
  const [remove] = await actions(16);
  assert.equal(remove?.title, "Remove this “after”");
  assert.equal(line.slice(0, remove.from) + line.slice(remove.to), '    data = load(id="l")');
  assert.deepEqual(
    (await actions(20)).map(({ title, text }) => [title, text]),
    [["Change to classifier", '"classifier"']],
  );
  assert.deepEqual(await actions(1), []);
});

test("a fix is of the text as it is, also right after a key", async () => {
  const [before] = await actions(20);
  world.mock.type(document, "from typing", "\nfrom typing");
  assert.deepEqual(await actions(20), []);
  assert.deepEqual(await actions(21), [before]);
  const next = told();
  world.mock.type(document, "\nfrom typing", "from typing");
  await actions(20);
  await next;
});

test("while the text is broken what was told stays, and goes when it is mended", async () => {
  world.mock.type(document, ', after="t"', ", after=(((");
  const { discovery } = world;
  await discovery.read({
    file: document.fileName,
    version: document.version,
    text: () => document.getText(),
  });
  assert.equal(world.mock.renderDiagnostics().split("\n").length, 2);
  const next = told();
  world.mock.type(document, ", after=(((", "");
  await discovery.read({
    file: document.fileName,
    version: document.version,
    text: () => document.getText(),
  });
  assert.equal((await next).length, 1);
});

test("what is the same is not told again when another file changes", async () => {
  const { mock, discovery } = world;
  const before = mock.diagnostics.get(document.fileName);
  const text = "from zenml import pipeline\n\n\n@pipeline\ndef idles():\n    pass\n";
  const other = mock.open(path.join(world.folder, "b.py"), text);
  await discovery.read({ file: other.fileName, version: other.version, text: () => text });
  while (mock.diagnostics.get(other.fileName) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(mock.diagnostics.get(document.fileName), before);
});

test("the setting turns it off", async () => {
  const next = told();
  world.mock.set("problems.enabled", false);
  assert.deepEqual(await next, []);
});
