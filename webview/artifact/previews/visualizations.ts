/** What the materializer rendered besides: images, tables, reports. */
import type { Visualization } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element } from "../../ui/dom";
import type { Context } from "../context";
import { section } from "../../ui/parts";
import { formatted } from "./text";

export function visualizationsView(context: Context): HTMLElement | null {
  const { visualizations } = context.snapshot;
  if (visualizations.length === 0) return null;
  return section(context.strings.visualizations, ...visualizations.map((one) => view(one, context)));
}

function view(one: Visualization, { strings }: Context): HTMLElement {
  switch (one.kind) {
    case "image":
      return element(
        "figure",
        { class: "figure" },
        element("img", { class: "picture fitted", src: one.dataUri, alt: one.name }),
        element("figcaption", {}, one.name),
      );
    case "text":
      return element(
        "figure",
        { class: "figure" },
        formatted(one.format === "json" || one.format === "csv" ? "plain" : one.format, one.text, strings),
        element("figcaption", {}, one.name),
      );
    case "too-large":
      return element("p", { class: "note" }, fill(strings.tooLarge, one.name, one.bytes));
  }
}
