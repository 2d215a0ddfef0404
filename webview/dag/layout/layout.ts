/**
 * The layered layout (Sugiyama, Tagawa, Toda 1981) of pipelines: cycles are opened, nodes ranked, the ranks ordered, then
 * placed. Deterministic; the parts of an unconnected graph are laid out by themselves and packed. Within, `across` is the
 * coordinate along a rank and `along` the one from rank to rank; only the last step knows which is x.
 */
import { componentOf, packBoxes } from "./components";
import { backEdges } from "./cycles";
import { FRAMED_RANK_GAP, frameOf, frameRoom, gathered, membership } from "./frames";
import { at, digraph, real, type Digraph } from "./digraph";
import { withBends, type Layered } from "./layered";
import { orderVertices } from "./order";
import { placeAcross } from "./place";
import { portsOf, type Ports } from "./ports";
import { assignRanks } from "./rank";
import { wrapped, type Placed, type Routed, type Step } from "./wrap";
import type {
  Frame,
  Layout,
  LayoutInput,
  LayoutNode,
  LayoutOptions,
  PlacedNode,
  Point,
  RoutedEdge,
} from "./types";

/** Width to height of what is wrapped. */
const ASPECT = 1.6;

export function layout(input: LayoutInput): Layout {
  const { nodes, options } = input;
  const index = new Map(nodes.map((node, i) => [node.id, i]));
  const edges = input.edges.flatMap((edge) => {
    const from = index.get(edge.from);
    const to = index.get(edge.to);
    return from === undefined || to === undefined || from === to ? [] : [{ id: edge.id, from, to }];
  });
  const whole = digraph(
    nodes.length,
    Int32Array.from(edges, (edge) => edge.from),
    Int32Array.from(edges, (edge) => edge.to),
  );
  const back = backEdges(whole);
  const parts = partsOf(whole, back);
  const drawings = parts.map((part) => drawPart(part, nodes, edges, back, options));
  const offsets = packBoxes(drawings, options.componentGap);
  return assemble(drawings, offsets, nodes, options);
}

/** A connected part: its nodes and edges by their numbers in the whole, and the graph without cycles. */
interface Part {
  readonly nodes: Int32Array;
  readonly edges: Int32Array;
  readonly graph: Digraph;
}

interface Drawing {
  readonly breadth: number;
  readonly length: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly Routed[];
  readonly frames: readonly { readonly id: string; readonly corners: readonly Step[] }[];
}

function partsOf(whole: Digraph, back: Uint8Array): readonly Part[] {
  const { count, of } = componentOf(whole);
  const nodes: number[][] = Array.from({ length: count }, () => []);
  const edges: number[][] = Array.from({ length: count }, () => []);
  const local = new Int32Array(whole.count);
  for (let node = 0; node < whole.count; node++) {
    const mine = nodes[at(of, node)] ?? [];
    local[node] = mine.length;
    mine.push(node);
  }
  for (let edge = 0; edge < whole.from.length; edge++) edges[at(of, at(whole.from, edge))]?.push(edge);
  return nodes.map((mine, part) => {
    const partEdges = Int32Array.from(edges[part] ?? []);
    const tail = (edge: number): number => at(local, at(whole.from, edge));
    const head = (edge: number): number => at(local, at(whole.to, edge));
    const from = partEdges.map((edge) => (back[edge] === 1 ? head(edge) : tail(edge)));
    const to = partEdges.map((edge) => (back[edge] === 1 ? tail(edge) : head(edge)));
    return { nodes: Int32Array.from(mine), edges: partEdges, graph: digraph(mine.length, from, to) };
  });
}

