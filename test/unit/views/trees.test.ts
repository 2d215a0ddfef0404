import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { StoreEvent } from "../../../src/core/events";
import { DRAGGED_VERSIONS } from "../../../src/core/draggedVersions";
import { ArtifactDrag } from "../../../src/views/dragAndDrop";
import type { Row } from "../../../src/views/row";
import { ArtifactsTree, ModelsTree, parseRunFilter, PipelinesTree, RunsTree } from "../../../src/views/trees";
import type { MockTreeView } from "../../mock/vscode";
import { DataTransfer, DataTransferItem } from "../../mock/vscodeTypes";
import { createWorld, ids, nextChange, trainingEvents, trainingFile, type World } from "../../mock/world";

let world: World;
let trees: { pipelines: PipelinesTree; runs: RunsTree; artifacts: ArtifactsTree; models: ModelsTree };
const dropped: string[] = [];

before(async () => {
  world = await createWorld({ events: trainingEvents, files: { "training.py": trainingFile } });
  const { mock, engines, discovery, services } = world;
  const drag = new ArtifactDrag(mock.api, engines, (refs, target) => {
    dropped.push(`${refs.map((ref) => ref.id).join(" ")} -> ${target.model} ${target.version ?? "new"}`);
    return Promise.resolve();
  });
  trees = {
    pipelines: new PipelinesTree(mock.api, engines, discovery),
    runs: new RunsTree(mock.api, engines, services.memory),
    artifacts: new ArtifactsTree(mock.api, engines, services.memory),
    models: new ModelsTree(mock.api, engines, services.memory, drag),
  };
});

after(async () => {
  for (const tree of Object.values(trees)) tree.dispose();
  await world.close();
});

function view(id: string): MockTreeView {
  const found = world.mock.treeViews.get(`headrace.${id}`);
  assert.ok(found);
  return found;
}

test("pipelines with their last state, and their steps as source tells them", async () => {
  assert.equal(
    await view("pipelines").render(),
    [
      "training — failed · 4 min. ago · 2 runs (error)",
      "  load — cached (history)",
      "  train — failed (error)",
    ].join("\n"),
  );
});

test("runs, newest first, with steps and outputs", async () => {
  assert.equal(
    await view("runs").render(),
    [
      "training-2 — failed · 4 min. ago · 1.0 s (error)",
      "  load — cached (history)",
      "    data — v1 · DataFrame (150, 5) (table)",
      "  train — 990 ms · ValueError (error)",
      "training-1 — 5 min. ago · 2.6 s (pass)",
      "  load — 400 ms (pass)",
      "    data — v1 · DataFrame (150, 5) (table)",
      "  train — 2.1 s (pass)",
      "    output — v1 · RandomForestClassifier (symbol-class)",
    ].join("\n"),
  );
});

test("artifacts with versions, and where each comes from", async () => {
  assert.equal(
    await view("artifacts").render(),
    [
      "classifier — RandomForestClassifier · 1 version (symbol-class)",
      "  v1 — RandomForestClassifier · 5 min. ago (symbol-class)",
      "    from train — training-1 (pass)",
      "data — DataFrame (150, 5) · 1 version (table)",
      "  v1 — DataFrame (150, 5) · 5 min. ago (table)",
      "    from load — training-1 (pass)",
    ].join("\n"),
  );
});

test("a link shows under the model and at the artifact, in the rows that were there", async () => {
  const engine = await world.engine();
  const row = await view("models").row("iris");
  trees.models.flush();
  const refreshed: (readonly Row[] | undefined)[] = [];
  trees.models.onDidChangeTreeData((rows) => refreshed.push(rows));
  const changed = nextChange(engine);
  await engine.link(ids.classifierV1, { model: "iris", version: 1 });
  await changed;
  trees.models.flush();
  trees.artifacts.flush();
  assert.equal(
    await view("models").render(),
    [
      "iris — 1 version (symbol-class)",
      "  1 — staging · 1 artifact · 5 min. ago (beaker)",
      "    Model artifacts — 1 (symbol-class)",
      "      classifier — v1 · RandomForestClassifier (symbol-class)",
    ].join("\n"),
  );
  assert.equal(
    await view("models").row("iris"),
    row,
    "the row is the same object, so that it stays selected and open",
  );
  assert.equal(refreshed.length, 1, "changes are shown together");
  assert.match(await view("artifacts").render(), /in model iris — 1 · staging/);
});

