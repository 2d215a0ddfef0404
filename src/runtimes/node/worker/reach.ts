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
import type { Resolved } from "./resolve";
import { wordsOf } from "./signature";
import { statementAt, statementsOf, textOf } from "./statements";
import type { Statement } from "./statements";

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
    const add = (kind: CodeComponent["kind"], name: string, digest: string): void => {
      found.set(`${kind} ${name}`, { kind, name, digest });
    };
    const seen = new Set<Statement>();
    // Not only the innermost: what a factory is given is written where it is called.
    step.made.forEach(({ file, line }, at) => {
      const module = this.#loader.module(file);
      const statement = module === undefined ? undefined : statementAt(module.source, line);
      if (module === undefined || statement === undefined || seen.has(statement)) return;
      seen.add(statement);
      // The same statement may make several steps: the function's own text tells them apart.
      const digest = at === 0 ? textDigest(`${statement.digest} ${wordsOf(step.fn)}`) : statement.digest;
      add(at === 0 ? "step" : "function", at === 0 ? step.name : nameOf(statement), digest);
      this.#keep(module, statement, digest);
      this.#follow(module, statement, seen, add);
    });
    if (seen.size === 0) add("step", step.name, textDigest(wordsOf(step.fn)));
    for (const { name, digest } of capturedBy(step.fn)) add("constant", name, digest);
    return [...found.values()].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
  }

  #follow(module: LoadedModule, statement: Statement, seen: Set<Statement>, add: Add): void {
    for (const name of statement.refers) this.#reachName(module, name, seen, add);
    for (const specifier of statement.requires) {
      const resolved = module.imports.get(specifier);
      if (resolved !== undefined) this.#reachRequired(resolved, seen, add);
    }
  }

  /** What a CommonJS module exports is decided as it runs: all of it counts. */
  #reachRequired(resolved: Resolved, seen: Set<Statement>, add: Add): void {
    const target = resolved.kind === "user" ? this.#loader.module(resolved.file) : undefined;
    if (target === undefined) this.#reachOther(resolved, add);
    else this.#reachWhole(target, seen, add);
  }

  #reachName(module: LoadedModule, name: string, seen: Set<Statement>, add: Add): void {
    for (const statement of statementsOf(module.source)) {
      if (!statement.declares.includes(name) || seen.has(statement)) continue;
      if (statement.kind === "import") {
        this.#reachImport(module, name, seen, add);
        continue;
      }
      seen.add(statement);
      add(componentKind(statement), nameOf(statement), statement.digest);
      this.#keep(module, statement);
      this.#follow(module, statement, seen, add);
    }
  }

  #keep(module: LoadedModule, statement: Statement, digest = statement.digest): void {
    const text = textOf(module.source, statement);
    if (digest in this.sources || text.length > Math.min(LONGEST_SOURCE, this.#room)) return;
    this.#room -= text.length;
    this.sources[digest] = text;
  }

  /** What a name means that another module gives. */
  #reachImport(module: LoadedModule, name: string, seen: Set<Statement>, add: Add): void {
    const { specifier, imported } = importedAs(module, name);
    const resolved = specifier === null ? undefined : module.imports.get(specifier);
    if (resolved === undefined) return;
    if (resolved.kind !== "user") {
      this.#reachOther(resolved, add);
      return;
    }
    const target = this.#loader.module(resolved.file);
    if (target === undefined) return;
    if (imported === null) {
      this.#reachWhole(target, seen, add);
      return;
    }
    this.#reachExport(target, imported, seen, add);
  }

  #reachExport(module: LoadedModule, name: string, seen: Set<Statement>, add: Add): void {
    const statements = statementsOf(module.source);
    if (statements.some(({ declares }) => declares.includes(name))) {
      this.#reachName(module, name, seen, add);
      return;
    }
    // A default, or what is exported under another name or from elsewhere: all that the module exports.
    this.#reachWhole(module, seen, add);
  }

  #reachWhole(module: LoadedModule, seen: Set<Statement>, add: Add): void {
    for (const statement of statementsOf(module.source)) {
      if (seen.has(statement)) continue;
      seen.add(statement);
      const name = `${this.#relative(module.file)}:${nameOf(statement)}`;
      if (statement.kind !== "import") {
        add(componentKind(statement), name, statement.digest);
        this.#keep(module, statement);
      }
      this.#follow(module, statement, seen, add);
    }
    for (const resolved of module.imports.values()) {
      const target = resolved.kind === "user" ? this.#loader.module(resolved.file) : undefined;
      if (target !== undefined && /\bexport\s*(\*|\{[^}]*\}\s*from)/.test(module.source.text)) {
        this.#reachWhole(target, seen, add);
      }
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

type Add = (kind: CodeComponent["kind"], name: string, digest: string) => void;

function nameOf({ declares, firstLine }: Statement): string {
  return declares[0] ?? `line ${firstLine}`;
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
