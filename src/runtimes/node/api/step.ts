/** `step(fn, options)`: a function as a step of pipelines. It records a call inside a pipeline's function, and is just called elsewhere. */
import type { JsonObject } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import type { CachePolicy } from "../../../core/spec";
import { signatureOf } from "../worker/signature";
import type { Signature } from "../worker/signature";
import { argumentsFrom, bindInputs, bindNamed, inputNames } from "./binding";
import { StepInterfaceError } from "./errors";
import { userFrames } from "./frames";
import type { Model } from "./model";
import { checkStepOptions } from "./options";
import { session } from "./session";
import type { After } from "./trace";

export interface OutputOptions {
  readonly artifact?: string;
  readonly version?: string | number;
  readonly type?: string;
  readonly tags?: readonly string[];
  readonly metadata?: JsonObject;
  readonly materializer?: string;
}

export interface StepOptions {
  readonly id?: string;
  readonly name?: string;
  readonly output?: string | (OutputOptions & { readonly name: string });
  readonly outputs?: readonly string[] | Readonly<Record<string, OutputOptions>>;
  readonly cache?: boolean | Partial<CachePolicy>;
  readonly model?: Model;
  readonly retry?: { readonly maxRetries: number; readonly delay?: number; readonly backoff?: number };
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly after?: After;
  readonly onFailure?: (error: unknown) => unknown;
  readonly onSuccess?: () => unknown;
  readonly metadata?: boolean;
  readonly preview?: boolean;
  readonly logs?: boolean;
  readonly substitutions?: Readonly<Record<string, string>>;
  readonly settings?: JsonObject;
  readonly extra?: JsonObject;
}

export interface DeclaredOutput {
  readonly output: string;
  readonly options: OutputOptions;
  /** Whether somebody chose the name. */
  readonly named: boolean;
}

export type StepFunction = (...args: never[]) => unknown;

/** A step of another language. */
export interface Foreign {
  readonly language: "python";
  readonly file: string;
  readonly name: string;
}

export class Step {
  readonly fn: StepFunction;
  readonly options: StepOptions;
  readonly name: string;
  /** The calls that made it, innermost first. */
  readonly made: readonly SourceLocation[];
  readonly foreign: Foreign | null;

  constructor(
    fn: StepFunction,
    options: StepOptions,
    made: readonly SourceLocation[],
    foreign: Foreign | null = null,
  ) {
    this.fn = fn;
    this.options = options;
    this.made = made;
    this.foreign = foreign;
    this.name = this.#nameOf();
    if (options.output !== undefined && options.outputs !== undefined) {
      throw new StepInterfaceError(
        `Step \`${this.name}\` has both \`output\` and \`outputs\`: choose one.`,
        made[0],
      );
    }
    this.#checkNames(made[0]);
    const reserved = this.outputs.find(({ output }) => output in Array.prototype || output === "");
    if (this.severalOutputs && reserved !== undefined) {
      throw new StepInterfaceError(
        `"${reserved.output}" can't be the name of an output: arrays have that name.`,
        made[0],
      );
    }
  }

