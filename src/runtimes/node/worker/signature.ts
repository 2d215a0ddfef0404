/** What the text of a step's function says of its inputs, and whether it returns a value. */
import type { Json } from "../../../core/json";
import { inside, parsed, splitAt } from "./source";
import type { Parsed, Token } from "./source";

export interface Member {
  readonly name: string;
  /** A default that is a literal; undefined for any other, or none. */
  readonly literal: Json | undefined;
  readonly optional: boolean;
}

/** One parameter of the function: a name, or an object pattern whose members are inputs by name. */
export type Parameter =
  | ({ readonly kind: "name"; readonly rest: boolean } & Member)
  | {
      readonly kind: "object";
      readonly members: readonly Member[];
      readonly rest: boolean;
      readonly optional: boolean;
    };

export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly returnsValue: boolean;
}

type AnyFunction = (...args: never[]) => unknown;

const known = new WeakMap<AnyFunction, Signature>();

export function signatureOf(fn: AnyFunction): Signature {
  const found = known.get(fn) ?? read(fn.toString());
  known.set(fn, found);
  return found;
}

/** The function's text without comments and layout. */
export function wordsOf(fn: AnyFunction): string {
  const text = fn.toString();
  return (
    functionTokens(text)
      ?.tokens.map((token) => token.text)
      .join(" ") ?? text
  );
}

function read(text: string): Signature {
  const source = functionTokens(text);
  if (source === null) return { parameters: [], returnsValue: true };
  const { tokens } = source;
  const at = tokens.findIndex(({ text: word }) => word === "(" || word === "=>");
  const list = tokens[at]?.text === "(" ? inside(tokens, at) : tokens.slice(at - 1, at);
  const parameters = splitAt(list, ",").map(parameterOf);
  const after = tokens[at]?.text === "(" ? at + list.length + 2 : at;
  const isGenerator = tokens.slice(0, at).some(({ text: word }) => word === "*");
  return { parameters, returnsValue: isGenerator || returnsValue(source, after) };
}

/** A function's text is an expression, or a method that is none by itself. */
function functionTokens(text: string): Parsed | null {
  for (const [prefix, suffix] of [
    ["(", ")"],
    ["({", "})"],
  ] as const) {
    try {
      const whole = parsed(prefix + text + suffix, { typescript: false });
      return { ...whole, tokens: whole.tokens.slice(prefix.length, -suffix.length) };
    } catch {
      // The other form, then.
    }
  }
  return null;
}

function parameterOf(tokens: readonly Token[]): Parameter {
  const [first] = tokens;
  if (first?.text === "{") {
    const inner = inside(tokens, 0);
    const parts = splitAt(inner, ",");
    const members = parts.filter((part) => part[0]?.text !== "...").map(memberOf);
    return {
      kind: "object",
      members,
      rest: members.length < parts.length,
      optional: tokens[inner.length + 2]?.text === "=",
    };
  }
  const rest = first?.text === "...";
  return { kind: "name", rest, ...memberOf(rest ? tokens.slice(1) : tokens) };
}

function memberOf(tokens: readonly Token[]): Member {
  const equals = splitIndex(tokens, "=");
  const name = tokens[0]?.text.replace(/^["']|["']$/g, "") ?? "";
  if (equals < 0) return { name, literal: undefined, optional: false };
  return { name, literal: literalOf(tokens.slice(equals + 1).map(({ text }) => text)), optional: true };
}

function splitIndex(tokens: readonly Token[], separator: string): number {
  const [head] = splitAt(tokens, separator);
  const at = head?.length ?? -1;
  return tokens[at]?.text === separator ? at : -1;
}

/** The value of a literal of JSON, as JavaScript writes it. */
function literalOf(words: readonly string[]): Json | undefined {
  const text = words
    .map((word) => {
      if (/^'[^'\\"]*'$/.test(word)) return `"${word.slice(1, -1)}"`;
      if (/^[A-Za-z_$][\w$]*$/.test(word) && !["true", "false", "null"].includes(word))
        return `"${word}":bad`;
      return /^[\d_]+(\.[\d_]+)?$/.test(word) ? word.replaceAll("_", "") : word;
    })
    .join("")
    .replaceAll(/,([\]}])/g, "$1");
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** An arrow's expression, or a `return` with a value in the function itself (not in one inside it). */
function returnsValue({ tokens, functions }: Parsed, bodyFrom: number): boolean {
  const arrow = tokens[bodyFrom]?.text === "=>";
  const first = tokens[arrow ? bodyFrom + 1 : bodyFrom];
  // Printing is all that such a function is for.
  if (arrow && first?.text !== "{") return first?.text !== "void" && first?.text !== "console";
  const last = tokens.at(-1)?.index ?? 0;
  const start = first?.index ?? 0;
  const nested = functions.filter(({ from, to }) => from > start + 1 && to <= last);
  return tokens.some((token, at) => {
    if (token.text !== "return" || token.role !== null) return false;
    if (nested.some(({ from, to }) => token.index >= from && token.index < to)) return false;
    const next = tokens[at + 1];
    if (next === undefined || next.text === ";" || next.text === "}" || next.text === "undefined")
      return false;
    return next.line === token.line;
  });
}
