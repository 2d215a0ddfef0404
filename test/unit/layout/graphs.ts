/** Graphs for the layout's tests and benchmark, and the measure of a drawing. */
import type { LayoutEdge, LayoutNode, Point } from "../../../webview/dag/layout/types";

export interface Graph {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
}

/** A pseudo-random layered graph: about √n layers, 1.3 edges per node, one edge in seven skips layers. */
export function layeredGraph(size: number, seed: number): Graph {
  const random = generator(seed);
  const layers = Math.max(3, Math.round(Math.sqrt(size)));
  const firstOf = (layer: number): number => Math.ceil((layer * size) / layers);
  const nodes = Array.from({ length: size }, (_, i) => ({ id: `n${i}`, width: 180, height: 40 }));
  const edges = new Map<string, LayoutEdge>();
  for (let node = 0; node < size; node++) {
    const layer = Math.floor((node * layers) / size);
    if (layer === 0) continue;
    for (let left = random() < 0.7 ? 1 : 2; left > 0; left--) {
      const skipped = random() < 0.85 ? 1 : 1 + Math.floor(random() * 3);
      const above = Math.max(0, layer - skipped);
      const from = firstOf(above) + Math.floor(random() * (firstOf(above + 1) - firstOf(above)));
      const id = `n${from}>n${node}`;
      edges.set(id, { id, from: `n${from}`, to: `n${node}` });
    }
  }
  return { nodes, edges: [...edges.values()] };
}

/** Proper crossings of the drawn lines. */
export function countCrossings(lines: readonly (readonly Point[])[]): number {
  const pieces = lines.flatMap((points, line) =>
    points.slice(1).map((to, i) => ({ from: points[i] ?? to, to, line })),
  );
  pieces.sort((a, b) => Math.min(a.from.y, a.to.y) - Math.min(b.from.y, b.to.y));
  let crossings = 0;
  for (const [i, a] of pieces.entries()) {
    const bottom = Math.max(a.from.y, a.to.y);
    for (let j = i + 1; j < pieces.length; j++) {
      const b = pieces[j];
      if (b === undefined || Math.min(b.from.y, b.to.y) > bottom) break;
      if (a.line === b.line) continue;
      const apart = side(a.from, a.to, b.from) * side(a.from, a.to, b.to) < 0;
      if (apart && side(b.from, b.to, a.from) * side(b.from, b.to, a.to) < 0) crossings++;
    }
  }
  return crossings;
}

function side(from: Point, to: Point, point: Point): number {
  return Math.sign((to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x));
}

/** The same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
