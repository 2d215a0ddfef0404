/** Text as it is; Markdown in a plain rendering of our own; HTML in a frame that may do nothing. */
import type { Preview } from "../../../src/core/preview";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { element, replaceChildren } from "../../ui/dom";
import { button, setPressed } from "../../ui/toolkit";
import { markdown } from "../markdown";
import { htmlFrame } from "./htmlFrame";

type TextPreview = Extract<Preview, { readonly kind: "text" }>;

export function textView(preview: TextPreview, strings: ArtifactStrings): HTMLElement {
  const cut = preview.truncated ? element("p", { class: "note" }, strings.truncated) : null;
  return element("div", { class: "fill-column" }, formatted(preview.format, preview.text, strings), cut);
}

export function formatted(
  format: TextPreview["format"],
  text: string,
  strings: ArtifactStrings,
): HTMLElement {
  const source = (): HTMLElement => element("pre", { class: "code", tabindex: 0 }, text);
  if (format === "markdown")
    return switchable(() => element("div", { class: "markdown" }, ...markdown(text)), source, strings);
  if (format === "html") return switchable(() => htmlView(text, strings), source, strings);
  return source();
}

/** The rendering, with a way to the source behind it. */
function switchable(
  rendered: () => HTMLElement,
  source: () => HTMLElement,
  strings: ArtifactStrings,
): HTMLElement {
  const box = element("div", { class: "fill-column" });
  const toRendered = button(strings.rendered, () => show(true));
  const toSource = button(strings.source, () => show(false));
  const show = (isRendered: boolean): void => {
    setPressed(toRendered, isRendered);
    setPressed(toSource, !isRendered);
    replaceChildren(box, isRendered ? rendered() : source());
  };
  show(true);
  return element(
    "div",
    { class: "fill-column" },
    element("div", { class: "tools" }, toRendered, toSource),
    box,
  );
}

function htmlView(text: string, strings: ArtifactStrings): HTMLElement {
  const note = element("p", { class: "note" }, strings.htmlNote);
  return element("div", { class: "fill-column" }, htmlFrame(text, strings.rendered), note);
}
