import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { layout } from "../../../webview/dag/layout/layout";
import {
  defaultOptions,
  type Layout,
  type LayoutEdge,
  type LayoutOptions,
} from "../../../webview/dag/layout/types";
import { layeredGraph } from "./graphs";

function chain(count: number, more: readonly string[] = [], options: Partial<LayoutOptions> = {}): Layout {
  const ids = Array.from({ length: count }, (_, i) => String(i));
  const edges = [...ids.slice(1).map((id, i) => `${i}>${id}`), ...more].map((id): LayoutEdge => {
    const [from = "", to = ""] = id.split(">");
    return { id, from, to };
  });
  const nodes = ids.map((id) => ({ id, width: 160, height: 50 }));
  return layout({ nodes, edges, options: { ...defaultOptions, wrap: true, ...options } });
}

/** Where an upright or level piece of an edge runs through a node that is none of its ends. */
function runsThrough(drawing: Layout): readonly string[] {
  return drawing.edges.flatMap(({ id, points }) =>
    points.slice(1).flatMap((to, i) => {
      const from = points[i]!;
      if (from.x !== to.x && from.y !== to.y) return [];
      return drawing.nodes.flatMap((node) => {
        if (id.split(">").includes(node.id)) return [];
        const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
        const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
        const meets =
          left < node.x + node.width / 2 &&
          right > node.x - node.width / 2 &&
          top < node.y + node.height / 2 &&
          bottom > node.y - node.height / 2;
        return meets ? [`${id} through ${node.id}`] : [];
      });
    }),
  );
}

describe("what is long and narrow", () => {
  it("goes on in the next column, each from top to bottom", () => {
    const drawing = chain(120);
    assert.ok(drawing.width / drawing.height > 1 && drawing.width / drawing.height < 2.5);
    const columns = [...new Set(drawing.nodes.map(({ x }) => x))];
    assert.ok(columns.length > 3);
    assert.deepEqual(
      columns,
      [...columns].sort((a, b) => a - b),
      "columns follow each other to the right",
    );
    for (const [i, node] of drawing.nodes.entries()) {
      const before = drawing.nodes[i - 1];
      if (before?.x === node.x) assert.ok(before.y < node.y, "within a column it goes down");
    }
    assert.equal(drawing.edges.filter(({ cornered }) => cornered).length, columns.length - 1);
  });

  it("leads every edge clear of the nodes, from border to border, within the drawing", () => {
    const drawing = chain(120, ["0>119", "20>90"]);
    assert.deepEqual(runsThrough(drawing), []);
    const at = new Map(drawing.nodes.map((node) => [node.id, node]));
    for (const { id, points } of drawing.edges) {
      const [from, to] = id.split(">").map((end) => at.get(end)!);
      const [first, last] = [points[0]!, points.at(-1)!];
      assert.deepEqual([first.y, last.y], [from!.y + 25, to!.y - 25], id);
      assert.ok(
        Math.abs(first.x - from!.x) < from!.width / 2 && Math.abs(last.x - to!.x) < to!.width / 2,
        id,
      );
      for (const { x, y } of points)
        assert.ok(x >= 0 && x <= drawing.width && y >= 0 && y <= drawing.height, `${id} at ${x},${y}`);
    }
  });

  it("is laid in rows where the drawing goes sideways", () => {
    const drawing = chain(120, [], { direction: "LR" });
    assert.ok(new Set(drawing.nodes.map(({ y }) => y)).size > 3);
    assert.ok(drawing.width / drawing.height > 1 && drawing.width / drawing.height < 2.5);
    assert.deepEqual(runsThrough(drawing), []);
  });

  it("is drawn the same again, and keeps its order when there is one more", () => {
    assert.deepEqual(chain(120), chain(120));
    const previous = Object.fromEntries(chain(120).nodes.map(({ id, x, y }) => [id, { x, y }]));
    const longer = chain(121, [], { previous });
    assert.equal(longer.nodes.length, 121);
    assert.deepEqual(runsThrough(longer), []);
  });

  it("stays as it is where it is short, broad, or too much would be cut", () => {
    const rope = Array.from({ length: 6 }, (_, i) => `${i}>${119 - i}`);
    const long = chain(120, rope);
    assert.ok(long.edges.every(({ cornered }) => !cornered));
    assert.deepEqual(chain(12), chain(12, [], { wrap: false }));
    const graph = layeredGraph(200, 7);
    assert.deepEqual(
      layout({ ...graph, options: { ...defaultOptions, wrap: true } }),
      layout({ ...graph, options: defaultOptions }),
    );
  });
});
