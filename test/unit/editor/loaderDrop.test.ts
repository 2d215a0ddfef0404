import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { DataTransfer as VSDataTransfer, DocumentDropEdit, TextDocument } from "vscode";
import { DRAGGED_VERSIONS, draggedVersions } from "../../../src/core/draggedVersions";
import { LoaderDrop } from "../../../src/editor/loaderDrop";
import type { MockDocument } from "../../mock/vscode";
import { DataTransfer, DataTransferItem, type Position, type WorkspaceEdit } from "../../mock/vscodeTypes";
import { createWorld, ids, trainingEvents, type World } from "../../mock/world";

let world: World;
let drop: LoaderDrop;

before(async () => {
  world = await createWorld({ events: trainingEvents });
  await world.engine();
  drop = new LoaderDrop(world.mock.api, world.engines);
});

after(() => world.close());

/** The text after the drop of what is dragged at the `|` in it. */
async function dropped(name: string, text: string, dragged: string): Promise<string | null> {
  const offset = text.indexOf("|");
  const document = world.mock.open(path.join(world.folder, name), text.replace("|", ""));
  const edit = await edited(document, document.positionAt(offset), dragged);
  if (edit === undefined) return null;
  assert.equal(edit.insertText, "");
  const lines = document.getText();
  return (edit.additionalEdit as unknown as WorkspaceEdit).edits.reduce(
    (whole, { range, text: added }) =>
      whole.slice(0, document.offsetAt(range.start)) + added + whole.slice(document.offsetAt(range.end)),
    lines,
  );
}

function edited(
  document: MockDocument,
  at: Position,
  dragged: string,
): Promise<DocumentDropEdit | undefined> {
  const transfer = new DataTransfer();
  transfer.set(DRAGGED_VERSIONS, new DataTransferItem(dragged));
  return drop.provideDocumentDropEdits(
    document as unknown as TextDocument,
    at as never,
    transfer as unknown as VSDataTransfer,
  );
}

const one = draggedVersions([ids.classifierV1]);

test("what is dropped on a line of code goes below it, indented as it is", async () => {
  assert.equal(
    await dropped("inside.py", "def show():\n    print('bef|ore')\n\nshow()\n", one),
    [
      "def show():",
      "    print('before')",
      "    from zenml.client import Client",
      "",
      "    # classifier, version 1",
      `    artifact = Client().get_artifact_version("${ids.classifierV1}")`,
      "    value = artifact.load()",
      "",
      "show()",
      "",
    ].join("\n"),
  );
});

test("an empty line is taken, indented as what follows; a line that opens a block has it inside", async () => {
  const line = "from zenml.client import Client";
  const starts = async (text: string): Promise<readonly string[]> =>
    ((await dropped("place.py", text, one)) ?? "").split("\n").slice(0, 3);
  assert.deepEqual(await starts("|"), [line, "", "# classifier, version 1"]);
  assert.deepEqual(await starts("a = 1\n|\n    b = 2\n"), ["a = 1", `    ${line}`, ""]);
  assert.deepEqual(await starts("a = 1\n  |  \nb = 2\n"), ["a = 1", `    ${line}`, ""]);
  assert.deepEqual(await starts("if a:|\n  b\n"), ["if a:", `  ${line}`, ""]);
});

test("it speaks the language of the file, whichever made the artifact", async () => {
  const text = await dropped("show.ts", "|", draggedVersions([ids.classifierV1, ids.classifierV1]));
  assert.equal(text?.match(/await new Client\(\)\.getArtifactVersion\(/g)?.length, 2);
});

test("what is not known, or no artifact at all, is left to others", async () => {
  assert.equal(await dropped("other.py", "|", draggedVersions(["gone"])), null);
  assert.equal(await dropped("other.py", "|", "{"), null);
});
