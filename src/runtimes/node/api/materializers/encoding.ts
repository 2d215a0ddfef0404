/**
 * Values as JSON and back, without losing what JSON has no word for. The same tags as the Python SDK's encoding.py where
 * both languages have the thing: `{"$type": "set", "items": […]}`.
 */
import type { Json, JsonObject } from "../../../../core/json";
import { MaterializerError } from "../errors";
import { isPlain, textOf } from "../json";
import { NdArray, bytesAs, bytesOf, dtypeOf, typedArray } from "./dtypes";
import { Refused, refusal, whyRefused } from "./refused";

export const TAG = "$type";

/** How a class of the workspace is found again. */
export interface ClassNames {
  nameOf(constructor: object): string | null;
  classNamed(name: string): unknown;
}

/** The classes of loaded modules; the worker sets it. */
export const classes: { names: ClassNames } = {
  names: { nameOf: () => null, classNamed: () => undefined },
};

export function encode(value: unknown): Json {
  try {
    return encodeIn(value, new Set());
  } catch (error) {
    if (error instanceof Refused) throw refusal(value, error);
    throw error;
  }
}

/** The JSON of a value as text. */
export function encodedText(value: unknown): string {
  const encoded = shallowEnough(() => encode(value));
  try {
    return shallowEnough(() => JSON.stringify(encoded));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MaterializerError(
      "The value is too large to be written as JSON. Return a typed array, an Arrow table or a stream, or split it.",
    );
  }
}

function shallowEnough<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.includes("call stack")) throw error;
    throw new MaterializerError(
      "The value is nested too deeply to be written. Return it flat: a list of its parts that refer to each other by number.",
    );
  }
}

function encodeIn(value: unknown, open: Set<object>): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tagged("float", { value: floatText(value) });
    case "bigint":
      return tagged("bigint", { value: String(value) });
    case "undefined":
      return tagged("undefined", {});
    case "object":
      break;
    default:
      throw new Refused(
        value,
        `A ${typeof value} can't be part of an artifact. Return data, or register a materializer for the type that holds it.`,
      );
  }
  if (value === null) return null;
  if (open.has(value)) throw new Refused(value, "The value holds itself, which JSON can't say.");
  open.add(value);
  const encoded = encodeObject(value, (item) => encodeIn(item, open));
  open.delete(value);
  return encoded;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return Object.is(value, -0) ? "-0.0" : value > 0 ? "inf" : "-inf";
}

function encodeObject(value: object, each: (item: unknown) => Json): Json {
  if (isPlain(value)) {
    const entries = Object.entries(value);
    if (TAG in value) return tagged("dict", { items: entries.map(([key, item]) => [key, each(item)]) });
    return Object.fromEntries(entries.map(([key, item]) => [key, each(item)]));
  }
  const written = instanceOf(value);
  if (written !== null) return tagged("instance", { class: written.name, value: each(written.json) });
  if (Array.isArray(value)) return Array.from(value as readonly unknown[], each);
  if (value instanceof Map) {
    const items = [...value].map(([key, item]) => [each(key), each(item)]);
    return tagged("dict", value.has(TAG) ? { items, map: true } : { items });
  }
  if (value instanceof Set) return tagged("set", { items: [...value].map(each) });
  if (value instanceof Date) return tagged("datetime", { value: dateText(value) });
  if (value instanceof URL) return tagged("url", { value: value.href });
  return encodeBinary(value) ?? refuse(value);
}

function encodeBinary(value: object): Json | null {
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
    const base64 = bytesOf(value).toString("base64");
    if (Buffer.isBuffer(value)) return tagged("bytes", { base64 });
    return tagged("bytes", { base64, as: value instanceof ArrayBuffer ? "ArrayBuffer" : "Uint8Array" });
  }
  const data: unknown = value instanceof NdArray ? value.data : value;
  const dtype = dtypeOf(data);
  if (dtype === null) return null;
  const clamped = data instanceof Uint8ClampedArray ? { clamped: true } : {};
  const shape = value instanceof NdArray ? { shape: value.shape } : {};
  return tagged("array", {
    dtype,
    ...clamped,
    ...shape,
    base64: bytesOf(data as ArrayBufferView).toString("base64"),
  });
}

