/**
 * What is surely wrong with pipelines, told before they run. Whatever can't be decided by reading (loops, conditions,
 * steps from elsewhere, dynamic pipelines) is not spoken about: a false alarm costs more than a late one.
 */
import { type Fix, asExternalArtifact, asList, belowMainGuard, importOf, liftedFunction } from "./fixes";
import type {
  DiscoveredFile,
  DiscoveredPipeline,
  DiscoveredStep,
  GivenOption,
  Mention,
  Span,
  StepCall,
} from "./model";
import { closest } from "./similar";

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
    | {
        readonly code: "duplicate-pipeline";
        readonly name: string;
        readonly firstLine: number;
        readonly suggestion: string;
      }
    | { readonly code: "duplicate-output"; readonly step: string; readonly output: string }
    | {
        readonly code: "not-json";
        readonly step: string;
        readonly what: "function" | "generator" | "object";
        /** What makes the object. */
        readonly made: string;
      }
    | { readonly code: "step-outside-pipeline"; readonly step: string }
    | { readonly code: "no-steps"; readonly pipeline: string }
    | { readonly code: "unknown-artifact"; readonly name: string; readonly similar: string | null }
    | {
        readonly code: "unknown-step";
        readonly name: string;
        readonly similar: string | null;
        /** The module of the workspace that has a step of this name. */
        readonly module: string | null;
      }
    | {
        readonly code: "unknown-option";
        readonly name: string;
        readonly of: GivenOption["of"];
        readonly similar: string | null;
      }
    | { readonly code: "unused-output"; readonly name: string; readonly step: string }
  );
export type ProblemCode = Problem["code"];

export interface Surroundings {
  surelyStepOf(pipeline: DiscoveredPipeline, call: StepCall): DiscoveredStep | null;
  /** Names of artifacts that are stored, or that code of the workspace makes; null when the store is not known. */
  readonly artifacts: ReadonlySet<string> | null;
  /** Names of what decorators can be given; null while that is not known. */
  readonly options: Readonly<Record<GivenOption["of"], ReadonlySet<string>>> | null;
  /** Steps of the workspace that a file may import, each with its module's name. */
  importable(file: string): readonly { readonly module: string; readonly name: string }[];
}

export function problemsOf(found: DiscoveredFile, around: Surroundings): readonly Problem[] {
  return [
    ...found.pipelines.flatMap((pipeline) => inPipeline(found, pipeline, around)),
    ...duplicatePipelines(found.pipelines),
    ...found.steps.flatMap(duplicateOutputs),
    ...found.strays.map(({ name, span, statement }): Problem => ({
      code: "step-outside-pipeline",
      span,
      fix: statement === null ? null : belowMainGuard(statement),
      step: name,
    })),
    ...unknownOptions(found.options, around.options),
    ...(around.artifacts === null ? [] : unknownArtifacts(found.lookups, around.artifacts)),
  ];
}

