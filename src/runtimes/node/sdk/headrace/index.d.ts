/// <reference types="node" />
/**
 * Pipelines in TypeScript.
 *
 * ```ts
 * import { pipeline, step } from "headrace";
 *
 * const split = step(
 *   (rows: Row[], ratio: number = 0.2) => ({ train: rows.slice(0, -ratio * rows.length), test: rows.slice(-ratio * rows.length) }),
 *   { outputs: ["train", "test"] },
 * );
 * const fit = step(async (rows: Row[], { rate = 0.1 }: { rate?: number }) => descend(rows, rate), { output: "model" });
 *
 * export const training = pipeline("training", { cache: true }, ({ rate = 0.1 }: { rate?: number }) => {
 *   const { train, test } = split(load());
 *   evaluate(fit(train, { rate }), test);
 * });
 * ```
 *
 * A pipeline's function is called once, before anything runs, to see which step takes what. There, calling a step gives an
 * {@link Artifact}: a handle of the value that the step will return, to be passed on to other steps. Calling a step anywhere
 * else (in a test, in another step) calls its function; {@link Step.fn} has the function's own type for that.
 */

export * from "./values.js";

declare const value: unique symbol;

/** Stands for a step's output in a pipeline's function. It is no value: no step has run yet. Pass it to steps. */
export interface Artifact<out T> {
  readonly [value]: T;
  /** The call that makes it: `load`, `load_2`. */
  readonly invocation: string;
  /** Which output of the step it is. */
  readonly output: string;
}

