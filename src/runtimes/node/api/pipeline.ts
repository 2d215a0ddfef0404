/** `pipeline(name, options, fn)`: its function is called once, with steps that record their calls. */
import type { JsonObject } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import type { ExecutionMode } from "../../../core/entities";
import type { CachePolicy } from "../../../core/spec";
import { signatureOf } from "../worker/signature";
import type { Entity } from "./entities";
import { StepInterfaceError } from "./errors";
import { userFrames } from "./frames";
import { jsonOf } from "./json";
import type { Model } from "./model";
import { checkPipelineOptions } from "./options";
import { runPipeline } from "./script";
import { session } from "./session";
import { Trace } from "./trace";

export interface PipelineOptions {
  readonly cache?: boolean | Partial<CachePolicy>;
  readonly model?: Model;
  readonly tags?: readonly (
    string | { readonly name: string; readonly cascade?: boolean; readonly exclusive?: boolean }
  )[];
  readonly runName?: string;
  readonly executionMode?: ExecutionMode;
  readonly onInit?: () => unknown;
  readonly onCleanup?: () => unknown;
  readonly onFailure?: (error: unknown) => unknown;
  readonly onSuccess?: () => unknown;
  readonly metadata?: boolean;
  readonly preview?: boolean;
  readonly logs?: boolean;
  readonly substitutions?: Readonly<Record<string, string>>;
  readonly settings?: JsonObject;
  readonly extra?: JsonObject;
}

export type PipelineFunction = (parameters: never) => unknown;

/** What a pipeline's function may ask about the pipeline. */
export interface PipelineContext {
  readonly name: string;
  readonly model: Model | null;
  readonly extra: JsonObject;
}

let active: PipelineContext | null = null;

export class Pipeline {
  readonly name: string;
  readonly options: PipelineOptions;
  readonly fn: PipelineFunction;
  readonly made: SourceLocation | null;

  constructor(name: string, options: PipelineOptions, fn: PipelineFunction, made: SourceLocation | null) {
    this.name = name;
    this.options = options;
    this.fn = fn;
    this.made = made;
  }

  /** Parameters that are given, with those defaults of the function that are literals. */
  parametersFrom(given: JsonObject): JsonObject {
    const [first] = signatureOf(this.fn).parameters;
    if (first?.kind !== "object") return given;
    const known = first.members.map(({ name }) => name);
    const unknown = Object.keys(given).filter((name) => !known.includes(name));
    if (unknown.length > 0 && !first.rest) {
      throw new StepInterfaceError(
        `Pipeline \`${this.name}\` has no parameter ${unknown.join(", ")}; it has ${known.join(", ") || "none"}.`,
        this.made,
      );
    }
    const defaults = first.members.flatMap(({ name, literal }) =>
      literal === undefined || name in given ? [] : [[name, literal] as const],
    );
    return { ...Object.fromEntries(defaults), ...given };
  }

  async trace(parameters: JsonObject): Promise<{ readonly trace: Trace; readonly result: unknown }> {
    const trace = new Trace(this.name);
    const { model, extra } = this.options;
    active = { name: this.name, model: model ?? null, extra: extra ?? {} };
    session.trace = trace;
    try {
      const copy = structuredClone(parameters);
      const call = this.fn as (given: JsonObject) => unknown;
      const result: unknown = await call(copy);
      return { trace, result };
    } finally {
      session.trace = null;
      active = null;
    }
  }

  with(options: PipelineOptions): Pipeline {
    return new Pipeline(this.name, { ...this.options, ...options }, this.fn, this.made);
  }
}

const pipelines = new WeakMap<object, Pipeline>();

export function pipelineOf(value: unknown): Pipeline | null {
  return typeof value === "function" ? (pipelines.get(value) ?? null) : null;
}

type Callable = ((parameters?: JsonObject) => Promise<Entity | undefined>) & {
  readonly fn: PipelineFunction;
  readonly with: (options: PipelineOptions) => Callable;
};

function callable(made: Pipeline): Callable {
  const call = (parameters?: JsonObject): Promise<Entity | undefined> => {
    if (session.trace === null) return runPipeline(made, parameters);
    throw new StepInterfaceError(
      `Pipeline \`${made.name}\` can't be called in the function of another: call its steps there.`,
      userFrames()[0],
    );
  };
  Object.defineProperty(call, "name", { value: made.name });
  const result: Callable = Object.assign(call, {
    fn: made.fn,
    with: (options: PipelineOptions) => {
      checkPipelineOptions(`pipeline \`${made.name}\``, options, () => userFrames()[0]);
      return callable(made.with(options));
    },
  });
  pipelines.set(result, made);
  return result;
}

export function pipeline(
  name: string,
  options: PipelineOptions | PipelineFunction,
  fn?: PipelineFunction,
): Callable {
  const [place] = userFrames();
  if (typeof name !== "string" || name === "") {
    throw new StepInterfaceError("pipeline() takes its name first.", place);
  }
  const body = typeof options === "function" ? options : fn;
  if (typeof body !== "function")
    throw new StepInterfaceError(`Pipeline \`${name}\` has no function.`, place);
  const given = typeof options === "function" ? {} : options;
  checkPipelineOptions(`pipeline \`${name}\``, given, () => place);
  return callable(new Pipeline(name, given, body, place ?? null));
}

export function getPipelineContext(): PipelineContext {
  if (active !== null) return active;
  throw new Error(
    session.step === null
      ? "No pipeline's function is being called."
      : "Inside a step, use getStepContext() instead.",
  );
}

/** What a value of an option is in the spec; functions and instances have no form there. */
export function optionJson(value: JsonObject | undefined): JsonObject {
  return value === undefined ? {} : (jsonOf(value) as JsonObject);
}
