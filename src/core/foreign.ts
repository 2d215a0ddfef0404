/**
 * Steps of another language in a pipeline: what the pipeline's function says of a call and what the step's own language
 * says of the step, made one. From then on they are steps like any other.
 */
import { HeadraceError } from "./errors";
import type { InvocationSpec, OutputSpec, PipelineSpec, StepDefinition } from "./spec";

/** The answer of the other language, one invocation for each foreign one of the spec, in the same order. */
export interface ForeignSteps {
  readonly definitions: readonly StepDefinition[];
  readonly sources?: Readonly<Record<string, string>>;
  readonly invocations: readonly InvocationSpec[];
}

export function withForeignSteps(spec: PipelineSpec, language: string, steps: ForeignSteps): PipelineSpec {
  const definitions = [...spec.definitions, ...steps.definitions];
  const renamed = new Map<string, string>();
  let next = 0;
  const invocations = spec.invocations.map((call) => {
    if (call.foreign?.language !== language) return call;
    const own = steps.invocations[next];
    next += 1;
    if (own === undefined) {
      throw new HeadraceError("internal", `Step \`${call.id}\` came without its definition.`);
    }
    const outputs = mergedOutputs(call, own, renamed);
    return { ...merged(call, own), definition: own.definition + spec.definitions.length, outputs };
  });
  const rename = <T extends { readonly invocation: string; readonly output: string }>(reference: T): T => ({
    ...reference,
    output: renamed.get(keyOf(reference.invocation, reference.output)) ?? reference.output,
  });
  return {
    ...spec,
    definitions,
    sources: { ...spec.sources, ...steps.sources },
    invocations: invocations.map((invocation) => ({
      ...invocation,
      inputs: mapValues(invocation.inputs, (input) => renamedInput(input, rename)),
    })),
    outputs: spec.outputs.map(rename),
  };
}

/** What the call says goes before what the step itself says. Hooks are functions of the step's own language. */
function merged(call: InvocationSpec, own: InvocationSpec): InvocationSpec {
  return {
    ...own,
    id: call.id,
    call: call.call,
    foreign: call.foreign ?? null,
    after: call.after,
    inputs: mergedInputs(call, own),
    enableCache: call.enableCache ?? own.enableCache,
    cachePolicy: call.cachePolicy ?? own.cachePolicy,
    model: call.model ?? own.model,
    retry: call.retry ?? own.retry,
    enableArtifactMetadata: call.enableArtifactMetadata ?? own.enableArtifactMetadata,
    enableArtifactVisualization: call.enableArtifactVisualization ?? own.enableArtifactVisualization,
    enableStepLogs: call.enableStepLogs ?? own.enableStepLogs,
    substitutions: { ...own.substitutions, ...call.substitutions },
    settings: { ...own.settings, ...call.settings },
    extra: { ...own.extra, ...call.extra },
  };
}

/** In the step's own order. Artifacts and look-ups are the call's; parameters are as the step's language checked them. */
function mergedInputs(call: InvocationSpec, own: InvocationSpec): InvocationSpec["inputs"] {
  const names = [...new Set([...Object.keys(own.inputs), ...Object.keys(call.inputs)])];
  const inputs = names.flatMap((name) => {
    const [given, known] = [call.inputs[name], own.inputs[name]];
    const input = given !== undefined && given.kind !== "value" ? given : (known ?? given);
    return input === undefined ? [] : [[name, input] as const];
  });
  return Object.fromEntries(inputs);
}

/** In the step's own order, under the names that the call gives. */
function mergedOutputs(
  call: InvocationSpec,
  own: InvocationSpec,
  renamed: Map<string, string>,
): OutputSpec[] {
  const [only] = call.outputs;
  if (call.outputs.length === 1 && only !== undefined && only.artifact === null) {
    const [first, ...more] = own.outputs;
    if (more.length > 0) throw wrongOutputs(call, own);
    if (first !== undefined) renamed.set(keyOf(call.id, only.output), first.output);
    return first === undefined ? [] : [{ ...first, assigned: only.assigned ?? null }];
  }
  if (call.outputs.length !== own.outputs.length) throw wrongOutputs(call, own);
  const byName = new Map(call.outputs.map((output) => [output.output, output]));
  const known = own.outputs.filter(({ output }) => byName.has(output)).length;
  // Outputs that neither side has given a name are told apart by their places.
  if (known < own.outputs.length && own.outputs.some(({ artifact }) => artifact !== null)) {
    throw wrongOutputs(call, own);
  }
  return own.outputs.map((output, at) => {
    const said = (known === own.outputs.length ? byName.get(output.output) : call.outputs[at]) ?? output;
    return {
      ...output,
      output: said.output,
      artifact: said.artifact ?? output.artifact,
      version: said.version ?? output.version,
      type: said.type ?? output.type,
      assigned: said.assigned ?? null,
      tags: [...new Set([...output.tags, ...said.tags])],
      metadata: { ...output.metadata, ...said.metadata },
    };
  });
}

function wrongOutputs(call: InvocationSpec, own: InvocationSpec): HeadraceError {
  const names = own.outputs.map(({ output }) => `\`${output}\``).join(", ");
  const has =
    own.outputs.length === 0
      ? "no outputs"
      : own.outputs.length === 1
        ? `one output, ${names}`
        : `${own.outputs.length} outputs: ${names}`;
  const expected = call.outputs.map(({ output }) => `\`${output}\``).join(", ");
  const listed = own.outputs.map(({ output }) => JSON.stringify(output)).join(", ");
  return new HeadraceError(
    "invalid",
    `Step \`${call.id}\` has ${has}; the pipeline expects ${expected === "" ? "none" : expected}.`,
    {
      advice: `Name them where the step is referred to: \`outputs\` is [${listed}].`,
      pythonType: "StepInterfaceError",
      ...(call.call === null ? {} : { location: call.call }),
    },
  );
}

type Input = InvocationSpec["inputs"][string];
type OutputReference = Extract<Input, { kind: "output" }>;

function renamedInput(input: Input, rename: (reference: OutputReference) => OutputReference): Input {
  if (input.kind === "output") return rename(input);
  if (input.kind !== "list") return input;
  return { kind: "list", items: input.items.map((item) => renamedInput(item as Input, rename)) };
}

function keyOf(invocation: string, output: string): string {
  return `${invocation}\u0000${output}`;
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
