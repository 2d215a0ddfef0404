/**
 * What compiling a pipeline gives: the same for every language, checked at the border.
 * The runtime's worker fills it in by tracing; the engine decides everything else.
 */
import * as v from "valibot";
import type { Json, JsonObject } from "./json";

export const SPEC_VERSION = 1;

const json = v.custom<Json>((value) => value !== undefined);
const jsonObject = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const locationSchema = v.object({
  file: v.string(),
  line: count,
  column: v.exactOptional(count),
  endLine: v.exactOptional(count),
});

/** `version`: null → a new number; number → by number; text → by stage (`production` …), by number, or by name (created if new). */
export const modelConfigSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  version: v.nullable(v.union([v.string(), v.number()])),
  license: v.exactOptional(v.nullable(v.string())),
  description: v.exactOptional(v.nullable(v.string())),
  audience: v.exactOptional(v.nullable(v.string())),
  useCases: v.exactOptional(v.nullable(v.string())),
  limitations: v.exactOptional(v.nullable(v.string())),
  tradeOffs: v.exactOptional(v.nullable(v.string())),
  ethics: v.exactOptional(v.nullable(v.string())),
  tags: v.exactOptional(v.array(v.string())),
  saveModelsToRegistry: v.exactOptional(v.boolean()),
});

export const outputSpecSchema = v.object({
  /** Key in `step_run.outputs`; may hold `{placeholders}`. */
  output: v.string(),
  /** Custom artifact name, may hold `{placeholders}`; null → `pipeline::invocation::output`. */
  artifact: v.nullable(v.string()),
  version: v.nullable(v.union([v.string(), v.number()])),
  type: v.nullable(v.string()),
  /** The variable that the pipeline function assigns it to: `predictions` in `predictions = infer(model)`. */
  assigned: v.exactOptional(v.nullable(v.string())),
  /** Annotated type, for showing before a run. */
  annotation: v.nullable(v.string()),
  tags: v.array(v.string()),
  metadata: jsonObject,
  /** Import path of a materializer that the user named. */
  materializer: v.nullable(v.string()),
  /** Nobody named or takes it: a function that turns out to return nothing makes none. */
  optional: v.exactOptional(v.boolean()),
});

export const modelReferenceSchema = v.object({
  /** null → the run's own model version. */
  model: v.nullable(v.string()),
  version: v.nullable(v.union([v.string(), v.number()])),
});

/** A value that is looked up when the step starts. */
export const lazySchema = v.variant("lazy", [
  v.object({
    lazy: v.literal("model-artifact"),
    ref: modelReferenceSchema,
    artifact: v.string(),
    version: v.nullable(v.string()),
    metadataKey: v.nullable(v.string()),
  }),
  v.object({ lazy: v.literal("model-metadata"), ref: modelReferenceSchema, metadataKey: v.string() }),
  /** A recorded chain of calls on `Client()`, replayed by the worker against the engine when the step starts. */
  v.object({ lazy: v.literal("client-chain"), chain: v.array(jsonObject), summary: v.string() }),
]);

export const inputSpecSchema = v.variant("kind", [
  v.object({ kind: v.literal("output"), invocation: v.string(), output: v.string() }),
  v.object({
    kind: v.literal("artifact"),
    artifactVersionId: v.string(),
    how: v.picklist(["manual", "external"]),
  }),
  v.object({ kind: v.literal("lazy"), lazy: lazySchema }),
  /** A list of artifacts as one input. Its items are outputs, artifacts or lazies. */
  v.object({
    kind: v.literal("list"),
    items: v.array(v.custom<InputSpec>((value) => typeof value === "object" && value !== null)),
  }),
  v.object({ kind: v.literal("value"), value: json }),
]);
export type InputSpec =
  | { readonly kind: "output"; readonly invocation: string; readonly output: string }
  | { readonly kind: "artifact"; readonly artifactVersionId: string; readonly how: "manual" | "external" }
  | { readonly kind: "lazy"; readonly lazy: LazySpec }
  | { readonly kind: "list"; readonly items: readonly InputSpec[] }
  | { readonly kind: "value"; readonly value: Json };

/** What of the workspace a step's code reaches: `name` is shown to the user, `digest` compared. */
export const codeComponentSchema = v.object({
  kind: v.picklist([
    "step",
    "function",
    "class",
    "constant",
    "module",
    "package",
    "materializer",
    "file",
    "extra",
  ]),
  name: v.string(),
  digest: v.string(),
});

