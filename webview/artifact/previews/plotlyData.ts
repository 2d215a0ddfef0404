/** What is in a plotly figure: members by name, and lists as plotly writes them. */
import type { Json, JsonObject } from "../../../src/core/json";

export function titleOf(of: Json): string {
  const title = member(of, "title");
  return typeof title === "string" ? title : textOf(member(title, "text"));
}

export function nameOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function member(of: Json, name: string): Json {
  return typeof of === "object" && of !== null && !Array.isArray(of)
    ? ((of as JsonObject)[name] ?? null)
    : null;
}

export function objects(value: Json): readonly JsonObject[] {
  const list: readonly Json[] = Array.isArray(value) ? value : [];
  return list.filter(
    (one): one is JsonObject => typeof one === "object" && one !== null && !Array.isArray(one),
  );
}

/** plotly writes arrays of numbers as their bytes; lists of anything else as lists. */
const TYPES: Readonly<Record<string, (bytes: ArrayBuffer) => ArrayLike<number>>> = {
  f8: (bytes) => new Float64Array(bytes),
  f4: (bytes) => new Float32Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
};

export function listOf(value: Json | undefined): readonly Json[] | null {
  if (Array.isArray(value)) return value as readonly Json[];
  const [data, type] = [member(value ?? null, "bdata"), member(value ?? null, "dtype")];
  const read = typeof type === "string" ? TYPES[type] : undefined;
  if (typeof data !== "string" || read === undefined) return null;
  try {
    return Array.from(read(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)).buffer));
  } catch {
    // Cut or damaged: the figure is drawn without it.
    return null;
  }
}
