/**
 * Fan-outs: many steps of one function at one depth, fed by the same kind of steps and feeding the same kind, are one thing
 * to whoever looks at the whole. They are drawn as one node until someone wants to see each.
 */
import type { GraphParts } from "./scene";

/** Fewer than this are shown each. */
export const FOLD_FROM = 8;

export interface Fold {
  readonly id: string;
  readonly name: string;
  readonly of: "step" | "artifact";
  readonly members: readonly string[];
}

export interface StepGraph {
  readonly arrows: readonly { readonly from: string; readonly to: string }[];
  readonly upstream: ReadonlyMap<string, ReadonlySet<string>>;
  readonly downstream: ReadonlyMap<string, ReadonlySet<string>>;
  /** Each step after those above it; steps on a cycle come last. */
  readonly order: readonly string[];
  readonly depths: ReadonlyMap<string, number>;
}

/** Step to step, whatever flows between them. */
export function stepGraph(graph: GraphParts): StepGraph {
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  const producer = new Map<string, string>();
  for (const edge of graph.edges) if (artifacts.has(edge.to)) producer.set(edge.to, edge.from);
  const upstream = new Map<string, Set<string>>(graph.steps.map((step) => [step.id, new Set()]));
  const downstream = new Map<string, Set<string>>(graph.steps.map((step) => [step.id, new Set()]));
  for (const edge of graph.edges) {
    if (artifacts.has(edge.to)) continue;
    const from = artifacts.has(edge.from) ? producer.get(edge.from) : edge.from;
    if (from === undefined || !downstream.has(from)) continue;
    upstream.get(edge.to)?.add(from);
    downstream.get(from)?.add(edge.to);
  }
  const arrows = [...upstream].flatMap(([to, above]) => [...above].map((from) => ({ from, to })));
  const { order, depths } = inOrder(graph, upstream, downstream);
  return { arrows, upstream, downstream, order, depths };
}

/** Steps of a function at one depth, between the same kinds of steps, where there are many. */
export function homogeneousSiblings(graph: GraphParts): readonly Fold[] {
  const { upstream, downstream, depths } = stepGraph(graph);
  const nameOf = new Map(graph.steps.map((step) => [step.id, step.step]));
  const kinds = (steps: ReadonlySet<string> | undefined): string =>
    [...new Set([...(steps ?? [])].map((step) => nameOf.get(step) ?? ""))].sort().join(",");
  const groups = new Map<string, string[]>();
  for (const step of graph.steps) {
    const key = [
      step.step,
      depths.get(step.id) ?? 0,
      kinds(upstream.get(step.id)),
      kinds(downstream.get(step.id)),
    ].join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [step.id]);
    else group.push(step.id);
  }
  return [...groups].flatMap(([key, members]): Fold[] =>
    members.length < FOLD_FROM
      ? []
      : [{ id: `fold:${key}`, name: key.split("|", 1)[0] ?? key, of: "step", members }],
  );
}

/** Depth is the longest way from a step without upstream; steps on a cycle stay where they were first met. */
function inOrder(
  graph: GraphParts,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
  downstream: ReadonlyMap<string, ReadonlySet<string>>,
): Pick<StepGraph, "order" | "depths"> {
  const waiting = new Map<string, number>();
  const depths = new Map<string, number>();
  for (const step of graph.steps) waiting.set(step.id, upstream.get(step.id)?.size ?? 0);
  const ready = graph.steps.filter((step) => waiting.get(step.id) === 0).map((step) => step.id);
  for (const id of ready) {
    for (const next of downstream.get(id) ?? []) {
      depths.set(next, Math.max(depths.get(next) ?? 0, (depths.get(id) ?? 0) + 1));
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const met = new Set(ready);
  const cyclic = graph.steps.flatMap((step) => (met.has(step.id) ? [] : [step.id]));
  return { order: [...ready, ...cyclic], depths };
}

/** What folded steps make, output by output. */
export function foldsOfArtifacts(graph: GraphParts, stepFolds: readonly Fold[]): readonly Fold[] {
  const foldOf = new Map(
    stepFolds.flatMap((fold) => fold.members.map((member) => [member, fold.id] as const)),
  );
  const nameOf = new Map(graph.artifacts.map((artifact) => [artifact.id, artifact.name]));
  const groups = new Map<string, { name: string; members: string[] }>();
  for (const edge of graph.edges) {
    const fold = foldOf.get(edge.from);
    const name = nameOf.get(edge.to);
    if (fold === undefined || name === undefined) continue;
    const output = edge.to.slice(edge.to.lastIndexOf(".") + 1);
    const id = `${fold}/${output}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { name: output, members: [edge.to] });
    else group.members.push(edge.to);
  }
  return [...groups].flatMap(([id, { name, members }]): Fold[] =>
    members.length < 2 ? [] : [{ id, name, of: "artifact", members }],
  );
}
