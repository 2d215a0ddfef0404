/**
 * Names on edges need room like nodes do: each is laid out as a node on its edge, so that no two lie over each other or over
 * what the edge passes. Afterwards the edge is one again.
 */
import type { Layout, LayoutEdge, LayoutInput, LayoutNode, Point, RoutedEdge } from "./types";

/** Between ranks where names stand in ranks of their own. */
const RANK_GAP = 24;

export interface EdgeName {
  readonly edge: LayoutEdge;
  readonly width: number;
  readonly height: number;
}

export interface NamedLayout {
  readonly layout: Layout;
  /** The middle of each name, by its edge's id. */
  readonly names: ReadonlyMap<string, Point>;
}

const nodeOf = (edge: string): string => `name:${edge}`;
const upperOf = (edge: string): string => `above:${edge}`;
const lowerOf = (edge: string): string => `below:${edge}`;

export function withNames(input: LayoutInput, names: readonly EdgeName[]): LayoutInput {
  if (names.length === 0) return input;
  const named = new Map(names.map((name) => [name.edge.id, name]));
  const nodes: LayoutNode[] = [...input.nodes];
  const edges = input.edges.flatMap((edge): LayoutEdge[] => {
    const name = named.get(edge.id);
    if (name === undefined) return [edge];
    const { id, from, to } = edge;
    nodes.push({ id: nodeOf(id), width: name.width, height: name.height });
    return [
      { id: upperOf(id), from, to: nodeOf(id) },
      { id: lowerOf(id), from: nodeOf(id), to },
    ];
  });
  const rankGap = Math.min(RANK_GAP, input.options.rankGap);
  return { nodes, edges, options: { ...input.options, rankGap } };
}

export function withoutNames(laidOut: Layout, names: readonly EdgeName[]): NamedLayout {
  if (names.length === 0) return { layout: laidOut, names: new Map() };
  const placed = new Map(laidOut.nodes.map((node) => [node.id, node]));
  const routed = new Map(laidOut.edges.map((edge) => [edge.id, edge]));
  const middles = new Map<string, Point>();
  const gone = new Set<string>();
  const joined = names.flatMap(({ edge: { id } }): RoutedEdge[] => {
    const [upper, lower] = [routed.get(upperOf(id)), routed.get(lowerOf(id))];
    const middle = placed.get(nodeOf(id));
    if (upper === undefined || lower === undefined || middle === undefined) return [];
    gone.add(nodeOf(id)).add(upperOf(id)).add(lowerOf(id));
    middles.set(id, { x: middle.x, y: middle.y });
    const points = [...upper.points, ...lower.points];
    return [{ id, points, back: upper.back || lower.back, cornered: upper.cornered || lower.cornered }];
  });
  const nodes = laidOut.nodes.filter((node) => !gone.has(node.id));
  // Ranks in which only names stand are none for whoever walks from node to node.
  const ranks = [...new Set(nodes.map(({ rank }) => rank))].sort((a, b) => a - b);
  const rankOf = new Map(ranks.map((rank, i) => [rank, i]));
  const layout = {
    ...laidOut,
    nodes: nodes.map((node) => ({ ...node, rank: rankOf.get(node.rank) ?? 0 })),
    edges: [...laidOut.edges.filter((edge) => !gone.has(edge.id)), ...joined],
  };
  return { layout, names: middles };
}
