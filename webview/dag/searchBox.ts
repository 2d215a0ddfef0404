/** The search field with how many matches there are, the way from one to the next, and what may be asked. */
import type { DagStrings } from "../../src/panels/dag/messages";
import { codicon, element } from "../ui/dom";
import { iconButton, textField } from "../ui/toolkit";

/** Tried by a click; the words of the query language are not translated. */
const EXAMPLES = ["status:failed", "status:running", "kind:artifact", "+name", "name+", "+name+"] as const;

export interface SearchHost {
  searched(query: string): void;
  nextMatch(step: 1 | -1): void;
  /** Back to the graph; what was found stays. */
  leaveSearch(): void;
  /** In a narrow column the field is there only while it is used. */
  searching(on: boolean): void;
}

export class SearchBox {
  readonly root: HTMLElement;
  readonly #field: HTMLInputElement;
  readonly #matches = element("span", { class: "matches", role: "status" });
  readonly #steppers: HTMLElement;
  readonly #hint: HTMLElement;

  constructor(
    strings: DagStrings,
    private readonly host: SearchHost,
  ) {
    this.#field = textField(strings.search, () => this.#typed());
    this.#field.classList.add("search");
    this.#field.append(searchIcon());
    this.#steppers = element(
      "div",
      { class: "steppers", hidden: true },
      iconButton("arrow-up", strings.previous, () => host.nextMatch(-1)),
      iconButton("arrow-down", strings.next, () => host.nextMatch(1)),
    );
    this.#hint = element(
      "div",
      { class: "search-hint", role: "group", "aria-label": strings.searchHint, hidden: true },
      element("p", { class: "hint" }, strings.searchHint),
      ...EXAMPLES.map((example) =>
        element(
          "button",
          { class: "example", type: "button", onclick: () => this.#take(example) },
          element("code", {}, example),
          element("span", {}, explained(strings, example)),
        ),
      ),
    );
    const holder = element("div", { class: "search-field" }, this.#field, this.#matches);
    this.root = element("div", { class: "search-box" }, holder, this.#steppers, this.#hint);
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("focusin", () => this.#show(true));
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget as Node | null)) this.#show(false);
    });
  }

  get query(): string {
    return this.#field.value;
  }

  focus(): void {
    this.#show(true);
    this.#field.focus();
  }

  clear(): void {
    this.#field.value = "";
    this.#typed();
  }

  setMatches(text: string, several: boolean): void {
    this.#matches.textContent = text;
    this.#steppers.hidden = !several;
  }

  #typed(): void {
    this.#show(true);
    this.host.searched(this.#field.value);
  }

  /** A word to be replaced is selected, so that one may type on. */
  #take(example: string): void {
    this.#field.value = example;
    this.focus();
    this.#typed();
    const start = example.indexOf("name");
    const input = this.#field.shadowRoot?.querySelector("input");
    if (start >= 0) input?.setSelectionRange(start, start + "name".length);
  }

  #show(on: boolean): void {
    const focused = this.root.contains(document.activeElement);
    this.#hint.hidden = !on || !focused || this.#field.value !== "";
    this.host.searching(on);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter") this.host.nextMatch(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") this.host.leaveSearch();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function explained(strings: DagStrings, example: (typeof EXAMPLES)[number]): string {
  const words: Readonly<Record<typeof example, string>> = {
    "status:failed": strings.askFailed,
    "status:running": strings.askRunning,
    "kind:artifact": strings.askArtifacts,
    "+name": strings.askUpstream,
    "name+": strings.askDownstream,
    "+name+": strings.askAround,
  };
  return words[example];
}

function searchIcon(): HTMLElement {
  const icon = codicon("search");
  icon.setAttribute("slot", "start");
  return icon;
}
