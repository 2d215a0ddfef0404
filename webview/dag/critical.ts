/** The critical path: the chain of steps that the run's length is made of. */
import { neighbours } from "./lineage";
import type { GraphParts } from "./scene";

/** Ids of steps, and of the artifacts between them, on the longest chain by time; empty while nothing has run. */
export function criticalPath(graph: GraphParts, now: number): ReadonlySet<string> {
  const steps = new Map(graph.steps.map((step) => [step.id, step]));
  const above = neighbours(graph.edges, "up");
  const ends = (id: string): number => {
    const step = steps.get(id);
    return step?.started == null ? -Infinity : (step.finished ?? now);
  };
  let current: string | null = null;
  for (const step of graph.steps) {
    if (ends(step.id) > (current === null ? -Infinity : ends(current))) current = step.id;
  }
  const path = new Set<string>();
  while (current !== null && !path.has(current)) {
    path.add(current);
    let next: { step: string; through: string | null } | null = null;
    for (const source of above.get(current) ?? []) {
      const through = steps.has(source) ? null : source;
      const makers = through === null ? [source] : (above.get(source) ?? []);
      for (const step of makers) {
        if (ends(step) > (next === null ? -Infinity : ends(next.step))) next = { step, through };
      }
    }
    if (next?.through != null) path.add(next.through);
    current = next?.step ?? null;
  }
  return path;
}
