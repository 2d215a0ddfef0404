/** From a parameter's annotation and default, as written, to how its value is entered. */
import type { Language } from "../core/entities";
import type { Json } from "../core/json";
import { splitOutside } from "../discovery/syntax";

export type Parsed = { readonly value: Json } | { readonly problem: "integer" | "number" | "json" };

export interface ValueEditor {
  readonly type: "integer" | "number" | "text" | "boolean" | "choice" | "json";
  /** When there are few possible values. */
  readonly choices: readonly Json[] | null;
  parse(text: string): Parsed;
  write(value: Json): string;
}

/** The value of a plain Python or TypeScript literal; undefined for anything that is computed. */
export function literalOf(text: string | null): Json | undefined {
  if (text === null) return undefined;
  const trimmed = text.trim();
  if (trimmed === "True" || trimmed === "true") return true;
  if (trimmed === "False" || trimmed === "false") return false;
  if (trimmed === "None" || trimmed === "null") return null;
  if (/^[+-]?(\d[\d_]*\.?[\d_]*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed.replace(/_/g, ""));
  const quoted = /^(["'])((?:(?!\1)[^\\\n]|\\.)*)\1$/.exec(trimmed);
  if (quoted !== null) return unescaped(quoted[2] ?? "");
  const list = /^\[([\s\S]*)\]$/.exec(trimmed);
  if (list !== null) return allOf(splitOutside(list[1] ?? "", ","));
  return undefined;
}

function allOf(items: readonly string[]): Json | undefined {
  const values = items.map((item) => literalOf(item));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => ({ n: "\n", t: "\t" })[char] ?? char);
}

/** A value as its language writes it, as far as that is one word; else as JSON. */
export function literalText(value: Json, language: Language): string {
  if (language === "node") return JSON.stringify(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : JSON.stringify(value);
}

export function editorFor(annotation: string | null, defaultText: string | null): ValueEditor {
  const { base, optional } = withoutOptional((annotation ?? "").replace(/\s+/g, " ").trim());
  const literal = /^(?:typing\.|t\.)?Literal\[(.*)\]$/.exec(base);
  if (literal !== null) {
    const values = splitOutside(literal[1] ?? "", ",").flatMap((item) => literalOf(item) ?? []);
    return choiceEditor(optional ? [...values, null] : values);
  }
  const named = base === "" ? typeOf(literalOf(defaultText)) : base;
  if (named === "bool" || named === "boolean") {
    return { ...choiceEditor(optional ? [true, false, null] : [true, false]), type: "boolean" };
  }
  if (named === "int") return numberEditor("integer", optional);
  if (named === "float" || named === "number") return numberEditor("number", optional);
  if (named === "str" || named === "string") return textEditor(optional);
  return jsonEditor();
}

function withoutOptional(annotation: string): { readonly base: string; readonly optional: boolean } {
  const wrapped = /^(?:typing\.|t\.)?Optional\[(.*)\]$/.exec(annotation);
  if (wrapped !== null) return { base: wrapped[1]?.trim() ?? "", optional: true };
  const parts = splitOutside(annotation, "|").filter((part) => part !== "");
  const rest = parts.filter((part) => !["None", "null", "undefined"].includes(part));
  return { base: rest.join(" | "), optional: rest.length < parts.length };
}

function typeOf(value: Json | undefined): string {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "string" ? "str" : "";
}

function choiceEditor(choices: readonly Json[]): ValueEditor {
  return { ...jsonEditor(), type: "choice", choices };
}

function numberEditor(type: "integer" | "number", optional: boolean): ValueEditor {
  return {
    type,
    choices: null,
    parse: (text) => {
      if (optional && /^(none|null)?$/i.test(text.trim())) return { value: null };
      const value = Number(text);
      const bad =
        text.trim() === "" || !Number.isFinite(value) || (type === "integer" && !Number.isInteger(value));
      return bad ? { problem: type } : { value };
    },
    write: (value) => (value === null ? "" : JSON.stringify(value)),
  };
}

function textEditor(optional: boolean): ValueEditor {
  return {
    type: "text",
    choices: null,
    parse: (text) => ({ value: optional && text === "" ? null : text }),
    write: (value) => (typeof value === "string" ? value : ""),
  };
}

function jsonEditor(): ValueEditor {
  return {
    type: "json",
    choices: null,
    parse: (text) => {
      try {
        return { value: JSON.parse(text) as Json };
      } catch {
        return { problem: "json" };
      }
    },
    write: (value) => JSON.stringify(value),
  };
}
