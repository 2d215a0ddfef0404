/**
 * `namespace Shapes { … }` with values in it, as the function calls that TypeScript makes of it: the transpiler that we use
 * takes every namespace for types, and would leave it out. Lines stay what they are.
 */
import { inside, parsed } from "./source";
import type { Token } from "./source";
import { split } from "./statements";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What a block that is written out declares already: a namespace of that name adds to it. */
type Declared = Set<string>;

const HEADER = /\b(?:namespace|module)\s+[\w$.]+\s*\{/;
const TYPES = new Set(["interface", "type", "declare"]);
const BEGINNERS = new Set(["export", "function", "class", "enum", "interface", "namespace", "const", "let"]);

export function withNamespaces(text: string): string {
  if (!HEADER.test(text)) return text;
  const edits: Edit[] = [];
  writeOut(split(parsed(text, { typescript: true }).tokens), edits);
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, text: put }) => result.slice(0, start) + put + result.slice(end), text);
}

/** The namespaces among these statements. */
function writeOut(statements: readonly (readonly Token[])[], edits: Edit[]): void {
  const declared: Declared = new Set(
    statements.filter((statement) => namespaceAt(statement) < 0).flatMap(declaredBy),
  );
  for (const statement of statements) {
    const at = namespaceAt(statement);
    if (at >= 0 && hasValues(statement)) writeNamespace(statement, at, declared, edits);
  }
}

/** Of the word itself; -1 for any other statement. */
function namespaceAt(statement: readonly Token[]): number {
  const at = statement[0]?.text === "export" ? 1 : 0;
  const isHeader = /^(namespace|module)$/.test(statement[at]?.text ?? "") && statement[at]?.isType === true;
  return isHeader && /^[A-Za-z_$]/.test(statement[at + 1]?.text ?? "") ? at : -1;
}

function hasValues(statement: readonly Token[]): boolean {
  return bodyOf(statement).some((inner) => {
    if (namespaceAt(inner) >= 0) return hasValues(inner);
    const [first, second] = inner.filter(({ text }) => text !== "export" && text !== ";");
    return (
      first !== undefined && !TYPES.has(first.text) && !(first.text === "import" && second?.text === "type")
    );
  });
}

function bodyOf(statement: readonly Token[]): readonly (readonly Token[])[] {
  return split(inside(statement, openOf(statement))).flatMap(onOneLine);
}

/** `export class A {} export class B {}`, which needs no line of its own for each. */
function onOneLine(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  tokens.forEach((token, at) => {
    parts.at(-1)?.push(token);
    if (token.text === "{" || token.text === "${") depth += 1;
    if (token.text === "}") depth -= 1;
    if (depth === 0 && token.text === "}" && BEGINNERS.has(tokens[at + 1]?.text ?? "")) parts.push([]);
  });
  return parts;
}

function openOf(statement: readonly Token[]): number {
  return statement.findIndex(({ text }) => text === "{");
}

function writeNamespace(statement: readonly Token[], at: number, declared: Declared, edits: Edit[]): void {
  const open = openOf(statement);
  const names = statement.slice(at + 1, open).flatMap(({ text }) => (text === "." ? [] : [text]));
  const [outer = "", ...inner] = names;
  const [first, opener, closer] = [
    statement[at],
    statement[open],
    statement[open + bodyTokens(statement) + 1],
  ];
  if (first === undefined || opener === undefined || closer === undefined) return;
  const added = declared.has(outer);
  declared.add(outer);
  const begin = [
    added ? `(function (${outer}) {` : `var ${outer} = (function (${outer}) {`,
    ...inner.map(
      (name, index) => `${getter(names[index] ?? "", name, false)} var ${name} = (function (${name}) {`,
    ),
  ].join(" ");
  const end = names.map((name, index) => `return ${name}; })(${index === 0 && added ? outer : "{}"});`);
  const body = bodyOf(statement);
  const last = names.at(-1) ?? "";
  const start = added ? (statement[0]?.start ?? first.start) : first.start;
  edits.push({
    start,
    end: opener.end,
    text: `${begin} ${body.map((each) => exportsOf(each, last)).join(" ")}`,
  });
  edits.push({ start: closer.start, end: closer.end, text: `; ${end.toReversed().join(" ")}` });
  for (const [word] of body) {
    if (word?.text === "export") edits.push({ start: word.start, end: word.end, text: "" });
  }
  writeOut(
    body.map((each) => (each[0]?.text === "export" ? each.slice(1) : each)),
    edits,
  );
}

function bodyTokens(statement: readonly Token[]): number {
  return inside(statement, openOf(statement)).length;
}

/** What a statement in a namespace exports is seen from outside as it is at the time. */
function exportsOf(statement: readonly Token[], namespace: string): string {
  const [first, second] = statement;
  if (first?.text !== "export" || TYPES.has(second?.text ?? "")) return "";
  const isVariable = second?.text === "let" || second?.text === "var";
  const isNamespace = namespaceAt(statement) >= 0;
  if (isNamespace && !hasValues(statement)) return "";
  const names = isNamespace ? [statement[2]?.text ?? ""] : declaredBy(statement);
  return names.map((name) => getter(namespace, name, isVariable)).join(" ");
}

function getter(namespace: string, name: string, settable: boolean): string {
  const set = settable ? `, set: (value) => { ${name} = value; }` : "";
  return `Object.defineProperty(${namespace}, "${name}", { enumerable: true, configurable: true, get: () => ${name}${set} });`;
}

function declaredBy(statement: readonly Token[]): readonly string[] {
  const words = statement.filter(({ text }) => text !== "export" && text !== "declare" && text !== "default");
  if (TYPES.has(words[0]?.text ?? "")) return [];
  const isType = ["function", "class", "enum"].some((word) =>
    words.slice(0, 3).some(({ text }) => text === word),
  );
  const found = statement.filter(({ role }) => role === "declaration").map(({ text }) => text);
  return isType ? found.slice(0, 1) : [...new Set(found)];
}
