/** What the materializer rendered besides: images, tables, reports. */
import type { TableColumn, Visualization } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element } from "../../ui/dom";
import type { Context } from "../context";
import { formatBytes, visible } from "../../ui/format";
import { Grid } from "../../ui/grid";
import type { GridColumn } from "../../ui/gridCells";
import { section } from "../../ui/parts";
import { formatted } from "./text";

export function visualizationsView(context: Context): HTMLElement | null {
  const { visualizations } = context.snapshot;
  if (visualizations.length === 0) return null;
  return section(context.strings.visualizations, ...visualizations.map((one) => view(one, context)));
}

function view(one: Visualization, { strings, say }: Context): HTMLElement {
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
        formatted(one.format === "json" ? "plain" : one.format, one.text, strings),
        element("figcaption", {}, one.name),
      );
    case "table":
      return element(
        "figure",
        { class: "figure wide" },
        new Grid({
          label: one.name,
          columns: [{ title: "", numeric: true }, ...one.columns.map(gridColumn)],
          first: { rows: one.rows, offset: 0, total: one.rows.length },
          pinned: 1,
          failed: say,
          copied: (rows) => say(fill(strings.copiedRows, rows)),
        }).root,
        element("figcaption", {}, one.name),
      );
    case "too-large":
      return element(
        "p",
        { class: "note" },
        fill(strings.tooLarge, visible(one.name), formatBytes(one.bytes)),
      );
  }
}

function gridColumn({ name, type, kind }: TableColumn): GridColumn {
  return { title: visible(name), detail: type, numeric: kind === "number", time: kind === "time" };
}
