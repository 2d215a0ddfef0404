/** Pieces that several parts of the page use. */
import { element, type Child } from "../ui/dom";

let sections = 0;

export function section(title: string, ...children: Child[]): HTMLElement {
  const id = `section-${String(++sections)}`;
  return element("section", { "aria-labelledby": id }, element("h2", { id }, title), ...children);
}

/** Names and values in two columns. */
export function pairs(rows: readonly (readonly [string, Child])[]): HTMLElement {
  const cells = rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("dl", { class: "pairs" }, ...cells);
}

/** Text that acts, as links do. */
export function link(text: string, press: () => void, title?: string): HTMLElement {
  return element("button", { class: "link", type: "button", title: title ?? null, onclick: press }, text);
}
