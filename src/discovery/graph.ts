/** The graph of a pipeline as its source tells it, for showing it before any run. */
import type { DataSource, DiscoveredPipeline, StaticEdge, StaticGraph, StaticNode, StepCall } from "./model";

/** Whether a call is one of a step: `null` when nobody can tell (its definition is outside the workspace). */
export type IsStep = (call: StepCall) => boolean | null;

/** Calls that may be steps, as far as is known. */
export function stepCalls(pipeline: DiscoveredPipeline, isStep: IsStep = () => null): readonly StepCall[] {
  return pipeline.calls.filter((call) => isStep(call) !== false);
}

export function staticGraph(pipeline: DiscoveredPipeline, isStep: IsStep = () => null): StaticGraph {
  const steps = new Map(stepCalls(pipeline, isStep).map((call) => [call.index, call]));
  const nodes: StaticNode[] = [...steps.values()].map((call) => ({
    id: call.invocation,
    step: call.callee.split(".").at(-1) ?? call.callee,
    line: call.span.line,
    repeated: call.repeated,
  }));
  const edges = new Map<string, StaticEdge>();
  const add = (edge: StaticEdge): void => {
    const key = `${edge.kind}\n${edge.from}\n${edge.to}\n${edge.label ?? ""}`;
    if (edge.from !== edge.to) edges.set(key, edge);
  };
  for (const call of steps.values()) {
    for (const source of upstream(pipeline, call, steps)) {
      add({ kind: "data", from: source.invocation, to: call.invocation, label: source.label });
    }
    for (const index of call.after) {
      const before = steps.get(index);
      if (before !== undefined)
        add({ kind: "after", from: before.invocation, to: call.invocation, label: null });
    }
  }
  return { pipeline: pipeline.name, nodes, edges: [...edges.values()] };
}

interface Upstream {
  readonly invocation: string;
  readonly label: string | null;
}

/** The steps whose results reach a call, looking through helpers that turned out to be no steps. */
function upstream(
  pipeline: DiscoveredPipeline,
  call: StepCall,
  steps: ReadonlyMap<number, StepCall>,
  seen: ReadonlySet<number> = new Set(),
): readonly Upstream[] {
  const sources = call.inputs.flatMap((input) => input.sources);
  return sources.flatMap((source) => {
    if (source.kind !== "call" || seen.has(source.call)) return [];
    const step = steps.get(source.call);
    if (step !== undefined) return [{ invocation: step.invocation, label: labelOf(step, source) }];
    const helper = pipeline.calls[source.call];
    return helper === undefined ? [] : upstream(pipeline, helper, steps, new Set([...seen, source.call]));
  });
}

function labelOf(call: StepCall, source: Extract<DataSource, { kind: "call" }>): string | null {
  return call.assigned.find((name) => name.output === source.output)?.name ?? null;
}
