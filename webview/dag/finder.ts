/** What a search found, in the order in which it is drawn, and which of it was gone to last. */
import { fill } from "../../src/panels/messages";
import type { DagStrings } from "../../src/panels/dag/messages";
import type { Drawing } from "./drawing";
import type { GraphStore } from "./graphStore";
import { statusWord } from "./look";
import { search } from "./query";

export class Finder {
  #query = "";
  #found: readonly string[] | null = null;
  #lit: ReadonlySet<string> | null = null;
  #at: string | null = null;

  constructor(private readonly strings: DagStrings) {}

  get query(): string {
    return this.#query;
  }

  /** The drawn nodes that match; null when nothing is asked. */
  get lit(): ReadonlySet<string> | null {
    return this.#lit;
  }

  get count(): number {
    return this.#found?.length ?? 0;
  }

  ask(query: string, store: GraphStore, drawing: Drawing | null): void {
    this.#query = query;
    this.#at = null;
    this.refresh(store, drawing);
  }

  /** After states or the drawing changed: what was gone to stays where one is. */
  refresh(store: GraphStore, drawing: Drawing | null): void {
    const words = (status: Parameters<typeof statusWord>[1]): string => statusWord(this.strings, status);
    const found = this.#query === "" ? null : search(store.state, this.#query, words);
    this.#lit =
      found === null ? null : new Set([...found].flatMap((id) => drawing?.scene.nodeOf.get(id) ?? []));
    const lit = this.#lit;
    this.#found = lit === null ? null : [...(drawing?.nodes.keys() ?? [])].filter((id) => lit.has(id));
  }

  next(step: 1 | -1): string | null {
    const found = this.#found ?? [];
    const at = this.#at === null ? -1 : found.indexOf(this.#at);
    const before = at < 0 && step === -1 ? 0 : at;
    this.#at = found[(before + step + found.length) % Math.max(1, found.length)] ?? null;
    return this.#at;
  }

  /** `2 of 7`. */
  words(): string {
    if (this.#found === null) return "";
    if (this.#found.length === 0) return this.strings.noMatches;
    const at = this.#at === null ? 0 : Math.max(0, this.#found.indexOf(this.#at));
    return fill(this.strings.matches, at + 1, this.#found.length);
  }
}
