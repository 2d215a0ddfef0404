import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { layout } from "../../../webview/dag/layout/layout";
import {
  defaultOptions,
  type Layout,
  type LayoutEdge,
  type LayoutOptions,
} from "../../../webview/dag/layout/types";
import { countCrossings, layeredGraph } from "./graphs";

function draw(
  edges: readonly string[],
  options: Partial<LayoutOptions> = {},
  alone: readonly string[] = [],
): Layout {
  const ids = new Set([...edges.flatMap((edge) => edge.split(">")), ...alone]);
  return layout({
    nodes: [...ids].map((id) => ({ id, width: 100, height: 40 })),
    edges: edges.map((id): LayoutEdge => ({ id, from: id.split(">")[0]!, to: id.split(">")[1]! })),
    options: { ...defaultOptions, ...options },
  });
}

function coordinates(drawing: Layout): Record<string, string> {
  return Object.fromEntries(drawing.nodes.map((node) => [node.id, `${node.x},${node.y}`]));
}

function assertNoOverlap(drawing: Layout): void {
  const byX = [...drawing.nodes].sort((a, b) => a.x - a.width / 2 - (b.x - b.width / 2));
  for (const [i, a] of byX.entries()) {
    for (let j = i + 1; j < byX.length; j++) {
      const b = byX[j]!;
      if (b.x - b.width / 2 >= a.x + a.width / 2) break;
      const apart = Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
      assert.ok(apart, `${a.id} at ${a.x},${a.y} overlaps ${b.id} at ${b.x},${b.y}`);
    }
  }
}