export const cachePolicySchema = v.object({
  includeStepCode: v.boolean(),
  includeStepParameters: v.boolean(),
  includeArtifactValues: v.boolean(),
  includeArtifactIds: v.boolean(),
  ignoredInputs: v.array(v.string()),
  /** Seconds; null → never. */
  expiresAfter: v.nullable(v.number()),
});

/** Source texts of what steps reach, by the digests of its components: what runs are compared by, line by line. */
export const sourcesSchema = v.record(v.string(), v.string());

/** What all invocations of one step function share; sent once. */
export const stepDefinitionSchema = v.object({
  step: v.string(),
  /** Import path of the function, `module.name`. */
  sourcePath: v.string(),
  source: v.nullable(locationSchema),
  docstring: v.nullable(v.string()),
  sourceCode: v.nullable(v.string()),
  /** Inputs in the order of the function's parameters. */
  inputOrder: v.array(v.string()),
  code: v.array(codeComponentSchema),
});

export const invocationSpecSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  /** Index into `definitions`. */
  definition: count,
  /** Where in the pipeline function the step is called. */
  call: v.nullable(locationSchema),
  inputs: v.record(v.string(), inputSpecSchema),
  outputs: v.array(outputSpecSchema),
  after: v.array(v.string()),
  enableCache: v.nullable(v.boolean()),
  cachePolicy: v.nullable(cachePolicySchema),
  model: v.nullable(modelConfigSchema),
  retry: v.nullable(v.object({ maxRetries: count, delay: v.number(), backoff: v.number() })),
  onFailure: v.boolean(),
  onSuccess: v.boolean(),
  enableArtifactMetadata: v.nullable(v.boolean()),
  enableArtifactVisualization: v.nullable(v.boolean()),
  enableStepLogs: v.nullable(v.boolean()),
  substitutions: v.record(v.string(), v.string()),
  settings: jsonObject,
  extra: jsonObject,
  /** Runs in another language's worker: `steps/score.ts:score`. */
  foreign: v.exactOptional(
    v.nullable(v.object({ language: v.picklist(["python", "node"]), file: v.string(), name: v.string() })),
  ),
});

export const pipelineSpecSchema = v.object({
  spec: v.literal(SPEC_VERSION),
  language: v.picklist(["python", "node"]),
  pipeline: v.object({
    name: v.pipe(v.string(), v.minLength(1)),
    functionName: v.string(),
    source: v.nullable(locationSchema),
    docstring: v.nullable(v.string()),
    sourceCode: v.exactOptional(v.nullable(v.string())),
    parameters: jsonObject,
    enableCache: v.nullable(v.boolean()),
    enableArtifactMetadata: v.nullable(v.boolean()),
    enableArtifactVisualization: v.nullable(v.boolean()),
    enableStepLogs: v.nullable(v.boolean()),
    cachePolicy: v.nullable(cachePolicySchema),
    model: v.nullable(modelConfigSchema),
    tags: v.array(v.object({ name: v.string(), cascade: v.boolean(), exclusive: v.boolean() })),
    runName: v.nullable(v.string()),
    substitutions: v.record(v.string(), v.string()),
    executionMode: v.picklist(["fail_fast", "stop_on_failure", "continue_on_failure"]),
    onInit: v.boolean(),
    onCleanup: v.boolean(),
    settings: jsonObject,
    extra: jsonObject,
    /** Each value's origin, for showing: `{ "enable_cache": "YAML configs/a.yaml" }`. */
    origins: v.record(v.string(), v.string()),
  }),
  definitions: v.array(stepDefinitionSchema),
  sources: v.exactOptional(sourcesSchema),
  invocations: v.array(invocationSpecSchema),
  /** Outputs that the pipeline function returned. */
  outputs: v.array(v.object({ invocation: v.string(), output: v.string() })),
  environment: jsonObject,
  /** Things accepted and ignored, one line each. */
  notices: v.array(v.string()),
});

export type ModelConfig = v.InferOutput<typeof modelConfigSchema>;
export type ModelReference = v.InferOutput<typeof modelReferenceSchema>;
export type LazySpec = v.InferOutput<typeof lazySchema>;
export type OutputSpec = v.InferOutput<typeof outputSpecSchema>;
export type CodeComponent = v.InferOutput<typeof codeComponentSchema>;
export type CachePolicy = v.InferOutput<typeof cachePolicySchema>;
export type StepDefinition = v.InferOutput<typeof stepDefinitionSchema>;
export type InvocationSpec = v.InferOutput<typeof invocationSpecSchema>;
export type PipelineSpec = v.InferOutput<typeof pipelineSpecSchema>;
