/** The DAG's host side: a real engine and store under it, and a page that is played by the test. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Run } from "../../../src/core/entities";
import { sourceGraph } from "../../../src/discovery/sourceGraph";
import type { Engine } from "../../../src/engine/api";
import { DAG_VIEW } from "../../../src/panels/dag/dagPanel";
import { DagPanels } from "../../../src/panels/dag/dagPanels";
import { stepNode, type DagDelta, type DagDetails, type DagState } from "../../../src/panels/dag/messages";
import { MockWebviews, type MockPanel, type Told } from "../../mock/webviews";
import { createWorld, type World } from "../../mock/world";

const root = path.resolve(import.meta.dirname, "../../..");
const PYTHON = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv", "bin", "python");

const SOURCE = `import time
from pathlib import Path

from zenml import pipeline, step


@step(enable_cache=False)
def load() -> int:
    return 20


@step(enable_cache=False)
def wait(number: int) -> int:
    print("waiting begins")
    while not Path(__file__).with_name("go").exists():
        time.sleep(0.01)
    print("waiting ends")
    return number + 1


@pipeline
def slow():
    wait(load())


@step(enable_cache=False)
def fail(number: int) -> int:
    raise ValueError(f"{number} is too much")


@step
def never(number: int) -> int:
    return number


@pipeline
def fragile():
    never(fail(load()))


@pipeline
def refused():
    load(1, 2, 3)


@pipeline
def idle():
    pass
`;

let world: World;
let engine: Engine;
let webviews: MockWebviews;
let panels: DagPanels;
let file: string;

before(async () => {
  world = await createWorld({ files: { "pipelines.py": SOURCE } });
  engine = await world.engine();
  file = path.join(world.folder, "pipelines.py");
  webviews = new MockWebviews(world.mock);
  panels = makePanels();
});

after(async () => {
  panels.dispose();
  await world.close();
});

function makePanels(): DagPanels {
  const { vscode } = webviews;
  return new DagPanels({
    vscode,
    extensionUri: vscode.Uri.file(root),
    log: world.services.log,
    engine: () => Promise.resolve(engine),
    staticGraph: async (file, functionName) => {
      const found = await world.discovery.file(file);
      const pipeline = found?.pipelines.find((known) => known.functionName === functionName);
      return pipeline === undefined ? null : sourceGraph(world.discovery, pipeline);
    },
  });
}

function start(pipeline: string) {
  return engine.run({ file, pipeline, origin: "api", python: PYTHON });
}

function ran(pipeline: string): Promise<Run> {
  return start(pipeline).finished;
}

function newestPanel(): MockPanel {
  const panel = webviews.panels.at(-1);
  assert.ok(panel !== undefined, "a panel was opened");
  return panel;
}

/** The page is there: what it is shown. */
async function shown(panel: MockPanel): Promise<DagState> {
  const told = panel.next(isAnswer);
  panel.say({ kind: "ready", protocol: 1 });
  return stateOf(await told);
}

function isAnswer(told: Told): boolean {
  return told.kind === "snapshot" || told.kind === "empty" || told.kind === "failed";
}

function stateOf(told: Told): DagState {
  assert.equal(told.kind, "snapshot", JSON.stringify(told));
  return told["state"] as DagState;
}

function deltaOf(told: Told): DagDelta {
  return told["delta"] as DagDelta;
}

function delta(test: (delta: DagDelta) => boolean): (told: Told) => boolean {
  return (told) => told.kind === "delta" && test(deltaOf(told));
}

async function openPipeline(name: string): Promise<MockPanel> {
  const before = webviews.panels.length;
  await panels.openDag(engine, { kind: "pipeline", name, file, functionName: name });
  assert.equal(webviews.panels.length, before + 1);
  return newestPanel();
}

