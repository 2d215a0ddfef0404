/** What the text of a module or function says, read by tokens: statements, declarations, parameters, returns. */
import { parse } from "sucrase/dist/parser";

export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** Nesting of scopes: 0 at the top of a module. */
  readonly scope: number;
  readonly isType: boolean;
  readonly role: Role | null;
  /** `{ name }`, for `{ name: name }`. */
  readonly shorthand: boolean;
  readonly index: number;
}

export type Role = "access" | "declaration" | "import" | "local" | "key";

/** By sucrase's `IdentifierRole`. */
const roles: readonly Role[] = [
  "access",
  "access",
  "declaration",
  "local",
  "local",
  "declaration",
  "local",
  "local",
  "access",
  "import",
  "key",
  "access",
];

/** Of sucrase's, those of `{ name }`. */
const SHORTHAND = new Set([5, 6, 7, 8]);

export interface Parsed {
  /** What the tokens are in. */
  readonly text: string;
  /** The same lines, as the user has them. */
  readonly written: string;
  readonly tokens: readonly Token[];
  /** Of functions, as half-open ranges of tokens. */
  readonly functions: readonly { readonly from: number; readonly to: number }[];
}

export function parsed(
  text: string,
  options: { readonly typescript: boolean; readonly jsx?: boolean },
): Parsed {
  const file = parse(text, options.jsx === true, options.typescript, false);
  let line = 1;
  let at = 0;
  const tokens = file.tokens.map((token, index): Token => {
    for (; at < token.start; at += 1) if (text.charCodeAt(at) === 10) line += 1;
    return {
      text: text.slice(token.start, token.end),
      start: token.start,
      end: token.end,
      line,
      scope: token.scopeDepth,
      isType: token.isType,
      role: token.identifierRole === null ? null : (roles[token.identifierRole] ?? null),
      shorthand: token.identifierRole !== null && SHORTHAND.has(token.identifierRole),
      index,
    };
  });
  const functions = file.scopes
    .filter((scope) => scope.isFunctionScope)
    .map(({ startTokenIndex: from, endTokenIndex: to }) => ({ from, to }));
  return { text, written: text, tokens: tokens.filter((token) => token.end > token.start), functions };
}

const opening = new Set(["(", "[", "{", "${", "`"]);
const closing = new Set([")", "]", "}"]);

/** Splits tokens at separators that stand in no brackets. */
export function splitAt(tokens: readonly Token[], separator: string): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0 && token.text === separator) {
      parts.push([]);
      continue;
    }
    if (token.text !== "`" && opening.has(token.text)) depth += 1;
    else if (closing.has(token.text)) depth -= 1;
    parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** The tokens between a bracket at `from` and the one that closes it. */
export function inside(tokens: readonly Token[], from: number): readonly Token[] {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const text = tokens[index]?.text ?? "";
    if (text !== "`" && opening.has(text)) depth += 1;
    else if (closing.has(text)) depth -= 1;
    if (depth === 0) return tokens.slice(from + 1, index);
  }
  return tokens.slice(from + 1);
}
