/** Where the artifact comes from and goes to, as a small graph from left to right. */
import type { Lineage, LineageNode } from "../../src/panels/artifact/messages";
import { fill } from "../../src/panels/messages";
import { codicon, element, svgElement } from "../ui/dom";
import { visible } from "../ui/format";
import { card } from "./card";
import type { Context } from "./context";

const BOX = { width: 168, height: 40 };
const GAP = { x: 44, y: 12 };

export function lineageCard(lineage: Lineage, context: Context, close: () => void): HTMLElement {
  const { strings, snapshot } = context;
  const title = fill(strings.lineageOf, visible(snapshot.artifact.alias ?? snapshot.artifact.name));
  return card(
    {
      ...{ className: "card", label: title, closeLabel: strings.closeColumn, close },
      head: [element("strong", {}, title)],
      tools: [],
    },
    graph(lineage, context, title),
    lineage.more > 0 ? element("p", { class: "note" }, fill(strings.moreLineage, lineage.more)) : null,
  );
}

function graph({ nodes, edges }: Lineage, context: Context, title: string): HTMLElement {
  const columns = new Map<number, LineageNode[]>();
  for (const node of nodes) columns.set(node.column, [...(columns.get(node.column) ?? []), node]);
  const ordered = [...columns.keys()].sort((a, b) => a - b);
  const tallest = Math.max(...[...columns.values()].map((column) => column.length));
  const height = tallest * (BOX.height + GAP.y) - GAP.y;
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  ordered.forEach((column, i) => {
    const inColumn = columns.get(column) ?? [];
    const own = inColumn.length * (BOX.height + GAP.y) - GAP.y;
    inColumn.forEach((node, j) =>
      places.set(node.id, {
        x: i * (BOX.width + GAP.x),
        y: (height - own) / 2 + j * (BOX.height + GAP.y),
      }),
    );
  });
  const width = ordered.length * (BOX.width + GAP.x) - GAP.x;
  const lines = edges.flatMap(({ from, to }) => {
    const [a, b] = [places.get(from), places.get(to)];
    if (a === undefined || b === undefined) return [];
    const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
    const bend = GAP.x / 2;
    return [
      svgElement("path", {
        class: "lineage-edge",
        d: `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`,
      }),
    ];
  });
  const drawing = svgElement(
    "svg",
    { class: "lineage-edges", width, height, "aria-hidden": "true" },
    ...lines,
  );
  const boxes = nodes.map((node) => {
    const box = nodeBox(node, context);
    const { x, y } = places.get(node.id) ?? { x: 0, y: 0 };
    box.style.left = `${x}px`;
    box.style.top = `${y}px`;
    return box;
  });
  const plane = element(
    "div",
    { class: "lineage-plane", role: "list", "aria-label": title },
    drawing,
    ...boxes,
  );
  plane.style.width = `${width}px`;
  plane.style.height = `${height}px`;
  const view = element("div", { class: "lineage", tabindex: 0, role: "group", "aria-label": title }, plane);
  const shown = places.get(context.snapshot.artifact.id);
  // Once it is in the page and as wide as it will be.
  if (shown !== undefined)
    requestAnimationFrame(() => {
      view.scrollLeft = shown.x + BOX.width / 2 - view.clientWidth / 2;
    });
  return view;
}

function nodeBox(node: LineageNode, { tell, strings, snapshot }: Context): HTMLElement {
  const isShown = node.id === snapshot.artifact.id;
  const { runId } = node;
  const inside = element(
    "button",
    {
      class: `lineage-node ${node.kind}`,
      type: "button",
      "aria-current": isShown ? "true" : null,
      title: `${visible(node.label)}\n${visible(node.detail)}`,
      onclick: () => {
        if (runId !== null) tell({ do: "openRun", runId });
        else if (!isShown) tell({ do: "openVersion", artifactVersionId: node.id });
      },
    },
    codicon(node.kind === "step" ? "symbol-method" : "symbol-field"),
    element(
      "span",
      { class: "lineage-words" },
      element("span", { class: "lineage-label" }, visible(node.label)),
      element("span", { class: "lineage-detail" }, isShown ? strings.current : visible(node.detail)),
    ),
  );
  return element("div", { class: "lineage-item", role: "listitem" }, inside);
}