/** What a call of a step without outputs gives: something for another step to come `.after(…)`. */
export interface Done {
  readonly [value]: undefined;
  readonly invocation: string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What a step takes where its function takes a `T`: the artifact, the value itself as a parameter, or a look-up. */
export type Input<T> =
  | Artifact<T>
  | Stored<T>
  | Lazy<T>
  | ParameterOf<T>
  | (T extends readonly (infer Item)[] ? readonly (Artifact<Item> | Stored<Item>)[] : never);

type ParameterOf<T> = T extends (...args: never[]) => unknown ? never : T;

/** Inputs by name, for a function that takes one object of them. */
type NamedInputs<T> = {
  readonly [Name in keyof T]: Input<Exclude<T[Name], undefined>> | Extract<T[Name], undefined>;
};

type Argument<T> = Input<T> | (IsRecord<T> extends true ? NamedInputs<T> : never);
type IsRecord<T> = T extends
  | readonly unknown[]
  | ((...args: never[]) => unknown)
  | Primitive
  | Date
  | ArrayBufferView
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  ? false
  : T extends object
    ? true
    : false;
type Primitive = string | number | boolean | bigint | symbol | null | undefined;

type Arguments<P extends readonly unknown[]> = { [At in keyof P]: Argument<P[At]> };

export interface OutputOptions {
  /** The artifact's name; may hold `{placeholders}`. By default the output's. */
  readonly artifact?: string;
  /** The version's name; counted up when not given. */
  readonly version?: string | number;
  /** What it is, where the materializer's answer isn't right. */
  readonly type?: ArtifactType;
  /** Tags of the artifact version; those of a run that cascade come on top. */
  readonly tags?: readonly string[];
  /** Metadata of the artifact version, besides what the materializer measures. */
  readonly metadata?: JsonObject;
  /** Name of a materializer that was registered. */
  readonly materializer?: string;
}

export type ArtifactType =
  | "DataArtifact"
  | "ModelArtifact"
  | "DataAnalysisArtifact"
  | "ServiceArtifact"
  | "SchemaArtifact"
  | "StatisticsArtifact"
  | "BaseArtifact";

/** What a step's cache key is made of, besides a plain yes or no. */
export interface CachePolicy {
  /** The step's code, and the code of the workspace that it reaches. On by default, as are the next three. */
  readonly includeStepCode?: boolean;
  /** The values that are given as parameters. */
  readonly includeStepParameters?: boolean;
  /** The content of inputs. */
  readonly includeArtifactValues?: boolean;
  /** Which artifact versions inputs are, where their content doesn't count. */
  readonly includeArtifactIds?: boolean;
  /** Inputs that make no difference. */
  readonly ignoredInputs?: readonly string[];
  /** Seconds after which a result is not used again. */
  readonly expiresAfter?: number;
}

interface CommonOptions {
  /** Whether results are used again when code, parameters and inputs are the same. On by default. */
  readonly cache?: boolean | CachePolicy;
  /** The model whose version outputs are linked to. */
  readonly model?: Model;
  /** After the last attempt has failed. */
  readonly onFailure?: (error: unknown) => unknown;
  /** After a step's function has returned. */
  readonly onSuccess?: () => unknown;
  /** Whether materializers are asked for metadata. */
  readonly metadata?: boolean;
  /** Whether previews are made. */
  readonly preview?: boolean;
  /** Whether output is kept. */
  readonly logs?: boolean;
  /** For `{placeholders}` in names. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** Settings of other engines; kept with the run, without effect here. */
  readonly settings?: JsonObject;
  /** Anything; at hand in the run's configuration and in the pipeline's context. */
  readonly extra?: JsonObject;
}

export type After =
  string | Artifact<unknown> | Done | readonly After[] | { readonly [name: string]: Artifact<unknown> };

export interface StepOptions extends CommonOptions {
  /** The step's name. By default that of the function, or of the variable that the step is assigned to. */
  readonly name?: string;
  /** Again after a failure. `delay` is in seconds, multiplied by `backoff` after each attempt. */
  readonly retry?: { readonly maxRetries: number; readonly delay?: number; readonly backoff?: number };
  /** Parameters for inputs that a call does not give. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Steps to wait for, although nothing of theirs is taken: their names, or what calls of them gave. */
  readonly after?: After;
}

/** Options of one call: `train.with({ id: "train_large", retry: { maxRetries: 2 } })(data)`. */
export interface CallOptions extends StepOptions {
  /** The call's own name in the pipeline; by default the step's, numbered from the second call on. */
  readonly id?: string;
}

type Named<Names extends string> = { readonly [Name in Names]: unknown };
type NamesIn<Outputs> = Outputs extends readonly string[] ? Outputs[number] : keyof Outputs & string;

/** The handles of several outputs, by name and, for a list of names, by position. */
type Handles<Result, Outputs> = {
  readonly [Name in NamesIn<Outputs>]: Artifact<OutputAt<Result, Outputs, Name>>;
} & (Outputs extends readonly string[]
  ? readonly [...{ [At in keyof Outputs]: Artifact<OutputAt<Result, Outputs, Outputs[At] & string>> }]
  : unknown);

type OutputAt<Result, Outputs, Name extends string> = Result extends readonly unknown[]
  ? Outputs extends readonly string[]
    ? {
        [At in keyof Outputs]: Outputs[At] extends Name
          ? At extends keyof Result
            ? Result[At]
            : never
          : never;
      }[number]
    : never
  : Name extends keyof Result
    ? Result[Name]
    : never;

/** Whether a function returns what its outputs promise; what it fails to return is named in the error. */
type Fits<Result, Outputs> = Outputs extends readonly string[]
  ? Result extends Named<Outputs[number]> | TupleFor<Outputs>
    ? unknown
    : `The function must return ${Outputs[number]}`
  : Result extends Named<keyof Outputs & string>
    ? unknown
    : `The function must return ${keyof Outputs & string}`;

type TupleFor<Outputs extends readonly string[]> = { readonly [At in keyof Outputs]: unknown };

type HandleOf<Result> = [Result] extends [void] ? Done : Artifact<Result>;

/** A step. `P` is what its function takes, `R` what a call in a pipeline's function gives. */
export interface Step<P extends readonly unknown[], R, F> {
  (...inputs: Arguments<P>): R;
  /** The function as it was written: for tests, and for other functions. */
  readonly fn: F;
  /** The same step with other options. */
  with(options: CallOptions): Step<P, R, F>;
  /** The same step, to run after these although it takes nothing of theirs. */
  after(...after: readonly After[]): Step<P, R, F>;
}

type Fn<P extends readonly unknown[], R> = (...args: P) => R;

/**
 * Makes a step of a function, async or not. The names of its parameters (or of the members of an object pattern) are the
 * names of its inputs.
 *
 * Without `output` or `outputs`, what it returns is one artifact named `pipeline::step::output`; a function that returns
 * nothing has none. With `output: "model"` that artifact is named `model`. With `outputs: ["train", "test"]` the function
 * returns an object with these members, or a tuple in this order, each of which becomes an artifact.
 */
export function step<
  P extends readonly unknown[],
  R,
  const O extends readonly string[] | Readonly<Record<string, OutputOptions>>,
>(
  fn: Fn<P, R>,
  options: StepOptions & { readonly outputs: O & Fits<Awaited<R>, O>; readonly output?: never },
): Step<P, Handles<Awaited<R>, O>, Fn<P, R>>;
export function step<P extends readonly unknown[], R>(
  fn: Fn<P, R>,
  options?: StepOptions & {
    readonly output?: string | (OutputOptions & { readonly name: string });
    readonly outputs?: never;
  },
): Step<P, HandleOf<Awaited<R>>, Fn<P, R>>;

/**
 * A step that a Python file of the workspace holds: `pythonStep<{ X: NdArray }, Model>("steps/train.py:train_model")`.
 * Its inputs are given by name, in one object.
 */
export function pythonStep<Inputs extends object, Output = unknown>(
  reference: `${string}.py:${string}`,
  options?: StepOptions & { readonly output?: string; readonly outputs?: never },
): Step<readonly [Inputs], HandleOf<Output>, never>;
export function pythonStep<
  Inputs extends object,
  Output extends Named<O[number]>,
  const O extends readonly string[],
>(
  reference: `${string}.py:${string}`,
  options: StepOptions & { readonly outputs: O },
): Step<readonly [Inputs], Handles<Output, O>, never>;

export interface PipelineOptions extends CommonOptions {
  /** `cascade`: the run's artifact versions get it, too. `exclusive`: only one run has it. */
  readonly tags?: readonly (
    string | { readonly name: string; readonly cascade?: boolean; readonly exclusive?: boolean }
  )[];
  /** May hold `{date}`, `{time}`, `{pipeline}` and substitutions of your own. */
  readonly runName?: string;
  /** What a failure means for the rest; by default independent branches go on. */
  readonly executionMode?: "fail_fast" | "stop_on_failure" | "continue_on_failure";
  /** Once per run, before its first step; what it returns is `getStepContext().pipelineState`. */
  readonly onInit?: () => unknown;
  /** Once per run, after its last step. */
  readonly onCleanup?: () => unknown;
}

export interface Pipeline<F extends (parameters: never) => unknown> {
  /**
   * Runs it, from a script: the engine of the open window (or of `headrace exec -- node script.js`) does. Throws a
   * {@link RunFailedError} when it doesn't complete. In the editor, click Run pipeline above it instead.
   */
  (...parameters: Optional<Parameters<F>>): Promise<Run>;
  readonly fn: F;
  with(options: PipelineOptions): Pipeline<F>;
}

/** An argument that need not be given when nothing in it has to be. */
type Optional<P extends readonly unknown[]> = P extends readonly [infer Only]
  ? Record<never, never> extends Only
    ? readonly [Only?]
    : P
  : P;

/** A run that has ended. */
export interface Run extends Entity {
  readonly name: string;
  readonly status: "completed" | "failed" | "cancelled";
}

/** Makes a pipeline; export it, so that it can be found. Its parameters are JSON values, given by name. */
export function pipeline<Parameters extends object = Record<never, never>>(
  name: string,
  options: PipelineOptions,
  fn: (parameters: Parameters) => unknown,
): Pipeline<(parameters: Parameters) => unknown>;
export function pipeline<Parameters extends object = Record<never, never>>(
  name: string,
  fn: (parameters: Parameters) => unknown,
): Pipeline<(parameters: Parameters) => unknown>;

export declare const ModelStages: {
  readonly None: "none";
  readonly Staging: "staging";
  readonly Production: "production";
  readonly Archived: "archived";
  readonly Latest: "latest";
};
export type ModelStage = (typeof ModelStages)[keyof typeof ModelStages];

export interface ModelOptions {
  /** A number or name of a version, or a stage. Without it a run makes a new version. */
  readonly version?: string | number | null;
  /** Licence of the model. */
  readonly license?: string;
  /** What is special about the version. */
  readonly description?: string;
  /** Whom the model is for. */
  readonly audience?: string;
  /** What it is used for. */
  readonly useCases?: string;
  /** What it can't do. */
  readonly limitations?: string;
  /** What was given up for what. */
  readonly tradeOffs?: string;
  /** Ethical questions. */
  readonly ethics?: string;
  /** Tags of the version. */
  readonly tags?: string[];
}

/** Which version of a model a pipeline or a step works on: what its steps make is linked to it. */
export class Model {
  constructor(name: string, options?: ModelOptions);
  readonly name: string;
  readonly version: string | number | null;
  /**
   * An artifact of this model version. In a pipeline's function it is looked up when the step that takes it starts; in a step,
   * await it.
   */
  getArtifact<T = unknown>(name: string, version?: string): LazyArtifact<T> & Promise<StoredArtifact<T>>;
  /** One value of the model version's metadata, looked up when the step that takes it starts. */
  metadata<T = Json>(key: string): Lazy<T>;
  setStage(stage: ModelStage, options?: { readonly force?: boolean }): Promise<void>;
  logMetadata(values: JsonObject): Promise<void>;
}

/** Something that is looked up when the step that takes it starts. */
export interface Lazy<out T> {
  readonly [value]: T;
  readonly spec: object;
}

export interface LazyArtifact<out T> extends Lazy<T> {
  /** One value of the artifact's metadata. */
  metadata<V = Json>(key: string): Lazy<V>;
}

/** Something that is remembered, with the fields that the engine answers. */
export interface Entity {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What makes an artifact version one. Without the other fields of an entity, so that a mistyped input is none of them. */
interface Stored<out T> {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Reads the value. */
  load(): Promise<T>;
}

/** An artifact version. */
export interface StoredArtifact<out T> extends Entity, Stored<T> {
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

export interface ListOptions {
  /** `created`, `desc:created`, … */
  readonly sort?: string;
  readonly page?: number;
  readonly size?: number;
  readonly filters?: JsonObject;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** What is remembered: pipelines, runs, artifacts, models. Keys are ids, unique beginnings of ids, or names. */
export class Client {
  getPipeline(key: string): Promise<Entity>;
  getRun(key: string): Promise<Entity>;
  /**
   * In a pipeline's function, it may be given to a step as it is: then it is looked up when that step starts. Awaited, it is
   * looked up at once.
   */
  getArtifactVersion<T = unknown>(
    key: string,
    version?: string | number,
  ): LazyArtifact<T> & Promise<StoredArtifact<T>>;
  getModel(key: string): Promise<Entity>;
  getModelVersion(model: string, version?: string | number): Promise<Entity>;
  listPipelines(options?: ListOptions): Promise<Page<Entity>>;
  listRuns(options?: ListOptions): Promise<Page<Entity>>;
  listArtifacts(options?: ListOptions): Promise<Page<Entity>>;
  listArtifactVersions<T = unknown>(
    artifact?: string,
    options?: ListOptions,
  ): Promise<Page<StoredArtifact<T>>>;
  listModels(options?: ListOptions): Promise<Page<Entity>>;
  listModelVersions(model: string, options?: ListOptions): Promise<Page<Entity>>;
}

export type SaveOptions = Omit<OutputOptions, "artifact">;

/** Saves a value as an artifact version. In a step it becomes one of the step's outputs. */
export function saveArtifact<T>(value: T, name: string, options?: SaveOptions): Promise<StoredArtifact<T>>;
/** Reads the value of an artifact version, the newest one by default. In a step it becomes one of the step's inputs. */
export function loadArtifact<T = unknown>(nameOrId: string, version?: string | number): Promise<T>;
/** Links an artifact version to a model version; in a step, to the step's own when none is given. */
export function linkArtifactToModel(artifact: StoredArtifact<unknown> | string, model?: Model): Promise<void>;

export interface MetadataTarget {
  readonly run?: string;
  /** With `run`: one of its steps. */
  readonly step?: string;
  /** In a step: one of its outputs. */
  readonly output?: string;
  readonly artifact?: string;
  readonly artifactVersion?: string | number;
  readonly model?: Model;
}

/** Logs metadata: of the step that runs, or of what `target` says. */
export function logMetadata(values: JsonObject, target?: MetadataTarget): Promise<void>;

export interface StepContext {
  readonly stepName: string;
  readonly stepRunId: string;
  readonly runId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when the run is cancelled: pass it to `fetch` and timers, so that the step ends in time to clean up. */
  readonly signal: AbortSignal;
  readonly pipelineState: unknown;
  /** The model of the step, else of its pipeline; throws without one. */
  readonly model: Model;
  readonly run: { readonly id: string; readonly name: string };
  readonly pipeline: { readonly id: string; readonly name: string; readonly parameters: JsonObject };
  readonly modelVersion: Entity | null;
  addOutputMetadata(values: JsonObject, output?: string): void;
  addOutputTags(tags: readonly string[], output?: string): void;
}

/** The step that runs. */
export function getStepContext(): StepContext;

export interface PipelineContext {
  readonly name: string;
  readonly model: Model | null;
  readonly extra: JsonObject;
}

/** The pipeline whose function is being called. */
export function getPipelineContext(): PipelineContext;

/** A step was called or declared in a way that it can't be. */
export class StepInterfaceError extends Error {}
/** A value can't be written as an artifact, or an artifact can't be read as a value. */
export class MaterializerError extends Error {}
/** The step's context lacks what was asked for. */
export class StepContextError extends Error {}
/** No engine is there to ask: neither a window with the folder, nor `headrace exec`. */
export class EngineUnavailableError extends Error {}
/** A run that a script asked for did not complete; `cause` is what went wrong first. */
export class RunFailedError extends Error {
  readonly run: Run;
}
/** The engine refused a request. */
export class EngineError extends Error {
  readonly code: string;
  readonly advice: string | undefined;
}
