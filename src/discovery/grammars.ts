/** The published wasm grammars, loaded once from one folder and only when text is first read. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type * as TreeSitter from "web-tree-sitter";
import type { Language as Grammar, Node, Parser, Query, Tree } from "web-tree-sitter";
import type { Language } from "../core/entities";
import { HeadraceError, messageOf } from "../core/errors";

export type { Node, Tree } from "web-tree-sitter";

type Library = typeof TreeSitter;

const grammarFiles: Readonly<Record<Language, string>> = {
  python: "tree-sitter-python.wasm",
  node: "tree-sitter-typescript.wasm",
};

export interface Grammars {
  /** Null until `load` has brought the language. */
  loaded(language: Language): LoadedGrammar | null;
  load(language: Language): Promise<LoadedGrammar>;
}

/** Gives the text of a wasm file by its name. Injected, because editor, CLI and tests keep them in different places. */
export type WasmSource = (name: string) => Promise<Uint8Array>;

export function wasmFolder(folder: string): WasmSource {
  return (name) => readFile(path.join(folder, name));
}

export class LoadedGrammar {
  private readonly parser: Parser;
  private readonly queries = new Map<string, Query>();

  constructor(
    private readonly treeSitter: Library,
    private readonly grammar: Grammar,
  ) {
    this.parser = new treeSitter.Parser();
    this.parser.setLanguage(grammar);
  }

  /** Null when `signal` ended it. */
  parse(text: string, previous: Tree | null, signal?: AbortSignal): Tree | null {
    this.parser.reset();
    // The declared result is `void`, but a true one is what stops the parse.
    const stop: () => void = () => signal?.aborted === true;
    return this.parser.parse(text, previous, { progressCallback: stop });
  }

  /** Matching nodes in the order of the text, found inside wasm: far faster than walking the tree from here. */
  find(pattern: string, node: Node): readonly Node[] {
    let query = this.queries.get(pattern);
    if (query === undefined) {
      query = new this.treeSitter.Query(this.grammar, pattern);
      this.queries.set(pattern, query);
    }
    return query.captures(node).map((capture) => capture.node);
  }

  edit(tree: Tree, edit: ConstructorParameters<Library["Edit"]>[0]): void {
    tree.edit(new this.treeSitter.Edit(edit));
  }
}

export function grammarsFrom(source: WasmSource): Grammars {
  let library: Promise<Library> | undefined;
  const loading = new Map<Language, Promise<LoadedGrammar>>();
  const ready = new Map<Language, LoadedGrammar>();

  async function start(): Promise<Library> {
    const loaded = await import("web-tree-sitter");
    await loaded.Parser.init({ wasmBinary: Uint8Array.from(await source("web-tree-sitter.wasm")).buffer });
    return loaded;
  }

  async function bring(language: Language): Promise<LoadedGrammar> {
    try {
      library ??= start();
      const loaded = await library;
      const grammar = new LoadedGrammar(
        loaded,
        await loaded.Language.load(await source(grammarFiles[language])),
      );
      ready.set(language, grammar);
      return grammar;
    } catch (error) {
      library = undefined;
      loading.delete(language);
      throw new HeadraceError(
        "internal",
        `The ${language} grammar could not be loaded: ${messageOf(error)}`,
        {
          advice: "Reinstall the extension: a file of it is missing or damaged.",
          cause: error,
        },
      );
    }
  }

  return {
    loaded: (language) => ready.get(language) ?? null,
    load: (language) => {
      let promise = loading.get(language);
      if (promise === undefined) loading.set(language, (promise = bring(language)));
      return promise;
    },
  };
}
