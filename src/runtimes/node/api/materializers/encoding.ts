/**
 * Values as JSON and back, without losing what JSON has no word for. The same tags as the Python SDK's encoding.py where
 * both languages have the thing: `{"$type": "set", "items": […]}`.
 */
import type { Json, JsonObject } from "../../../../core/json";
import { MaterializerError } from "../errors";
import { isPlain, textOf } from "../json";
import { dtypeOf, typedArray } from "./dtypes";

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
  return encodeIn(value, new Set());
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
      throw new MaterializerError(
        `A ${typeof value} can't be part of an artifact. Return data, or register a materializer for the type that holds it.`,
      );
  }
  if (value === null) return null;
  if (open.has(value)) throw new MaterializerError("The value holds itself, which JSON can't say.");
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
  if (Array.isArray(value)) return Array.from(value as readonly unknown[], each);
  if (value instanceof Map) {
    return tagged("dict", { items: [...value].map(([key, item]) => [each(key), each(item)]) });
  }
  if (value instanceof Set) return tagged("set", { items: [...value].map(each) });
  if (value instanceof Date) return tagged("datetime", { value: dateText(value) });
  if (value instanceof URL) return tagged("url", { value: value.href });
  if (value instanceof Uint8Array) return tagged("bytes", { base64: Buffer.from(value).toString("base64") });
  const dtype = dtypeOf(value);
  if (dtype !== null) {
    const { buffer, byteOffset, byteLength } = value as Float64Array;
    return tagged("array", { dtype, base64: Buffer.from(buffer, byteOffset, byteLength).toString("base64") });
  }
  if (!isPlain(value)) return encodeInstance(value, each);
  const entries = Object.entries(value);
  if (TAG in value) return tagged("dict", { items: entries.map(([key, item]) => [key, each(item)]) });
  return Object.fromEntries(entries.map(([key, item]) => [key, each(item)]));
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime()))
    throw new MaterializerError("An invalid Date can't be part of an artifact.");
  return value.toISOString().replace("Z", "+00:00");
}

/** A class that can be written and read: `toJSON()`, and a static `fromJSON()`. */
function encodeInstance(value: object, each: (item: unknown) => Json): Json {
  const { constructor } = value as { constructor: { name: string; fromJSON?: unknown } };
  const { toJSON } = value as { toJSON?: () => unknown };
  const name = classes.names.nameOf(constructor);
  if (typeof toJSON === "function" && typeof constructor.fromJSON === "function" && name !== null) {
    return tagged("instance", { class: name, value: each(toJSON.call(value)) });
  }
  const missing =
    name === null
      ? "it must be exported from a module of the workspace"
      : "it needs `toJSON()` and a static `fromJSON()`";
  throw new MaterializerError(
    `A value of class ${constructor.name} can't be written: ${missing}. Or register a materializer for it.`,
  );
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
      return mapOf(items() as [unknown, unknown][]);
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
      return Buffer.from(textOf(object["base64"]), "base64");
    case "array":
      return typedArray(textOf(object["dtype"]), Buffer.from(textOf(object["base64"]), "base64"));
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
