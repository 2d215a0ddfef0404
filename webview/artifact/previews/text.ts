/** Text as it is; Markdown in a plain rendering of our own; HTML in a frame that may do nothing. */
import type { Preview } from "../../../src/core/preview";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { element, replaceChildren } from "../../ui/dom";
import { button } from "../../ui/toolkit";
import { markdown } from "../markdown";

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
  if (format === "html") return switchable(() => htmlFrame(text, strings), source, strings);
  return source();
}

/** The rendering, with a way to the source behind it. */
function switchable(
  rendered: () => HTMLElement,
  source: () => HTMLElement,
  strings: ArtifactStrings,
): HTMLElement {
  const box = element("div", { class: "fill" }, rendered());
  const show = (make: () => HTMLElement) => () => replaceChildren(box, make());
  return element(
    "div",
    { class: "fill-column" },
    element(
      "div",
      { class: "tools" },
      button(strings.rendered, show(rendered)),
      button(strings.source, show(source)),
    ),
    box,
  );
}

/** No scripts, no forms, no navigation, no own origin: `sandbox` without any permission. */
function htmlFrame(text: string, strings: ArtifactStrings): HTMLElement {
  const frame = element("iframe", {
    class: "html-frame",
    sandbox: "",
    referrerpolicy: "no-referrer",
    title: strings.rendered,
  });
  frame.srcdoc = text;
  return element("div", { class: "fill-column" }, frame, element("p", { class: "note" }, strings.htmlNote));
}