function decodeArray(object: JsonObject): unknown {
  const data = typedArray(textOf(object["dtype"]), Buffer.from(textOf(object["base64"]), "base64"));
  const own = object["clamped"] === true ? new Uint8ClampedArray(data.buffer) : data;
  const { shape } = object;
  return Array.isArray(shape) ? new NdArray(own, shape as readonly number[]) : own;
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime()))
    throw new Refused(value, "An invalid Date can't be part of an artifact.");
  return value.toISOString().replace("Z", "+00:00");
}

/** Of a class that can be written and read: `toJSON()`, and a static `fromJSON()`. */
function instanceOf(value: object): { readonly name: string; readonly json: unknown } | null {
  const { constructor, toJSON } = value as { constructor?: { fromJSON?: unknown }; toJSON?: () => unknown };
  if (typeof toJSON !== "function" || typeof constructor?.fromJSON !== "function") return null;
  const name = classes.names.nameOf(constructor);
  return name === null ? null : { name, json: toJSON.call(value) };
}

function refuse(value: object): never {
  const { constructor } = value as { constructor?: object };
  const name = constructor === undefined ? null : classes.names.nameOf(constructor);
  throw new Refused(value, whyRefused(value, name));
}

function tagged(kind: string, members: JsonObject): JsonObject {
  return { [TAG]: kind, ...members };
}

/** Elements that a container keeps in files of their own, by their tag. */
export type OtherDecoder = (value: JsonObject) => unknown;

export function decode(value: Json, other?: OtherDecoder): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: Json) => decode(item, other));
  const object = value as JsonObject;
  const kind = object[TAG];
  if (kind === undefined) {
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item, other)]));
  }
  const items = (): unknown[] =>
    ((object["items"] ?? []) as readonly Json[]).map((item) => decode(item, other));
  const text = (): string => textOf(object["value"]);
  switch (kind) {
    case "undefined":
      return undefined;
    case "float":
      return numberOf(text());
    case "bigint":
      return BigInt(text());
    case "int":
      return bigintOf(textOf(object["hex"]));
    case "dict":
      return object["map"] === true
        ? new Map(items() as [unknown, unknown][])
        : mapOf(items() as [unknown, unknown][]);
    case "set":
    case "frozenset":
      return new Set(items());
    case "tuple":
    case "slice":
      return items();
    case "range":
    case "complex":
      return object["value"];
    case "datetime":
      return new Date(text());
    case "date":
    case "decimal":
    case "fraction":
    case "uuid":
      return text();
    case "timedelta":
      return milliseconds(object["value"] as readonly number[]);
    case "url":
      return new URL(text());
    case "bytes":
      return bytesAs(textOf(object["as"]), Buffer.from(textOf(object["base64"]), "base64"));
    case "array":
      return decodeArray(object);
    case "numpy":
      return decode(object["value"] ?? null, other);
    case "instance":
      return instance(textOf(object["class"]), decode(object["value"] ?? null, other));
    default: {
      if (other !== undefined) return other(object);
      throw new MaterializerError(
        `Unknown encoding "${textOf(kind)}": it was written by a newer version of Headrace.`,
      );
    }
  }
}

/** Text keys make an object again; any other make a Map. */
function mapOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  return entries.some(([key]) => key === TAG) ? Object.fromEntries(entries) : new Map(entries);
}

/** Python writes the sign of a hexadecimal number before its prefix. */
function bigintOf(hex: string): bigint {
  return hex.startsWith("-") ? -BigInt(hex.slice(1)) : BigInt(hex);
}

function numberOf(text: string): number {
  return { nan: NaN, inf: Infinity, "-inf": -Infinity }[text] ?? Number(text);
}

function milliseconds([days = 0, seconds = 0, micros = 0]: readonly number[]): number {
  return (days * 86_400 + seconds) * 1000 + micros / 1000;
}

function instance(name: string, value: unknown): unknown {
  const found = classes.names.classNamed(name) as { fromJSON?: (value: unknown) => unknown } | undefined;
  if (typeof found?.fromJSON === "function") return found.fromJSON(value);
  throw new MaterializerError(
    `The class ${name}, which the artifact holds, isn't there or has no \`fromJSON()\`.`,
  );
}
