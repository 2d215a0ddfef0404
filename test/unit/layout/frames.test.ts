import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { layout } from "../../../webview/dag/layout/layout";
import { defaultOptions, type Layout, type PlacedNode } from "../../../webview/dag/layout/types";
import { layeredGraph } from "./graphs";

type Corners = Layout["frames"][number]["corners"];

function draw(edges: readonly string[], groups: Readonly<Record<string, readonly string[]>>): Layout {
  const ids = new Set(edges.flatMap((edge) => edge.split(">")));
  return layout({
    nodes: [...ids].map((id) => ({ id, width: 100, height: 40 })),
    edges: edges.map((id) => ({ id, from: id.split(">")[0]!, to: id.split(">")[1]! })),
    options: { ...defaultOptions, groups },
  });
}

/** Even-odd rule along a line to the right. */
function holds(corners: Corners, x: number, y: number): boolean {
  let inside = false;
  for (const [i, a] of corners.entries()) {
    const b = corners[(i + 1) % corners.length]!;
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) inside = !inside;
  }
  return inside;
}

function corners({ x, y, width, height }: PlacedNode): readonly (readonly [number, number])[] {
  return [-1, 1].flatMap((a) => [-1, 1].map((b) => [x + (a * width) / 2, y + (b * height) / 2] as const));
}

function assertFramed(drawing: Layout, id: string, members: readonly string[]): void {
  const frames = drawing.frames.filter((frame) => frame.id === id);
  assert.ok(frames.length > 0, `${id} has a frame`);
  for (const node of drawing.nodes) {
    const inside = corners(node).filter(([x, y]) => frames.some((frame) => holds(frame.corners, x, y)));
    const expected = members.includes(node.id) ? 4 : 0;
    assert.equal(
      inside.length,
      expected,
      `${node.id}: ${inside.length} of its corners are in the frame of ${id}`,
    );
  }
}

describe("frames", () => {
  it("stand around their members and around nothing else", () => {
    const edges = ["load>a", "load>b", "load>c", "a>x", "b>y", "c>z", "x>join", "y>join", "z>join"];
    const members = ["a", "c", "x", "z"];
    assertFramed(draw(edges, { group: members }), "group", members);
  });

  it("are rectangles where nothing else stands between their members", () => {
    const drawing = draw(["load>a", "load>b", "a>join", "b>join"], { middle: ["a", "b"] });
    assert.equal(drawing.frames[0]?.corners.length, 4);
    assertFramed(drawing, "middle", ["a", "b"]);
  });

  it("keep apart from each other", () => {
    const edges = ["load>a", "load>b", "load>c", "load>d", "a>e", "b>f", "c>g", "d>h"];
    const groups = { left: ["a", "c", "e", "g"], right: ["b", "d", "f", "h"] };
    const drawing = draw(edges, groups);
    for (const [id, members] of Object.entries(groups)) assertFramed(drawing, id, members);
  });

  it("hold in larger graphs, wherever their members are", () => {
    const graph = layeredGraph(60, 4);
    const members = graph.nodes.flatMap(({ id }, i) => (i % 4 === 1 && i > 20 && i < 45 ? [id] : []));
    const groups = { some: members };
    const drawing = layout({ ...graph, options: { ...defaultOptions, groups } });
    for (const node of drawing.nodes.filter(({ id }) => members.includes(id)))
      assert.ok(
        drawing.frames.some((frame) => holds(frame.corners, node.x, node.y)),
        `${node.id} is in the frame`,
      );
    assert.deepEqual(layout({ ...graph, options: { ...defaultOptions, groups } }), drawing);
  });

  it("are turned with the drawing", () => {
    const options = { ...defaultOptions, direction: "LR" as const, groups: { pair: ["a", "b"] } };
    const nodes = ["load", "a", "b"].map((id) => ({ id, width: 100, height: 40 }));
    const edges = ["load>a", "load>b"].map((id) => ({ id, from: "load", to: id.slice(-1) }));
    assertFramed(layout({ nodes, edges, options }), "pair", ["a", "b"]);
  });
});
