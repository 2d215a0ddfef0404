/** Something that is read until someone wants to write it: a note, a description, tags. */
import { fill } from "../../src/panels/messages";
import { element, replaceChildren } from "./dom";
import { visible } from "./format";
import { button, iconButton } from "./toolkit";

export interface EditableStrings {
  readonly save: string;
  readonly cancel: string;
  /** Names what is edited: `Edit {0}`. */
  readonly edit: string;
}

export interface Editing {
  readonly name: string;
  /** What to write, where nothing is written yet. */
  readonly help: string;
  readonly none: string;
  /** How a text is shown while it is read. */
  readonly show?: (text: string) => HTMLElement;
  readonly save: (text: string) => Promise<unknown>;
}

export class Editable {
  readonly root = element("div", {});
  #text: string | null = null;
  #writing = false;

  constructor(
    private readonly strings: EditableStrings,
    private readonly editing: Editing,
  ) {}

  /** It may have been edited elsewhere; what is being written here stays. */
  update(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    if (!this.#writing) this.#read();
  }

  #read(): void {
    const { name, none, show } = this.editing;
    const text = this.#text ?? "";
    this.#writing = false;
    const shown =
      text === ""
        ? element("span", { class: "note" }, none)
        : (show?.(text) ?? element("span", { class: "written" }, text));
    const edit = iconButton("edit", fill(this.strings.edit, name), () => this.#write());
    replaceChildren(this.root, element("div", { class: "editable" }, shown, edit));
  }

  #write(): void {
    const { name, help, save } = this.editing;
    this.#writing = true;
    const area = element("textarea", { rows: 3, "aria-label": name, placeholder: help }, this.#text ?? "");
    const problem = element("p", { role: "alert", class: "problem" });
    const leave = (): void => {
      this.#read();
      this.root.querySelector<HTMLElement>("vscode-button")?.focus();
    };
    const done = (): void => {
      const text = area.value.trim();
      save(text).then(
        () => {
          this.#text = text;
          leave();
        },
        (error: unknown) => {
          problem.textContent = error instanceof Error ? error.message : String(error);
        },
      );
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        done();
      }
    });
    replaceChildren(
      this.root,
      area,
      problem,
      element(
        "div",
        { class: "actions" },
        button(this.strings.save, done, { appearance: "primary" }),
        button(this.strings.cancel, leave),
      ),
    );
    area.focus();
  }
}

export function tagBadges(text: string): HTMLElement {
  const badges = tagsIn(text).map((tag) => element("span", { class: "badge" }, visible(tag)));
  return element("span", { class: "tags" }, ...badges);
}

/** Tags as they are typed: separated by commas. */
export function tagsIn(text: string): readonly string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}
