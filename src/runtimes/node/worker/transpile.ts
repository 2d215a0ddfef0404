/** From the text of a module to the function that it is run as: line by line, so that errors point where the user wrote. */
import { url as debuggerUrl } from "node:inspector";
import { Module } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "sucrase";
import type { SourceLocation } from "../../../core/errors";
import { MODULE_FUNCTION } from "./captured";
import { withNamespaces } from "./namespaces";
import { parsed } from "./source";
import type { Parsed, Token } from "./source";

export interface Transpiled {
  readonly source: Parsed;
  readonly run: (...args: unknown[]) => unknown;
  /** The modules that it imports before it runs, in their order. */
  readonly imports: readonly Import[];
  /** The text that is run, by lines as in the file. */
  readonly code: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** What the code uses of it by name: types are gone. */
  readonly names: ReadonlySet<string>;
}

type Compiling = Module & { _compile(code: string, file: string): void };

/** What the module is given; ES modules may have variables of these names. */
const GIVEN = ["require", "exports", "module", "__filename", "__dirname"];

export function transpiled(file: string, written: string): Transpiled {
  const extension = path.extname(file);
  const typescript = /ts/.test(extension);
  const jsx = extension.endsWith("x");
  let code: string;
  let source: Parsed;
  try {
    const text = typescript ? withNamespaces(written) : written;
    source = { ...parsed(text, { typescript, jsx }), written };
    code = transform(withOwnNames(source), {
      transforms: [
        "imports",
        ...(typescript ? (["typescript"] as const) : []),
        ...(jsx ? (["jsx"] as const) : []),
      ],
      preserveDynamicImport: true,
      disableESTransforms: true,
      production: true,
      filePath: file,
    }).code;
  } catch (error) {
    throw refusedByParser(file, error);
  }
  if (/\bimport\s*(\.|\()/.test(code)) code = withoutImports(code);
  const imports = importsOf(source.tokens, code);
  return { source, run: compiled(file, source, code), imports, code };
}

function compiled(file: string, source: Parsed, code: string): Transpiled["run"] {
  const holder = new Module(file) as Compiling;
  holder.filename = file;
  const head = `module.exports = ${waits(source) ? "async " : ""}function ${MODULE_FUNCTION}(exports, require, module, __filename, __dirname, __meta, __import) {`;
  const map = debuggerUrl() === undefined ? "" : `\n${lineMap(file, source.written)}`;
  try {
    holder._compile(`${head}${code}\n}${map}`, file);
  } catch (error) {
    throw refusedByNode(file, error, source);
  }
  return holder.exports as Transpiled["run"];
}

/** Whether the module itself awaits something, in a block or not. */
function waits({ tokens, functions }: Parsed): boolean {
  // The first scope of all is the module's.
  const inner = functions.filter(({ from }) => from > 0);
  return tokens.some(
    ({ text, index, role }) =>
      text === "await" && role !== "key" && !inner.some(({ from, to }) => index >= from && index < to),
  );
}

/** A module's own `const require = createRequire(…)` and the like, under names that are free. */
function withOwnNames({ text, tokens }: Parsed): string {
  const own = new Set(
    tokens
      .filter((token) => token.scope === 0 && token.role === "declaration" && GIVEN.includes(token.text))
      .map((token) => token.text),
  );
  if (own.size === 0) return text;
  let result = "";
  let at = 0;
  for (const token of tokens) {
    if (!own.has(token.text) || token.role === null || token.role === "key" || token.isType) continue;
    const put = token.shorthand ? `${token.text}: ${token.text}$own` : `${token.text}$own`;
    result += text.slice(at, token.start) + put;
    at = token.end;
  }
  return result + text.slice(at);
}

/** `import … from`, `export … from` and `import "…"` of which something is left in the code. */
function importsOf(tokens: readonly Token[], code: string): readonly Import[] {
  const kept = new Set([...code.matchAll(/\brequire\('([^']*)'\)/g)].map(([, specifier]) => specifier));
  const names = usedNames(code);
  const found = new Map<string, Import>();
  tokens.forEach((token, at) => {
    if (token.scope !== 0 || !/^["']/.test(token.text)) return;
    const before = tokens[at - 1];
    if (before?.text !== "from" && before?.text !== "import") return;
    const specifier = token.text.slice(1, -1);
    if (!kept.has(specifier) || found.has(specifier)) return;
    found.set(specifier, { specifier, line: token.line, names: names.get(specifier) ?? new Set() });
  });
  return [...found.values()];
}

/** Of the transpiler's `var _lib = require('./lib')`, what stands after `_lib.`, by specifier. */
function usedNames(code: string): ReadonlyMap<string, ReadonlySet<string>> {
  const variables = new Map<string, string>();
  for (const [, variable = "", specifier = ""] of code.matchAll(/\bvar (_[\w$]+) = require\('([^']*)'\)/g))
    variables.set(variable, specifier);
  for (const [, outer = "", inner = ""] of code.matchAll(
    /\bvar (_[\w$]+) = _interopRequire(?:Default|Wildcard)\((_[\w$]+)\)/g,
  )) {
    variables.set(outer, variables.get(inner) ?? "");
  }
  const names = new Map<string, Set<string>>();
  for (const [, variable = "", name = ""] of code.matchAll(/(?<![\w$.])(_[\w$]+)\.([A-Za-z_$][\w$]*)/g)) {
    const specifier = variables.get(variable);
    if (specifier !== undefined) names.set(specifier, (names.get(specifier) ?? new Set()).add(name));
  }
  return names;
}

/** Tells a debugger that each line is the line of that number in the file, so that it shows what the user wrote. */
function lineMap(file: string, text: string): string {
  const nextLine = ";AACA";
  const mappings = `AAAA${nextLine.repeat(text.split("\n").length - 1)}`;
  const map = JSON.stringify({ version: 3, sources: [pathToFileURL(file).href], names: [], mappings });
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}

/** `import.meta` and `import(…)` mean nothing in the form that the module has now: ours stand in. */
function withoutImports(code: string): string {
  const { tokens } = parsed(code, { typescript: false });
  let result = "";
  let at = 0;
  tokens.forEach((token, index) => {
    if (token.text !== "import") return;
    const next = tokens[index + 1];
    const meta = next?.text === "." && tokens[index + 2]?.text === "meta";
    if (!meta && next?.text !== "(") return;
    result += code.slice(at, token.start) + (meta ? "__meta" : "__import");
    at = meta ? (tokens[index + 2]?.end ?? token.end) : token.end;
  });
  return result + code.slice(at);
}

function refusedByParser(file: string, error: unknown): SyntaxError {
  const { message } = error as Error;
  const place = /\((\d+):(\d+)\)/.exec(message);
  const said = message.replace(/^Error transforming [^:]*: /, "").replace(/\s*\(\d+:\d+\)$/, "");
  const line = Number(place?.[1] ?? 1);
  return syntaxError(said, { file, line, column: Number(place?.[2] ?? 0) + 1 });
}

/** What the parser reads, and this Node does not. Its stack begins with the place. */
function refusedByNode(file: string, error: unknown, source: Parsed): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const place = (error.stack ?? "").split("\n", 1)[0]?.startsWith(`${file}:`) === true;
  const line = place ? Number(/:(\d+)$/m.exec(error.stack ?? "")?.[1] ?? 1) : 1;
  const made = syntaxError(error.message, { file, line });
  const advice = adviceFor(source, line);
  return advice === null ? made : Object.assign(made, { advice });
}

/** Node says `Unexpected identifier`, wherever it doesn't know a word yet. */
function adviceFor({ tokens }: Parsed, line: number): string | null {
  const words = tokens.filter((token) => token.line === line).map(({ text }) => text);
  const { node } = process.versions;
  if (words.includes("@")) {
    return "Decorators are no part of JavaScript yet: call the function instead, or import what a build has made of the file.";
  }
  if (words.includes("accessor")) {
    return "`accessor` is no part of JavaScript yet: write a getter and a setter, or a field.";
  }
  if (words.includes("using"))
    return `Node.js ${node} doesn't know \`using\`: use Node.js 24 or newer, or try … finally.`;
  return null;
}

function syntaxError(said: string, location: SourceLocation): SyntaxError {
  return Object.assign(new SyntaxError(`${path.basename(location.file)}: ${said}`), { location });
}
