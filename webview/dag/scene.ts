/**
 * The scene: what of the graph is drawn, after folding, hiding and focusing. Pure, so that it is tested without a browser.
 * Nodes keep their ids from drawing to drawing; a fold's id is made of what its members share.
 */
import type { DagArtifact, DagEdge, DagState, DagStep } from "../../src/panels/dag/messages";
import { foldsOfArtifacts, homogeneousSiblings, type Fold } from "./fold";
import { groupFolds, type Grouping } from "./groups";
import { lineage } from "./lineage";

export type SceneNode =
  | { readonly kind: "step"; readonly id: string; readonly step: DagStep }
  | { readonly kind: "artifact"; readonly id: string; readonly artifact: DagArtifact }
  | {
      readonly kind: "fold";
      readonly id: string;
      readonly name: string;
      readonly of: "step" | "artifact";
      readonly members: readonly string[];
    };

export interface SceneEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: DagEdge["kind"];
  /** How many edges of the graph it stands for. */
  readonly count: number;
  /** Names of what flows, where artifacts are not drawn as nodes. */
  readonly label: string | null;
}

/** Around what stood folded in one node and was opened. */
export interface SceneFrame {
  /** The fold's. */
  readonly id: string;
  readonly name: string;
  /** Drawn nodes. */
  readonly members: readonly string[];
}

export interface Scene {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly frames: readonly SceneFrame[];
  /** Under which drawn node a node of the graph is to be found. */
  readonly nodeOf: ReadonlyMap<string, string>;
}

export interface SceneOptions {
  readonly artifacts: boolean;
  readonly fold: boolean;
  readonly grouping: Grouping;
  /** Folds and groups that were opened by hand. */
  readonly opened: ReadonlySet<string>;
  /** Statuses of steps, and kinds of edges, that are left out. */
  readonly hidden: ReadonlySet<string>;
  /** Only what leads to and from this node. */
  readonly focus: string | null;
}

export type GraphParts = Pick<DagState, "steps" | "artifacts" | "edges">;

export function buildScene(whole: GraphParts, options: SceneOptions): Scene {
  const graph = filtered(whole, options.hidden);
  const kept = options.focus === null ? null : lineage(graph.edges, options.focus, "both");
  const isKept = (id: string): boolean => kept === null || kept.has(id);
  const { folds, opened } = foldsOf(graph, options);
  const foldOf = new Map(folds.flatMap((fold) => fold.members.map((member) => [member, fold] as const)));
  const nodeOf = new Map<string, string>();
  const nodes = new Map<string, SceneNode>();
  const put = (id: string, single: SceneNode): void => {
    const fold = foldOf.get(id);
    const node = fold === undefined ? single : foldNode(fold);
    nodeOf.set(id, node.id);
    if (!nodes.has(node.id)) nodes.set(node.id, node);
  };
  const inner = innerArtifacts(graph, foldOf);
  for (const step of graph.steps) if (isKept(step.id)) put(step.id, { kind: "step", id: step.id, step });
  if (options.artifacts) {
    for (const artifact of graph.artifacts) {
      if (!isKept(artifact.id)) continue;
      const home = inner.get(artifact.id);
      if (home === undefined) put(artifact.id, { kind: "artifact", id: artifact.id, artifact });
      else nodeOf.set(artifact.id, home);
    }
  }
  const edges = options.artifacts ? outward(graph, foldOf) : withoutArtifacts(graph);
  const frames = framesOf(graph, opened, nodeOf);
  return { nodes: [...nodes.values()], edges: merged(edges, nodeOf), frames, nodeOf };
}

type FoldOf = ReadonlyMap<string, Fold>;

/** What only the members of a fold hand to each other is in it with them. */
function innerArtifacts(graph: GraphParts, foldOf: FoldOf): ReadonlyMap<string, string> {
  const producer = producers(graph);
  const inner = new Map<string, string>();
  const outside = new Set<string>();
  for (const { from, to } of graph.edges) {
    const home = foldOf.get(producer.get(from) ?? "");
    if (home === undefined) continue;
    if (foldOf.get(to) === home) inner.set(from, home.id);
    else outside.add(from);
  }
  for (const artifact of outside) inner.delete(artifact);
  return inner;
}

/** Without the way back from what a fold makes to itself. */
function outward(graph: GraphParts, foldOf: FoldOf): readonly DagEdge[] {
  const producer = producers(graph);
  return graph.edges.filter(({ from, to }) => {
    const home = foldOf.get(producer.get(from) ?? "");
    return home === undefined || foldOf.get(to) !== home;
  });
}

