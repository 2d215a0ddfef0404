/** Values as JSON: what may be a parameter, and its form on the wire. */
import type { Json } from "../../../core/json";

/** The value has no JSON form; the message says of what kind the part of it is that has none. */
export class NotJsonError extends TypeError {
  readonly culprit: unknown;

  constructor(message: string, culprit: unknown) {
    super(message);
    this.culprit = culprit;
  }
}

export function jsonOf(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "undefined":
      return null;
    case "object":
      return value === null ? null : objectJson(value);
    default:
      throw new NotJsonError(`a ${typeof value}`, value);
  }
}

function objectJson(value: object): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof URL) return value.href;
  if (!isPlain(value)) throw new NotJsonError(`a value of type \`${value.constructor.name}\``, value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(members.map(([key, item]) => [key, jsonOf(item)]));
}

/** An object literal, or what looks like one. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A member of an object that came as JSON, where text is expected. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
