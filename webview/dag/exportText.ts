/** The drawn graph as text for other tools. */
import type { DagState } from "../../src/panels/dag/messages";
import { nameOf } from "./describe";
import type { Direction } from "./layout/types";
import type { Scene, SceneNode } from "./scene";

export function toMermaid(scene: Scene, direction: Direction): string {
  const ids = new Map(scene.nodes.map((node, i) => [node.id, `n${i}`]));
  const lines = scene.nodes.map((node) => {
    const text = `"${nameOf(node).replaceAll('"', "#quot;")}"`;
    return `  ${ids.get(node.id) ?? ""}${isArtifact(node) ? `([${text}])` : `[${text}]`}`;
  });
  const arrows = scene.edges.map((edge) => {
    const arrow = edge.kind === "after" ? "-.->" : "-->";
    return `  ${ids.get(edge.from) ?? ""} ${arrow} ${ids.get(edge.to) ?? ""}`;
  });
  return ["flowchart " + direction, ...lines, ...arrows, ""].join("\n");
}

export function toDot(scene: Scene, direction: Direction, name: string): string {
  const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const nodes = scene.nodes.map((node) => {
    const shape = isArtifact(node) ? "ellipse" : "box";
    return `  ${quoted(node.id)} [label=${quoted(nameOf(node))}, shape=${shape}];`;
  });
  const edges = scene.edges.map((edge) => {
    const style = edge.kind === "after" ? " [style=dashed]" : "";
    return `  ${quoted(edge.from)} -> ${quoted(edge.to)}${style};`;
  });
  return [`digraph ${quoted(name)} {`, `  rankdir=${direction};`, ...nodes, ...edges, "}", ""].join("\n");
}

export function toJson(state: DagState): string {
  const { pipeline, run, steps, artifacts, edges } = state;
  return `${JSON.stringify({ pipeline, run, steps, artifacts, edges }, null, 2)}\n`;
}

function isArtifact(node: SceneNode): boolean {
  return node.kind === "artifact" || (node.kind === "fold" && node.of === "artifact");
}