/** The step that makes each artifact. */
function producers(graph: GraphParts): ReadonlyMap<string, string> {
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  return new Map(graph.edges.flatMap(({ from, to }) => (artifacts.has(to) ? [[to, from] as const] : [])));
}

/** Groups come first; what they leave is folded where it is alike. */
function foldsOf(
  graph: GraphParts,
  { fold, grouping, opened }: SceneOptions,
): { readonly folds: readonly Fold[]; readonly opened: readonly Fold[] } {
  const groups = groupFolds(graph, grouping);
  const isOpen = ({ id }: Fold): boolean => opened.has(id);
  const closed = groups.filter((group) => !isOpen(group));
  const grouped = new Set(closed.flatMap((group) => group.members));
  const siblings = fold
    ? homogeneousSiblings(graph).filter(({ members }) => !members.some((member) => grouped.has(member)))
    : [];
  const steps = [...closed, ...siblings.filter((one) => !isOpen(one))];
  return {
    folds: [...steps, ...foldsOfArtifacts(graph, steps)],
    opened: [...groups, ...siblings].filter(isOpen),
  };
}

/** Steps that were opened, with what they make; what stands in a frame already isn't framed again. */
function framesOf(
  graph: GraphParts,
  opened: readonly Fold[],
  nodeOf: ReadonlyMap<string, string>,
): readonly SceneFrame[] {
  if (opened.length === 0) return [];
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  const framed = new Set<string>();
  return opened.flatMap(({ id, name, members }): SceneFrame[] => {
    const steps = new Set(members);
    const made = graph.edges.flatMap(({ from, to }) => (steps.has(from) && artifacts.has(to) ? [to] : []));
    const drawn = new Set([...members, ...made].flatMap((member) => nodeOf.get(member) ?? []));
    const free = [...drawn].filter((node) => !framed.has(node));
    for (const node of free) framed.add(node);
    return free.length < 2 ? [] : [{ id, name, members: free }];
  });
}

/** Without the steps and edges that nobody wants to see now, and what only those steps make. */
function filtered(graph: GraphParts, hidden: ReadonlySet<string>): GraphParts {
  if (hidden.size === 0) return graph;
  const gone = new Set(graph.steps.flatMap((step) => (hidden.has(step.status) ? [step.id] : [])));
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  for (const { from, to } of graph.edges) if (gone.has(from) && artifacts.has(to)) gone.add(to);
  return {
    steps: graph.steps.filter((step) => !gone.has(step.id)),
    artifacts: graph.artifacts.filter((artifact) => !gone.has(artifact.id)),
    edges: graph.edges.filter((edge) => {
      // What a step makes stays with it, whichever edges between steps are left out.
      if (hidden.has(edge.kind) && !artifacts.has(edge.to)) return false;
      return !gone.has(edge.from) && !gone.has(edge.to);
    }),
  };
}

function foldNode(fold: Fold): SceneNode {
  return { kind: "fold", id: fold.id, name: fold.name, of: fold.of, members: fold.members };
}

/** Step to step: an artifact becomes the label of the edges that it stood between. */
function withoutArtifacts(graph: GraphParts): readonly DagEdge[] {
  const names = new Map(graph.artifacts.map((artifact) => [artifact.id, artifact.name]));
  const producer = producers(graph);
  return graph.edges.flatMap((edge) => {
    if (names.has(edge.to)) return [];
    const name = names.get(edge.from);
    if (name === undefined) return [edge];
    const from = producer.get(edge.from);
    return from === undefined ? [] : [{ ...edge, from, label: name }];
  });
}

/** Between two drawn nodes there is one edge of a kind; it counts what it stands for. */
function merged(edges: readonly DagEdge[], nodeOf: ReadonlyMap<string, string>): readonly SceneEdge[] {
  const found = new Map<string, { edge: SceneEdge; labels: Set<string> }>();
  for (const edge of edges) {
    const from = nodeOf.get(edge.from);
    const to = nodeOf.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const id = `${from}→${to}`;
    const known = found.get(id);
    const labels = known?.labels ?? new Set<string>();
    if (edge.label !== null) labels.add(edge.label);
    const kind = known?.edge.kind === "data" ? "data" : edge.kind;
    found.set(id, { edge: { id, from, to, kind, count: (known?.edge.count ?? 0) + 1, label: null }, labels });
  }
  return [...found.values()].map(({ edge, labels }) => ({
    ...edge,
    label: labels.size === 0 ? null : [...labels].join(", "),
  }));
}
