/** What should be known about the drawing as a whole: what is left out of it, what it is compared with, and the ways back. */
import { fill } from "../../src/panels/messages";
import { invocationOf, type DagStrings } from "../../src/panels/dag/messages";
import { element } from "../ui/dom";
import { comparisonSummary } from "./compare";
import type { GraphStore } from "./graphStore";
import type { ViewState } from "./viewState";

export interface NotesHost {
  showAll(): void;
  stopComparing(): void;
  clearSearch(): void;
}

export class Notes {
  readonly root = element("div", { class: "notes" });
  #shown = "";

  constructor(
    private readonly strings: DagStrings,
    private readonly host: NotesHost,
  ) {}

  update(store: GraphStore | null, view: ViewState, query: string): void {
    const { strings, host } = this;
    const left = store === null ? "" : leftOut(strings, store, view);
    const compared = (store === null ? null : comparisonSummary(strings, store.state)) ?? "";
    const shown = [left, compared, query].join("\n");
    if (shown === this.#shown) return;
    this.#shown = shown;
    const note = (text: string, wayBack: string, act: () => void): HTMLElement =>
      element(
        "div",
        { class: "focus-note" },
        text,
        " ",
        element("button", { class: "link", onclick: act }, wayBack),
      );
    // Where the field is there only while it is used, the graph would stay dimmed for no reason that one could see.
    const asked = note(fill(strings.searchedFor, query), strings.clearSearch, () => host.clearSearch());
    asked.classList.add("narrow-only");
    this.root.replaceChildren(
      ...(compared === "" ? [] : [note(compared, strings.stopComparing, () => host.stopComparing())]),
      ...(query === "" ? [] : [asked]),
      ...(left === "" ? [] : [note(left, strings.showAll, () => host.showAll())]),
    );
  }
}

function leftOut(strings: DagStrings, store: GraphStore, { focus, hidden }: ViewState): string {
  const filtered = [...store.steps()].filter((step) => hidden.includes(step.status)).length;
  const notes: string[] = [];
  if (focus !== null)
    notes.push(fill(strings.focused, invocationOf(focus) ?? store.artifact(focus)?.name ?? focus));
  if (filtered > 0) notes.push(fill(strings.hiddenSteps, filtered));
  return notes.join(" · ");
}