describe("the DAG's panel", { timeout: 120_000 }, () => {
  it("shows the source before any run, goes over to the run, and follows it to its end", async () => {
    const panel = await openPipeline("slow");
    const source = await shown(panel);
    assert.equal(source.run, null);
    assert.deepEqual(
      source.steps.map((step) => [step.id, step.status]),
      [
        [stepNode("load"), "planned"],
        [stepNode("wait"), "planned"],
      ],
    );
    const live = panel.next((told) => told.kind === "snapshot" && stateOf(told).run !== null);
    const running = panel.next(
      delta(({ steps }) => steps.some((step) => step.id === stepNode("wait") && step.status === "running")),
    );
    const log = panel.next((told) => told.kind === "event" && JSON.stringify(told).includes("waiting ends"));
    const completed = panel.next(delta(({ run }) => run?.status === "completed"));
    const run = start("slow");
    assert.equal(stateOf(await live).run?.status === "completed", false);
    await running;
    panel.command({ kind: "watch", node: stepNode("wait") });
    await writeFile(path.join(world.folder, "go"), "");
    assert.equal(((await log)["event"] as { node: string }).node, stepNode("wait"));
    await completed;
    const steps = panel.told
      .filter((told) => told.kind === "delta")
      .flatMap((told) => deltaOf(told).steps)
      .filter((step) => step.id === stepNode("wait"));
    assert.equal(steps.at(-1)?.status, "completed");
    const revisions = panel.told.flatMap((told) => (typeof told["rev"] === "number" ? [told["rev"]] : []));
    assert.deepEqual(
      revisions,
      revisions.map((_, i) => i + 1),
      "no revision is left out",
    );
    await run.finished;
    panel.api.dispose();
  });

  it("tells the log's end to a page that comes later", async () => {
    const run = await ran("slow");
    await panels.openDag(engine, { kind: "run", runId: run.id });
    const panel = newestPanel();
    await shown(panel);
    const reply = panel.next((told) => told.kind === "reply");
    panel.say({ kind: "request", id: 1, method: "details", params: { node: stepNode("wait") } });
    const details = (await reply)["value"] as DagDetails;
    assert.match(details.log?.text ?? "", /waiting begins\nwaiting ends/);
    assert.equal(details.outputs[0]?.summary, "21");
    assert.match(details.source?.lines.join("\n") ?? "", /def wait/);
    panel.api.dispose();
  });

  it("shows a failure, and which steps it kept from running", async () => {
    const run = await ran("fragile");
    await panels.openDag(engine, { kind: "run", runId: run.id });
    const panel = newestPanel();
    const state = await shown(panel);
    const step = (id: string) => state.steps.find((candidate) => candidate.id === stepNode(id));
    assert.equal(step("fail")?.failure, "ValueError: 20 is too much");
    assert.equal(step("never")?.status, "skipped");
    assert.equal(step("never")?.skippedBecause, "fail");
    panel.api.dispose();
  });

  it("stays on the source when a run is refused", async () => {
    const panel = await openPipeline("refused");
    await shown(panel);
    const before = panel.told.length;
    await assert.rejects(start("refused").finished);
    assert.deepEqual(
      panel.told.slice(before).filter((told) => told.kind === "snapshot" && stateOf(told).run !== null),
      [],
    );
    panel.api.dispose();
  });

  it("says that its run was deleted, and offers the newest one", async () => {
    const [older, newer] = [await ran("slow"), await ran("slow")];
    await panels.openDag(engine, { kind: "run", runId: older.id });
    const panel = newestPanel();
    await shown(panel);
    const empty = panel.next((told) => told.kind === "empty");
    await engine.delete("run", [older.id]);
    const { title, actions } = (await empty) as Told & { actions: readonly { readonly id: string }[] };
    assert.equal(title, "This run was deleted");
    const snapshot = panel.next((told) => told.kind === "snapshot");
    panel.say({ kind: "action", id: actions[0]?.id });
    assert.equal(stateOf(await snapshot).run?.id, newer.id);
    panel.api.dispose();
  });

  it("leads to the source of a pipeline that calls no step", async () => {
    const panel = await openPipeline("idle");
    const empty = panel.next(isAnswer);
    panel.say({ kind: "ready", protocol: 1 });
    const { title, actions } = (await empty) as Told & { actions: readonly { readonly id: string }[] };
    assert.equal(title, "No steps found in idle");
    const went = new Promise<unknown>((resolve) => {
      webviews.vscode.commands.registerCommand("headrace.goToSource", resolve);
    });
    panel.say({ kind: "action", id: actions[0]?.id });
    assert.deepEqual(await went, {
      kind: "pipeline",
      workspace: world.folder,
      name: "idle",
      file,
      functionName: "idle",
    });
    panel.api.dispose();
  });

  it("shows every run of a pipeline in one panel", async () => {
    const [first, second] = [await ran("slow"), await ran("slow")];
    await panels.openDag(engine, { kind: "run", runId: first.id });
    const panel = newestPanel();
    const count = webviews.panels.length;
    await shown(panel);
    const snapshot = panel.next((told) => told.kind === "snapshot");
    await panels.openDag(engine, { kind: "run", runId: second.id });
    assert.equal(stateOf(await snapshot).run?.id, second.id);
    assert.equal(webviews.panels.length, count);
    assert.equal(panel.revealed, 1);
    panel.api.dispose();
  });

  it("compares with another run", async () => {
    const [first, second] = [await ran("slow"), await ran("slow")];
    await panels.openDag(engine, { kind: "run", runId: second.id });
    const panel = newestPanel();
    await shown(panel);
    const snapshot = panel.next((told) => told.kind === "snapshot");
    panel.command({ kind: "compare", runId: first.id });
    const { comparison } = stateOf(await snapshot);
    assert.ok(comparison !== null);
    assert.equal(comparison.run.id, first.id);
    assert.deepEqual(Object.keys(comparison.durations), [stepNode("load"), stepNode("wait")]);
    panel.api.dispose();
  });

  it("is made again after a reload of the window, or not at all when its state is of no use", async () => {
    const run = await ran("slow");
    await panels.openDag(engine, { kind: "run", runId: run.id });
    const opened = newestPanel();
    const snapshot = opened.next((told) => told.kind === "snapshot");
    opened.say({ kind: "ready", protocol: 1 });
    const { target } = await snapshot;
    opened.api.dispose();
    const restored = await webviews.restore(DAG_VIEW, { protocol: 1, target, view: null });
    assert.equal((await shown(restored)).run?.id, run.id);
    restored.api.dispose();
    const useless = await webviews.restore(DAG_VIEW, { target: { kind: "run", runId: 3 } });
    assert.equal(useless.disposed, true);
  });

  for (const known of ["from a run", "from source alone"]) {
    it(`points at the steps that the cursor stands in, in a function or at its call, known ${known}`, async () => {
      const panel = await openPipeline("slow");
      await shown(panel);
      if (known === "from source alone") {
        const planned = panel.next((told) => told.kind === "snapshot");
        panel.command({ kind: "showRun", runId: null });
        assert.equal(stateOf(await planned).run, null);
      }
      const lineOf = (begin: string): number =>
        SOURCE.split("\n").findIndex((text) => text.startsWith(begin)) + 1;
      const pointed = async (line: number): Promise<unknown> => {
        const event = panel.next((told) => told.kind === "event");
        webviews.point(file, line);
        return (await event)["event"];
      };
      assert.deepEqual(await pointed(lineOf("def wait") + 1), {
        kind: "highlight",
        nodes: [stepNode("wait")],
      });
      assert.deepEqual(await pointed(1), { kind: "highlight", nodes: [] });
      assert.deepEqual(await pointed(lineOf("    wait(load())")), {
        kind: "highlight",
        nodes: [stepNode("wait"), stepNode("load")].sort(),
      });
      panel.api.dispose();
    });
  }

  it("reveals a selected step where its file is in sight, unless the setting says no", async () => {
    const run = await ran("slow");
    await panels.openDag(engine, { kind: "run", runId: run.id });
    const panel = newestPanel();
    const state = await shown(panel);
    assert.equal(state.run?.id, run.id);
    const editor = webviews.show(file);
    panel.command({ kind: "watch", node: stepNode("wait") });
    const line = SOURCE.split("\n").findIndex((text) => text.startsWith("def wait")) + 1;
    assert.equal(editor.revealed.length, 1);
    assert.ok(Math.abs((editor.revealed[0] ?? 0) - line) <= 1, "at the function or its decorator");
    panel.command({ kind: "watch", node: null });
    assert.deepEqual(editor.decorated, []);
    world.mock.set("dag.revealSource", false);
    panel.command({ kind: "watch", node: stepNode("wait") });
    assert.equal(editor.revealed.length, 1);
    world.mock.settings.delete("dag.revealSource");
    panel.api.dispose();
  });

  it("gives up reading when told so", async () => {
    const panel = await openPipeline("slow");
    const failed = panel.next((told) => told.kind === "failed");
    panel.say({ kind: "ready", protocol: 1 });
    panel.say({ kind: "cancel" });
    assert.equal((await failed)["reason"], "Cancelled.");
    assert.equal(
      panel.told.some((told) => told.kind === "snapshot"),
      false,
    );
    panel.api.dispose();
  });
});
