/** Commands of the views themselves: filters, pages, what went wrong with the store. */
import type { IDisposable } from "../ui/lifecycle";
import { registerCommand, type ViewId } from "../ui/registry";
import type { VSCode } from "../ui/vscodeTypes";
import type { EntityTree } from "../views/tree";
import type { Services } from "./services";

export type Trees = Readonly<Record<ViewId, EntityTree>>;

export function registerViewCommands(services: Services, trees: Trees): readonly IDisposable[] {
  const { vscode, engines, undo, log } = services;
  const { l10n } = vscode;
  return [
    registerCommand(vscode, "headrace.filterRuns", () =>
      askFilter(vscode, trees["headrace.runs"], l10n.t("Text, @failed, @completed, pipeline:name or #tag")),
    ),
    registerCommand(vscode, "headrace.clearRunsFilter", () => clear(trees["headrace.runs"])),
    registerCommand(vscode, "headrace.filterArtifacts", () =>
      askFilter(vscode, trees["headrace.artifacts"], l10n.t("Part of an artifact’s name")),
    ),
    registerCommand(vscode, "headrace.clearArtifactsFilter", () => clear(trees["headrace.artifacts"])),
    registerCommand(vscode, "headrace.filterModels", () =>
      askFilter(vscode, trees["headrace.models"], l10n.t("Part of a model’s name")),
    ),
    registerCommand(vscode, "headrace.clearModelsFilter", () => clear(trees["headrace.models"])),
    registerCommand(vscode, "headrace.loadMore", (view, key) => {
      trees[view].loadMore(key);
      return Promise.resolve();
    }),
    registerCommand(vscode, "headrace.undo", () => undo.last()),
    registerCommand(vscode, "headrace.retryStore", () => engines.retry()),
    registerCommand(vscode, "headrace.showOutput", () => {
      log.show();
      return Promise.resolve();
    }),
  ];
}

async function askFilter(vscode: VSCode, tree: EntityTree, prompt: string): Promise<void> {
  const text = await vscode.window.showInputBox({ prompt, value: tree.filter });
  if (text !== undefined) tree.filter = text;
}

function clear(tree: EntityTree): Promise<void> {
  tree.filter = "";
  return Promise.resolve();
}
