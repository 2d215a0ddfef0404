/** What the page asks for beyond showing: done by the extension's own commands wherever there is one. */
import * as path from "node:path";
import type { SourceLocation } from "../../core/errors";
import type { StepRef } from "../../ui/refs";
import { executeCommand } from "../../ui/registry";
import type { VSCode } from "../../ui/vscodeTypes";
import { invocationOf, type DagCommand } from "./messages";
import type { ShownPipeline } from "./snapshot";

export interface Subject {
  readonly workspace: string;
  readonly runId: string | null;
  readonly pipeline: ShownPipeline;
  /** Where the command's node is written. */
  readonly place: SourceLocation | null;
}

type Obeyed = Exclude<DagCommand, { readonly kind: "watch" | "showRun" | "compare" }>;

export async function obey(vscode: VSCode, subject: Subject, command: Obeyed): Promise<void> {
  const { workspace, runId, pipeline } = subject;
  switch (command.kind) {
    case "openSource":
      return openSource(vscode, command.location ?? subject.place);
    case "openArtifact":
      return executeCommand(vscode, "headrace.openArtifact", {
        kind: "artifactVersion",
        workspace,
        id: command.versionId,
      });
    case "copy":
      await vscode.env.clipboard.writeText(command.text);
      vscode.window.setStatusBarMessage(vscode.l10n.t("Copied the graph as {0}.", command.what), 4000);
      return;
    case "save":
      return save(vscode, workspace, command);
    case "run": {
      const { name, file, functionName } = pipeline;
      await executeCommand(vscode, "headrace.runPipeline", {
        kind: "pipeline",
        workspace,
        name,
        file,
        functionName,
      });
      return;
    }
    case "stop":
      if (runId !== null)
        await executeCommand(vscode, "headrace.cancelRun", { kind: "run", workspace, id: runId });
      return;
    case "rerunFailed":
      if (runId !== null)
        await executeCommand(vscode, "headrace.rerunFailed", { kind: "run", workspace, id: runId });
      return;
    case "rerunFrom":
    case "openLog": {
      const invocation = invocationOf(command.node);
      if (runId === null || invocation === null) return;
      const ref: StepRef = { kind: "step", workspace, runId, invocation };
      if (command.kind === "openLog") await executeCommand(vscode, "headrace.openLog", ref);
      else await executeCommand(vscode, "headrace.rerunFromStep", ref);
    }
  }
}

/** In the editor group that shows the file already, else in the first one: the graph stays in sight. */
async function openSource(vscode: VSCode, location: SourceLocation | null): Promise<void> {
  if (location === null) return;
  const uri = vscode.Uri.file(location.file);
  const visible = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.fsPath === uri.fsPath,
  );
  const line = Math.max(0, location.line - 1);
  const selection = new vscode.Range(line, 0, line, 0);
  const viewColumn = visible?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(uri, { selection, viewColumn });
}

async function save(
  vscode: VSCode,
  workspace: string,
  { name, content, encoding }: Extract<DagCommand, { readonly kind: "save" }>,
): Promise<void> {
  // The name holds the pipeline's, which comes from user code.
  const safe = path.basename(name).replace(/[^\w.-]/g, "_");
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(workspace), safe),
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(content, encoding));
  vscode.window.setStatusBarMessage(vscode.l10n.t("Saved {0}.", path.basename(target.fsPath)), 4000);
}
