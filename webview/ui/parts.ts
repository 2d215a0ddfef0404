/** Pieces that several parts of the page use. */
import type { Json, JsonObject } from "../../src/core/json";
import { element, type Child } from "./dom";
import { formatBytes, visible } from "./format";
import { formatNumber } from "./numbers";

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
    : pairs(
        entries.map(([name, value]) => [
          visible(name),
          name === "storage_size" && typeof value === "number" ? formatBytes(value) : metadataValue(value),
        ]),
      );
}

/** So many members of a nested object are shown at once; more are folded. */
const OPEN_MEMBERS = 4;

function metadataValue(value: Json): Child {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string") return visible(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = value as JsonObject;
  const count = Object.keys(members).length;
  const list = metadataList(members);
  if (list === null || count <= OPEN_MEMBERS) return list ?? "{}";
  return element("details", { class: "folded" }, element("summary", {}, `{${count}}`), list);
}
