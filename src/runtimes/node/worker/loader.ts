/**
 * Loads the user's modules: transpiles TypeScript, line by line, so that errors point where the user wrote, and runs each
 * module after those it imports, as ES modules do. Each worker loads everything anew, so an edit always takes effect.
 */
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { deferred } from "../../../core/deferred";
import type { SourceLocation } from "../../../core/errors";
import { locationOf } from "./failure";
import { resolve } from "./resolve";
import type { Resolved } from "./resolve";
import type { Parsed } from "./source";
import { transpiled } from "./transpile";
import type { Import, Transpiled } from "./transpile";

/** Exports that an error lists. */
const MOST_NAMED = 24;

export interface LoadedModule {
  readonly file: string;
  readonly source: Parsed;
  /** What each specifier of its imports means. */
  readonly imports: ReadonlyMap<string, Resolved>;
  readonly exports: Record<string, unknown>;
}

interface Entry extends LoadedModule {
  readonly imports: Map<string, Resolved>;
  exports: Record<string, unknown>;
  readonly transpiled: Transpiled;
  evaluated: Promise<void> | null;
  /** Set while, and after, its body runs. */
  started: boolean;
}

export class Loader {
  readonly #api: Readonly<Record<string, unknown>>;
  readonly #modules = new Map<string, Entry>();
  readonly #packages = new Map<string, unknown>();
  readonly #stopped = deferred<undefined>();
  /** Packages that user code imported, for the next spare worker. */
  readonly packageFiles = new Set<string>();

  constructor(api: Readonly<Record<string, unknown>>) {
    this.#api = Object.freeze({ ...api, __esModule: true });
  }

  async import(file: string): Promise<LoadedModule> {
    const entry = this.#entry(lstatSync(file).isSymbolicLink() ? realpathSync(file) : file);
    await Promise.race([this.#evaluate(entry, new Set()), this.#stopped.promise]);
    return entry;
  }

  /** A module waits for what will not come: what it has exported so far is what there is. */
  stop(): void {
    this.#stopped.resolve(undefined);
  }

  module(file: string): LoadedModule | undefined {
    return this.#modules.get(file);
  }

  /** What a module says, whether it has run or not; undefined where it can't be read. */
  read(file: string): LoadedModule | undefined {
    try {
      return this.#entry(file);
    } catch {
      return undefined;
    }
  }

  modules(): Iterable<LoadedModule> {
    return this.#modules.values();
  }

  #entry(file: string): Entry {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(file, "utf8")
      .replace(/^#!/, "//")
      .replace(/^\uFEFF/, "");
    const made = transpiled(file, text);
    const entry: Entry = {
      file,
      source: made.source,
      transpiled: made,
      imports: new Map(),
      exports: {},
      evaluated: null,
      started: false,
    };
    this.#modules.set(file, entry);
    return entry;
  }

  /** Those it imports first; a circle is entered once, and sees what is there so far. */
  #evaluate(entry: Entry, above: ReadonlySet<Entry>): Promise<void> {
    entry.evaluated ??= this.#evaluateOnce(entry, new Set([...above, entry]));
    return entry.evaluated;
  }

  async #evaluateOnce(entry: Entry, above: ReadonlySet<Entry>): Promise<void> {
    for (const imported of entry.transpiled.imports) {
      const { specifier, line } = imported;
      try {
        const resolved = resolve(specifier, entry.file);
        entry.imports.set(specifier, resolved);
        const target = await this.#evaluated(resolved, entry.file, above);
        if (target !== null) checkNames(imported, target.exports);
      } catch (error) {
        throw located(error, { file: entry.file, line });
      }
    }
    if (!entry.started) await this.#run(entry);
  }

