/**
 * Fan-outs: many steps of one function at one depth, fed by the same kind of steps and feeding the same kind, are one thing
 * to whoever looks at the whole. They are drawn as one node until someone wants to see each.
 */
import { neighbours } from "./lineage";
import type { GraphParts } from "./scene";

/** Fewer than this are shown each. */
export const FOLD_FROM = 8;

export interface Fold {
  readonly id: string;
  readonly name: string;
  readonly of: "step" | "artifact";
  readonly members: readonly string[];
}

export function homogeneousSiblings(graph: GraphParts, opened: ReadonlySet<string>): readonly Fold[] {
  const stepFolds = foldsOfSteps(graph).filter((fold) => !opened.has(fold.id));
  return [...stepFolds, ...foldsOfArtifacts(graph, stepFolds)];
}

function foldsOfSteps(graph: GraphParts): readonly Fold[] {
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  const nameOf = new Map(graph.steps.map((step) => [step.id, step.step]));
  const producer = new Map<string, string>();
  for (const edge of graph.edges) if (artifacts.has(edge.to)) producer.set(edge.to, edge.from);
  const upstream = new Map<string, Set<string>>(graph.steps.map((step) => [step.id, new Set()]));
  const downstream = new Map<string, Set<string>>(graph.steps.map((step) => [step.id, new Set()]));
  for (const edge of graph.edges) {
    if (artifacts.has(edge.to)) continue;
    const from = artifacts.has(edge.from) ? producer.get(edge.from) : edge.from;
    if (from === undefined || !nameOf.has(from)) continue;
    upstream.get(edge.to)?.add(from);
    downstream.get(from)?.add(edge.to);
  }
  const depths = depthsOf(graph, upstream);
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

/** Longest way from a step without upstream; steps on a cycle stay where they were first met. */
function depthsOf(
  graph: GraphParts,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, number> {
  const arrows = [...upstream].flatMap(([to, above]) => [...above].map((from) => ({ from, to })));
  const downstream = neighbours(arrows, "down");
  const waiting = new Map<string, number>();
  const depths = new Map<string, number>();
  for (const step of graph.steps) {
    waiting.set(step.id, upstream.get(step.id)?.size ?? 0);
  }
  const ready = graph.steps.filter((step) => waiting.get(step.id) === 0).map((step) => step.id);
  for (const id of ready) {
    for (const next of downstream.get(id) ?? []) {
      depths.set(next, Math.max(depths.get(next) ?? 0, (depths.get(id) ?? 0) + 1));
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return depths;
}

/** What folded steps make, output by output. */
function foldsOfArtifacts(graph: GraphParts, stepFolds: readonly Fold[]): readonly Fold[] {
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
  return [...groups].map(([id, { name, members }]) => ({ id, name, of: "artifact", members }));
}
