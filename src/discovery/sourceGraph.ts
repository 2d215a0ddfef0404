/** A pipeline's graph from source, with where its steps are written. */
import type { Discovery } from "./discovery";
import type { DiscoveredPipeline, DiscoveredStep, StaticGraph } from "./model";

export interface SourceGraph extends StaticGraph {
  /** By the ids of nodes; what the workspace doesn't tell is left out. */
  readonly definitions: ReadonlyMap<string, DiscoveredStep>;
}

export function sourceGraph(discovery: Discovery, pipeline: DiscoveredPipeline): SourceGraph {
  const definitions = new Map<string, DiscoveredStep>();
  for (const call of discovery.callsOf(pipeline)) {
    const step = discovery.stepOf(pipeline, call);
    if (step !== null) definitions.set(call.invocation, step);
  }
  return { ...discovery.graph(pipeline), definitions };
}
