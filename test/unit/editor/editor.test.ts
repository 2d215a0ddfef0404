import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { CodeLens, TextDocument } from "vscode";
import { FailureDiagnostics } from "../../../src/editor/diagnostics";
import { EditorContext } from "../../../src/editor/editorContext";
import { Hints } from "../../../src/editor/hints";
import { Hovers } from "../../../src/editor/hovers";
import { LastRuns } from "../../../src/editor/lastRuns";
import { Lenses } from "../../../src/editor/lenses";
import type { MockDocument } from "../../mock/vscode";
import { createWorld, ids, trainingEvents, trainingFile, type World } from "../../mock/world";

let world: World;
let document: MockDocument;
let lenses: Lenses;
let hints: Hints;
let hovers: Hovers;
let context: EditorContext;

before(async () => {
  world = await createWorld({ events: trainingEvents, files: { "training.py": trainingFile } });
  const { mock, engines, discovery } = world;
  const lastRuns = new LastRuns(engines);
  lenses = new Lenses(mock.api, engines, discovery, lastRuns, () => false);
  hints = new Hints(mock.api, engines, discovery, lastRuns);
  hovers = new Hovers(mock.api, discovery, lastRuns);
  context = new EditorContext(mock.api, engines, discovery);
  document = mock.open(path.join(world.folder, "training.py"), trainingFile);
  await discovery.read({ file: document.fileName, version: 0, text: () => trainingFile });
  await world.engine();
});

after(async () => {
  context.dispose();
  lenses.dispose();
  hints.dispose();
  await world.close();
});

function render(found: readonly CodeLens[]): string {
  return found.map((lens) => `${lens.range.start.line + 1}: ${lens.command?.title ?? ""}`).join("\n");
}

/** Clicks it, and tells what is executed then. */
async function clicked(lens: CodeLens | undefined): Promise<string> {
  const { executed } = world.mock;
  assert.deepEqual(lens?.command?.arguments ?? [], [], "VS Code would forget them");
  const before = executed.length;
  await world.mock.api.commands.executeCommand(lens?.command?.command ?? "");
  return executed[before + 1] ?? "";
}

const provide = (): CodeLens[] => lenses.provideCodeLenses(document as unknown as TextDocument);

test("lenses stand above the decorators of pipelines and steps, with their last states", async () => {
  assert.equal(
    render(provide()),
    [
      "13: $(play)\u00a0Run pipeline",
      "13: $(type-hierarchy-sub)\u00a0Show DAG",
      "13: $(error)\u00a0failed 4 min. ago",
      "4: $(history)\u00a0cached",
      "8: $(error)\u00a0failed · 990 ms",
    ].join("\n"),
  );
  const executed = [];
  for (const lens of provide()) executed.push(await clicked(lens));
  assert.deepEqual(executed, [
    "headrace.runPipeline",
    "headrace.showDag",
    "headrace.openRun",
    "headrace.openLog",
    "headrace.openLog",
  ]);
});

test("a lens that was drawn long ago runs what it stands above, by file and function", async () => {
  const [run] = provide();
  world.mock.type(document, "import pipeline, step\n", "import pipeline, step\n\n");
  provide();
  world.mock.type(document, "import pipeline, step\n\n", "import pipeline, step\n");
  const given = world.mock.nextExecution("headrace.runPipeline");
  assert.equal(await clicked(run), "headrace.runPipeline");
  assert.deepEqual(JSON.parse(JSON.stringify(await given)), [
    {
      kind: "pipeline",
      workspace: world.folder,
      name: "training",
      file: document.fileName,
      functionName: "training_pipeline",
    },
  ]);
});

/** The next time that discovery has read the text anew. */
function reread(): Promise<void> {
  return new Promise((resolve) => {
    const subscription = world.discovery.onDidChange(() => {
      subscription.dispose();
      resolve();
    });
  });
}