  /** Outputs are told apart by their names. */
  #checkNames(place: SourceLocation | undefined): void {
    const names = this.outputs.map(({ output }) => output);
    const twice = names.find((output, at) => names.indexOf(output) < at);
    if (twice === undefined) return;
    throw new StepInterfaceError(`Step \`${this.name}\` has two outputs called \`${twice}\`.`, place);
  }

  get signature(): Signature {
    return signatureOf(this.fn);
  }

  get severalOutputs(): boolean {
    return this.options.outputs !== undefined;
  }

  get outputs(): readonly DeclaredOutput[] {
    const { output, outputs } = this.options;
    if (outputs !== undefined) {
      const entries = Array.isArray(outputs)
        ? (outputs as readonly string[]).map((name) => [name, {}] as const)
        : Object.entries(outputs as Record<string, OutputOptions>);
      return entries.map(([name, options]) => ({ output: name, options, named: true }));
    }
    if (typeof output === "string") return [{ output, options: {}, named: true }];
    if (output !== undefined) return [{ output: output.name, options: output, named: true }];
    if (!this.#returnsValue()) return [];
    return [{ output: "output", options: {}, named: false }];
  }

  with(options: StepOptions): Step {
    return new Step(this.fn, { ...this.options, name: this.name, ...options }, this.made, this.foreign);
  }

  /** The inputs that a call gives, by name. */
  bind(args: readonly unknown[], call: SourceLocation | null): Map<string, unknown> {
    const refuse = (what: string): never => {
      throw new StepInterfaceError(`Step \`${this.name}\` ${what}.`, call);
    };
    return this.foreign === null
      ? bindInputs(this.signature, args, refuse)
      : bindNamed(args, "is written in Python: give its inputs by name, in one object", refuse);
  }

  /** The arguments for the function, from loaded inputs by name: the reverse of {@link bind}. */
  argumentsFrom(values: ReadonlyMap<string, unknown>): readonly unknown[] {
    return argumentsFrom(this.signature, values);
  }

  /** In the order of the function's parameters. */
  get inputNames(): readonly string[] {
    return inputNames(this.signature);
  }

  /** Neither its options nor its annotation say whether it returns a value: only its call will tell. */
  get mayReturnNothing(): boolean {
    const { output, outputs } = this.options;
    return (
      this.foreign === null && output === undefined && outputs === undefined && this.#annotated() !== true
    );
  }

  #returnsValue(): boolean {
    if (this.foreign !== null) return true;
    return this.#annotated() ?? this.signature.returnsValue;
  }

  /** Whether the function returns a value, by its annotation; null without one. */
  #annotated(): boolean | null {
    const [place] = this.made;
    return place === undefined ? null : session.returnsAt(place);
  }

  #nameOf(): string {
    if (this.options.name !== undefined) return this.options.name;
    if (this.foreign !== null) return this.foreign.name;
    if (this.fn.name !== "") return this.fn.name;
    const [place] = this.made;
    const name = place === undefined ? null : session.nameAt(place);
    if (name !== null) return name;
    throw new StepInterfaceError(
      'This step has no name. Assign it to a variable, name its function, or pass `{ name: "…" }`.',
      place,
    );
  }
}

const steps = new WeakMap<object, Step>();

/** The step behind what `step()` gave; null for anything else. */
export function stepOf(value: unknown): Step | null {
  return typeof value === "function" ? (steps.get(value) ?? null) : null;
}

export type Callable = ((...args: unknown[]) => unknown) & {
  readonly fn: StepFunction;
  readonly with: (options: StepOptions) => Callable;
  readonly after: (...after: readonly After[]) => Callable;
};

export function callable(step: Step): Callable {
  const call = (...args: unknown[]): unknown => {
    if (session.trace === null) return plainCall(step, args);
    return session.trace.call(step, args, userFrames()[0] ?? null);
  };
  Object.defineProperty(call, "name", { value: step.name });
  const made: Callable = Object.assign(call, {
    fn: step.fn,
    with: (options: StepOptions) => {
      checkStepOptions(`step \`${step.name}\``, options, () => userFrames()[0]);
      return callable(step.with(options));
    },
    after: (...after: readonly After[]) => {
      const before = step.options.after;
      return callable(step.with({ after: before === undefined ? after : [before, ...after] }));
    },
  });
  steps.set(made, step);
  return made;
}

function plainCall(step: Step, args: readonly unknown[]): unknown {
  const call = step.fn as (...given: readonly unknown[]) => unknown;
  if (step.foreign === null) return call(...args);
  throw new StepInterfaceError(`Step \`${step.name}\` is written in Python; it runs in a pipeline only.`);
}

export function step(fn: StepFunction, options: StepOptions = {}): Callable {
  const given: unknown = fn;
  if (typeof given !== "function") {
    throw new StepInterfaceError(
      `step() takes a function, not ${given === null ? "null" : `a ${typeof given}`}.`,
      userFrames()[0],
    );
  }
  if (/\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn))) {
    throw new StepInterfaceError(
      "The inputs of this step can't be read: its function is bound, or none of JavaScript's own. Write a function " +
        "around it: `step((rows) => original(rows))`.",
      userFrames()[0],
    );
  }
  const made = userFrames();
  checkStepOptions(fn.name === "" ? "a step" : `step \`${fn.name}\``, options, () => made[0]);
  return callable(new Step(fn, options, made));
}
