/** Runs in a list to choose from. */
import type { Run } from "../core/entities";
import type { Engine } from "../engine/api";
import { ago, visible } from "./format";
import { runLabel } from "./runLabel";
import { statusCodicon, statusWord } from "./status";
import type { QuickPickItem, VSCode } from "./vscodeTypes";

/** Lists in pickers stay short enough to type through; the filter of a view reaches everything. */
export const MOST_CHOICES = 500;

export function runChoice(vscode: VSCode, run: Run): QuickPickItem {
  return {
    label: `$(${statusCodicon(run.status)}) ${visible(runLabel(run))}`,
    description: [statusWord(vscode, run.status), ago(vscode, run.created), visible(run.note)]
      .filter(Boolean)
      .join(" · "),
  };
}

/** Any number of a folder's runs, those that are chosen already first; null when fewer than two were wanted. */
export async function pickRunsToCompare(
  vscode: VSCode,
  { reader }: Engine,
  chosen: readonly string[],
): Promise<readonly string[] | null> {
  const { l10n } = vscode;
  const known = chosen.flatMap((id) => reader.run(id) ?? []);
  const others = reader.runs({ limit: MOST_CHOICES }).items.filter(({ id }) => !chosen.includes(id));
  const choices = [...known, ...others].map((run) => ({
    ...runChoice(vscode, run),
    picked: chosen.includes(run.id),
    id: run.id,
  }));
  const picked = await vscode.window.showQuickPick(choices, {
    canPickMany: true,
    matchOnDescription: true,
    title: l10n.t("Compare Runs"),
    placeHolder: l10n.t("Two or more runs; the others are compared with the first"),
  });
  if (picked === undefined) return null;
  if (picked.length > 1) return picked.map(({ id }) => id);
  void vscode.window.showInformationMessage(l10n.t("Choose at least two runs to compare them."));
  return null;
}
