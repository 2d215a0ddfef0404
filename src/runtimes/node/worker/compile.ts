/** From a pipeline and its parameters to a plan: the spec for the engine, and what is needed to execute it here. */
import path from "node:path";
import type { JsonObject } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import type {
  CachePolicy,
  InputSpec,
  InvocationSpec,
  PipelineSpec,
  StepDefinition,
} from "../../../core/spec";
import type { CompileParams } from "../../protocol";
import type { Entity } from "../api/entities";
import { StepInterfaceError } from "../api/errors";
import { Handle } from "../api/handle";
import { Lazy } from "../api/lazy";
import { modelConfig } from "../api/model";
import { optionJson, pipelineOf } from "../api/pipeline";
import type { Pipeline } from "../api/pipeline";
import type { Step } from "../api/step";
import type { Input, Invocation } from "../api/trace";
import type { Executable } from "./execute";
import { assignedNames } from "./assigned";
import { RunConfig } from "./config";
import type { LoadedModule, Loader } from "./loader";
import { Reach } from "./reach";
import { docstringAt, statementAt, textOf } from "./statements";

export interface Plan extends Executable {
  readonly spec: PipelineSpec;
}

export interface Compiling {
  readonly loader: Loader;
  readonly workspace: string;
}

export async function compile(params: CompileParams, { loader, workspace }: Compiling): Promise<Plan> {
  const module = await loader.import(params.file);
  const found = chosen(module, params);
  const config = await RunConfig.read(params.configPath);
  const pipeline = config.overPipeline(found);
  const parameters = pipeline.parametersFrom(config.parametersWith(params.parameters, pipeline.name));
  const { trace, result } = await pipeline.trace(parameters);
  if (trace.invocations.size === 0) {
    const said = `Pipeline \`${pipeline.name}\` cannot be compiled because it has no steps. Call at least one step in its function.`;
    throw new StepInterfaceError(said, pipeline.made);
  }
  const definitions = new Definitions(loader, workspace);
  const bound = new Map(
    [...trace.invocations].map(([id, each]) => {
      const mayMakeNothing = each.step.mayReturnNothing && !trace.taken.has(id);
      return [id, { ...config.overInvocation(each), mayMakeNothing }];
    }),
  );
  const invocations = [...bound.values()].map((each) => invocationSpec(each, pipeline, definitions));
  checkAfter([...trace.invocations.values()]);
  const spec: PipelineSpec = {
    spec: 1,
    language: "node",
    pipeline: { ...pipelineSpec(pipeline, parameters, params, module), origins: config.origins },
    definitions: definitions.listed,
    sources: definitions.sources,
    invocations,
    outputs: returned(result),
    environment: { node: process.versions.node, platform: process.platform, arch: process.arch },
    notices: [...config.notices, ...config.unknownSteps(new Set(trace.invocations.keys()))],
  };
  return { pipeline, invocations: bound, spec };
}

function chosen(module: LoadedModule, { file, pipeline: wanted }: CompileParams): Pipeline {
  const found = new Map<Pipeline, string>();
  for (const [name, value] of Object.entries(module.exports)) {
    const pipeline = pipelineOf(value);
    if (pipeline !== null && !found.has(pipeline)) found.set(pipeline, name);
  }
  const all = [...found];
  const names = all.map(([pipeline]) => pipeline.name).join(", ");
  const base = path.basename(file);
  if (wanted === null) {
    const [only, ...more] = all;
    if (only !== undefined && more.length === 0) return only[0];
    throw new Error(
      all.length === 0
        ? `${base} exports no pipeline: \`export const training = pipeline("training", …)\`.`
        : `${base} exports several pipelines: ${names}. Name one: ${base}::${all[0]?.[0].name ?? ""}.`,
    );
  }
  const match = all.find(([pipeline, name]) => name === wanted || pipeline.name === wanted);
  if (match !== undefined) return match[0];
  throw new Error(`${base} exports no pipeline \`${wanted}\`; it exports ${names === "" ? "none" : names}.`);
}

