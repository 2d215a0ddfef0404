/** Where edges leave a node and come in: each can be told from the others. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { layout } from "../../../webview/dag/layout/layout";
import { defaultOptions, type Direction, type Layout } from "../../../webview/dag/layout/types";
import { countCrossings, layeredGraph } from "./graphs";

const fan = ["a", "b", "c", "d", "e"];

function drawn(edges: readonly string[], direction: Direction = "TB"): Layout {
  const pairs = edges.map((id) => ({ id, ends: id.split(">") }));
  const names = new Set(pairs.flatMap(({ ends }) => ends));
  return layout({
    nodes: [...names].map((id) => ({ id, width: 160, height: 50 })),
    edges: pairs.map(({ id, ends: [from = "", to = ""] }) => ({ id, from, to })),
    options: { ...defaultOptions, direction },
  });
}

function node({ nodes }: Layout, id: string): { readonly x: number; readonly y: number } {
  return nodes.find((one) => one.id === id) ?? assert.fail(id);
}

/** Beside the middle of the node, for each of the edges. */
function ends(drawing: Layout, id: string, leaving: boolean, axis: "x" | "y" = "x"): readonly number[] {
  const others = drawing.edges.filter((edge) => edge.id.split(">")[leaving ? 0 : 1] === id);
  const far = (edge: string): number => node(drawing, edge.split(">")[leaving ? 1 : 0] ?? "")[axis];
  return others
    .sort((a, b) => far(a.id) - far(b.id))
    .map(({ points }) => (points.at(leaving ? 0 : -1)?.[axis] ?? NaN) - node(drawing, id)[axis]);
}

describe("the ends of edges", () => {
  it("stand side by side in the order of where the edges go, and come from", () => {
    const edges = [...fan.map((one) => `top>${one}`), ...fan.map((one) => `${one}>end`)];
    for (const [direction, axis] of [
      ["TB", "x"],
      ["LR", "y"],
    ] as const) {
      const drawing = drawn(edges, direction);
      for (const found of [ends(drawing, "top", true, axis), ends(drawing, "end", false, axis)]) {
        assert.equal(found.length, 5);
        for (let i = 1; i < 5; i++) assert.ok((found[i] ?? 0) - (found[i - 1] ?? 0) >= 3, found.join(" "));
        assert.ok(found.every((end) => Math.abs(end) < (axis === "x" ? 80 : 25)));
      }
      assert.equal(countCrossings(drawing.edges.map(({ points }) => points)), 0);
    }
  });

  it("are in the middle where there is one edge, or where one goes straight on", () => {
    assert.deepEqual(ends(drawn(["top>a", "a>b"]), "a", true), [0]);
    assert.equal(ends(drawn(fan.map((one) => `top>${one}`)), "top", true)[2], 0);
  });

  it("keep within the side, however many there are", () => {
    const many = drawn(Array.from({ length: 80 }, (_, i) => `top>n${i}`));
    const found = ends(many, "top", true);
    assert.equal(new Set(found).size, 80);
    assert.ok(Math.max(...found.map(Math.abs)) < 80);
  });

  it("are the same each time", () => {
    const graph = layeredGraph(60, 5);
    assert.deepEqual(
      layout({ ...graph, options: defaultOptions }),
      layout({ ...graph, options: defaultOptions }),
    );
  });
});
