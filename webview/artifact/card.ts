/** A card above the preview: a title, what can be done there, and a way to close it, also by Escape. */
import { element, type Child } from "../ui/dom";
import { iconButton } from "../ui/toolkit";

export interface CardParts {
  readonly className: string;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly head: readonly Child[];
  readonly tools: readonly Child[];
  readonly closeLabel: string;
  readonly close: () => void;
}

export function card(parts: CardParts, ...children: Child[]): HTMLElement {
  const { className, label, head, tools, closeLabel, close } = parts;
  const made = element(
    "div",
    { class: className, role: "region", "aria-label": label, tabindex: -1 },
    element(
      "div",
      { class: "card-head" },
      ...head,
      element("span", { class: "grow" }),
      ...tools,
      iconButton("close", closeLabel, close),
    ),
    ...children,
  );
  made.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return made;
}
