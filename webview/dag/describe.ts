/** Nodes in words: for the reader of the outline, for tooltips, for announcements. */
import { fill } from "../../src/panels/messages";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import { visible } from "../ui/format";
import { comparisonOf, differs } from "./compare";
import type { GraphStore } from "./graphStore";
import { elapsed, footer, statusWord, tally } from "./look";
import type { SceneNode } from "./scene";

export function nameOf(node: SceneNode): string {
  switch (node.kind) {
    case "step":
      return visible(node.step.invocation);
    case "artifact":
      return visible(node.artifact.name);
    case "fold":
      return visible(`${node.name} ×${node.members.length}`);
  }
}

/** One sentence: what it is, how it stands. */
export function label(strings: DagStrings, store: GraphStore, node: SceneNode, now: number): string {
  switch (node.kind) {
    case "step":
      return fill(strings.step, nameOf(node), footer(strings, store.step(node.id) ?? node.step, now));
    case "artifact": {
      const artifact = store.artifact(node.id) ?? node.artifact;
      return [
        fill(strings.artifact, nameOf(node)),
        artifact.summary,
        artifact.versionId === null ? strings.notMade : null,
      ]
        .filter((part) => part !== null)
        .join(", ");
    }
    case "fold": {
      const counts = tally(store.stepsOf(node)).map(
        ({ status, count }) => `${count} ${statusWord(strings, status)}`,
      );
      const words = node.id.startsWith("fold:group|") ? strings.groupOf : strings.group;
      return [fill(words, node.members.length, visible(node.name)), ...counts].join(", ");
    }
  }
}

/** For those who don't see the edges: also how much comes in. */
export function spoken(strings: DagStrings, store: GraphStore, node: SceneNode, now: number): string {
  const said = label(strings, store, node, now);
  const inputs = node.kind === "step" ? store.inputsOf(node.id) : 0;
  if (inputs === 0) return said;
  return `${said}, ${inputs === 1 ? strings.oneInput : fill(strings.inputCount, inputs)}`;
}

/** The lines of a tooltip. */
export function tooltipLines(
  strings: DagStrings,
  store: GraphStore,
  node: SceneNode,
  comparison: DagComparison | null,
  now: number,
): readonly string[] {
  if (node.kind === "artifact") {
    const artifact = store.artifact(node.id) ?? node.artifact;
    const version = artifact.version === null ? strings.notMade : `${strings.version} ${artifact.version}`;
    const changed =
      comparison !== null && differs(comparison, artifact)
        ? fill(strings.changed, comparison.run.index)
        : null;
    return [nameOf(node), artifact.summary, version, changed].filter((line) => line !== null).map(visible);
  }
  if (node.kind === "fold") return label(strings, store, node, now).split(", ");
  const step = store.step(node.id) ?? node.step;
  const compared = comparisonOf(strings, comparison, node.id, elapsed(step, now));
  const lines = [
    step.step === step.invocation ? step.invocation : `${step.invocation} (${step.step})`,
    footer(strings, step, now),
    step.failure,
    step.cacheReason,
    compared?.long ?? null,
  ];
  return lines.filter((line) => line !== null).map(visible);
}
