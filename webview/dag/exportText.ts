/** The drawn graph as text for other tools. */
import type { DagState } from "../../src/panels/dag/messages";
import { nameOf } from "./describe";
import type { Direction } from "./layout/types";
import type { Scene, SceneEdge, SceneNode } from "./scene";

export function toMermaid(scene: Scene, direction: Direction): string {
  const ids = new Map(scene.nodes.map((node, i) => [node.id, `n${i}`]));
  const named = namedEdges(scene);
  const lines = scene.nodes.map((node) => {
    const text = inMermaid(nameOf(node));
    return `  ${ids.get(node.id) ?? ""}${isArtifact(node) ? `([${text}])` : `[${text}]`}`;
  });
  const arrows = scene.edges.map((edge) => {
    const label = named(edge);
    const arrow = edge.kind === "after" ? "-.->" : "-->";
    const written = label === null ? arrow : `${arrow}|${inMermaid(label)}|`;
    return `  ${ids.get(edge.from) ?? ""} ${written} ${ids.get(edge.to) ?? ""}`;
  });
  return ["flowchart " + direction, ...lines, ...arrows, ""].join("\n");
}

export function toDot(scene: Scene, direction: Direction, name: string): string {
  const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const named = namedEdges(scene);
  const nodes = scene.nodes.map((node) => {
    const shape = isArtifact(node) ? "ellipse" : "box";
    return `  ${quoted(node.id)} [label=${quoted(nameOf(node))}, shape=${shape}];`;
  });
  const edges = scene.edges.map((edge) => {
    const label = named(edge);
    const written = [
      label === null ? null : `label=${quoted(label)}`,
      edge.kind === "after" ? "style=dashed" : null,
    ].filter((part) => part !== null);
    const attributes = written.length === 0 ? "" : ` [${written.join(", ")}]`;
    return `  ${quoted(edge.from)} -> ${quoted(edge.to)}${attributes};`;
  });
  return [`digraph ${quoted(name)} {`, `  rankdir=${direction};`, ...nodes, ...edges, "}", ""].join("\n");
}

export function toJson(state: DagState): string {
  const { pipeline, run, steps, artifacts, edges } = state;
  return `${JSON.stringify({ pipeline, run, steps, artifacts, edges }, null, 2)}\n`;
}

/** What flows is written on an edge where it is no node of its own. */
function namedEdges(scene: Scene): (edge: SceneEdge) => string | null {
  const artifacts = new Set(scene.nodes.filter(isArtifact).map((node) => node.id));
  return ({ from, label }) => (artifacts.has(from) ? null : label);
}

/** Quotes, marks of HTML and of Markdown would be read as such. */
function inMermaid(text: string): string {
  return `"${text.replace(/["#<>`&]/g, (char) => `#${char.charCodeAt(0)};`)}"`;
}

function isArtifact(node: SceneNode): boolean {
  return node.kind === "artifact" || (node.kind === "fold" && node.of === "artifact");
}
