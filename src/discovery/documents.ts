/**
 * What was found in each file, kept by version: re-parsed incrementally, and remembered while the text is broken, so that
 * lenses don't jump while someone types.
 */
import type { Language } from "../core/entities";
import { languageOf } from "../core/languages";
import type { DiscoveredFile, DiscoveredPipeline, DiscoveredStep } from "./model";
import type { Grammars, LoadedGrammar, Tree } from "./grammars";
import { extractPython, mayHoldPython } from "./python";
import { endOfInsertion, mapDefinition, shifted, type TextEdit } from "./shift";
import { extractTypeScript, mayHoldTypeScript } from "./typescript";

export interface SourceText {
  readonly file: string;
  readonly version: number | string;
  text(): string;
}

interface Entry {
  /** Null after an edit that was not read yet. */
  readonly version: number | string | null;
  readonly text: string;
  readonly tree: Tree | null;
  readonly found: DiscoveredFile;
}

const languages: Readonly<
  Record<
    Language,
    {
      readonly mayHold: (text: string) => boolean;
      readonly extract: (grammar: LoadedGrammar, tree: Tree, file: string) => DiscoveredFile;
    }
  >
> = {
  python: { mayHold: mayHoldPython, extract: extractPython },
  node: { mayHold: mayHoldTypeScript, extract: extractTypeScript },
};

export class Documents {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly grammars: Grammars) {}

  /** What is known of a version of a file; null when it was not read, or its grammar is not there yet. */
  known(file: string, version: number | string): DiscoveredFile | null {
    const entry = this.entries.get(file);
    return entry?.version === version ? entry.found : null;
  }

  latest(file: string): DiscoveredFile | null {
    return this.entries.get(file)?.found ?? null;
  }

  files(): IterableIterator<string> {
    return this.entries.keys();
  }

  forget(file: string): boolean {
    this.entries.get(file)?.tree?.delete();
    return this.entries.delete(file);
  }

  /** What was typed moves what is known at once; reading the new text may come later. */
  edited(file: string, edits: readonly TextEdit[]): void {
    const before = this.entries.get(file);
    if (before === undefined || edits.length === 0) return;
    let { text } = before;
    for (const edit of edits) {
      if (before.tree !== null)
        this.grammars.loaded(before.found.language)?.edit(before.tree, treeEdit(edit));
      text = text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
    }
    this.entries.set(file, { ...before, version: null, text, found: shifted(before.found, edits) });
  }

  /** Reads at once if the grammar is loaded; null if it is not, or `signal` ended the parse. */
  readNow(source: SourceText, signal?: AbortSignal): DiscoveredFile | null {
    const known = this.known(source.file, source.version);
    if (known !== null) return known;
    const language = languageOf(source.file);
    if (language === null) return null;
    const text = source.text();
    const before = this.entries.get(source.file);
    if (before?.version != null && before.text === text) {
      return this.keep(source, { ...before, version: source.version });
    }
    const { mayHold, extract } = languages[language];
    if (before?.tree == null && !mayHold(text)) {
      return this.keep(source, {
        version: source.version,
        text,
        tree: null,
        found: nothing(source.file, language),
      });
    }
    const grammar = this.grammars.loaded(language);
    if (grammar === null) return null;
    const tree = parse(grammar, text, before, signal);
    if (tree === null) return null;
    const found = remember(extract(grammar, tree, source.file), before?.found, text);
    return this.keep(source, { version: source.version, text, tree, found });
  }

  async read(source: SourceText, signal?: AbortSignal): Promise<DiscoveredFile | null> {
    const now = this.readNow(source, signal);
    const language = languageOf(source.file);
    if (now !== null || language === null || signal?.aborted === true) return now;
    await this.grammars.load(language);
    return this.readNow(source, signal);
  }

  private keep(source: SourceText, entry: Entry): DiscoveredFile {
    this.entries.set(source.file, entry);
    return entry.found;
  }
}

function nothing(file: string, language: Language): DiscoveredFile {
  return {
    file,
    language,
    pipelines: [],
    steps: [],
    imports: new Map(),
    sdkImport: null,
    options: [],
    strays: [],
    lookups: [],
    saved: [],
    broken: false,
  };
}

function parse(
  grammar: LoadedGrammar,
  text: string,
  before: Entry | undefined,
  signal?: AbortSignal,
): Tree | null {
  const known = before?.tree ?? null;
  let old: Tree | null = null;
  if (before !== undefined && known !== null) {
    if (before.text === text) old = known;
    // One that was moved by edits which did not lead to this text can't be relied on.
    else if (before.version !== null) {
      grammar.edit(known, editBetween(before.text, text));
      old = known;
    }
  }
  const tree = grammar.parse(text, old, signal);
  // A tree that was told of an edit describes no text any more, unless the new one takes its place.
  if (tree !== null) known?.delete();
  return tree;
}

/** The one replacement that turns `before` into `after`. */
function editBetween(before: string, after: string): Parameters<LoadedGrammar["edit"]>[1] {
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let tail = 0;
  while (
    tail < limit - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail += 1;
  }
  const oldEndIndex = before.length - tail;
  const newEndIndex = after.length - tail;
  return {
    startIndex: start,
    oldEndIndex,
    newEndIndex,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEndIndex),
    newEndPosition: pointAt(after, newEndIndex),
  };
}

function treeEdit(edit: TextEdit): Parameters<LoadedGrammar["edit"]>[1] {
  const { start, end, offset, length, text } = edit;
  const inserted = endOfInsertion(edit);
  return {
    startIndex: offset,
    oldEndIndex: offset + length,
    newEndIndex: offset + text.length,
    startPosition: { row: start.line, column: start.column },
    oldEndPosition: { row: end.line, column: end.column },
    newEndPosition: { row: inserted.line, column: inserted.column },
  };
}

function pointAt(text: string, index: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < index; at = text.indexOf("\n", at + 1)) {
    row += 1;
    lineStart = at + 1;
  }
  return { row, column: index - lineStart };
}

/** While the text is broken, keeps what was there before and whose defining line is still there. */
function remember(found: DiscoveredFile, before: DiscoveredFile | undefined, text: string): DiscoveredFile {
  if (!found.broken || before === undefined) return found;
  const pipelines = withRemembered(found.pipelines, before.pipelines, text);
  const steps = withRemembered(found.steps, before.steps, text);
  return { ...found, pipelines, steps };
}

function withRemembered<T extends DiscoveredPipeline | DiscoveredStep>(
  now: readonly T[],
  before: readonly T[],
  text: string,
): readonly T[] {
  const present = new Set(now.map((item) => item.functionName));
  const lost = before.filter((item) => !present.has(item.functionName));
  if (lost.length === 0) return now;
  const lines = text.split("\n");
  const kept = lost.flatMap((item) => {
    const definition = new RegExp(
      String.raw`^\s*((async\s+)?(def|class|export\s+const|const)\s+|(module\.)?exports\.)${item.functionName}\b`,
    );
    const at = lines.findIndex((line) => definition.test(line));
    return at === -1 ? [] : [moved(item, at + 1 - item.line)];
  });
  return [...now, ...kept].sort((a, b) => a.line - b.line);
}

function moved<T extends DiscoveredPipeline | DiscoveredStep>(item: T, by: number): T {
  if (by === 0) return item;
  return mapDefinition(item, (span) => ({ ...span, line: span.line + by, endLine: span.endLine + by }));
}
