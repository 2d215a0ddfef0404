/**
 * The code that a step reaches (docs/TYPESCRIPT.md, "What counts as code"): the statement that makes it, and every statement
 * at the top of a module of the workspace that one of these refers to by name, across imports. Packages count by version.
 * It may reach too much (a property that is called like a helper), never too little of what is referred to by name.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { CodeComponent } from "../../../core/spec";
import type { Step } from "../api/step";
import { capturedBy } from "./captured";
import type { Loader, LoadedModule } from "./loader";
import { exportedBy } from "./exported";
import { resolve } from "./resolve";
import type { Resolved } from "./resolve";
import { wordsOf } from "./signature";
import { statementAt, statementFrom, statementsOf, textOf } from "./statements";
import type { Statement } from "./statements";
import { withoutOptions } from "./stepCalls";

/** Characters of one statement, and of all; what is longer is known by its digest alone. */
const LONGEST_SOURCE = 64_000;
const MOST_SOURCE = 1_000_000;

export class Reach {
  /** The text of the statements that were reached, by digest: what lets two runs be compared line by line. */
  readonly sources: Record<string, string> = {};
  readonly #loader: Loader;
  readonly #workspace: string;
  #room = MOST_SOURCE;

  constructor(loader: Loader, workspace: string) {
    this.#loader = loader;
    this.#workspace = workspace;
  }

  of(step: Step): readonly CodeComponent[] {
    const found = new Map<string, CodeComponent>();
    const add: Add = (kind, name, digest, file) => {
      const isFree = (candidate: string): boolean =>
        (found.get(`${kind} ${candidate}`)?.digest ?? digest) === digest;
      let unique = name;
      for (unique of this.#namesFor(name, file)) if (isFree(unique)) break;
      found.set(`${kind} ${unique}`, { kind, name: unique, digest });
    };
    const seen = new Set<Statement | LoadedModule | string>();
    // Not only the innermost: what a factory is given is written where it is called.
    step.made.forEach(({ file, line }, at) => {
      const module = this.#loader.module(file);
      const statement = module === undefined ? undefined : statementAt(module.source, line);
      if (module === undefined || statement === undefined || seen.has(statement)) return;
      seen.add(statement);
      const code = statementFrom(statement.tokens, withoutOptions(module.source, statement.tokens));
      // The same statement may make several steps: the function's own text tells them apart.
      const digest = at === 0 ? textDigest(`${code.digest} ${wordsOf(step.fn)}`) : code.digest;
      if (at === 0) add("step", step.name, digest);
      else add("function", nameOf(statement), digest, file);
      this.#keep(module, statement, digest);
      this.#follow(module, code, seen, add);
    });
    if (seen.size === 0) add("step", step.name, textDigest(wordsOf(step.fn)));
    for (const { name, digest } of capturedBy(step.fn)) add("constant", name, digest);
    return [...found.values()].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
  }

  /** Modules may have things of the same name, and one module several that have none. */
  *#namesFor(name: string, file: string | undefined): Iterable<string> {
    yield name;
    const full = file === undefined || name.includes(":") ? name : `${this.#relative(file)}:${name}`;
    yield full;
    for (let number = 2; ; number += 1) yield `${full} (${number})`;
  }