function pipelineSpec(
  pipeline: Pipeline,
  parameters: JsonObject,
  params: CompileParams,
  module: LoadedModule,
): PipelineSpec["pipeline"] {
  const { options, made } = pipeline;
  const exported = Object.entries(module.exports).find(
    ([, value]) => pipelineOf(value)?.fn === pipeline.fn,
  )?.[0];
  return {
    name: pipeline.name,
    functionName: exported ?? pipeline.name,
    source: made?.file === module.file ? locationOf(module, made) : made,
    docstring: made?.file === module.file ? docstringAt(module.source, made.line) : null,
    sourceCode: made?.file === module.file ? statementText(module, made) : null,
    parameters,
    enableCache: enableCache(options.cache),
    enableArtifactMetadata: options.metadata ?? null,
    enableArtifactVisualization: options.preview ?? null,
    enableStepLogs: options.logs ?? null,
    cachePolicy: cachePolicy(options.cache),
    model: options.model === undefined ? null : modelConfig(options.model),
    tags: (options.tags ?? []).map((tag) =>
      typeof tag === "string"
        ? { name: tag, cascade: false, exclusive: false }
        : { name: tag.name, cascade: tag.cascade === true, exclusive: tag.exclusive === true },
    ),
    runName: params.runName ?? options.runName ?? null,
    substitutions: { ...options.substitutions },
    executionMode: options.executionMode ?? "continue_on_failure",
    onInit: options.onInit !== undefined,
    onCleanup: options.onCleanup !== undefined,
    settings: optionJson(options.settings),
    extra: optionJson(options.extra),
    origins: {},
  };
}

/** What invocations of one step share, each sent once. */
export class Definitions {
  readonly listed: StepDefinition[] = [];
  readonly #loader: Loader;
  readonly #workspace: string;
  readonly #reach: Reach;
  readonly #known = new Map<string, number>();
  readonly #functions = new Map<unknown, number>();

  constructor(loader: Loader, workspace: string) {
    this.#loader = loader;
    this.#workspace = workspace;
    this.#reach = new Reach(loader, workspace);
  }

  get sources(): Readonly<Record<string, string>> {
    return this.#reach.sources;
  }

