/** Pieces that several parts of the page use. */
import type { Json, JsonObject } from "../../src/core/json";
import { element, type Child } from "./dom";
import { visible } from "./format";
import { formatNumber } from "./grid";

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

/** Metadata as names and values, nested objects inside; null when there is none. */
export function metadataList(metadata: JsonObject): HTMLElement | null {
  const entries = Object.entries(metadata);
  return entries.length === 0
    ? null
    : pairs(entries.map(([name, value]) => [visible(name), metadataValue(value)]));
}

function metadataValue(value: Json): Child {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return metadataList(value as JsonObject);
  return typeof value === "string" ? visible(value) : JSON.stringify(value);
}
