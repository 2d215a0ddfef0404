/** Small helpers over syntax nodes that both languages use. */
import type { Span } from "./model";
import type { Node } from "./grammars";

export function spanOf(node: Node): Span {
  const { startPosition: start, endPosition: end } = node;
  return { line: start.row + 1, column: start.column + 1, endLine: end.row + 1, endColumn: end.column + 1 };
}

export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

export function field(node: Node, name: string): Node | null {
  return node.childForFieldName(name);
}

/** The text between the quotes of a plain string literal; null for anything computed. */
export function literalText(node: Node | null): string | null {
  if (node?.type !== "string" || node.namedChildren.some((part) => part.type === "interpolation"))
    return null;
  const content = node.namedChildren.filter(
    (part) => part.type === "string_content" || part.type === "string_fragment",
  );
  return content.map((part) => part.text).join("");
}

/** The value of a plain literal, from its text alone; null for anything else. */
export function literalValue(text: string): string | null {
  return /^(["'`])((?:(?!\1)[^\\$\n])*)\1$/.exec(text.trim())?.[2] ?? null;
}

/** Splits at `separator` outside of brackets and quotes. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'" || char === "`") quote = char;
    else if ("([{<".includes(char)) depth += 1;
    else if (")]}>".includes(char)) depth -= 1;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start).trim();
  if (last !== "") parts.push(last);
  return parts;
}
