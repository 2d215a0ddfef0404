/** The layout against its budgets, and against ELK's layered algorithm on the same graphs in the same run. */
import Elk from "elkjs";
import { layout } from "../../webview/dag/layout/layout";
import { defaultOptions, type Point } from "../../webview/dag/layout/types";
import { countCrossings, layeredGraph, type Graph } from "../unit/layout/graphs";
import { median, type Bench, type Row } from "./bench";

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
interface Layouter {
  layout(graph: unknown): Promise<unknown>;
}

interface Quality {
  readonly crossings: number;
  readonly width: number;
}

function ours(graph: Graph): Quality {
  const drawing = layout({ ...graph, options: defaultOptions });
  return { crossings: countCrossings(drawing.edges.map((edge) => edge.points)), width: drawing.width };
}

async function elks(elk: Layouter, graph: Graph): Promise<Quality> {
  const drawing = (await elk.layout({
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
  })) as ElkDrawing;
  const lines = drawing.edges.flatMap(({ sections }) =>
    sections.map(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]),
  );
  return { crossings: countCrossings(lines), width: Math.round(drawing.width) };
}

const TIMES = 15;

/** In milliseconds. The first of a process pays for its code being compiled; a page has one worker for all of its layouts. */
function timesOf(graph: Graph): readonly number[] {
  return Array.from({ length: TIMES }, () => {
    const start = performance.now();
    layout({ ...graph, options: defaultOptions });
    return performance.now() - start;
  });
}

/** The worst of all: at most 1 when ours is never worse. */
const worst = (pairs: readonly (readonly [number, number])[]): number =>
  Math.max(...pairs.map(([own, other]) => (other === 0 ? (own === 0 ? 1 : Infinity) : own / other)));

async function againstElk(): Promise<readonly Row[]> {
  const elk = new Elk();
  const graphs = [50, 100, 200].flatMap((size) => [1, 7, 42].map((seed) => layeredGraph(size, seed)));
  const pairs: { readonly own: Quality; readonly other: Quality }[] = [];
  for (const graph of graphs) pairs.push({ own: ours(graph), other: await elks(elk, graph) });
  const row = (quality: keyof Quality): Row => ({
    what: `${quality} of the layout against ELK's`,
    measured: worst(pairs.map(({ own, other }) => [own[quality], other[quality]])),
    unit: "×",
    budget: 1,
    note: `the worst of ${graphs.length} graphs of 50 to 200 nodes`,
  });
  return [row("crossings"), row("width")];
}

export const dagLayout: Bench = {
  name: "layout",
  async run() {
    const times = [
      [1_000, 50],
      [10_000, 400],
    ] as const;
    const rows = times.map(([nodes, budget]): Row => {
      const taken = timesOf(layeredGraph(nodes, 3));
      return {
        what: `layout of ${nodes.toLocaleString("en")} nodes`,
        measured: median(taken),
        unit: "ms",
        budget,
        note: `median of ${TIMES}; the first took ${(taken[0] ?? NaN).toFixed(0)} ms`,
      };
    });
    return [...rows, ...(await againstElk())];
  },
};
