/** What a step's return annotation, as written, tells about its outputs. */
import { splitOutside } from "./syntax";

export interface Outputs {
  readonly names: readonly string[];
  /** Null when the annotation doesn't tell how many values there are. */
  readonly count: number | null;
}

/** `typing.Tuple[int, str]` → ["Tuple", "int, str"]; null when it is no subscript. */
function subscript(annotation: string): readonly [string, string] | null {
  const match = /^([\w.]+)\s*\[([\s\S]*)\]$/.exec(annotation.trim());
  if (match === null) return null;
  const [, head = "", inner = ""] = match;
  return [head.slice(head.lastIndexOf(".") + 1), inner];
}

function unquoted(text: string): string {
  const match = /^(["'])([\s\S]*)\1$/.exec(text.trim());
  return match?.[2] ?? text;
}

/** The name that `Annotated[T, "name"]` or `Annotated[T, ArtifactConfig(name="name")]` gives. */
function annotatedName(annotation: string): string | null {
  const parts = subscript(annotation);
  if (parts?.[0] !== "Annotated") return null;
  for (const extra of splitOutside(parts[1], ",").slice(1)) {
    const literal = /^(["'])(.*)\1$/.exec(extra);
    if (literal !== null) return literal[2] ?? null;
    const config = /^[\w.]*ArtifactConfig\s*\(\s*(?:name\s*=\s*)?(["'])(.*?)\1/.exec(extra);
    if (config !== null) return config[2] ?? null;
  }
  return null;
}

export function outputsOf(annotation: string | null): Outputs {
  if (annotation === null) return { names: ["output"], count: null };
  const text = unquoted(annotation).trim();
  if (text === "None") return { names: [], count: 0 };
  const parts = subscript(text);
  if (parts !== null && (parts[0] === "Tuple" || parts[0] === "tuple")) {
    const items = splitOutside(parts[1], ",");
    // `Tuple[int, ...]` is one output that is a tuple.
    if (items.includes("...")) return { names: ["output"], count: 1 };
    return { names: items.map((item, at) => annotatedName(item) ?? `output_${at}`), count: items.length };
  }
  return { names: [annotatedName(text) ?? "output"], count: 1 };
}
