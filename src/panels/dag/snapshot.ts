/** What the page is told at first: the graph of a run, or of the source, and which other runs there are. */
import type { Run, StepStatus } from "../../core/entities";
import { HeadraceError, type SourceLocation } from "../../core/errors";
import type { PipelineSpec } from "../../core/spec";
import type { StaticGraph } from "../../discovery/model";
import type { Engine } from "../../engine/api";
import { graphOfSource, graphOfSpec } from "./graph";
import { artifactNode, stepNode, type DagComparison, type DagRun, type DagState } from "./messages";

const RUNS_OFFERED = 50;

/** A pipeline as the panel knows it. */
export interface ShownPipeline {
  readonly name: string;
  /** Where it is written; null when only its runs are known. */
  readonly file: string | null;
  readonly functionName: string | null;
}

/** A shown graph, with where its steps are written. */
export interface Shown {
  readonly state: DagState;
  readonly runId: string | null;
  readonly places: ReadonlyMap<string, SourceLocation>;
}

export interface ShownOptions {
  readonly canRun: boolean;
  readonly compareWith: string | null;
}

export function shownRun(
  engine: Engine,
  runId: string,
  pipeline: ShownPipeline,
  options: ShownOptions,
): Shown {
  const { reader } = engine;
  const run = reader.run(runId);
  const spec = reader.spec(runId);
  if (run === null || spec === null) {
    throw new HeadraceError("not-found", "This run is no longer in the store.", {
      advice: "It was deleted, by you or by another window.",
    });
  }
  const graph = graphOfSpec(spec, reader.steps(runId), (id) => reader.artifactVersion(id));
  const compared = options.compareWith === null ? null : reader.run(options.compareWith);
  const state: DagState = {
    ...graph,
    ...frame(engine, pipeline, options),
    run: dagRun(run),
    comparison: compared === null ? null : comparison(engine, compared),
  };
  return { state, runId, places: placesOfSpec(spec) };
}

export function shownSource(
  engine: Engine,
  source: StaticGraph,
  pipeline: ShownPipeline,
  options: ShownOptions,
): Shown {
  const places = new Map<string, SourceLocation>();
  const { file } = pipeline;
  if (file !== null) for (const { id, line } of source.nodes) places.set(stepNode(id), { file, line });
  const graph = graphOfSource(source);
  const state: DagState = {
    ...graph,
    steps: graph.steps.map((step) => ({ ...step, place: places.get(step.id) ?? null })),
    ...frame(engine, pipeline, options),
    run: null,
    comparison: null,
  };
  return { state, runId: null, places };
}

export function dagRun(run: Run): DagRun {
  const { id, name, index, status, started, finished } = run;
  return { id, name, index, status, started, finished };
}

function frame(
  engine: Engine,
  pipeline: ShownPipeline,
  options: ShownOptions,
): Pick<DagState, "key" | "workspace" | "pipeline" | "runs" | "hasSource" | "canRun"> {
  const runs = engine.reader.runs({ pipeline: pipeline.name, limit: RUNS_OFFERED }).items;
  return {
    key: `${engine.workspace}::${pipeline.name}`,
    workspace: engine.workspace,
    pipeline: pipeline.name,
    runs: runs.map(dagRun),
    hasSource: pipeline.file !== null && pipeline.functionName !== null,
    canRun: options.canRun && pipeline.file !== null,
  };
}

function comparison(engine: Engine, run: Run): DagComparison {
  const statuses: Record<string, StepStatus> = {};
  const durations: Record<string, number> = {};
  const digests: Record<string, string> = {};
  for (const step of engine.reader.steps(run.id)) {
    statuses[stepNode(step.invocation)] = step.status;
    if (step.started !== null && step.finished !== null) {
      durations[stepNode(step.invocation)] = step.finished - step.started;
    }
    for (const output of step.outputs) {
      const version = engine.reader.artifactVersion(output.artifactVersionId);
      if (version !== null) digests[artifactNode(step.invocation, output.output)] = version.digest;
    }
  }
  return { run: dagRun(run), statuses, durations, digests };
}

function placesOfSpec(spec: PipelineSpec): ReadonlyMap<string, SourceLocation> {
  const places = new Map<string, SourceLocation>();
  for (const invocation of spec.invocations) {
    const source = spec.definitions[invocation.definition]?.source ?? invocation.call;
    if (source !== null) places.set(stepNode(invocation.id), source);
  }
  return places;
}
