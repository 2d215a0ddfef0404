/** The graph that the page draws: from what the runtime compiled, or from what source tells before any run. */
import type { ArtifactVersion, StepInput, StepRun } from "../../core/entities";
import type { InputSpec, InvocationSpec, LazySpec, OutputSpec, PipelineSpec } from "../../core/spec";
import type { StaticGraph } from "../../discovery/model";
import { reasonText, type Translate } from "../../ui/reasons";
import {
  artifactNode,
  foreignArtifactNode,
  stepNode,
  type DagArtifact,
  type DagEdge,
  type DagStep,
} from "./messages";

export interface Graph {
  readonly steps: readonly DagStep[];
  readonly artifacts: readonly DagArtifact[];
  readonly edges: readonly DagEdge[];
}

export type FindVersion = (id: string) => ArtifactVersion | null;

export function graphOfSpec(
  spec: PipelineSpec,
  runs: readonly StepRun[],
  findVersion: FindVersion,
  l10n: Translate,
): Graph {
  const runOf = new Map(runs.map((run) => [run.invocation, run]));
  const artifacts = new Map<string, DagArtifact>();
  const edges = new EdgeSet();
  const steps = spec.invocations.map((invocation) => {
    const run = runOf.get(invocation.id) ?? null;
    for (const output of invocation.outputs) {
      if (turnedOutEmpty(output, run)) continue;
      const artifact = outputArtifact(invocation.id, output, run, findVersion);
      artifacts.set(artifact.id, artifact);
      edges.add({ from: stepNode(invocation.id), to: artifact.id, kind: "data", label: null });
    }
    return stepOfSpec(spec, invocation, run, l10n);
  });
  for (const invocation of spec.invocations) {
    const run = runOf.get(invocation.id) ?? null;
    for (const [name, input] of Object.entries(invocation.inputs)) {
      for (const source of sourcesOf(input, run?.inputs[name], findVersion)) {
        if (!artifacts.has(source.id)) artifacts.set(source.id, source);
        edges.add({ from: source.id, to: stepNode(invocation.id), kind: "data", label: name });
      }
    }
    for (const before of invocation.after) {
      edges.add({ from: stepNode(before), to: stepNode(invocation.id), kind: "after", label: null });
    }
  }
  return { steps, artifacts: [...artifacts.values()], edges: edges.list() };
}

export function graphOfSource(source: StaticGraph): Graph {
  const artifacts = new Map<string, DagArtifact>();
  const edges = new EdgeSet();
  for (const edge of source.edges) {
    const [from, to] = [stepNode(edge.from), stepNode(edge.to)];
    if (edge.kind === "after") {
      edges.add({ from, to, kind: "after", label: null });
      continue;
    }
    const id = artifactNode(edge.from, edge.label ?? "");
    artifacts.set(id, { ...unknownArtifact(id, edge.label ?? "output") });
    edges.add({ from, to: id, kind: "data", label: null });
    edges.add({ from: id, to, kind: "data", label: edge.label });
  }
  const steps = source.nodes.map((node): DagStep => ({
    ...plannedStep(node.id, node.step),
    repeated: node.repeated,
  }));
  return { steps, artifacts: [...artifacts.values()], edges: edges.list() };
}

/** A step as it stands after one of its runs changed. */
export function withRun(step: DagStep, run: StepRun, l10n: Translate): DagStep {
  return {
    ...step,
    status: run.status,
    stepRunId: run.id === "" ? null : run.id,
    started: run.started,
    finished: run.finished,
    attempt: run.attempt,
    cacheReason: run.cacheReason === null ? null : reasonText(l10n, run.cacheReason),
    skippedBecause: run.skippedBecause,
    failure: run.failure === null ? null : firstLine(`${run.failure.type}: ${run.failure.message}`),
    progress: run.status === "running" ? step.progress : null,
  };
}

/** The artifacts of a step as its run left them. */
export function artifactsOfRun(
  run: StepRun,
  known: ReadonlyMap<string, DagArtifact>,
  findVersion: FindVersion,
): DagArtifact[] {
  return run.outputs.flatMap((output) => {
    const before = known.get(artifactNode(run.invocation, output.output));
    const version = findVersion(output.artifactVersionId);
    return before === undefined || version === null ? [] : [withVersion(before, version)];
  });
}

