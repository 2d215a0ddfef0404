/** A checked pipeline spec, ready to be run: the graph, each invocation with its definition, and whether it may be cached. */
import type { Language } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import { buildGraph, type StepGraph } from "../../core/graph";
import type { CachePolicy, InvocationSpec, PipelineSpec, StepDefinition } from "../../core/spec";

export interface PlannedStep {
  readonly index: number;
  readonly invocation: InvocationSpec;
  readonly definition: StepDefinition;
  /** Of the step; a pipeline may call steps of another. */
  readonly language: Language;
  /** Null when it may be cached; else in words why not. */
  readonly uncached: string | null;
  readonly policy: CachePolicy | null;
}

export interface Plan {
  readonly spec: PipelineSpec;
  readonly graph: StepGraph;
  readonly steps: readonly PlannedStep[];
}

/** Checks the spec: no steps, cycles, unknown references and duplicate ids are refused before a run exists. */
export function planRun(spec: PipelineSpec, noCache: boolean): Plan {
  const { name, source } = spec.pipeline;
  if (spec.invocations.length === 0) {
    throw new HeadraceError(
      "no-steps",
      `Pipeline '${name}' cannot be compiled because it has no steps. Please make sure that your steps are decorated with \`@step\` and at least one step is called in the pipeline.`,
      { pythonType: "ValueError", ...(source === null ? {} : { location: source }) },
    );
  }
  const graph = buildGraph(spec.invocations);
  const steps = spec.invocations.map((invocation, index): PlannedStep => {
    const definition = spec.definitions[invocation.definition];
    if (definition === undefined) {
      throw new HeadraceError("internal", `Step \`${invocation.id}\` came without its definition.`, {
        advice: "The runtime's SDK and this engine do not fit together; reload the window.",
      });
    }
    const policy = invocation.cachePolicy ?? spec.pipeline.cachePolicy;
    const language = invocation.foreign?.language ?? spec.language;
    const uncached = whyUncached(invocation, spec, noCache);
    return { index, invocation, definition, language, policy, uncached };
  });
  return { spec, graph, steps };
}

function whyUncached(invocation: InvocationSpec, spec: PipelineSpec, noCache: boolean): string | null {
  if (noCache) return "caching is off for this run";
  if (invocation.enableCache !== null) return invocation.enableCache ? null : "caching is off for this step";
  return spec.pipeline.enableCache === false ? "caching is off for this pipeline" : null;
}
