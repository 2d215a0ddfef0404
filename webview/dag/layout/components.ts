import { at, type Digraph } from "./digraph";

/** The number of each node's connected part; parts are numbered in the order of their first node. */
export function componentOf(graph: Digraph): { readonly count: number; readonly of: Int32Array } {
  const of = new Int32Array(graph.count).fill(-1);
  let count = 0;
  const stack: number[] = [];
  const visit = (node: number): void => {
    if (at(of, node) >= 0) return;
    of[node] = count;
    stack.push(node);
  };
  for (let root = 0; root < graph.count; root++) {
    if (at(of, root) >= 0) continue;
    visit(root);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const { out, into, from, to } = graph;
      for (let s = at(out.start, node); s < at(out.start, node + 1); s++) visit(at(to, at(out.items, s)));
      for (let s = at(into.start, node); s < at(into.start, node + 1); s++)
        visit(at(from, at(into.items, s)));
    }
    count++;
  }
  return { count, of };
}

export interface Box {
  readonly breadth: number;
  readonly length: number;
}

export interface Offset {
  readonly across: number;
  readonly along: number;
}

/** Puts boxes in rows, in their order, so that the whole is about as broad as 1.6 times its length. */
export function packBoxes(boxes: readonly Box[], gap: number): readonly Offset[] {
  const area = boxes.reduce((sum, box) => sum + (box.breadth + gap) * (box.length + gap), 0);
  const widest = boxes.reduce((most, box) => Math.max(most, box.breadth), 0);
  const limit = Math.max(widest, Math.sqrt(area * 1.6));
  let across = 0;
  let along = 0;
  let row = 0;
  return boxes.map((box) => {
    if (across > 0 && across + box.breadth > limit) {
      along += row + gap;
      across = 0;
      row = 0;
    }
    const offset = { across, along };
    across += box.breadth + gap;
    row = Math.max(row, box.length);
    return offset;
  });
}
