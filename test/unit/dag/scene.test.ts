import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { criticalPath } from "../../../webview/dag/critical";
import { search } from "../../../webview/dag/query";
import { buildScene, type SceneOptions } from "../../../webview/dag/scene";
import { failedRun, fanOut, NOON, sampleState, tutorial } from "../../webview/samples";

const all: SceneOptions = {
  artifacts: true,
  fold: true,
  grouping: "none",
  opened: new Set(),
  hidden: new Set(),
  focus: null,
};

const grouped = sampleState("grouped", [
  { id: "load", outputs: [["raw", "DataFrame"]], more: { group: "project.data" } },
  { id: "clean", inputs: ["load.raw"], outputs: [["rows", "DataFrame"]], more: { group: "project.data" } },
  { id: "train", inputs: ["clean.rows"], outputs: [["model", "SVC"]], more: { group: "project.training" } },
]);

function drawn(state: Parameters<typeof buildScene>[0], options: Partial<SceneOptions> = {}): string[] {
  return buildScene(state, { ...all, ...options }).nodes.map((node) => node.id);
}

describe("the scene", () => {
  it("folds eight or more steps of one kind, with what they make, and counts their edges", () => {
    const scene = buildScene(fanOut(8), all);
    const folds = scene.nodes.flatMap((node) =>
      node.kind === "fold" ? [`${node.of} ${node.name} ${node.members.length}`] : [],
    );
    assert.deepEqual(folds, ["step train 8", "artifact model 8"]);
    const made = scene.edges.find((edge) => edge.from.startsWith("fold:") && edge.to.startsWith("fold:"));
    assert.equal(made?.count, 8);
  });

  it("shows seven each, and a fold that was opened", () => {
    assert.equal(
      drawn(fanOut(7)).some((id) => id.startsWith("fold:")),
      false,
    );
    const fold = buildScene(fanOut(8), all).nodes.find((node) => node.kind === "fold");
    assert.equal(
      drawn(fanOut(8), { opened: new Set([fold!.id]) }).some((id) => id.startsWith("fold:")),
      false,
    );
  });

  it("keeps what a group's members hand to each other inside it, and draws no way back", () => {
    const scene = buildScene(grouped, { ...all, grouping: "module" });
    const ids = scene.nodes.map((node) => node.id);
    assert.deepEqual(ids, [
      "fold:group|module|project.data|1",
      "step:train",
      "artifact:clean.rows",
      "artifact:train.model",
    ]);
    assert.equal(scene.nodeOf.get("artifact:load.raw"), "fold:group|module|project.data|1");
    assert.equal(
      scene.edges.some(({ from, to }) => from.startsWith("artifact:") && to.startsWith("fold:")),
      false,
    );
  });

  it("frames a group that was opened, with what its members make", () => {
    const group = "fold:group|module|project.data|1";
    const { frames } = buildScene(grouped, { ...all, grouping: "module", opened: new Set([group]) });
    assert.deepEqual(frames, [
      {
        id: group,
        name: "data",
        members: ["step:load", "step:clean", "artifact:load.raw", "artifact:clean.rows"],
      },
    ]);
  });

  it("names what flows where artifacts are not drawn", () => {
    const scene = buildScene(tutorial, { ...all, artifacts: false });
    assert.deepEqual(
      scene.nodes.map((node) => node.id),
      ["step:training_data_loader", "step:svc_trainer", "step:evaluate"],
    );
    const labels = scene.edges.map((edge) => `${edge.from} ${edge.label ?? ""}`);
    assert.ok(labels.includes("step:training_data_loader X_train, y_train"), labels.join("; "));
  });

  it("shows only what leads to and from the focus", () => {
    const ids = drawn(failedRun, { focus: "step:clean" });
    assert.ok(ids.includes("step:load_customers") && ids.includes("step:join"));
    assert.ok(!ids.includes("step:load_events"));
  });
});

describe("search", () => {
  const german = new Map([["failed", "Fehlgeschlagen"]]);
  const words = (status: string): string => german.get(status) ?? status;

  it("knows a state by its name in the language of the page, too", () => {
    assert.deepEqual([...(search(failedRun, "status:fehl", words) ?? [])], ["step:aggregate_events"]);
  });

  it("finds by text, state and kind, each term narrowing", () => {
    assert.deepEqual([...(search(failedRun, "status:failed", words) ?? [])], ["step:aggregate_events"]);
    assert.deepEqual(
      [...(search(failedRun, "kind:artifact clean", words) ?? [])],
      ["artifact:clean.clean_customers"],
    );
    assert.equal(search(failedRun, "  ", words), null);
  });

  it("takes in what is above and below", () => {
    const found = search(tutorial, "+svc_trainer", words);
    assert.ok(found?.has("step:training_data_loader"));
    assert.ok(!found?.has("step:evaluate"));
  });
});

describe("the critical path", () => {
  it("goes back from the step that ended last, each time to what it waited for longest", () => {
    const path = criticalPath(tutorial, NOON);
    assert.deepEqual(
      [...path].filter((id) => id.startsWith("step:")),
      ["step:evaluate", "step:svc_trainer", "step:training_data_loader"],
    );
  });
});