function drawPart(
  part: Part,
  nodes: readonly LayoutNode[],
  edges: readonly { readonly id: string }[],
  back: Uint8Array,
  options: LayoutOptions,
): Drawing {
  const sideways = options.direction === "LR";
  const layered = withBends(part.graph, assignRanks(part.graph));
  const breadth = new Float64Array(layered.count);
  const depth = new Float64Array(layered.count);
  for (let i = 0; i < layered.nodes; i++) {
    const node = nodes[at(part.nodes, i)];
    breadth[i] = (sideways ? node?.height : node?.width) ?? 0;
    depth[i] = (sideways ? node?.width : node?.height) ?? 0;
  }
  const mine = Array.from(part.nodes, (node) => nodes[node]);
  const member = membership(part.graph, layered, mine, options.groups);
  const ordered = orderVertices(layered, previousPlaces(part, layered, nodes, options));
  const ordering = member === null ? ordered : gathered(layered, ordered, member);
  const { nodeGap, edgeGap } = options;
  const room = frameRoom(options.direction);
  const across = placeAcross(layered, ordering, { breadth, nodeGap, edgeGap, member, room });
  const rankGap = member === null ? options.rankGap : Math.max(options.rankGap, FRAMED_RANK_GAP);
  const bands = rankBands(layered, depth, across, rankGap);
  const [low, high] = reach(layered, across, breadth);
  const shift = -low;
  const ports = portsOf(part.graph, layered, across, breadth);
  const placed = Array.from(part.nodes, (node, i) => {
    const rank = at(layered.rank, i);
    return { node, across: real(across, i) + shift, along: real(bands.middle, rank), rank };
  });
  const routed = Array.from(part.edges, (edge, i) => ({
    id: edges[edge]?.id ?? "",
    back: back[edge] === 1,
    cornered: false,
    points: route(part.graph, layered, i, across, depth, bands, ports, shift),
  }));
  const frames = Object.keys(options.groups).flatMap((id, group) => {
    const corners =
      member === null ? [] : frameOf(layered, member, group, { across, breadth, room, ...bands });
    const moved = corners.map((corner) => ({ across: corner.across + shift, along: corner.along }));
    return moved.length === 0 ? [] : [{ id, corners: moved }];
  });
  const strip = { breadth: high - low, length: bands.length, nodes: placed, edges: routed };
  if (!options.wrap || frames.length > 0) return { ...strip, frames };
  const rankOf = (node: number): number => at(layered.rank, node);
  const spans = Array.from(part.edges, (_, i) => {
    const { from, to } = part.graph;
    return [rankOf(at(from, i)), rankOf(at(to, i))] as const;
  });
  const { top, bottom } = bands;
  return {
    ...wrapped(strip, { top, bottom, count: layered.ranks, spans }, sideways ? 1 / ASPECT : ASPECT),
    frames,
  };
}

function previousPlaces(
  part: Part,
  layered: Layered,
  nodes: readonly LayoutNode[],
  options: LayoutOptions,
): Float64Array | null {
  const { previous, direction } = options;
  if (previous === null) return null;
  const places = new Float64Array(layered.count).fill(NaN);
  let known = 0;
  for (let i = 0; i < layered.nodes; i++) {
    const point = previous[nodes[at(part.nodes, i)]?.id ?? ""];
    if (point === undefined) continue;
    places[i] = direction === "TB" ? point.x : point.y;
    known++;
  }
  return known * 2 < layered.nodes ? null : places;
}

interface Bands {
  readonly middle: Float64Array;
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  readonly length: number;
}

/** Where each rank lies; two ranks are further apart where edges between them go far to the side. */
function rankBands(layered: Layered, depth: Float64Array, across: Float64Array, gap: number): Bands {
  const height = new Float64Array(layered.ranks);
  for (let i = 0; i < layered.nodes; i++) {
    const rank = at(layered.rank, i);
    height[rank] = Math.max(real(height, rank), real(depth, i));
  }
  const sway = new Float64Array(layered.ranks);
  const { from, to } = layered.pieces;
  for (let piece = 0; piece < from.length; piece++) {
    const rank = at(layered.rank, at(from, piece));
    const distance = Math.abs(real(across, at(from, piece)) - real(across, at(to, piece)));
    sway[rank] = Math.max(real(sway, rank), distance);
  }
  const top = new Float64Array(layered.ranks);
  const middle = new Float64Array(layered.ranks);
  const bottom = new Float64Array(layered.ranks);
  let y = 0;
  for (let rank = 0; rank < layered.ranks; rank++) {
    top[rank] = y;
    middle[rank] = y + real(height, rank) / 2;
    bottom[rank] = y + real(height, rank);
    y = real(bottom, rank) + gap + Math.min(gap * 2, real(sway, rank) / 10);
  }
  return { top, middle, bottom, length: layered.ranks === 0 ? 0 : real(bottom, layered.ranks - 1) };
}

