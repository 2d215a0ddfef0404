/** From the arguments of a call to inputs by name, and back to the arguments of the function. */
import type { Member, Parameter, Signature } from "../worker/signature";
import { Handle } from "./handle";
import { isPlain } from "./json";

/** Throws: `what` goes on after the step's name. */
type Refuse = (what: string) => never;

/** The inputs that a call gives, those defaults included that are literals. */
export function bindInputs(
  { parameters }: Signature,
  args: readonly unknown[],
  refuse: Refuse,
): Map<string, unknown> {
  const last = parameters.at(-1);
  if (args.length > parameters.length && !(last?.kind === "name" && last.rest)) {
    refuse(`takes ${parameters.length} inputs, but ${args.length} are given`);
  }
  const given = new Map<string, unknown>();
  parameters.forEach((parameter, at) => {
    for (const [name, value] of inputsOf(parameter, at, args, refuse)) {
      if (given.has(name)) refuse(`has two inputs called \`${name}\``);
      given.set(name, value);
    }
  });
  return given;
}

type Inputs = readonly (readonly [name: string, value: unknown])[];

function inputsOf(parameter: Parameter, at: number, args: readonly unknown[], refuse: Refuse): Inputs {
  const value = args[at];
  if (parameter.kind === "name") {
    const whole = orDefault(parameter.rest ? args.slice(at) : value, parameter);
    return whole === undefined ? [] : [[parameter.name, whole]];
  }
  const isMembers = value === undefined || (isPlain(value) && !(value instanceof Handle));
  return isMembers ? membersOf(parameter, value ?? {}, refuse) : [[positionName(at), value]];
}

function membersOf(
  { members, rest }: Extract<Parameter, { readonly kind: "object" }>,
  value: Readonly<Record<string, unknown>>,
  refuse: Refuse,
): Inputs {
  const known = new Set(members.map(({ name }) => name));
  const others = Object.entries(value).filter(([name]) => !known.has(name));
  const [unknown] = others;
  if (unknown !== undefined && !rest) {
    refuse(`has no input \`${unknown[0]}\`; it has ${[...known].join(", ") || "none"}`);
  }
  const named = members.map((member) => [member.name, orDefault(value[member.name], member)] as const);
  return [...named, ...others].filter(([, member]) => member !== undefined);
}

/** As the language has it: null is a value, and takes no default's place. */
function orDefault(value: unknown, { literal }: Member): unknown {
  return value === undefined ? literal : value;
}

/** Of a step whose function can't be read here: all inputs by name, in one object. */
export function bindNamed(args: readonly unknown[], otherwise: string, refuse: Refuse): Map<string, unknown> {
  const [only, ...more] = args;
  if (more.length > 0 || (only !== undefined && (!isPlain(only) || only instanceof Handle)))
    refuse(otherwise);
  return new Map(Object.entries(only ?? {}).filter(([, value]) => value !== undefined));
}

export function argumentsFrom(
  { parameters }: Signature,
  values: ReadonlyMap<string, unknown>,
): readonly unknown[] {
  const args: unknown[] = [];
  const used = new Set<string>();
  parameters.forEach((parameter, at) => {
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
    const entries = names.filter((name) => values.has(name)).map((name) => [name, values.get(name)] as const);
    for (const name of names) used.add(name);
    args.push(entries.length === 0 && parameter.optional ? undefined : Object.fromEntries(entries));
  });
  return args;
}

/** In the order of the function's parameters. */
export function inputNames({ parameters }: Signature): readonly string[] {
  return parameters.flatMap((parameter, at) =>
    parameter.kind === "name"
      ? [parameter.name]
      : [...parameter.members.map(({ name }) => name), positionName(at)],
  );
}

/** What an object pattern is called when it is given as a whole. */
function positionName(at: number): string {
  return at === 0 ? "input" : `input_${at + 1}`;
}