  indexOf(step: Step): number {
    const fn = this.#functions.get(step.fn) ?? this.#functions.size;
    this.#functions.set(step.fn, fn);
    const key = `${fn} ${step.name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.listed.length);
    this.listed.push(this.#definition(step));
    return this.listed.length - 1;
  }

  assignedTo(invocation: Invocation): readonly (string | null)[] {
    return assignedNames(invocation, this.#loader);
  }

  #definition(step: Step): StepDefinition {
    const [made] = step.made;
    const module = made === undefined ? undefined : this.#loader.module(made.file);
    const file =
      made === undefined ? "" : path.relative(this.#workspace, made.file).split(path.sep).join("/");
    const { foreign } = step;
    return {
      step: step.name,
      sourcePath: foreign === null ? `${file}:${step.name}` : `${foreign.file}:${foreign.name}`,
      source: made === undefined ? null : module === undefined ? made : locationOf(module, made),
      docstring: made === undefined || module === undefined ? null : docstringAt(module.source, made.line),
      sourceCode: foreign === null ? step.fn.toString() : null,
      inputOrder: [...step.inputNames],
      code: foreign === null ? [...this.#reach.of(step)] : [],
    };
  }
}

function statementText({ source }: LoadedModule, { line }: SourceLocation): string | null {
  const statement = statementAt(source, line);
  return statement === undefined ? null : textOf(source, statement);
}

/** The whole of the statement, where the call is in one. */
function locationOf(module: LoadedModule, { file, line }: SourceLocation): StepDefinition["source"] {
  const statement = statementAt(module.source, line);
  return statement === undefined
    ? { file, line }
    : { file, line: statement.firstLine, endLine: statement.lastLine };
}

export function invocationSpec(
  invocation: Invocation,
  pipeline: Pipeline,
  definitions: Definitions,
): InvocationSpec {
  const { step } = invocation;
  const { options } = step;
  const assigned = definitions.assignedTo(invocation);
  return {
    id: invocation.id,
    definition: definitions.indexOf(step),
    call: invocation.call,
    inputs: Object.fromEntries(
      [...invocation.inputs].map(([name, input]) => [name, inputSpec(input)]),
    ) as InvocationSpec["inputs"],
    outputs: invocation.outputs.map(({ output, options: declared, named }, at) => ({
      output,
      artifact: declared.artifact ?? (named ? output : null),
      version: declared.version ?? null,
      type: declared.type ?? null,
      assigned: assigned[at] ?? null,
      annotation: null,
      tags: [...(declared.tags ?? [])],
      metadata: optionJson(declared.metadata),
      materializer: declared.materializer ?? null,
      ...(invocation.mayMakeNothing ? { optional: true } : {}),
    })),
    after: [...invocation.after],
    enableCache: enableCache(options.cache),
    cachePolicy: cachePolicy(options.cache),
    model: options.model === undefined ? null : modelConfig(options.model),
    retry:
      options.retry === undefined
        ? null
        : {
            maxRetries: options.retry.maxRetries,
            delay: options.retry.delay ?? 0,
            backoff: options.retry.backoff ?? 0,
          },
    onFailure: (options.onFailure ?? pipeline.options.onFailure) !== undefined,
    onSuccess: (options.onSuccess ?? pipeline.options.onSuccess) !== undefined,
    enableArtifactMetadata: options.metadata ?? null,
    enableArtifactVisualization: options.preview ?? null,
    enableStepLogs: options.logs ?? null,
    substitutions: { ...options.substitutions },
    settings: optionJson({ ...pipeline.options.settings, ...options.settings }),
    extra: optionJson({ ...pipeline.options.extra, ...options.extra }),
    ...(step.foreign === null ? {} : { foreign: { ...step.foreign } }),
  };
}

function inputSpec(input: Input): InputSpec {
  if (input.kind === "parameter") return { kind: "value", value: input.json };
  if (input.kind === "list") return { kind: "list", items: input.values.map(artifactSpec) };
  return artifactSpec(input.value);
}

function artifactSpec(value: Handle | Lazy | Entity): InputSpec {
  if (value instanceof Handle) return { kind: "output", invocation: value.invocation, output: value.output };
  if (value instanceof Lazy) return { kind: "lazy", lazy: value.spec };
  return { kind: "artifact", artifactVersionId: String(value["id"]), how: "manual" };
}

function enableCache(cache: boolean | Partial<CachePolicy> | undefined): boolean | null {
  return typeof cache === "boolean" ? cache : cache === undefined ? null : true;
}

function cachePolicy(cache: boolean | Partial<CachePolicy> | undefined): CachePolicy | null {
  if (typeof cache !== "object") return null;
  return {
    includeStepCode: cache.includeStepCode ?? true,
    includeStepParameters: cache.includeStepParameters ?? true,
    includeArtifactValues: cache.includeArtifactValues ?? true,
    includeArtifactIds: cache.includeArtifactIds ?? true,
    ignoredInputs: [...(cache.ignoredInputs ?? [])],
    expiresAfter: cache.expiresAfter ?? null,
  };
}

function checkAfter(invocations: readonly Invocation[]): void {
  const known = new Set(invocations.map(({ id }) => id));
  for (const { id, after, call } of invocations) {
    const missing = after.find((name) => !known.has(name));
    if (missing === undefined) continue;
    const said = `Step \`${id}\` is to run after \`${missing}\`, but the pipeline has no such step.`;
    throw new StepInterfaceError(said, call);
  }
}

/** Outputs of the pipeline: what its function returned, if that is handles. */
function returned(result: unknown): PipelineSpec["outputs"] {
  const several = result instanceof Handle ? [result] : Object.values(result ?? {});
  if (!several.every((item) => item instanceof Handle)) return [];
  return several.map(({ invocation, output }) => ({ invocation, output }));
}
