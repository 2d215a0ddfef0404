/** A JSON value as a tree that opens; children are made when they are first shown, so that large values stay quick. */
import type { Json, JsonObject } from "../../../src/core/json";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { button } from "../../ui/toolkit";

const OPEN_LEVELS = 2;
const CHILDREN_AT_ONCE = 200;

export function jsonView(value: Json, truncated: boolean, strings: ArtifactStrings): HTMLElement {
  const tree = element("div", { class: "json" }, node(null, value, 0));
  const all = (open: boolean) => () => {
    for (const branch of tree.querySelectorAll("details")) branch.open = open;
  };
  return element(
    "div",
    {},
    isBranch(value)
      ? element(
          "div",
          { class: "tools" },
          button(strings.expandAll, all(true)),
          button(strings.collapseAll, all(false)),
        )
      : null,
    tree,
    truncated ? element("p", { class: "note" }, strings.truncated) : null,
  );
}

function isBranch(value: Json): value is JsonObject | readonly Json[] {
  return typeof value === "object" && value !== null;
}

function node(key: string | null, value: Json, depth: number): HTMLElement {
  const name = key === null ? null : element("span", { class: "json-key" }, `${visible(key)}: `);
  if (!isBranch(value)) return element("div", { class: "json-leaf" }, name, leaf(value));
  const entries = Array.isArray(value)
    ? value.map((item: Json, i): [string, Json] => [String(i), item])
    : Object.entries(value as JsonObject);
  const kind = Array.isArray(value) ? `[${String(entries.length)}]` : `{${String(entries.length)}}`;
  const children = element("div", { class: "json-children" });
  const branch = element(
    "details",
    { open: depth === 0 || (depth < OPEN_LEVELS && entries.length <= 50) },
    element("summary", {}, name, element("span", { class: "json-kind" }, kind)),
    children,
  );
  const fillIn = (): void => {
    if (!branch.open || children.childElementCount > 0) return;
    addChildren(children, entries, 0, depth + 1);
  };
  branch.addEventListener("toggle", fillIn);
  fillIn();
  return branch;
}

function addChildren(
  box: HTMLElement,
  entries: readonly (readonly [string, Json])[],
  from: number,
  depth: number,
): void {
  for (const [key, value] of entries.slice(from, from + CHILDREN_AT_ONCE))
    box.append(node(key, value, depth));
  const rest = entries.length - from - CHILDREN_AT_ONCE;
  if (rest <= 0) return;
  const more = element("button", { class: "link", type: "button" }, `… ${String(rest)}`);
  more.addEventListener("click", () => {
    more.remove();
    addChildren(box, entries, from + CHILDREN_AT_ONCE, depth);
  });
  box.append(more);
}

function leaf(value: null | boolean | number | string): HTMLElement {
  const kind = value === null ? "null" : typeof value;
  return element(
    "span",
    { class: `json-${kind}` },
    typeof value === "string" ? JSON.stringify(value) : String(value),
  );
}
