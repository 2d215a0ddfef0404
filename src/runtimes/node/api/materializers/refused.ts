/** Values that no artifact can hold: which part it is, and what to return instead. */
import { inspect } from "node:util";
import { MaterializerError } from "../errors";
import { Handle } from "../handle";
import { isPlain } from "../json";

/** Found while a value was written; {@link refusal} says it to the user. */
export class Refused extends Error {
  readonly culprit: unknown;
  readonly why: string;

  constructor(culprit: unknown, why: string) {
    super(why);
    this.culprit = culprit;
    this.why = why;
  }
}

export function refusal(whole: unknown, { culprit, why }: Refused): MaterializerError {
  const path = pathTo(culprit, whole, new Set());
  return new MaterializerError(path === null || path === "" ? why : `${why} It is the value's \`${path}\`.`);
}

/** `[3].error`; null where the value that was written is none of those that it holds. */
function pathTo(culprit: unknown, value: unknown, seen: Set<unknown>): string | null {
  if (Object.is(culprit, value) && seen.size > 0) return "";
  if (typeof value !== "object" || value === null || seen.has(value)) return null;
  seen.add(value);
  for (const [step, item] of membersOf(value)) {
    const rest = pathTo(culprit, item, seen);
    if (rest !== null) return step + rest;
  }
  return null;
}

function* membersOf(value: object): Iterable<readonly [step: string, item: unknown]> {
  if (Array.isArray(value)) {
    for (const [at, item] of (value as readonly unknown[]).entries()) yield [`[${at}]`, item];
  } else if (value instanceof Map) {
    for (const [key, item] of value) yield [`.get(${text(key)})`, item];
  } else if (value instanceof Set) {
    let at = 0;
    for (const item of value) yield [`[${at++}]`, item];
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value))
      yield [/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${text(key)}]`, item];
  }
}

function text(key: unknown): string {
  return inspect(key, { depth: 0, breakLength: Infinity });
}

/** What is returned in place of values of JavaScript's own classes. */
const instead: Readonly<Record<string, string>> = {
  Promise: "Await it.",
  Generator: "Return `[...values]`, or `Readable.from(values)` for a stream.",
  AsyncGenerator: "Return `Readable.from(values)` for a stream.",
  "Array Iterator": "Return `[...values]`.",
  "Map Iterator": "Return `[...values]`.",
  "Set Iterator": "Return `[...values]`.",
  "Iterator Helper": "Return `[...values]`.",
  Error: "Return what you need of it, such as its message.",
  RegExp: "Return its `source` and `flags`.",
  Blob: "Return `await blob.arrayBuffer()`.",
  File: "Return `await file.arrayBuffer()`.",
  Response: "Return `await response.json()`, or another form of its body.",
  URLSearchParams: "Return `String(it)`.",
  Headers: "Return `Object.fromEntries(it)`.",
  FormData: "Return `Object.fromEntries(it)`.",
  DataView: "Return its `buffer`.",
};

/** `exported`: the name of its class, where a module of the workspace exports it. */
export function whyRefused(value: object, exported: string | null): string {
  if (value instanceof Handle) {
    return `The output \`${value.output}\` of step \`${value.invocation}\` can't be part of an artifact: give it to the step as an input, and return that.`;
  }
  const { constructor } = value as { readonly constructor?: { readonly name?: string } };
  const name = constructor?.name ?? "";
  const tag = value instanceof Error ? "Error" : Object.prototype.toString.call(value).slice(8, -1);
  const isBuiltIn = name === "" || tag in instead || Object.is(Reflect.get(globalThis, name), constructor);
  if (isBuiltIn) {
    const kind = name === "" || name === "Object" ? tag : name;
    return `A value of JavaScript's ${kind} can't be part of an artifact. ${instead[tag] ?? "Return data, or register a materializer for it."}`;
  }
  const missing =
    exported === null
      ? "it must be exported from a module of the workspace, with `toJSON()` and a static `fromJSON()`"
      : "it needs `toJSON()` and a static `fromJSON()`";
  return `A value of class ${name} can't be written: ${missing}. Or register a materializer for it.`;
}