class EdgeSet {
  readonly #edges = new Map<string, DagEdge>();

  /** Several inputs may take the same value: one edge, all their names. */
  add(edge: DagEdge): void {
    const key = `${edge.kind}\n${edge.from}\n${edge.to}`;
    const known = this.#edges.get(key);
    const labels = [known?.label, edge.label].filter((label) => label != null);
    this.#edges.set(key, { ...edge, label: labels.length === 0 ? null : labels.join(", ") });
  }

  list(): readonly DagEdge[] {
    return [...this.#edges.values()];
  }
}

function stepOfSpec(
  spec: PipelineSpec,
  invocation: InvocationSpec,
  run: StepRun | null,
  l10n: Translate,
): DagStep {
  const definition = spec.definitions[invocation.definition];
  const module = definition?.sourcePath.split(".").slice(0, -1).join(".");
  const step = {
    ...plannedStep(invocation.id, definition?.step ?? invocation.id),
    group: module === undefined || module === "" ? null : module,
  };
  return run === null ? step : withRun(step, run, l10n);
}

function plannedStep(invocation: string, step: string): DagStep {
  return {
    id: stepNode(invocation),
    invocation,
    step,
    status: "planned",
    stepRunId: null,
    started: null,
    finished: null,
    attempt: 1,
    cacheReason: null,
    skippedBecause: null,
    failure: null,
    group: null,
    repeated: null,
    progress: null,
    place: null,
  };
}

function unknownArtifact(id: string, name: string): DagArtifact {
  return { id, name, summary: null, type: null, versionId: null, version: null, digest: null };
}

function withVersion(artifact: DagArtifact, version: ArtifactVersion): DagArtifact {
  return {
    ...artifact,
    summary: version.summary === "" ? shortType(version.dataType) : version.summary,
    type: version.type,
    versionId: version.id,
    version: version.version,
    digest: version.digest,
  };
}

/** The function returned nothing, and nobody had asked for something. */
function turnedOutEmpty({ output, optional }: OutputSpec, run: StepRun | null): boolean {
  const isDone = run?.status === "completed" || run?.status === "cached";
  return optional === true && isDone && !run.outputs.some((made) => made.output === output);
}

function outputArtifact(
  invocation: string,
  output: OutputSpec,
  run: StepRun | null,
  findVersion: FindVersion,
): DagArtifact {
  const id = artifactNode(invocation, output.output);
  const name = output.artifact ?? output.assigned ?? output.output;
  const made = run?.outputs.find((candidate) => candidate.output === output.output);
  const version = made === undefined ? null : findVersion(made.artifactVersionId);
  const planned = { ...unknownArtifact(id, name), summary: output.annotation };
  return version === null ? planned : withVersion(planned, version);
}

/** Where an input's value comes from, as nodes; values written in the pipeline are parameters, not nodes. */
function sourcesOf(
  input: InputSpec,
  taken: StepInput | undefined,
  findVersion: FindVersion,
): readonly DagArtifact[] {
  switch (input.kind) {
    case "value":
      return [];
    case "output":
      return [unknownArtifact(artifactNode(input.invocation, input.output), input.output)];
    case "list":
      return input.items.flatMap((item) => sourcesOf(item, undefined, findVersion));
    case "artifact":
      return [versionArtifact(input.artifactVersionId, findVersion)];
    case "lazy":
      if (taken?.kind === "artifact") return [versionArtifact(taken.artifactVersionId, findVersion)];
      return [unknownArtifact(foreignArtifactNode(`lazy:${lazyName(input.lazy)}`), lazyName(input.lazy))];
  }
}

function versionArtifact(id: string, findVersion: FindVersion): DagArtifact {
  const version = findVersion(id);
  const node = foreignArtifactNode(id);
  return version === null
    ? unknownArtifact(node, id)
    : withVersion(unknownArtifact(node, version.artifact), version);
}

function lazyName(lazy: LazySpec): string {
  switch (lazy.lazy) {
    case "model-artifact":
      return lazy.metadataKey === null ? lazy.artifact : `${lazy.artifact}.${lazy.metadataKey}`;
    case "model-metadata":
      return lazy.metadataKey;
    case "client-chain":
      return lazy.summary;
  }
}

function shortType(type: string): string {
  return type.slice(type.lastIndexOf(".") + 1);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
