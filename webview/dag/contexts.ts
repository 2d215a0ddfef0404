/** What VS Code's own context menus are asked with: the manifest's `webview/context` menus read it in their conditions. */
import type { DagState, DagStep } from "../../src/panels/dag/messages";
import type { GraphStore } from "./graphStore";
import type { SceneNode } from "./scene";

/** Of a drawn node; without one, of the run that is shown. */
export function nodeContext(store: GraphStore, node: SceneNode | null): string {
  const { head } = store;
  if (node?.kind === "step") return stepContext(head, store.step(node.id) ?? node.step);
  if (node?.kind === "artifact") {
    const id = store.artifact(node.id)?.versionId ?? null;
    return context(head, id === null ? {} : { webviewSection: "artifact", kind: "artifactVersion", id });
  }
  const { run } = head;
  if (run === null || node !== null) return context(head, {});
  const runEnded = run.status !== "running" && run.status !== "initializing";
  const runFailed = runEnded && run.status !== "completed";
  return context(head, { webviewSection: "run", kind: "run", id: run.id, runEnded, runFailed });
}

export function stepContext(head: DagState, step: DagStep): string {
  if (head.run === null) {
    const { place } = step;
    if (place === null) return context(head, {});
    const { file, line } = place;
    return context(head, { webviewSection: "plannedStep", kind: "stepSource", file, line, name: step.step });
  }
  return context(head, {
    webviewSection: "step",
    kind: "step",
    runId: head.run.id,
    invocation: step.invocation,
    stepRan: step.started !== null,
    stepFailed: step.status === "failed",
    stepCompleted: step.status === "completed" || step.status === "cached",
  });
}

function context({ workspace }: DagState, more: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ preventDefaultContextMenuItems: true, workspace, ...more });
}
