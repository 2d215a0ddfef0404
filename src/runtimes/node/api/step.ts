/** `step(fn, options)`: a function as a step of pipelines. It records a call inside a pipeline's function, and is just called elsewhere. */
import type { JsonObject } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import type { CachePolicy } from "../../../core/spec";
import { signatureOf } from "../worker/signature";
import type { Signature } from "../worker/signature";
import { StepInterfaceError } from "./errors";
import { userFrames } from "./frames";
import { Handle } from "./handle";
import { isPlain } from "./json";
import type { Model } from "./model";
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
    const reserved = this.outputs.find(({ output }) => output in Array.prototype || output === "");
    if (this.severalOutputs && reserved !== undefined) {
      throw new StepInterfaceError(
        `"${reserved.output}" can't be the name of an output: arrays have that name.`,
        made[0],
      );
    }
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
    const given = new Map<string, unknown>();
    const put = (name: string, value: unknown): void => {
      if (given.has(name)) throw this.#wrong(`has two inputs called \`${name}\``, call);
      given.set(name, value);
    };
    if (this.foreign !== null) return this.#bindNamed(args, call);
    const { parameters } = this.signature;
    const last = parameters.at(-1);
    if (args.length > parameters.length && !(last?.kind === "name" && last.rest)) {
      throw this.#wrong(`takes ${parameters.length} inputs, but ${args.length} are given`, call);
    }
    parameters.forEach((parameter, at) => {
      const value = args[at];
      if (parameter.kind === "name") {
        const whole = parameter.rest ? args.slice(at) : value;
        if (whole !== undefined) put(parameter.name, whole);
        else if (parameter.literal !== undefined) put(parameter.name, parameter.literal);
        return;
      }
      if (!isPlain(value) && value !== undefined) {
        put(positionName(at), value);
        return;
      }
      if (value instanceof Handle) {
        put(positionName(at), value);
        return;
      }
      const known = new Set(parameter.members.map(({ name }) => name));
      const unknown = Object.keys(value ?? {}).find((name) => !known.has(name) && !parameter.rest);
      if (unknown !== undefined) {
        throw this.#wrong(`has no input \`${unknown}\`; it has ${[...known].join(", ") || "none"}`, call);
      }
      for (const { name, literal } of parameter.members) {
        const member = value?.[name] ?? literal;
        if (member !== undefined) put(name, member);
      }
      for (const [name, member] of Object.entries(value ?? {})) {
        if (!known.has(name) && member !== undefined) put(name, member);
      }
    });
    return given;
  }

  /** The arguments for the function, from loaded inputs by name: the reverse of {@link bind}. */
  argumentsFrom(values: ReadonlyMap<string, unknown>): readonly unknown[] {
    const args: unknown[] = [];
    const used = new Set<string>();
    this.signature.parameters.forEach((parameter, at) => {
      if (parameter.kind === "name") {
        used.add(parameter.name);
        const value = values.get(parameter.name);
        if (parameter.rest) args.push(...((value as readonly unknown[] | undefined) ?? []));
        else args.push(value);
        return;
      }
      if (values.has(positionName(at))) return void args.push(values.get(positionName(at)));
      const names = parameter.rest
        ? [...values.keys()].filter((name) => !used.has(name))
        : parameter.members.map(({ name }) => name);
      const entries = names
        .filter((name) => values.has(name))
        .map((name) => [name, values.get(name)] as const);
      for (const name of names) used.add(name);
      args.push(entries.length === 0 && parameter.optional ? undefined : Object.fromEntries(entries));
    });
    return args;
  }

  /** In the order of the function's parameters. */
  get inputNames(): readonly string[] {
    return this.signature.parameters.flatMap((parameter, at) =>
      parameter.kind === "name"
        ? [parameter.name]
        : [...parameter.members.map(({ name }) => name), positionName(at)],
    );
  }

  #bindNamed(args: readonly unknown[], call: SourceLocation | null): Map<string, unknown> {
    const [only, ...more] = args;
    if (more.length > 0 || (only !== undefined && (!isPlain(only) || only instanceof Handle))) {
      throw this.#wrong("is written in Python: give its inputs by name, in one object", call);
    }
    return new Map(Object.entries(only ?? {}).filter(([, value]) => value !== undefined));
  }

  #wrong(what: string, call: SourceLocation | null): StepInterfaceError {
    return new StepInterfaceError(`Step \`${this.name}\` ${what}.`, call);
  }

  #returnsValue(): boolean {
    const [place] = this.made;
    if (this.foreign !== null) return true;
    return (place === undefined ? null : session.returnsAt(place)) ?? this.signature.returnsValue;
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

/** What an object pattern is called when it is given as a whole. */
function positionName(at: number): string {
  return at === 0 ? "input" : `input_${at + 1}`;
}

const steps = new WeakMap<object, Step>();

/** The step behind what `step()` gave; null for anything else. */
export function stepOf(value: unknown): Step | null {
  return typeof value === "function" ? (steps.get(value) ?? null) : null;
}

type Callable = ((...args: unknown[]) => unknown) & {
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
    with: (options: StepOptions) => callable(step.with(options)),
    after: (...after: readonly After[]) => {
      const before = step.options.after;
      return callable(step.with({ after: before === undefined ? after : [before, ...after] }));
    },
  });
  steps.set(made, step);
  return made;
}

function plainCall(step: Step, args: readonly unknown[]): unknown {
  if (step.foreign === null) return (step.fn as (...given: readonly unknown[]) => unknown)(...args);
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
  return callable(new Step(fn, options, userFrames()));
}

/** A step that a Python file of the workspace holds: `steps/train.py:train_model`. */
export function pythonStep(reference: string, options: StepOptions = {}): Callable {
  const made = userFrames();
  const at = reference.lastIndexOf(":");
  const [file, name] = [reference.slice(0, at), reference.slice(at + 1)];
  if (at <= 0 || name === "") {
    throw new StepInterfaceError(
      `pythonStep() wants "path/to/file.py:function", not "${reference}".`,
      made[0],
    );
  }
  if (options.onFailure !== undefined || options.onSuccess !== undefined) {
    throw new StepInterfaceError(
      `The hooks of step \`${name}\` belong beside it, in ${file}: they are written in Python, too.`,
      made[0],
    );
  }
  const fn: StepFunction = () => undefined;
  return callable(new Step(fn, options, made, { language: "python", file, name }));
}
