/**
 * What is surely wrong with pipelines, told before they run. Whatever can't be decided by reading (loops, conditions,
 * steps from elsewhere, dynamic pipelines) is not spoken about: a false alarm costs more than a late one.
 */
import type { DiscoveredFile, DiscoveredPipeline, DiscoveredStep, Mention, Span, StepCall } from "./model";

/** Text to put in the place of a span. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
}

interface Common {
  readonly span: Span;
  readonly fix: Fix | null;
}

export type Problem = Common &
  (
    | {
        readonly code: "wrong-unpacking";
        readonly step: string;
        readonly targets: number;
        readonly outputs: readonly string[];
      }
    | { readonly code: "after-cycle"; readonly path: readonly string[] }
    | { readonly code: "duplicate-id"; readonly id: string; readonly suggestion: string }
    | { readonly code: "duplicate-pipeline"; readonly name: string; readonly firstLine: number }
    | { readonly code: "duplicate-output"; readonly step: string; readonly output: string }
    | { readonly code: "not-json"; readonly step: string; readonly what: "function" | "generator" }
    | { readonly code: "step-outside-pipeline"; readonly step: string }
    | { readonly code: "no-steps"; readonly pipeline: string }
    | { readonly code: "unknown-artifact"; readonly name: string; readonly similar: string | null }
  );
export type ProblemCode = Problem["code"];

export interface Surroundings {
  surelyStepOf(pipeline: DiscoveredPipeline, call: StepCall): DiscoveredStep | null;
  /** Names of artifacts that are stored, or that code of the workspace makes; null when the store is not known. */
  readonly artifacts: ReadonlySet<string> | null;
}

export function problemsOf(found: DiscoveredFile, around: Surroundings): readonly Problem[] {
  return [
    ...found.pipelines.flatMap((pipeline) => inPipeline(pipeline, around)),
    ...duplicatePipelines(found.pipelines),
    ...found.steps.flatMap(duplicateOutputs),
    ...found.strays.map(({ name, span }): Problem => ({
      code: "step-outside-pipeline",
      span,
      fix: null,
      step: name,
    })),
    ...(around.artifacts === null ? [] : unknownArtifacts(found.lookups, around.artifacts)),
  ];
}

function inPipeline(pipeline: DiscoveredPipeline, around: Surroundings): readonly Problem[] {
  if (pipeline.calls.length === 0 && !pipeline.isOpaque) {
    return [{ code: "no-steps", span: pipeline.nameSpan, fix: null, pipeline: pipeline.name }];
  }
  return [
    ...pipeline.calls.flatMap((call) => {
      const step = around.surelyStepOf(pipeline, call);
      return step === null ? [] : [...wrongUnpacking(call, step), ...unfitArguments(call, step)];
    }),
    ...duplicateIds(pipeline.calls),
    ...cycles(pipeline.calls),
  ];
}

function wrongUnpacking(call: StepCall, step: DiscoveredStep): readonly Problem[] {
  const { unpacked } = call;
  const { outputs, outputCount, name } = step;
  if (unpacked === null || outputCount === null || unpacked.targets.length === outputCount) return [];
  const { span, targets } = unpacked;
  return [
    {
      code: "wrong-unpacking",
      span,
      fix: targetsFix(span, targets, outputs),
      step: name,
      targets: targets.length,
      outputs,
    },
  ];
}

/** As many names as there are outputs: those that are there, then the outputs' own. */
function targetsFix(span: Span, targets: readonly string[], outputs: readonly string[]): Fix | null {
  const names = outputs.map((output, at) => targets[at] ?? output);
  const areNames = names.every((name) => /^[A-Za-z_]\w*$/.test(name));
  if (!areNames || new Set(names).size < names.length || names.length === 0) return null;
  return { span, text: names.join(", ") };
}

function unfitArguments(call: StepCall, step: DiscoveredStep): readonly Problem[] {
  return call.unfit.map(({ what, span }) => ({ code: "not-json", span, fix: null, step: step.name, what }));
}

