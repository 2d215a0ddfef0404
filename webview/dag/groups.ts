/**
 * Groups: steps of one module, or whose names begin with the same word, drawn as one node. A group that other steps stand
 * between is split, as it would otherwise wait for itself.
 */
import type { DagStep } from "../../src/panels/dag/messages";
import type { Fold } from "./fold";
import { stepGraph } from "./fold";
import { neighbours } from "./lineage";
import type { GraphParts } from "./scene";

export type Grouping = "none" | "module" | "prefix";

/** Beyond this many parts, parts of a group are no longer tried together. */
const TRIED_TOGETHER = 400;

interface Part {
  readonly group: string;
  readonly members: string[];
}

export function groupFolds(graph: GraphParts, grouping: Grouping): readonly Fold[] {
  if (grouping === "none") return [];
  const parts = joined(partsOf(graph, grouping), stepGraph(graph).arrows);
  const counts = new Map<string, number>();
  return parts.flatMap(({ group, members }): Fold[] => {
    if (members.length < 2) return [];
    const nth = (counts.get(group) ?? 0) + 1;
    counts.set(group, nth);
    const name = group.slice(group.lastIndexOf(".") + 1);
    const id = `fold:group|${grouping}|${group}|${nth}`;
    return [{ id, name, of: "step", members }];
  });
}

function groupOf(step: DagStep, grouping: Grouping): string | null {
  if (grouping === "module") return step.group;
  const word = /^[^_.-]+(?=[_.-])/.exec(step.invocation)?.[0];
  return word ?? step.invocation;
}

/** Steps of a group that no way leaves the group between: by how often the longest way to them changes groups. */
function partsOf(graph: GraphParts, grouping: Grouping): Part[] {
  const { arrows, order } = stepGraph(graph);
  const above = neighbours(arrows, "up");
  const steps = new Map(graph.steps.map((step) => [step.id, step]));
  const levels = new Map<string, number>();
  const parts = new Map<string, Part>();
  for (const id of order) {
    const step = steps.get(id);
    if (step === undefined) continue;
    const group = groupOf(step, grouping) ?? id;
    let level = 0;
    for (const before of above.get(id) ?? []) {
      const other = steps.get(before);
      const changes = other === undefined || (groupOf(other, grouping) ?? before) !== group;
      level = Math.max(level, (levels.get(before) ?? 0) + (changes ? 1 : 0));
    }
    levels.set(id, level);
    const key = `${group}\n${level}`;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { group, members: [id] });
    else part.members.push(id);
  }
  return [...parts.values()];
}

type Arrow = { readonly from: string; readonly to: string };

/** Puts parts of a group together wherever no way leads out of them and back. */
function joined(parts: Part[], arrows: readonly Arrow[]): readonly Part[] {
  if (parts.length > TRIED_TOGETHER) return parts;
  const kept: Part[] = [];
  let rest = parts;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    const waiting: Part[] = [];
    for (const other of rest) {
      const all = [part, other, ...kept, ...waiting, ...rest.slice(rest.indexOf(other) + 1)];
      if (other.group === part.group && !returns(part, other, all, arrows))
        part.members.push(...other.members);
      else waiting.push(other);
    }
    kept.push(part);
    rest = waiting;
  }
  return kept;
}

/** Whether, were `a` and `b` one, something would lie both below and above it. */
function returns(a: Part, b: Part, parts: readonly Part[], arrows: readonly Arrow[]): boolean {
  const partOf = new Map<string, Part>();
  for (const part of parts) for (const member of part.members) partOf.set(member, part === b ? a : part);
  const next = new Map<Part, Set<Part>>();
  for (const { from, to } of arrows) {
    const [source, target] = [partOf.get(from), partOf.get(to)];
    if (source === undefined || target === undefined || source === target) continue;
    const targets = next.get(source);
    if (targets === undefined) next.set(source, new Set([target]));
    else targets.add(target);
  }
  const reached = new Set(next.get(a));
  for (const part of reached) {
    if (part === a) return true;
    for (const following of next.get(part) ?? []) reached.add(following);
  }
  return false;
}