  /** What an import gives; null where that isn't known before the code runs: in a circle, of Node's own and of data. */
  async #evaluated(
    resolved: Resolved,
    from: string,
    above: ReadonlySet<Entry>,
  ): Promise<{ readonly exports: unknown } | null> {
    switch (resolved.kind) {
      case "headrace":
        return { exports: this.#api };
      case "package":
        return { exports: await this.#importPackage(resolved.file, from) };
      case "user": {
        const entry = this.#entry(resolved.file);
        if (above.has(entry)) return null;
        await this.#evaluate(entry, above);
        return entry;
      }
      default:
        return null;
    }
  }

  #run(entry: Entry): unknown {
    entry.started = true;
    const { file } = entry;
    const module = {
      get exports(): Record<string, unknown> {
        return entry.exports;
      },
      set exports(value: Record<string, unknown>) {
        entry.exports = value;
      },
      id: file,
      filename: file,
    };
    const native = createRequire(file);
    const require = Object.assign((specifier: string) => this.#require(specifier, entry), {
      resolve: native.resolve,
      cache: native.cache,
    });
    const meta = {
      url: pathToFileURL(file).href,
      filename: file,
      dirname: path.dirname(file),
      resolve: (specifier: string) => addressOf(specifier, file),
    };
    const dynamic = (specifier: string): Promise<unknown> => this.#dynamic(specifier, entry);
    return entry.transpiled.run.call(
      entry.exports,
      entry.exports,
      require,
      module,
      file,
      path.dirname(file),
      meta,
      dynamic,
    );
  }

  #require(specifier: string, from: Entry): unknown {
    const resolved = from.imports.get(specifier) ?? resolve(specifier, from.file);
    from.imports.set(specifier, resolved);
    switch (resolved.kind) {
      case "headrace":
        return this.#api;
      case "builtin":
        return createRequire(from.file)(resolved.name);
      case "json":
        return JSON.parse(readFileSync(resolved.file, "utf8"));
      case "package":
        return this.#packages.get(resolved.file) ?? this.#requirePackage(resolved.file, from.file);
      case "user": {
        const entry = this.#entry(resolved.file);
        if (!entry.started) this.#runNow(entry);
        return entry.exports;
      }
    }
  }

  /** `require` can't wait: what a module awaits at its top is not there yet. */
  #runNow(entry: Entry): void {
    const result = this.#run(entry);
    entry.evaluated = Promise.resolve(result).then(() => undefined);
  }

  async #dynamic(specifier: string, from: Entry): Promise<unknown> {
    const resolved = resolve(specifier, from.file);
    if (resolved.kind === "user") {
      const entry = this.#entry(resolved.file);
      await this.#evaluate(entry, new Set());
      return namespaceOf(entry.exports);
    }
    if (resolved.kind === "package") return namespaceOf(await this.#importPackage(resolved.file, from.file));
    return namespaceOf(this.#require(specifier, from));
  }

  async #importPackage(file: string, from: string): Promise<unknown> {
    const known = this.#packages.get(file);
    if (known !== undefined) return known;
    let found: unknown;
    try {
      found = this.#requirePackage(file, from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ERR_REQUIRE_ESM" && code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
      found = { ...((await import(pathToFileURL(file).href)) as object), __esModule: true };
    }
    this.#packages.set(file, found);
    return found;
  }

  #requirePackage(file: string, from: string): unknown {
    this.packageFiles.add(file);
    const found: unknown = createRequire(from)(file);
    // A module namespace of Node's says by itself what its default is.
    return isNamespace(found) ? { ...found, __esModule: true } : found;
  }
}

function isNamespace(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Module]"
  );
}

function namespaceOf(exports: unknown): unknown {
  const isModule = typeof exports === "object" && exports !== null && "__esModule" in exports;
  return isModule ? exports : { ...(exports as object), default: exports };
}

/** As `import.meta.resolve` answers. */
function addressOf(specifier: string, from: string): string {
  const resolved = resolve(specifier, from);
  if (resolved.kind === "builtin") return `node:${resolved.name.replace(/^node:/, "")}`;
  return resolved.kind === "headrace" ? "headrace" : pathToFileURL(resolved.file).href;
}

/** What an ES module imports by name must be there; what stands for it otherwise fails far from here. */
function checkNames({ specifier, names }: Import, exports: unknown): void {
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return;
  const isModule = "__esModule" in exports;
  const missing = [...names].find((name) => !(name in exports) && (name !== "default" || isModule));
  if (missing === undefined) return;
  const known = Object.keys(exports).filter((name) => name !== "__esModule");
  const others = known.length > MOST_NAMED ? `${known.slice(0, MOST_NAMED).join(", ")}, …` : known.join(", ");
  const what = missing === "default" ? "no default export" : `no export \`${missing}\``;
  const error = new Error(`"${specifier}" has ${what}; it has ${others === "" ? "none" : others}.`);
  error.name = "ImportError";
  throw error;
}

/** With the place of the import that failed, where the error names none in the user's code. */
function located(error: unknown, location: SourceLocation): unknown {
  if (!(error instanceof Error) || !Object.isExtensible(error) || locationOf(error) !== null) return error;
  return Object.assign(error, { location });
}
