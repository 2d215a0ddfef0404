/**
 * What one may type into the search field: plain text, `status:failed`, `kind:artifact`, and `+name`, `name+`, `+name+` for a
 * node with everything above it, below it, or both. Terms narrow each other down.
 */
import type { DagEdge, DagStep } from "../../src/panels/dag/messages";
import { lineage } from "./lineage";
import type { GraphParts } from "./scene";

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly kind: "step" | "artifact";
  readonly statuses: readonly string[];
}

/** How a state is called where the page is read. */
type StatusWords = (status: DagStep["status"]) => string;

/** The ids of what matches; null when nothing is asked. */
export function search(graph: GraphParts, query: string, words: StatusWords): ReadonlySet<string> | null {
  const terms = query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== "" && term !== "+");
  if (terms.length === 0) return null;
  const all = candidates(graph, words);
  const sets = terms.map((term) => matches(all, graph.edges, term));
  const [first, ...rest] = sets;
  return new Set([...(first ?? [])].filter((id) => rest.every((set) => set.has(id))));
}

function candidates(graph: GraphParts, words: StatusWords): readonly Candidate[] {
  const steps = graph.steps.map((step): Candidate => {
    const name = `${step.invocation} ${step.step}`.toLowerCase();
    const statuses = [step.status, words(step.status).toLowerCase()];
    return { id: step.id, name, kind: "step", statuses };
  });
  const artifacts = graph.artifacts.map((artifact): Candidate => {
    const name = `${artifact.name} ${artifact.summary ?? ""}`.toLowerCase();
    return {
      id: artifact.id,
      name,
      kind: "artifact",
      statuses: [artifact.versionId === null ? "missing" : "made"],
    };
  });
  return [...steps, ...artifacts];
}

function matches(all: readonly Candidate[], edges: readonly DagEdge[], term: string): ReadonlySet<string> {
  if (term.startsWith("status:"))
    return ids(all, ({ statuses }) =>
      statuses.some((status) => status.startsWith(term.slice("status:".length))),
    );
  if (term.startsWith("kind:")) return ids(all, (node) => node.kind.startsWith(term.slice("kind:".length)));
  const up = term.startsWith("+");
  const down = term.endsWith("+");
  const text = term.replace(/^\+|\+$/g, "");
  const named = ids(all, (node) => node.name.includes(text));
  if (!up && !down) return named;
  const found = new Set<string>();
  for (const id of named) {
    for (const near of lineage(edges, id, up && down ? "both" : up ? "up" : "down")) found.add(near);
  }
  return found;
}

function ids(all: readonly Candidate[], test: (node: Candidate) => boolean): ReadonlySet<string> {
  return new Set(all.filter(test).map((node) => node.id));
}
