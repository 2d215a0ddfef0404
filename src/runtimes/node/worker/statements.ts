/** The statements at the top of a module: what each declares and what it refers to. Types, comments and layout don't count. */
import { createHash } from "node:crypto";
import type { Parsed, Token } from "./source";
import { openOfStep } from "./stepCalls";

export interface Statement {
  readonly declares: readonly string[];
  readonly refers: ReadonlySet<string>;
  /** Modules that it requires, or imports as it runs, by their specifiers. */
  readonly requires: readonly string[];
  /** Names whose values it may change: `table.extra = …`, `Object.assign(table, …)`, or anything in a block. */
  readonly changes: ReadonlySet<string>;
  readonly digest: string;
  /** How it begins: what it is called where it declares nothing. */
  readonly title: string;
  readonly tokens: readonly Token[];
  readonly firstLine: number;
  readonly lastLine: number;
  readonly kind: "function" | "class" | "constant" | "import" | "effect";
}

const known = new WeakMap<Parsed, readonly Statement[]>();

export function statementsOf(source: Parsed): readonly Statement[] {
  const found = known.get(source) ?? split(source.tokens).map((tokens) => statementFrom(tokens));
  known.set(source, found);
  return found;
}

const openers = new Set(["(", "[", "{", "${"]);
const closers = new Set([")", "]", "}"]);
/** Words that begin a statement, at the start of a line and outside of brackets. */
const beginners = new Set([
  "import", "export", "const", "let", "var", "function", "class", "async", "interface", "type", "enum", "declare",
  "abstract", "namespace", "if", "for", "while", "switch", "try", "throw", "do",
]); // prettier-ignore

/** By `;`, by a block's end, and by words that only begin statements. */
export function split(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  let line = 0;
  const end = (): void => {
    if (current.length > 0) statements.push(current);
    current = [];
  };
  for (const token of tokens) {
    const fresh = depth === 0 && token.line > line && current.length > 0;
    if (fresh && begins(token, current)) end();
    current.push(token);
    if (openers.has(token.text)) depth += 1;
    else if (closers.has(token.text)) depth -= 1;
    if (depth === 0 && token.text === ";") end();
    line = token.line;
  }
  end();
  return statements;
}

function begins(token: Token, current: readonly Token[]): boolean {
  const last = current.at(-1)?.text ?? "";
  if (
    ["export", "default", "declare", "async", "=", "=>", ",", "?", ":", "(", "else", "abstract"].includes(
      last,
    )
  )
    return false;
  if (beginners.has(token.text)) return true;
  // An expression that begins a line after a closed block or a whole statement: `train(…)` below `}`.
  return (
    /^[A-Za-z_$]/.test(token.text) &&
    /^([\])}]|[\w$"'`]+)$/.test(last) &&
    !["instanceof", "in", "of", "as", "satisfies"].includes(token.text)
  );
}

/** `counted`: those of its tokens that count as code. */
export function statementFrom(tokens: readonly Token[], counted = tokens): Statement {
  const code = counted.filter((token) => !token.isType && token.text !== ";");
  const declares = code
    .filter(({ role }) => role === "declaration" || role === "import")
    .map(({ text }) => text);
  const refers = new Set(code.filter(({ role }) => role === "access").map(({ text }) => text));
  // A comma before a closing bracket is layout, too.
  const words = code
    .filter(({ text }, at) => text !== "," || !closers.has(code[at + 1]?.text ?? ""))
    .map(({ text }) => text);
  return {
    declares: [...new Set(declares)],
    refers,
    requires: requiresOf(code),
    changes: kindOf(words) === "effect" ? changedBy(code, refers) : new Set(),
    digest: `sha256:${createHash("sha256").update(words.join("\u0000")).digest("hex")}`,
    title: titleOf(words),
    tokens,
    firstLine: tokens[0]?.line ?? 0,
    lastLine: lastLineOf(tokens),
    kind: kindOf(words),
  };
}

/** `module.exports`, `table.set`, `for`. */
function titleOf(words: readonly string[]): string {
  const end = words.findIndex((word) => !/^[\w$.]+$/.test(word));
  return words.slice(0, Math.max(1, end)).join("");
}

const blocks = new Set(["if", "for", "while", "do", "switch", "try", "{", "("]);

function changedBy(code: readonly Token[], refers: ReadonlySet<string>): ReadonlySet<string> {
  if (blocks.has(code[0]?.text ?? "")) return refers;
  const [first, second] = code.filter(({ role }) => role === "access").map(({ text }) => text);
  const changed = first === "Object" || first === "Reflect" ? second : first;
  return new Set(changed === undefined ? [] : [changed]);
}

function requiresOf(code: readonly Token[]): readonly string[] {
  return code.flatMap(({ text, role }, at) => {
    const [open, specifier] = [code[at + 1]?.text, code[at + 2]?.text ?? ""];
    const isCall = ((text === "require" && role === "access") || text === "import") && open === "(";
    return isCall && /^["']/.test(specifier) ? [specifier.slice(1, -1)] : [];
  });
}

function lastLineOf(tokens: readonly Token[]): number {
  const last = tokens.at(-1);
  return last === undefined ? 0 : last.line + (last.text.match(/\n/g)?.length ?? 0);
}

function kindOf(words: readonly string[]): Statement["kind"] {
  const word = words.find((text) => !["export", "default", "async", "abstract", "declare"].includes(text));
  if (word === "import") return "import";
  if (word === "function" || word === "class") return word;
  if (!["const", "let", "var", "enum"].includes(word ?? "")) return "effect";
  return words.includes("=>") || words.includes("function") ? "function" : "constant";
}

export function statementAt(source: Parsed, line: number): Statement | undefined {
  return statementsOf(source).find(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine);
}

/** The lines of a statement as the user wrote them. */
export function textOf({ written }: Parsed, { firstLine, lastLine }: Statement): string {
  return `${written
    .split("\n")
    .slice(firstLine - 1, lastLine)
    .join("\n")}\n`;
}

/** The comment with two stars before the statement on this line, without its stars. */
export function docstringAt(source: Parsed, line: number): string | null {
  const statement = statementAt(source, line);
  const first = source.tokens.find((token) => token.line === statement?.firstLine);
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(source.text.slice(0, first?.start ?? 0))?.[1];
  if (comment === undefined) return null;
  const text = comment
    .split("\n")
    .map((row) => row.replace(/^\s*\*? ?/, ""))
    .join("\n")
    .trim();
  return text === "" ? null : text;
}

/**
 * The variable that a call on this line is assigned to, or its name in CommonJS's `exports`. Of several on the line it is the
 * one that is a step, and else the innermost.
 */
export function nameAt(source: Parsed, line: number): string | null {
  const statement = statementAt(source, line);
  const { tokens } = source;
  let found: string | null = null;
  let isStep = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.line > line) break;
    if (statement !== undefined && token.line < statement.firstLine) continue;
    const isDeclared = ["const", "let", "var"].includes(tokens[at - 1]?.text ?? "");
    const isExported = tokens[at - 1]?.text === "." && tokens[at - 2]?.text === "exports";
    if (!isDeclared && !isExported) continue;
    let next = at + 1;
    while (tokens[next]?.isType === true) next += 1;
    if (tokens[next]?.text !== "=") continue;
    const makesStep = token.line === line && openOfStep(source, tokens, next + 1) >= 0;
    if (makesStep || !isStep) found = token.text;
    isStep ||= makesStep;
  }
  return found;
}
