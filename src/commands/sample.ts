/** Puts the example that ships with the extension into the workspace: small, and with everything a first look wants to see. */
import * as path from "node:path";
import type { Uri, VSCode } from "../ui/vscodeTypes";
import { askFolder } from "./pick";
import type { Services } from "./services";

/** Its folder among the samples, and the one that it gets. */
const SAMPLE = "iris";
const OPENED = "training_pipeline.py";
/** What it is opened at, so that the lens to click is in sight. */
const PIPELINE = "@pipeline";

/** `samples` is the folder that holds it. Nothing that stands in the workspace already is written over. */
export async function createSample(services: Services, samples: string): Promise<void> {
  const { vscode, notify } = services;
  const { l10n } = vscode;
  const workspace = await askFolder(services);
  if (workspace === null) {
    if (services.engines.folders().length > 0) return;
    await notify.info(l10n.t("Open a folder first: the sample is put into it."), [
      { title: l10n.t("Open Folder"), run: () => vscode.commands.executeCommand("vscode.openFolder") },
    ]);
    return;
  }
  const target = vscode.Uri.file(path.join(workspace, SAMPLE));
  const pipeline = vscode.Uri.joinPath(target, OPENED);
  if (await exists(vscode, target)) {
    const name = vscode.workspace.asRelativePath(target);
    await notify.warn(l10n.t("Nothing was created: {0} is there already.", name));
    return;
  }
  await vscode.workspace.fs.copy(vscode.Uri.file(path.join(samples, SAMPLE)), target);
  const document = await vscode.workspace.openTextDocument(pipeline);
  const at = document.positionAt(Math.max(0, document.getText().indexOf(PIPELINE)));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}

async function exists({ workspace }: VSCode, uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
