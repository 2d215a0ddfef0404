/** Single values, items of a container, bytes, and what can only be described. */
import type { Preview } from "../../../src/core/preview";
import { fill } from "../../../src/panels/messages";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { lineChart } from "../../ui/charts";
import type { Context } from "../context";
import { formatNumber } from "../../ui/numbers";
import { pairs, section } from "../../ui/parts";

type Of<K extends Preview["kind"]> = Extract<Preview, { readonly kind: K }>;

/** A number or short text, large; and how the number went over the versions. */
export function valueView(preview: Of<"value">, { snapshot, strings }: Context): HTMLElement {
  const points = snapshot.series.map(({ version, value }) => ({ label: version, value }));
  return element(
    "div",
    {},
    element(
      "p",
      { class: preview.text.length > 40 ? "value long" : "value", title: visible(preview.text) },
      readable(preview.text),
    ),
    points.length > 1 ? section(strings.overVersions, lineChart(points, strings.overVersions)) : null,
  );
}

/** Six digits of a long number are read at a glance; all of them are in the tooltip. */
function readable(text: string): string {
  return /^-?\d+\.\d{7,}(e[-+]?\d+)?$/.test(text) ? formatNumber(Number(text)) : visible(text);
}

export function itemsView(preview: Of<"items">, strings: ArtifactStrings): HTMLElement {
  return element(
    "div",
    {},
    element("p", { class: "note" }, `${preview.type} · ${fill(strings.items, preview.length)}`),
    pairs(preview.items.map((item) => [visible(item.key), visible(item.summary)])),
    preview.truncated ? element("p", { class: "note" }, strings.truncated) : null,
  );
}

const BYTES_A_LINE = 16;

/** As a hexadecimal dump: offset, bytes, and what of them is text. */
export function bytesView(preview: Of<"bytes">, strings: ArtifactStrings): HTMLElement {
  const bytes = preview.headHex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const line = bytes.slice(at, at + BYTES_A_LINE);
    const text = line.map((byte) => printable(Number.parseInt(byte, 16))).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${line.join(" ").padEnd(BYTES_A_LINE * 3)} ${text}`);
  }
  return element(
    "div",
    {},
    element("p", { class: "note" }, fill(strings.bytes, preview.length)),
    element("pre", { class: "code", tabindex: 0 }, lines.join("\n")),
    bytes.length < preview.length ? element("p", { class: "note" }, strings.truncated) : null,
  );
}

function printable(code: number): string {
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
}

export function opaqueView(preview: Of<"opaque">): HTMLElement {
  return element(
    "div",
    {},
    element("p", { class: "note" }, preview.type),
    element("pre", { class: "code", tabindex: 0 }, visible(preview.text)),
    element("p", { class: "note" }, preview.note),
  );
}
