/** What the page asks for beyond showing: done by the extension's own commands wherever there is one. */
import * as path from "node:path";
import type { Engine } from "../../engine/api";
import type { PipelineRef, RunRef, StepRef } from "../../ui/refs";
import { executeCommand } from "../../ui/registry";
import type { VSCode } from "../../ui/vscodeTypes";
import type { RunCommand } from "./messages";

export async function obey(
  vscode: VSCode,
  engine: Engine,
  runId: string,
  command: RunCommand,
): Promise<void> {
  const { workspace } = engine;
  const run: RunRef = { kind: "run", workspace, id: runId };
  const step = (invocation: string): StepRef => ({ kind: "step", workspace, runId, invocation });
  switch (command.do) {
    case "showDag":
      return executeCommand(vscode, "headrace.showDag", run);
    case "rerun":
      await executeCommand(vscode, "headrace.rerun", run);
      return;
    case "rerunFailed":
      await executeCommand(vscode, "headrace.rerunFailed", run);
      return;
    case "rerunFrom":
      await executeCommand(vscode, "headrace.rerunFromStep", step(command.invocation));
      return;
    case "rerunOnly":
      await executeCommand(vscode, "headrace.rerunOnlyStep", step(command.invocation));
      return;
    case "runWithParameters":
      await executeCommand(vscode, "headrace.runWithParameters", run);
      return;
    case "compare":
      return executeCommand(vscode, "headrace.compareRuns", run);
    case "cancel":
      return executeCommand(vscode, "headrace.cancelRun", run);
    case "delete":
      return executeCommand(vscode, "headrace.deleteRun", run);
    case "copyId":
      return executeCommand(vscode, "headrace.copyRunId", run);
    case "goToPipeline":
      return executeCommand(vscode, "headrace.goToSource", pipelineOf(engine, runId));
    case "goToStep":
      return executeCommand(vscode, "headrace.goToSource", step(command.invocation));
    case "openLog":
      return executeCommand(vscode, "headrace.openLog", step(command.invocation));
    case "openArtifact":
      return executeCommand(vscode, "headrace.openArtifact", {
        ...{ kind: "artifactVersion", workspace, id: command.versionId },
      });
    case "openModel":
      return executeCommand(vscode, "headrace.openModelVersion", {
        ...{ kind: "modelVersion", workspace, id: command.modelVersionId },
      });
    case "openRun":
      return executeCommand(vscode, "headrace.openRun", { kind: "run", workspace, id: command.runId });
    case "openPlace":
      return openPlace(vscode, path.resolve(workspace, command.file), command.line);
    case "copy":
      return vscode.env.clipboard.writeText(command.text);
  }
}

function pipelineOf({ workspace, reader }: Engine, runId: string): PipelineRef {
  const run = reader.run(runId);
  const spec = reader.spec(runId);
  return {
    kind: "pipeline",
    workspace,
    name: run?.pipeline ?? "",
    file: run?.source?.file ?? spec?.pipeline.source?.file ?? null,
    functionName: spec?.pipeline.functionName ?? null,
  };
}

async function openPlace(vscode: VSCode, file: string, line: number): Promise<void> {
  const uri = vscode.Uri.file(file);
  const row = Math.max(0, line - 1);
  const visible = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.fsPath === uri.fsPath,
  );
  const selection = new vscode.Range(row, 0, row, 0);
  const viewColumn = visible?.viewColumn ?? vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(uri, { selection, viewColumn });
}
