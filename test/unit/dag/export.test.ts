import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toDot, toMermaid } from "../../../webview/dag/exportText";
import { plainColor } from "../../../webview/dag/plainColor";
import { buildScene, type Scene } from "../../../webview/dag/scene";
import { sampleState } from "../../webview/samples";

const state = sampleState("odd", [
  { id: 'load "all"', outputs: [["a#1 <b>", "list"]] },
  { id: "train", inputs: ['load "all".a#1 <b>'] },
  { id: "report", inputs: ["train"] },
]);

function scene(artifacts: boolean): Scene {
  return buildScene(state, {
    artifacts,
    fold: true,
    grouping: "none",
    opened: new Set(),
    hidden: new Set(),
    focus: null,
  });
}

describe("the graph as text", () => {
  it("is Mermaid in which no name is read as markup", () => {
    assert.equal(
      toMermaid(scene(true), "TB"),
      [
        "flowchart TB",
        '  n0["load #34;all#34;"]',
        '  n1["train"]',
        '  n2["report"]',
        '  n3(["a#35;1 #60;b#62;"])',
        "  n0 --> n3",
        "  n3 --> n1",
        "  n1 -.-> n2",
        "",
      ].join("\n"),
    );
  });

  it("names what flows where artifacts are no nodes", () => {
    assert.match(toMermaid(scene(false), "LR"), /^ {2}n0 -->\|"a#35;1 #60;b#62;"\| n1$/m);
    const dot = toDot(scene(false), "LR", 'my "graph"');
    assert.match(dot, /^digraph "my \\"graph\\"" \{\n {2}rankdir=LR;$/m);
    assert.match(dot, /^ {2}"step:load \\"all\\"" -> "step:train" \[label="a#1 <b>"\];$/m);
    assert.match(dot, /^ {2}"step:train" -> "step:report" \[style=dashed\];$/m);
  });
});

describe("colours of a picture", () => {
  it("are written as any viewer knows them, opacity by itself", () => {
    assert.deepEqual(plainColor("rgb(31, 31, 31)"), { color: "#1f1f1f", opacity: 1 });
    assert.deepEqual(plainColor("rgba(255, 0, 16, 0.5)"), { color: "#ff0010", opacity: 0.5 });
    assert.deepEqual(plainColor("color(srgb 0.5 0 1 / 0.03)"), { color: "#8000ff", opacity: 0.03 });
    assert.equal(plainColor("none"), null);
    assert.equal(plainColor("context-stroke"), null);
  });
});