describe("layout", () => {
  it("draws nothing for nothing", () => {
    assert.deepEqual(draw([]), { nodes: [], edges: [], frames: [], width: 0, height: 0 });
  });

  it("puts a chain in one straight line", () => {
    assert.deepEqual(coordinates(draw(["a>b", "b>c"])), { a: "50,20", b: "50,96", c: "50,172" });
  });

  it("turns the same drawing on its side", () => {
    const drawing = draw(["a>b", "b>c"], { direction: "LR" });
    assert.deepEqual(coordinates(drawing), { a: "50,20", b: "186,20", c: "322,20" });
    assert.deepEqual([drawing.width, drawing.height], [372, 40]);
  });

  it("centres a fork over its branches and the join under them", () => {
    const drawing = draw(["load>left", "load>right", "left>join", "right>join"]);
    assert.deepEqual(coordinates(drawing), {
      load: "112,20",
      left: "50,102",
      right: "174,102",
      join: "112,184.5",
    });
  });

  it("keeps a chain in its line, however the rest pulls at its end", () => {
    const branches = Array.from({ length: 12 }, (_, i) => [
      `load>train${i}`,
      `train${i}>model${i}`,
      `model${i}>best`,
    ]);
    const at = new Map(draw(branches.flat()).nodes.map((node) => [node.id, node.x]));
    for (let i = 0; i < 12; i++) assert.equal(at.get(`model${i}`), at.get(`train${i}`));
  });

  it("passes a long edge straight beside the nodes that it skips", () => {
    const drawing = draw(["a>b", "b>c", "c>d", "a>d"]);
    const long = drawing.edges.find((edge) => edge.id === "a>d")!;
    const inner = long.points.slice(1, -1).map((point) => point.x);
    assert.equal(new Set(inner.slice(1, -1)).size, 1, `bends stand in one line: ${inner.join(" ")}`);
    for (const id of ["b", "c"]) {
      const node = drawing.nodes.find((placed) => placed.id === id)!;
      assert.ok(Math.abs(node.x - inner[1]!) >= node.width / 2, "the edge doesn't run through a node");
    }
  });

  it("hangs a source right above what it feeds", () => {
    const drawing = draw(["a>b", "b>c", "c>d", "config>settings", "settings>d"]);
    const rank = new Map(drawing.nodes.map((node) => [node.id, node.rank]));
    assert.equal(rank.get("settings"), rank.get("c"));
    assert.equal(rank.get("config"), rank.get("b"));
  });

  it("marks the edge that closes a cycle and draws it from its source to its target", () => {
    const drawing = draw(["a>b", "b>c", "c>a"]);
    assert.deepEqual(
      drawing.edges.map((edge) => [edge.id, edge.back]),
      [
        ["a>b", false],
        ["b>c", false],
        ["c>a", true],
      ],
    );
    const back = drawing.edges[2]!;
    assert.ok(back.points[0]!.y > back.points.at(-1)!.y);
  });

  it("leaves out edges to nodes that aren't there and from a node to itself", () => {
    const drawing = layout({
      nodes: [{ id: "a", width: 10, height: 10 }],
      edges: [
        { id: "self", from: "a", to: "a" },
        { id: "lost", from: "a", to: "b" },
      ],
      options: defaultOptions,
    });
    assert.deepEqual(drawing.edges, []);
  });

  it("packs unconnected parts without overlap", () => {
    const drawing = draw(["a>b", "c>d", "d>e"], {}, ["x", "y", "z"]);
    assertNoOverlap(drawing);
    assert.equal(drawing.nodes.length, 8);
  });

  it("begins every edge at the border of its source and ends it at that of its target", () => {
    for (const direction of ["TB", "LR"] as const) {
      const graph = layeredGraph(60, 5);
      const drawing = layout({ ...graph, options: { ...defaultOptions, direction } });
      const at = new Map(drawing.nodes.map((node) => [node.id, node]));
      for (const edge of graph.edges) {
        const points = drawing.edges.find((routed) => routed.id === edge.id)!.points;
        const [from, to] = [at.get(edge.from)!, at.get(edge.to)!];
        const start = direction === "TB" ? points[0]!.y - from.y : points[0]!.x - from.x;
        const end = direction === "TB" ? to.y - points.at(-1)!.y : to.x - points.at(-1)!.x;
        assert.equal(start, direction === "TB" ? from.height / 2 : from.width / 2);
        assert.equal(end, direction === "TB" ? to.height / 2 : to.width / 2);
      }
    }
  });

  for (const size of [5, 50, 200, 1_000, 10_000]) {
    it(`never lets two of ${size} nodes overlap, and draws the same again`, () => {
      const graph = layeredGraph(size, 7);
      const first = layout({ ...graph, options: defaultOptions });
      assertNoOverlap(first);
      assert.deepEqual(layout({ ...graph, options: defaultOptions }), first);
    });
  }

  it("copes with a chain of 3,000 and with 2,000 branches", () => {
    const chain = Array.from({ length: 3_000 }, (_, i) => `n${i}>n${i + 1}`);
    assert.equal(new Set(draw(chain).nodes.map((node) => node.x)).size, 1);
    const fan = Array.from({ length: 2_000 }, (_, i) => `root>n${i}`);
    assertNoOverlap(draw(fan));
  });

  it("keeps the order of what was there when a node comes", () => {
    const graph = layeredGraph(80, 11);
    const before = layout({ ...graph, options: defaultOptions });
    const previous = Object.fromEntries(before.nodes.map(({ id, x, y }) => [id, { x, y }]));
    const grown = {
      nodes: [...graph.nodes, { id: "new", width: 180, height: 40 }],
      edges: [...graph.edges, { id: "new edge", from: graph.nodes[3]!.id, to: "new" }],
    };
    const after = layout({ ...grown, options: { ...defaultOptions, previous } });
    assertNoOverlap(after);
    const exchanged = exchangedPairs(before, after);
    assert.ok(exchanged <= 6, `${exchanged} of about 320 pairs changed places`);
  });

  it("draws what it drew before when nothing changed", () => {
    const graph = layeredGraph(120, 3);
    const before = layout({ ...graph, options: defaultOptions });
    const previous = Object.fromEntries(before.nodes.map(({ id, x, y }) => [id, { x, y }]));
    const after = layout({ ...graph, options: { ...defaultOptions, previous } });
    const crossings = (drawing: Layout): number => countCrossings(drawing.edges.map((edge) => edge.points));
    assert.ok(crossings(after) <= crossings(before));
    assert.equal(exchangedPairs(before, after), 0);
  });
});

/** Pairs of nodes of one rank whose order differs between two drawings. */
function exchangedPairs(before: Layout, after: Layout): number {
  const now = new Map(after.nodes.map((node) => [node.id, node]));
  let exchanged = 0;
  for (const a of before.nodes) {
    for (const b of before.nodes) {
      const [a2, b2] = [now.get(a.id)!, now.get(b.id)!];
      if (a.rank === b.rank && a2.rank === b2.rank && a.x < b.x && a2.x > b2.x) exchanged++;
    }
  }
  return exchanged;
}