function inPipeline(
  found: DiscoveredFile,
  pipeline: DiscoveredPipeline,
  around: Surroundings,
): readonly Problem[] {
  const undefinedCalls = unknownCalls(found, pipeline, around);
  if (undefinedCalls.length > 0) return undefinedCalls;
  if (pipeline.calls.length === 0 && !pipeline.isOpaque) {
    return [{ code: "no-steps", span: pipeline.nameSpan, fix: null, pipeline: pipeline.name }];
  }
  return [
    ...pipeline.calls.flatMap((call) => {
      const step = around.surelyStepOf(pipeline, call);
      if (step === null) return [];
      const wrong = wrongUnpacking(call, step);
      const unused = wrong.length > 0 ? [] : unusedOutputs(call, step);
      return [...wrong, ...unfitArguments(found, pipeline, call, step), ...unused];
    }),
    ...unknownSteps(pipeline, around),
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

function unfitArguments(
  found: DiscoveredFile,
  pipeline: DiscoveredPipeline,
  call: StepCall,
  step: DiscoveredStep,
): readonly Problem[] {
  return call.unfit.map((unfit) => {
    const { what, made, span, argument } = unfit;
    const parameter = typeof argument === "string" ? argument : step.parameters[argument]?.name;
    const fix =
      what === "generator"
        ? asList(unfit)
        : what === "object"
          ? asExternalArtifact(found, unfit)
          : liftedFunction(found, pipeline, unfit, parameter ?? "function");
    return { code: "not-json", span, fix, step: step.name, what, made: made ?? "" };
  });
}

/** Told as a hint: nothing is wrong with it. */
function unusedOutputs(call: StepCall, step: DiscoveredStep): readonly Problem[] {
  return call.assigned
    .filter(({ name, isRead }) => !isRead && !name.startsWith("_"))
    .map(({ name, span }) => ({ code: "unused-output", span, fix: null, name, step: step.name }));
}

/** What `after=` names must be a call of the pipeline. Only where all its calls are known is it sure that one is not. */
function unknownSteps(pipeline: DiscoveredPipeline, around: Surroundings): readonly Problem[] {
  const { calls, isOpaque } = pipeline;
  const isSure = calls.every(
    (call) => call.repeated !== "loop" && isNamedByFunction(around.surelyStepOf(pipeline, call)),
  );
  if (isOpaque || !isSure) return [];
  const known = calls.map((call) => call.invocation);
  return calls.flatMap((call) =>
    call.afterNames
      .filter(({ name }) => !known.includes(name))
      .map(({ name, span }): Problem => {
        const similar = closest(
          name,
          known.filter((id) => id !== call.invocation),
        );
        const fix = similar === null ? null : { span, text: JSON.stringify(similar) };
        return { code: "unknown-step", span, fix, name, similar, module: null };
      }),
  );
}

function isNamedByFunction(step: DiscoveredStep | null): boolean {
  return step !== null && step.name === step.functionName;
}

/** Calls of what nothing in the file defines, where a step of the workspace is probably meant. */
function unknownCalls(
  found: DiscoveredFile,
  pipeline: DiscoveredPipeline,
  around: Surroundings,
): readonly Problem[] {
  if (pipeline.undefinedCalls.length === 0) return [];
  const importable = around.importable(found.file);
  const near = [
    ...found.steps.map((step) => step.functionName),
    ...pipeline.calls.map((call) => call.callee).filter((callee) => !callee.includes(".")),
  ];
  return pipeline.undefinedCalls.flatMap(({ name, span }): readonly Problem[] => {
    const module = importable.find((step) => step.name === name)?.module ?? null;
    if (module !== null && found.sdkImport !== null) {
      const fix = importOf(found.sdkImport.line, module, name);
      return [{ code: "unknown-step", span, fix, name, similar: null, module }];
    }
    const similar = closest(name, near);
    return similar === null
      ? []
      : [{ code: "unknown-step", span, fix: { span, text: similar }, name, similar, module: null }];
  });
}

function unknownOptions(options: readonly GivenOption[], known: Surroundings["options"]): readonly Problem[] {
  if (known === null) return [];
  return options.flatMap(({ of, name, span }): readonly Problem[] => {
    if (known[of].has(name)) return [];
    const similar = closest(name, known[of]);
    const fix = similar === null ? null : { span, text: similar };
    return [{ code: "unknown-option", span, fix, name, of, similar }];
  });
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
    const suggestion = numbered(id, taken);
    const fix = { span: call.idSpan, text: JSON.stringify(suggestion) };
    return [{ code: "duplicate-id", span: call.idSpan, fix, id, suggestion }];
  });
}

/** The name with the first number that makes it another one. */
function numbered(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

function duplicatePipelines(pipelines: readonly DiscoveredPipeline[]): readonly Problem[] {
  const first = new Map<string, number>();
  const taken = new Set(pipelines.map((pipeline) => pipeline.name));
  return pipelines.flatMap(({ name, line, givenName: span }): readonly Problem[] => {
    const firstLine = first.get(name);
    first.set(name, firstLine ?? line);
    if (firstLine === undefined || span === null) return [];
    const suggestion = numbered(name, taken);
    const fix = { span, text: JSON.stringify(suggestion) };
    return [{ code: "duplicate-pipeline", span, fix, name, firstLine, suggestion }];
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
