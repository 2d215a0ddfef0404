/** What of the drawing is marked now, from everything that marks: the pointer, a search, the editor's cursor, the view. */
import { criticalPath } from "./critical";
import type { Drawing, DrawnNode } from "./drawing";
import type { Finder } from "./finder";
import type { GraphStore } from "./graphStore";
import { lineage, nextTo } from "./lineage";
import type { Marks } from "./marks";
import type { ViewState } from "./viewState";

export class Marking {
  #hovered: { readonly id: string; readonly whole: boolean } | null = null;
  #pointed: readonly string[] = [];

  constructor(private readonly finder: Finder) {}

  /** Whether anything is different by it. `whole`: everything that leads there and from there. */
  hover(node: DrawnNode | null, whole: boolean): boolean {
    const before = this.#hovered;
    const same = (before?.id ?? null) === (node?.id ?? null) && (before?.whole ?? whole) === whole;
    this.#hovered = node === null ? null : { id: node.id, whole };
    return !same;
  }

  /** What the editor's cursor stands in. */
  point(nodes: readonly string[]): void {
    this.#pointed = nodes;
  }

  marks(store: GraphStore, drawing: Drawing, view: ViewState, active: string | null): Marks {
    const drawn = (ids: Iterable<string>): ReadonlySet<string> =>
      new Set([...ids].flatMap((id) => drawing.scene.nodeOf.get(id) ?? []));
    return {
      selected: view.selected,
      active,
      lit: this.#lit(drawing),
      dims: this.#hovered === null || this.#hovered.whole,
      critical: view.critical ? drawn(criticalPath(store.state, Date.now())) : null,
      pointed: drawn(this.#pointed),
    };
  }

  #lit(drawing: Drawing): ReadonlySet<string> | null {
    if (this.#hovered === null) return this.finder.lit;
    const { id, whole } = this.#hovered;
    const arrows = drawing.scene.edges;
    return whole ? lineage(arrows, id, "both") : nextTo(arrows, id);
  }
}
