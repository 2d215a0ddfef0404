import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withNames, withoutNames, type EdgeName } from "../../../webview/dag/layout/labels";
import { layout } from "../../../webview/dag/layout/layout";
import {
  defaultOptions,
  type LayoutEdge,
  type PlacedNode,
  type Point,
} from "../../../webview/dag/layout/types";

const sizes = { width: 100, height: 40 };

function edge(id: string): LayoutEdge {
  const [from = "", to = ""] = id.split(">");
  return { id, from, to };
}

function named(ids: readonly string[], width = 90) {
  const edges = ids.map(edge);
  const names = edges.map((one): EdgeName => ({ edge: one, width, height: 16 }));
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].map((id) => ({ id, ...sizes }));
  return withoutNames(
    layout(withNames({ nodes, edges, options: { ...defaultOptions, rankGap: 32 } }, names)),
    names,
  );
}

function isOnSide(point: Point | undefined, node: PlacedNode, below: number): boolean {
  return point?.y === node.y + below && Math.abs(point.x - node.x) < node.width / 2;
}

describe("names of edges", () => {
  it("lie over no node and over no other name", () => {
    const { layout: drawn, names } = named(["a>b", "a>c", "a>d", "b>e", "c>e", "d>e", "a>e"]);
    const boxes = [
      ...drawn.nodes,
      ...[...names].map(([id, { x, y }]) => ({ id, x, y, width: 90, height: 16 })),
    ];
    for (const [i, one] of boxes.entries()) {
      for (const other of boxes.slice(i + 1)) {
        const apart =
          Math.abs(one.x - other.x) >= (one.width + other.width) / 2 ||
          Math.abs(one.y - other.y) >= (one.height + other.height) / 2;
        assert.ok(apart, `${one.id} and ${other.id} are apart`);
      }
    }
    assert.equal(names.size, 7);
  });

  it("stand on the line of their edge, which is one again", () => {
    const { layout: drawn, names } = named(["a>b", "b>c", "a>c"]);
    assert.deepEqual(drawn.edges.map(({ id }) => id).sort(), ["a>b", "a>c", "b>c"]);
    assert.deepEqual(drawn.nodes.map(({ id, rank }) => `${id}${rank}`).sort(), ["a0", "b1", "c2"]);
    const long = drawn.edges.find(({ id }) => id === "a>c")!;
    const middle = names.get("a>c")!;
    assert.ok(
      long.points.some(({ x, y }) => x === middle.x && Math.abs(y - middle.y) <= 8),
      "the line passes its name",
    );
    const [a, c] = ["a", "c"].map((id) => drawn.nodes.find((node) => node.id === id)!);
    assert.ok(isOnSide(long.points[0], a!, 20), "it leaves its node's border");
    assert.ok(isOnSide(long.points.at(-1), c!, -20), "it ends at its node's border");
  });

  it("leave a drawing without names as it is", () => {
    const nodes = ["a", "b"].map((id) => ({ id, ...sizes }));
    const input = { nodes, edges: [edge("a>b")], options: defaultOptions };
    assert.equal(withNames(input, []), input);
    const drawn = layout(input);
    assert.equal(withoutNames(drawn, []).layout, drawn);
  });
});
