/** What the page is told at first: the graph of a run, or of the source, and which other runs there are. */
import path from "node:path";
import type { Run, StepStatus } from "../../core/entities";
import { HeadraceError, type SourceLocation } from "../../core/errors";
import type { PipelineSpec } from "../../core/spec";
import type { DiscoveredStep } from "../../discovery/model";
import type { SourceGraph } from "../../discovery/sourceGraph";
import type { Engine } from "../../engine/api";
import type { Translate } from "../../ui/reasons";
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
  readonly places: Places;
}

/** Where the steps are written, by their nodes: the function's definition first, as far as it is known, then its call. */
export type Places = ReadonlyMap<string, readonly SourceLocation[]>;

export interface ShownOptions {
  readonly canRun: boolean;
  readonly compareWith: string | null;
}

export function shownRun(
  engine: Engine,
  runId: string,
  pipeline: ShownPipeline,
  options: ShownOptions,
  l10n: Translate,
): Shown {
  const { reader } = engine;
  const run = reader.run(runId);
  const spec = reader.spec(runId);
  if (run === null || spec === null) {
    throw new HeadraceError("not-found", "This run is no longer in the store.", {
      advice: "It was deleted, by you or by another window.",
    });
  }
  const graph = graphOfSpec(spec, reader.steps(runId), (id) => reader.artifactVersion(id), l10n);
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
  source: SourceGraph,
  pipeline: ShownPipeline,
  options: ShownOptions,
): Shown {
  const places = placesOfSource(source, pipeline.file);
  const graph = graphOfSource(source);
  const moduleOf = ({ file }: DiscoveredStep): string => moduleAt(engine.workspace, file);
  const state: DagState = {
    ...graph,
    steps: graph.steps.map((step) => {
      const definition = source.definitions.get(step.invocation);
      return {
        ...step,
        place: places.get(step.id)?.[0] ?? null,
        group: definition === undefined ? null : moduleOf(definition),
      };
    }),
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

function placesOfSpec(spec: PipelineSpec): Places {
  const places = new Map<string, readonly SourceLocation[]>();
  for (const { id, definition, call } of spec.invocations) {
    const known = [spec.definitions[definition]?.source ?? null, call];
    places.set(
      stepNode(id),
      known.filter((place) => place !== null),
    );
  }
  return places;
}

function placesOfSource({ nodes, definitions }: SourceGraph, file: string | null): Places {
  const places = new Map<string, readonly SourceLocation[]>();
  for (const { id, line } of nodes) {
    const definition = definitions.get(id);
    const written =
      definition === undefined
        ? []
        : [{ file: definition.file, line: definition.span.line, endLine: definition.span.endLine }];
    places.set(stepNode(id), file === null ? written : [...written, { file, line }]);
  }
  return places;
}

/** As a run will name it: `steps.clean` for `steps/clean.py`. */
function moduleAt(workspace: string, file: string): string {
  const relative = path.relative(workspace, file);
  return relative
    .slice(0, relative.length - path.extname(relative).length)
    .split(path.sep)
    .join(".");
}