function reach(layered: Layered, across: Float64Array, breadth: Float64Array): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < layered.count; i++) {
    low = Math.min(low, real(across, i) - real(breadth, i) / 2);
    high = Math.max(high, real(across, i) + real(breadth, i) / 2);
  }
  return [low, high];
}

function route(
  graph: Digraph,
  layered: Layered,
  edge: number,
  across: Float64Array,
  depth: Float64Array,
  bands: Bands,
  ports: Ports,
  shift: number,
): readonly Step[] {
  const upper = at(graph.from, edge);
  const lower = at(graph.to, edge);
  const points: Step[] = [];
  const add = (vertex: number, along: number, aside = 0): void => {
    const step = { across: real(across, vertex) + aside + shift, along };
    const last = points.at(-1);
    if (last !== undefined && last.across === step.across && Math.abs(last.along - along) < 0.5) return;
    points.push(step);
  };
  const upperRank = at(layered.rank, upper);
  const lowerRank = at(layered.rank, lower);
  const [leaves, arrives] = [real(ports.upper, edge), real(ports.lower, edge)];
  add(upper, real(bands.middle, upperRank) + real(depth, upper) / 2, leaves);
  add(upper, real(bands.bottom, upperRank), leaves);
  for (let bend = at(layered.bendStart, edge); bend < at(layered.bendStart, edge + 1); bend++) {
    const rank = at(layered.rank, bend);
    // A little inside the band: the curve gets room to turn, and still keeps clear of its neighbours.
    const inset = Math.min(10, (real(bands.bottom, rank) - real(bands.top, rank)) * 0.3);
    add(bend, real(bands.top, rank) + inset);
    add(bend, real(bands.bottom, rank) - inset);
  }
  add(lower, real(bands.top, lowerRank), arrives);
  add(lower, real(bands.middle, lowerRank) - real(depth, lower) / 2, arrives);
  return points;
}

function assemble(
  drawings: readonly Drawing[],
  offsets: readonly Step[],
  nodes: readonly LayoutNode[],
  options: LayoutOptions,
): Layout {
  const sideways = options.direction === "LR";
  const turn = (across: number, along: number): Point => {
    const [a, b] = [Math.round(across * 2) / 2, Math.round(along * 2) / 2];
    return sideways ? { x: b, y: a } : { x: a, y: b };
  };
  const placed: PlacedNode[] = new Array<PlacedNode>(nodes.length);
  const edges: RoutedEdge[] = [];
  const frames: Frame[] = [];
  let breadth = 0;
  let length = 0;
  drawings.forEach((drawing, i) => {
    const offset = offsets[i] ?? { across: 0, along: 0 };
    breadth = Math.max(breadth, offset.across + drawing.breadth);
    length = Math.max(length, offset.along + drawing.length);
    for (const { node, across, along, rank } of drawing.nodes) {
      const source = nodes[node];
      if (source === undefined) continue;
      const { id, width, height } = source;
      placed[node] = { id, width, height, rank, ...turn(across + offset.across, along + offset.along) };
    }
    for (const { id, corners } of drawing.frames) {
      frames.push({
        id,
        corners: corners.map((corner) => turn(corner.across + offset.across, corner.along + offset.along)),
      });
    }
    for (const { id, back, cornered, points } of drawing.edges) {
      const turned = points.map((point) => turn(point.across + offset.across, point.along + offset.along));
      edges.push({ id, back, cornered, points: back ? turned.reverse() : turned });
    }
  });
  const size = turn(breadth, length);
  return { nodes: placed, edges, frames, width: size.x, height: size.y };
}