function duplicateIds(calls: readonly StepCall[]): readonly Problem[] {
  const taken = new Set(calls.map((call) => call.invocation));
  const seen = new Set<string>();
  return calls.flatMap((call): readonly Problem[] => {
    // Of two branches only one may run.
    if (call.idSpan === null || call.repeated !== null) return [];
    const id = call.invocation;
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    let number = 2;
    while (taken.has(`${id}_${number}`)) number += 1;
    const suggestion = `${id}_${number}`;
    const fix = { span: call.idSpan, text: JSON.stringify(suggestion) };
    return [{ code: "duplicate-id", span: call.idSpan, fix, id, suggestion }];
  });
}

function duplicatePipelines(pipelines: readonly DiscoveredPipeline[]): readonly Problem[] {
  const first = new Map<string, number>();
  return pipelines.flatMap((pipeline): readonly Problem[] => {
    const before = first.get(pipeline.name);
    first.set(pipeline.name, before ?? pipeline.line);
    if (before === undefined || !pipeline.isNamed) return [];
    return [
      {
        code: "duplicate-pipeline",
        span: pipeline.nameSpan,
        fix: null,
        name: pipeline.name,
        firstLine: before,
      },
    ];
  });
}

function duplicateOutputs(step: DiscoveredStep): readonly Problem[] {
  const output = step.outputs.find((name, at) => step.outputs.indexOf(name) < at);
  if (output === undefined) return [];
  return [{ code: "duplicate-output", span: step.nameSpan, fix: null, step: step.name, output }];
}

/** Steps that wait for each other: told once for each cycle, at the first `after=` of it. */
function cycles(calls: readonly StepCall[]): readonly Problem[] {
  const told = new Set<number>();
  return calls.flatMap((call): readonly Problem[] => {
    if (call.afterSpan === null || told.has(call.index)) return [];
    const way = wayBack(calls, call);
    if (way === null || way.some((index) => calls[index]?.repeated !== null)) return [];
    for (const index of way) told.add(index);
    const path = [...way, call.index].map((index) => calls[index]?.invocation ?? "");
    return [{ code: "after-cycle", span: call.afterSpan, fix: { span: call.afterSpan, text: "" }, path }];
  });
}

/** From a call through what it waits for to itself; null when there is no such way. */
function wayBack(calls: readonly StepCall[], start: StepCall): readonly number[] | null {
  const upstream = (call: StepCall): readonly number[] => [
    ...call.after,
    ...call.inputs
      .flatMap((input) => input.sources)
      .flatMap((source) => (source.kind === "call" ? source.call : [])),
  ];
  const seen = new Set<number>();
  const pending: (readonly number[])[] = start.after.map((index) => [start.index, index]);
  for (let way = pending.shift(); way !== undefined; way = pending.shift()) {
    const at = way.at(-1) ?? -1;
    if (at === start.index) return way.slice(0, -1);
    const call = calls[at];
    if (call === undefined || seen.has(at)) continue;
    seen.add(at);
    for (const next of upstream(call)) pending.push([...way, next]);
  }
  return null;
}

function unknownArtifacts(lookups: readonly Mention[], artifacts: ReadonlySet<string>): readonly Problem[] {
  return lookups.flatMap(({ name, span }): readonly Problem[] => {
    if (artifacts.has(name) || mayBeId(name)) return [];
    const similar = closest(name, artifacts);
    const fix = similar === null ? null : { span, text: JSON.stringify(similar) };
    return [{ code: "unknown-artifact", span, fix, name, similar }];
  });
}

/** A whole id, or the beginning of one. */
function mayBeId(name: string): boolean {
  return /^[0-9a-f]{4,8}(-[0-9a-f]*)*$/i.test(name);
}

function closest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const far = distance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

/** How many letters have to be put in, taken out or changed; `limit` when it is that or more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row.at(-1) ?? limit, limit);
}