  #follow(module: LoadedModule, statement: Statement, seen: Seen, add: Add): void {
    for (const name of statement.refers) this.#reachName(module, name, seen, add);
    for (const specifier of statement.requires) {
      const resolved = resolvedIn(module, specifier);
      if (resolved !== null) this.#reachRequired(resolved, seen, add);
    }
  }

  /** What is taken of a module that is required, or imported as the step runs, shows then: all of it counts. */
  #reachRequired(resolved: Resolved, seen: Seen, add: Add): void {
    const target = this.#moduleOf(resolved);
    if (target === undefined) this.#reachOther(resolved, add);
    else this.#reachWhole(target, seen, add);
  }

  /** Also one that nothing has imported yet. */
  #moduleOf(resolved: Resolved | null): LoadedModule | undefined {
    return resolved?.kind === "user" ? this.#loader.read(resolved.file) : undefined;
  }

  #reachName(module: LoadedModule, name: string, seen: Seen, add: Add): void {
    for (const statement of statementsOf(module.source)) {
      const { declares, changes } = statement;
      if (seen.has(statement) || !(declares.includes(name) || changes.has(name))) continue;
      if (statement.kind === "import") this.#reachImport(module, name, seen, add);
      else this.#reachStatement(module, statement, seen, add);
    }
  }

  #reachStatement(module: LoadedModule, statement: Statement, seen: Seen, add: Add): void {
    seen.add(statement);
    add(componentKind(statement), nameOf(statement), statement.digest, module.file);
    this.#keep(module, statement);
    this.#follow(module, statement, seen, add);
  }

  #keep(module: LoadedModule, statement: Statement, digest = statement.digest): void {
    const text = textOf(module.source, statement);
    if (digest in this.sources || text.length > Math.min(LONGEST_SOURCE, this.#room)) return;
    this.#room -= text.length;
    this.sources[digest] = text;
  }

  /** What a name means that another module gives. */
  #reachImport(module: LoadedModule, name: string, seen: Seen, add: Add): void {
    const { specifier, imported } = importedAs(module, name);
    if (specifier !== null) this.#reachFrom(resolvedIn(module, specifier), imported, seen, add);
  }

  /** `name`: null for all of the module. */
  #reachFrom(resolved: Resolved | null, name: string | null, seen: Seen, add: Add): void {
    if (resolved === null) return;
    const target = this.#moduleOf(resolved);
    if (target === undefined) this.#reachOther(resolved, add);
    else if (name === null) this.#reachWhole(target, seen, add);
    else this.#reachExport(target, name, seen, add);
  }

  #reachExport(module: LoadedModule, name: string, seen: Seen, add: Add): void {
    const mark = `${module.file} ${name}`;
    if (seen.has(mark)) return;
    seen.add(mark);
    const { source } = module;
    const exported = exportedBy(source);
    const named = exported.find((each) => each.name === name);
    if (named?.from != null) {
      this.#reachFrom(resolvedIn(module, named.from), named.local, seen, add);
      return;
    }
    const local = named?.local ?? name;
    const statements = statementsOf(source);
    if (statements.some(({ declares }) => declares.includes(local))) {
      this.#reachName(module, local, seen, add);
      return;
    }
    const standard = name === "default" ? statements.find(isDefault) : undefined;
    if (standard !== undefined) {
      if (!seen.has(standard)) this.#reachStatement(module, standard, seen, add);
      return;
    }
    const other = exported
      .filter((each) => each.name === null && each.from !== null)
      .map((each) => resolvedIn(module, each.from ?? ""))
      .find((resolved) => name in (this.#moduleOf(resolved)?.exports ?? {}));
    if (other !== undefined) this.#reachFrom(other, name, seen, add);
    // It is made as the module runs.
    else this.#reachWhole(module, seen, add);
  }

  #reachWhole(module: LoadedModule, seen: Seen, add: Add): void {
    if (seen.has(module)) return;
    seen.add(module);
    for (const statement of statementsOf(module.source)) {
      // What is imported counts where it is referred to.
      if (seen.has(statement) || statement.kind === "import") continue;
      seen.add(statement);
      const name = `${this.#relative(module.file)}:${nameOf(statement)}`;
      add(componentKind(statement), name, statement.digest, module.file);
      this.#keep(module, statement);
      this.#follow(module, statement, seen, add);
    }
    for (const { from, local, name } of exportedBy(module.source)) {
      if (from === null) continue;
      this.#reachFrom(resolvedIn(module, from), name === null ? null : local, seen, add);
    }
  }

  #reachOther(resolved: Resolved, add: Add): void {
    if (resolved.kind === "json") {
      add("file", this.#relative(resolved.file), textDigest(readFileSync(resolved.file, "utf8")));
    } else if (resolved.kind === "package") {
      const [name, version] = packageOf(resolved.file);
      add("package", name, version);
    }
  }

  #relative(file: string): string {
    return path.relative(this.#workspace, file).split(path.sep).join("/");
  }
}

/** What was reached: statements, whole modules, and exports by their names. */
type Seen = Set<Statement | LoadedModule | string>;

/** `file`: where it is, for names that are in several. */
type Add = (kind: CodeComponent["kind"], name: string, digest: string, file?: string) => void;

function nameOf({ declares, title }: Statement): string {
  return declares[0] ?? title;
}

function isDefault({ tokens }: Statement): boolean {
  return tokens[0]?.text === "export" && tokens[1]?.text === "default";
}

/** Null for what isn't there: its import fails by itself, if it is ever done. */
function resolvedIn(module: LoadedModule, specifier: string): Resolved | null {
  try {
    return module.imports.get(specifier) ?? resolve(specifier, module.file);
  } catch {
    return null;
  }
}

function componentKind({ kind }: Statement): CodeComponent["kind"] {
  return kind === "effect" || kind === "import" ? "module" : kind;
}

/** The module that a local name comes from, and its name there; null for all of the module. */
function importedAs(
  module: LoadedModule,
  local: string,
): { specifier: string | null; imported: string | null } {
  const { tokens } = module.source;
  const at = tokens.findIndex(({ role, text }) => role === "import" && text === local);
  const rest = tokens.slice(at);
  const specifier = rest
    .find(({ text }, index) => /^["']/.test(text) && rest[index - 1]?.text === "from")
    ?.text.slice(1, -1);
  const [before, name] = [tokens[at - 1]?.text, tokens[at - 2]?.text];
  if (before === "as")
    return { specifier: specifier ?? null, imported: name === "*" ? null : (name ?? null) };
  const named = before === "{" || before === "," || before === "type";
  return { specifier: specifier ?? null, imported: named ? local : "default" };
}

function packageOf(file: string): readonly [name: string, version: string] {
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<
        string,
        unknown
      >;
      if (typeof name === "string" && typeof version === "string") return [name, version];
    } catch {
      // No manifest here: further up, then.
    }
  }
  return [path.basename(file), textDigest(readFileSync(file, "utf8"))];
}

function textDigest(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
