/**
 * The graph for those who don't see it, and for the keyboard: a tree (visually hidden) whose items are the drawn nodes. It
 * holds the keyboard's focus; the drawing only shows where it is. Only the items around the focus exist, whatever the size.
 */
import { element } from "../ui/dom";
import type { DrawnNode, Drawing } from "./drawing";
import { neighbours } from "./lineage";

const AROUND = 25;

export interface OutlineHost {
  label(node: DrawnNode): string;
  /** What VS Code's context menu is asked with. */
  context(node: DrawnNode): string;
  activated(id: string | null): void;
  opened(id: string): void;
  selected(id: string): void;
  /** Where a node is on the screen, within what the outline lies over; null while it isn't drawn. */
  placeOf(id: string): { readonly x: number; readonly y: number } | null;
}

type Way = "up" | "down" | "left" | "right";

export class Outline {
  readonly root: HTMLElement;
  readonly #live = element("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  #drawing: Drawing | null = null;
  #order: readonly DrawnNode[] = [];
  #above: ReadonlyMap<string, readonly string[]> = new Map();
  #below: ReadonlyMap<string, readonly string[]> = new Map();
  #active: string | null = null;

  constructor(
    name: string,
    private readonly host: OutlineHost,
  ) {
    this.root = element("div", { class: "visually-hidden outline", role: "tree", "aria-label": name });
    this.root.addEventListener("keydown", (event) => this.#keydown(event));
    this.root.addEventListener("focusin", () => this.host.activated(this.#active));
    this.root.addEventListener("focusout", () => this.host.activated(null));
  }

  get live(): HTMLElement {
    return this.#live;
  }

  get active(): string | null {
    return this.#active;
  }

  announce(text: string): void {
    this.#live.textContent = text;
  }

  setDrawing(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#order = [...drawing.nodes.values()].sort(
      (a, b) => a.rank - b.rank || across(drawing, a) - across(drawing, b),
    );
    const arrows = drawing.edges.map(({ edge }) => edge);
    this.#above = neighbours(arrows, "up");
    this.#below = neighbours(arrows, "down");
    this.#active = standIn(drawing, this.#active) ?? this.#order[0]?.id ?? null;
    this.refresh();
  }

  /** After labels changed. */
  refresh(): void {
    const focused = this.root.contains(document.activeElement);
    const at = this.#order.findIndex((node) => node.id === this.#active);
    const from = Math.max(0, at - AROUND);
    const items = this.#order.slice(from, from + 2 * AROUND + 1).map((node, i) => this.#item(node, from + i));
    this.root.replaceChildren(...items);
    if (focused) this.#activeItem()?.focus({ preventScroll: true });
  }

  focus(id: string | null = null): void {
    // What isn't drawn yet takes the keyboard when it is (standIn).
    if (id !== null && id !== this.#active && this.#drawing?.nodes.has(id) === true) {
      this.#active = id;
      this.refresh();
    }
    this.#stand();
    this.#activeItem()?.focus({ preventScroll: true });
  }

  /** A key while nothing else has the keyboard. */
  take(event: KeyboardEvent): void {
    // The menu that follows is that of what has the focus by then.
    if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) this.focus();
    if (ways[event.key] === undefined && event.key !== "Home" && event.key !== "End") return;
    this.focus();
    this.#keydown(event);
  }

  /** Stands where the active node is drawn: there a context menu opens, and there screen magnifiers look. */
  #stand(): void {
    const place = this.#active === null ? null : this.host.placeOf(this.#active);
    if (place === null) return;
    this.root.style.left = `${place.x}px`;
    this.root.style.top = `${place.y}px`;
  }

  #item(node: DrawnNode, index: number): HTMLElement {
    return element(
      "div",
      {
        role: "treeitem",
        tabindex: node.id === this.#active ? 0 : -1,
        "aria-level": node.rank + 1,
        "aria-posinset": index + 1,
        "aria-setsize": this.#order.length,
        "aria-selected": String(node.id === this.#active),
        "data-node": node.id,
        "data-vscode-context": this.host.context(node),
        onclick: () => this.host.selected(node.id),
      },
      this.host.label(node),
    );
  }

  #activeItem(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>('[tabindex="0"]');
  }

  #keydown(event: KeyboardEvent): void {
    // The drawing may have been moved since.
    this.#stand();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = ways[event.key];
    if (way !== undefined) this.#move(this.#towards(way));
    else if (event.key === "Home") this.#move(this.#order[0]?.id ?? null);
    else if (event.key === "End") this.#move(this.#order.at(-1)?.id ?? null);
    else if (event.key === "Enter" && this.#active !== null) this.host.opened(this.#active);
    else if (event.key === " " && this.#active !== null) this.host.selected(this.#active);
    else return;
    event.preventDefault();
  }

  #move(id: string | null): void {
    if (id === null) return;
    this.focus(id);
    this.host.activated(id);
  }

  /** Along the drawing's direction an edge is followed; across it goes to the neighbour in the rank. */
  #towards(way: Way): string | null {
    const drawing = this.#drawing;
    const here = drawing?.nodes.get(this.#active ?? "");
    if (drawing === null || here === undefined) return null;
    const sideways = drawing.direction === "LR";
    const [back, forth] = sideways ? (["left", "right"] as const) : (["up", "down"] as const);
    if (way === back || way === forth) {
      const near = (way === back ? this.#above : this.#below).get(here.id) ?? [];
      return nearest(
        drawing,
        here,
        near.flatMap((id) => drawing.nodes.get(id) ?? []),
      );
    }
    const step = way === "right" || (sideways && way === "down") ? 1 : -1;
    const next = this.#order[this.#order.indexOf(here) + step];
    return next?.rank === here.rank ? next.id : null;
  }
}

/** Where the keyboard goes on: at a fold's first member when it was opened, at the fold when it was closed. */
function standIn(drawing: Drawing, active: string | null): string | null {
  if (active === null || drawing.nodes.has(active)) return active;
  const { frames, nodeOf } = drawing.scene;
  return frames.find((frame) => frame.id === active)?.members[0] ?? nodeOf.get(active) ?? null;
}

const ways: Readonly<Record<string, Way | undefined>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

function across(drawing: Drawing, node: DrawnNode): number {
  return drawing.direction === "TB" ? node.x : node.y;
}

function nearest(drawing: Drawing, here: DrawnNode, nodes: readonly DrawnNode[]): string | null {
  let best: DrawnNode | null = null;
  const distance = (node: DrawnNode): number => Math.abs(across(drawing, node) - across(drawing, here));
  for (const node of nodes) if (best === null || distance(node) < distance(best)) best = node;
  return best?.id ?? null;
}
