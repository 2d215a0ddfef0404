/** The invocations of a pipeline while its function is called once. */
import type { Json } from "../../../core/json";
import type { SourceLocation } from "../../../core/errors";
import { NotJsonError, jsonOf } from "./json";
import { Entity } from "./entities";
import { StepInterfaceError } from "./errors";
import { Handle, handle } from "./handle";
import { Lazy } from "./lazy";
import type { DeclaredOutput, Step } from "./step";

export type Input =
  | { readonly kind: "artifact"; readonly value: Handle | Lazy | Entity }
  | { readonly kind: "list"; readonly values: readonly (Handle | Lazy | Entity)[] }
  | { readonly kind: "parameter"; readonly value: unknown; readonly json: Json };

export interface Invocation {
  readonly id: string;
  readonly step: Step;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly outputs: readonly DeclaredOutput[];
  /** Its output is wanted only if there is one: nobody takes it, and whether the function returns a value shows later. */
  readonly mayMakeNothing: boolean;
  readonly after: readonly string[];
  readonly call: SourceLocation | null;
}

export type After = string | Handle | readonly After[] | { readonly [name: string]: unknown };

export class Trace {
  readonly pipeline: string;
  readonly invocations = new Map<string, Invocation>();
  /** Invocations whose outputs others take. */
  readonly taken = new Set<string>();
  readonly #next = new Map<string, number>();

  constructor(pipeline: string) {
    this.pipeline = pipeline;
  }

  /** Records a call, and answers what stands for its outputs. */
  call(step: Step, args: readonly unknown[], call: SourceLocation | null): unknown {
    const inputs = new Map<string, Input>();
    for (const [name, value] of step.bind(args, call)) inputs.set(name, this.#input(step, name, value, call));
    for (const [name, value] of Object.entries(step.options.parameters ?? {})) {
      if (!inputs.has(name)) inputs.set(name, this.#input(step, name, value, call));
    }
    const { outputs } = step;
    const id = this.#idFor(step, call);
    const after = [...new Set(step.options.after === undefined ? [] : this.#idsOf(step.options.after, call))];
    this.invocations.set(id, { id, step, inputs, outputs, mayMakeNothing: false, after, call });
    const handles = outputs.map(({ output }) => handle(this, id, output));
    if (!step.severalOutputs) return handles[0] ?? new Done(this, id);
    return Object.assign(handles, Object.fromEntries(outputs.map(({ output }, at) => [output, handles[at]])));
  }

  #idFor(step: Step, call: SourceLocation | null): string {
    const wanted = step.options.id;
    if (wanted !== undefined) {
      if (!this.invocations.has(wanted)) return wanted;
      const said = `Duplicate step ID \`${wanted}\`: another call in the pipeline \`${this.pipeline}\` has it already.`;
      throw new StepInterfaceError(said, call);
    }
    let number = this.#next.get(step.name) ?? 1;
    const candidate = (): string => (number === 1 ? step.name : `${step.name}_${number}`);
    while (this.invocations.has(candidate())) number += 1;
    this.#next.set(step.name, number + 1);
    return candidate();
  }

  #idsOf(after: After, call: SourceLocation | null): readonly string[] {
    if (typeof after === "string") return [after];
    if (after instanceof Handle || after instanceof Done) {
      this.#checkOwn(after, call);
      return [after.invocation];
    }
    return Object.values(after).flatMap((item) => this.#idsOf(item as After, call));
  }

  #input(step: Step, name: string, value: unknown, call: SourceLocation | null): Input {
    if (isArtifact(value)) {
      this.#take(value, call);
      return { kind: "artifact", value };
    }
    if (Array.isArray(value) && value.length > 0 && value.every(isArtifact)) {
      for (const item of value) this.#take(item, call);
      return { kind: "list", values: value };
    }
    try {
      return { kind: "parameter", value, json: jsonOf(value) };
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      const input = `Input \`${name}\` of step \`${step.name}\``;
      throw new StepInterfaceError(`${input} ${refusal(value, error)}`, call);
    }
  }

  #take(value: unknown, call: SourceLocation | null): void {
    this.#checkOwn(value, call);
    if (value instanceof Handle) this.taken.add(value.invocation);
  }

  #checkOwn(value: unknown, call: SourceLocation | null): void {
    if (!(value instanceof Handle || value instanceof Done) || value.trace === this) return;
    throw new StepInterfaceError(
      `An output of step \`${value.invocation}\` comes from a different pipeline (\`${value.trace.pipeline}\`) and can't ` +
        `be used in \`${this.pipeline}\`. Load it with \`new Client().getArtifactVersion(…)\` instead.`,
      call,
    );
  }
}

/** What a step without outputs gives: something to come `after`. */
export class Done {
  readonly trace: Trace;
  readonly invocation: string;

  constructor(trace: Trace, invocation: string) {
    this.trace = trace;
    this.invocation = invocation;
  }
}

/** Why a value can't be an input; goes on after the input's name. */
function refusal(value: unknown, { message, culprit }: NotJsonError): string {
  if (value instanceof Done) {
    return `is given what step \`${value.invocation}\` returns, which is nothing. Return a value there, or use \`.after(…)\` to wait for it.`;
  }
  if (isArtifact(culprit)) {
    const what = culprit instanceof Handle ? `The output of step \`${culprit.invocation}\`` : "A look-up";
    return Array.isArray(value) && value.includes(culprit)
      ? "is given a list of artifacts and of other values. Give it either: a list of artifacts alone, or a value."
      : `is given an artifact inside of another value. ${what} must be an input of its own.`;
  }
  return (
    `is given ${message}, which has no JSON form. ` +
    "Such values must come from another step, or from an artifact that `saveArtifact` made."
  );
}

function isArtifact(value: unknown): value is Handle | Lazy | Entity {
  if (value instanceof Handle || value instanceof Lazy) return true;
  return value instanceof Entity && value.kind === "artifact_version";
}
