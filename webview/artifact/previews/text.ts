/** Text as it is; Markdown in a plain rendering of our own; HTML in a frame that may do nothing. */
import type { Preview } from "../../../src/core/preview";
import type { ArtifactStrings, TableSize } from "../../../src/panels/artifact/messages";
import { element, replaceChildren } from "../../ui/dom";
import { button, setPressed } from "../../ui/toolkit";
import type { Context } from "../context";
import { markdown } from "../markdown";
import { htmlFrame } from "./htmlFrame";
import { tableView } from "./table";

type TextPreview = Extract<Preview, { readonly kind: "text" }>;

export function textView(preview: TextPreview, context: Context): HTMLElement {
  const { strings, snapshot } = context;
  const cut = preview.truncated ? element("p", { class: "note" }, strings.truncated) : null;
  const { csv } = snapshot;
  if (csv === null)
    return element("div", { class: "fill-column" }, formatted(preview.format, preview.text, strings), cut);
  const source = (): HTMLElement => element("div", { class: "fill-column" }, plain(preview.text), cut);
  return switchable(() => tableView(tableIn(csv, preview.file), context), source, strings);
}

/** A table of which nothing is known yet but its size: columns and rows are read from the file. */
function tableIn({ rows, columns }: TableSize, file: string | null): Extract<Preview, { kind: "table" }> {
  const nothing = { columns: [], head: [], indexHead: [] };
  return { kind: "table", rows, columnCount: columns, index: null, file, truncated: false, ...nothing };
}

function plain(text: string): HTMLElement {
  return element("pre", { class: "code", tabindex: 0 }, text);
}

export function formatted(
  format: TextPreview["format"],
  text: string,
  strings: ArtifactStrings,
): HTMLElement {
  const source = (): HTMLElement => plain(text);
  if (format === "markdown")
    return switchable(() => element("div", { class: "markdown" }, ...markdown(text)), source, strings);
  if (format === "html") return switchable(() => htmlView(text, strings), source, strings);
  return source();
}

/** The rendering, with a way to the source behind it. */
export function switchable(
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
