/** A menu under a button, as VS Code's own behave: arrows move, Enter and Space choose, Escape leaves. */
import { codicon, element } from "../ui/dom";
import { iconButton } from "../ui/toolkit";

export interface MenuItem {
  readonly label: string;
  /** Null: it does something; else whether it is on. */
  readonly checked: boolean | null;
  readonly choose: () => void;
}

export interface MenuSection {
  readonly title: string;
  /** One of its items is on at a time. */
  readonly single: boolean;
  readonly items: readonly MenuItem[];
}

export class Menu {
  readonly root: HTMLElement;
  readonly #list: HTMLElement;
  readonly #opener: HTMLElement;
  #items: readonly HTMLElement[] = [];

  /** `sections` is asked each time that the menu opens. */
  constructor(
    icon: string,
    label: string,
    private readonly sections: () => readonly MenuSection[],
  ) {
    this.#list = element("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
    this.#opener = iconButton(icon, label, () => this.#toggle(this.#list.hidden));
    this.#opener.setAttribute("aria-haspopup", "menu");
    this.#opener.setAttribute("aria-expanded", "false");
    this.root = element("div", { class: "menu-holder" }, this.#opener, this.#list);
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget as Node | null)) this.#toggle(false);
    });
  }

  #toggle(shown: boolean): void {
    if (shown) this.#fill();
    else if (this.#list.contains(document.activeElement)) this.#opener.focus();
    this.#list.hidden = !shown;
    this.#opener.setAttribute("aria-expanded", String(shown));
    if (shown) this.#items[0]?.focus();
  }

  #fill(): void {
    const groups = this.sections()
      .filter(({ items }) => items.length > 0)
      .map((section) =>
        element(
          "div",
          { class: "menu-group", role: "group", "aria-label": section.title },
          element("div", { class: "menu-title", "aria-hidden": "true" }, section.title),
          ...section.items.map((item) => this.#item(item, section.single)),
        ),
      );
    this.#list.replaceChildren(...groups);
    this.#items = [...this.#list.querySelectorAll<HTMLElement>(".menu-item")];
  }

  #item({ label, checked, choose }: MenuItem, single: boolean): HTMLElement {
    const role = checked === null ? "menuitem" : single ? "menuitemradio" : "menuitemcheckbox";
    return element(
      "button",
      {
        class: "menu-item",
        role,
        tabindex: -1,
        "aria-checked": checked === null ? null : String(checked),
        onclick: () => {
          this.#toggle(false);
          choose();
        },
      },
      element("span", { class: "menu-check" }, checked === true ? codicon("check") : null),
      label,
    );
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items;
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to: Readonly<Record<string, number | undefined>> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    const next = to[event.key];
    if (next !== undefined) items[next]?.focus();
    else if (event.key === "Escape") this.#toggle(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
