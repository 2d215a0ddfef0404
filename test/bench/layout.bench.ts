/**
 * The layout against its budgets, and against ELK's layered algorithm on the same graphs in the same run. Bundle it before
 * measuring (`esbuild --bundle --platform=node`): module loaders that compile on the fly slow the inner loops down.
 */
import { createRequire } from "node:module";
import { layout } from "../../webview/dag/layout/layout";
import { defaultOptions, type Point } from "../../webview/dag/layout/types";
import { countCrossings, layeredGraph, type Graph } from "../unit/layout/graphs";

interface ElkEdge {
  readonly sections: readonly {
    readonly startPoint: Point;
    readonly endPoint: Point;
    readonly bendPoints?: readonly Point[];
  }[];
}
interface ElkDrawing {
  readonly width: number;
  readonly edges: readonly ElkEdge[];
}
interface Elk {
  layout(graph: unknown): Promise<ElkDrawing>;
}

export interface Quality {
  readonly crossings: number;
  readonly width: number;
}

function ours(graph: Graph): Quality {
  const drawing = layout({ ...graph, options: defaultOptions });
  return { crossings: countCrossings(drawing.edges.map((edge) => edge.points)), width: drawing.width };
}

async function elks(elk: Elk, graph: Graph): Promise<Quality> {
  const drawing = await elk.layout({
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "DOWN",
      "elk.edgeRouting": "POLYLINE",
      "elk.spacing.nodeNode": String(defaultOptions.nodeGap),
      "elk.layered.spacing.nodeNodeBetweenLayers": String(defaultOptions.rankGap),
    },
    children: graph.nodes.map((node) => ({ ...node })),
    edges: graph.edges.map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  });
  const lines = drawing.edges.flatMap(({ sections }) =>
    sections.map(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]),
  );
  return { crossings: countCrossings(lines), width: Math.round(drawing.width) };
}

function milliseconds(graph: Graph): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    layout({ ...graph, options: defaultOptions });
    return performance.now() - start;
  });
  times.sort((a, b) => a - b);
  return Math.round((times[3] ?? 0) * 10) / 10;
}

function elkIfThere(): Elk | null {
  try {
    const require = createRequire(`${process.cwd()}/package.json`);
    return new (require("elkjs") as new () => Elk)();
  } catch {
    return null;
  }
}

async function main(): Promise<void> {
  const elk = elkIfThere();
  for (const size of [50, 100, 200]) {
    for (const seed of [1, 7, 42]) {
      const graph = layeredGraph(size, seed);
      const own = ours(graph);
      const other = elk === null ? null : await elks(elk, graph);
      const against = other === null ? "" : ` · ELK ${other.crossings} crossings, ${other.width} px wide`;
      console.log(`${size} nodes, seed ${seed}: ${own.crossings} crossings, ${own.width} px wide${against}`);
    }
  }
  for (const [size, budget] of [
    [1_000, 50],
    [10_000, 400],
  ] as const) {
    console.log(`${size} nodes: ${milliseconds(layeredGraph(size, 3))} ms (budget ${budget} ms)`);
  }
}

void main();