test("while the text is broken there are as many lenses as before", async () => {
  const whole = provide().length;
  world.mock.type(document, "train(data)\n", "train(data\nx = 1\n");
  assert.equal(provide().length, whole);
  await reread();
  assert.equal(provide().length, whole);
  world.mock.type(document, "train(data\nx = 1\n", "train(data)\n");
  const again = reread();
  assert.equal(provide().length, whole);
  await again;
});

test("lenses move with the text at once, before it is read again", () => {
  const before = provide().map((lens) => lens.range.start.line);
  world.mock.type(document, "import pipeline, step\n", "import pipeline, step\n\nanswer = 42\n");
  assert.deepEqual(
    provide().map((lens) => lens.range.start.line),
    before.map((line) => line + 2),
  );
  world.mock.type(document, "\nanswer = 42\n", "");
  assert.deepEqual(
    provide().map((lens) => lens.range.start.line),
    before,
  );
});

test("a step that is typed gets its lens when typing rests", async () => {
  const before = provide().length;
  world.mock.type(document, "@pipeline", "@step\ndef another(): ...\n\n\n@pipeline");
  const told = reread();
  assert.equal(provide().length, before);
  await told;
  assert.equal(provide().length, before + 1);
  world.mock.type(document, "@step\ndef another(): ...\n\n\n@pipeline", "@pipeline");
  const back = reread();
  provide();
  await back;
});

test("settings turn lenses off", () => {
  world.mock.set("codeLens.steps", false);
  assert.equal(provide().length, 3);
  world.mock.set("codeLens.pipelines", false);
  assert.equal(provide().length, 0);
  world.mock.set("codeLens.steps", true);
  world.mock.set("codeLens.pipelines", true);
});

test("hints beside the assigned names say what they were", () => {
  const { Range } = world.mock.api;
  const found = hints.provideInlayHints(document as unknown as TextDocument, new Range(0, 0, 100, 0));
  const shown = found.map((hint) => {
    const [label] = hint.label as { value: string }[];
    return `${hint.position.line + 1}:${hint.position.character} ${label?.value ?? ""}`;
  });
  // The last run failed at `train`, so only `data` has a value.
  assert.deepEqual(shown, ["15:8 ⟶ DataFrame (150, 5)"]);
});

test("a hover over a step tells its last status and outputs", async () => {
  const { Position } = world.mock.api;
  const token = { isCancellationRequested: false } as never;
  const hover = await hovers.provideHover(document as unknown as TextDocument, new Position(15, 14), token);
  const [text] = [hover?.contents].flat() as { value: string }[];
  assert.match(text?.value ?? "", /\*\*train\*\* · \$\(error\) failed · 990 ms/);
  assert.match(text?.value ?? "", /ValueError\\: no data/);
  assert.equal(
    await hovers.provideHover(document as unknown as TextDocument, new Position(0, 0), token),
    null,
  );
});

test("the line that failed is underlined until it is edited", async () => {
  const failures = new FailureDiagnostics(world.mock.api, {
    onLive: (listener: (event: unknown) => void) => {
      void world
        .engine()
        .then((engine) =>
          listener({ engine, event: { type: "run.finished", runId: ids.failed, status: "failed" } }),
        );
      return { dispose: () => undefined };
    },
  } as never);
  await world.engine();
  await Promise.resolve();
  assert.equal(world.mock.renderDiagnostics(), "training.py:10 ValueError: no data");
  const [shown] = world.mock.diagnostics.get(document.fileName) ?? [];
  assert.deepEqual(
    [shown?.range.start.character, shown?.range.end.character],
    [4, 31],
    "without the indentation",
  );
  world.mock.edit(document, trainingFile, 2);
  assert.equal(world.mock.renderDiagnostics(), "training.py:10 ValueError: no data");
  world.mock.edit(document, trainingFile, 9);
  assert.equal(world.mock.renderDiagnostics(), "");
  failures.dispose();
});
