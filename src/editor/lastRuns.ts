/** What the last runs say about a place in source: kept until the store changes. */
import * as path from "node:path";
import type { Run, StepRun } from "../core/entities";
import type { InvocationSpec } from "../core/spec";
import type { DiscoveredPipeline, DiscoveredStep, StepCall } from "../discovery/model";
import type { Engine } from "../engine/api";
import type { Engines } from "../ui/engines";

/** Steps are looked for in this many runs. */
const RECENT = 25;

/** A call in a pipeline's body, with what its last run made of it. */
export interface RanCall {
  readonly engine: Engine;
  readonly run: Run;
  readonly step: StepRun;
  readonly invocation: InvocationSpec;
}

interface Snapshot {
  readonly seq: number;
  readonly steps: ReadonlyMap<string, StepRun>;
  readonly calls: Map<string, readonly RanCall[]>;
}

export class LastRuns {
  private readonly snapshots = new WeakMap<Engine, Snapshot>();

  constructor(private readonly engines: Engines) {}

  engineOf(file: string): Engine | null {
    const folder = this.engines.folderOf(file);
    return folder === null ? null : this.engines.peek(folder);
  }

  /** The last run of a pipeline. */
  of(pipeline: DiscoveredPipeline): Run | null {
    return this.engineOf(pipeline.file)?.reader.pipeline(pipeline.name)?.lastRun ?? null;
  }

  /** The last time that a step function ran, in any pipeline. */
  ofStep(step: DiscoveredStep): StepRun | null {
    const engine = this.engineOf(step.file);
    return engine === null ? null : (this.snapshot(engine).steps.get(stepKey(step.file, step.name)) ?? null);
  }

  /** What the calls on a line of a pipeline's body were in its last run. */
  ofCall(pipeline: DiscoveredPipeline, call: StepCall): readonly RanCall[] {
    const engine = this.engineOf(pipeline.file);
    const run = this.of(pipeline);
    if (engine === null || run === null) return [];
    const { calls } = this.snapshot(engine);
    let ran = calls.get(run.id);
    if (ran === undefined) calls.set(run.id, (ran = ranCalls(engine, run)));
    const byName = ran.filter(({ invocation }) => invocation.id === call.invocation);
    if (byName.length > 0) return byName;
    return ran.filter(
      ({ invocation }) =>
        invocation.call !== null &&
        invocation.call.line >= call.span.line &&
        invocation.call.line <= call.span.endLine &&
        inFolder(engine, this.engines.folderOfEngine(engine), invocation.call.file) === pipeline.file,
    );
  }

  private snapshot(engine: Engine): Snapshot {
    const known = this.snapshots.get(engine);
    if (known?.seq === engine.reader.seq) return known;
    const snapshot: Snapshot = {
      seq: engine.reader.seq,
      steps: recentSteps(engine, this.engines.folderOfEngine(engine)),
      calls: new Map(),
    };
    this.snapshots.set(engine, snapshot);
    return snapshot;
  }
}

function recentSteps(engine: Engine, folder: string): ReadonlyMap<string, StepRun> {
  const steps = new Map<string, StepRun>();
  for (const run of engine.reader.runs({ limit: RECENT }).items) {
    for (const step of engine.reader.steps(run.id)) {
      if (step.source === null || step.status === "waiting") continue;
      const key = stepKey(inFolder(engine, folder, step.source.file), step.step);
      if (!steps.has(key)) steps.set(key, step);
    }
  }
  return steps;
}

function ranCalls(engine: Engine, run: Run): readonly RanCall[] {
  const spec = engine.reader.spec(run.id);
  if (spec === null) return [];
  const steps = new Map(engine.reader.steps(run.id).map((step) => [step.invocation, step]));
  return spec.invocations.flatMap((invocation) => {
    const step = steps.get(invocation.id);
    return step === undefined ? [] : [{ engine, run, step, invocation }];
  });
}

function stepKey(file: string, name: string): string {
  return `${file}\n${name}`;
}

/** A recorded place as the editor names it: the engine knows the folder by its real path. */
export function inFolder(engine: Engine, folder: string, recorded: string): string {
  const file = path.resolve(engine.workspace, recorded);
  const below = path.relative(engine.workspace, file);
  return below.startsWith("..") || path.isAbsolute(below) ? file : path.join(folder, below);
}