test("what a row says of another thing changes with that thing", async () => {
  const engine = await world.engine();
  const changed = nextChange(engine);
  const undo = await engine.promote(ids.modelV1, "production", true);
  await changed;
  trees.artifacts.refresh();
  trees.artifacts.flush();
  assert.match(await view("artifacts").render(), /in model iris — 1 · production/);
  await undo.undo();
});

test("a long list says how much of it is not shown, also once more of it is", async () => {
  const many = await createWorld({ events: manyModels });
  const drag = new ArtifactDrag(many.mock.api, many.engines);
  const tree = new ModelsTree(many.mock.api, many.engines, many.services.memory, drag);
  const last = async (): Promise<string> =>
    ((await many.mock.treeViews.get("headrace.models")?.render()) ?? "").split("\n").at(-1) ?? "";
  assert.equal(await last(), "Load more… — 70 not shown (ellipsis)");
  tree.loadMore("");
  assert.equal(await last(), "Load more… — 20 not shown (ellipsis)");
  tree.loadMore("");
  assert.equal(await last(), "model_119 — 0 versions (symbol-class)");
  tree.dispose();
  await many.close();
});

function manyModels(): readonly StoreEvent[] {
  return Array.from({ length: 120 }, (_, at) => ({
    type: "model.created",
    id: `model-${at}`,
    name: `model_${at}`,
    fields: {},
    time: 1,
  }));
}

test("every row knows its parent, and has a key that is its own", async () => {
  const seen = new Set<string>();
  async function walk(tree: RunsTree, row?: Row): Promise<void> {
    for (const child of await tree.getChildren(row)) {
      assert.equal(tree.getParent(child), row ?? null);
      assert.ok(!seen.has(child.key), child.key);
      seen.add(child.key);
      await walk(tree, child);
    }
  }
  await walk(trees.runs);
  assert.ok(seen.size > 8);
});

test("a filter leaves what matches, says so, and is told to menus", async () => {
  trees.runs.filter = "@failed";
  assert.equal((await view("runs").render(1)).split("\n").length, 1);
  assert.equal(view("runs").message, "Filtered by “@failed”");
  assert.equal(world.mock.context.get("headrace.runsFiltered"), true);
  trees.runs.filter = "";
  assert.equal((await view("runs").render(1)).split("\n").length, 2);
  assert.equal(view("runs").message, "");
});

test("the words of a filter", () => {
  assert.deepEqual(parseRunFilter("@failed @cancelled pipeline:train #good some text"), {
    status: ["failed", "cancelled"],
    pipeline: "train",
    tag: "good",
    text: "some text",
  });
  assert.deepEqual(parseRunFilter(""), {});
});

test("an artifact that is dragged is a link on a model, and its loader in an editor", async () => {
  const transfer = new DataTransfer();
  transfer.set(DRAGGED_VERSIONS, new DataTransferItem(""));
  const drag = new ArtifactDrag(world.mock.api, world.engines);
  const artifact = (await view("artifacts").row("classifier")) as Row;
  drag.handleDrag([artifact], transfer as never);
  assert.match(
    String(transfer.get("text/plain")?.value),
    new RegExp(`get_artifact_version\\("${ids.classifierV1}"\\)`),
  );
  const models = new ArtifactDrag(world.mock.api, world.engines, (refs, target) => {
    dropped.push(`${refs.map((ref) => ref.id).join(" ")} -> ${target.model} ${target.version ?? "new"}`);
    return Promise.resolve();
  });
  const token = { isCancellationRequested: false } as never;
  await models.handleDrop((await view("models").row("iris")) as Row, transfer as never, token);
  await models.handleDrop((await view("models").row("1")) as Row, transfer as never, token);
  const garbage = new DataTransfer();
  garbage.set(DRAGGED_VERSIONS, new DataTransferItem("{"));
  await models.handleDrop((await view("models").row("iris")) as Row, garbage as never, token);
  assert.deepEqual(dropped, [`${ids.classifierV1} -> iris new`, `${ids.classifierV1} -> iris 1`]);
});

test("tooltips show names as text, never as markup", async () => {
  const row = (await view("runs").row("training-2")) as Row;
  const tooltip = row.tooltip();
  assert.ok(typeof tooltip === "object");
  assert.match(tooltip.value, /\*\*training\\-2\*\* · \$\(error\) failed/);
  assert.match(tooltip.value, /lr=0\\\.1/);
});
