/** The extension from the inside of its host: what is registered, what a run records, and what others are told of it. */
import assert from "node:assert/strict";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import { commandTable, viewIds } from "../../src/ui/registry";

const ID = "headrace.headrace";

function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first !== undefined, "a folder is open");
  return first.uri.fsPath;
}

async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>(ID);
  assert.ok(extension !== undefined, "the extension is installed");
  return extension.activate();
}

function tutorial() {
  const file = path.join(folder(), "pipelines/training_pipeline.py");
  return {
    kind: "pipeline",
    workspace: folder(),
    name: "Tutorial",
    file,
    functionName: "training_pipeline",
  } as const;
}

describe("Headrace in its host", () => {
  it("activates without an error and hands out its interface", async () => {
    const { trees } = await api();
    assert.deepEqual(Object.keys(trees).sort(), [...viewIds].sort());
  });

  it("registers every command that it contributes", async () => {
    await api();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = Object.keys(commandTable).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });

  it("provides the lenses of the pipeline", async () => {
    const document = await vscode.workspace.openTextDocument(tutorial().file);
    await vscode.window.showTextDocument(document);
    const titles = await lensTitles(document.uri);
    assert.match(titles.join("\n"), /Run pipeline[^]*Show DAG[^]*never run/);
  });

  it("runs a pipeline by its command, and records what it made", async () => {
    const outcome = await vscode.commands.executeCommand<{ runId: string; status: string } | null>(
      "headrace.runPipeline",
      tutorial(),
    );
    assert.equal(outcome?.status, "completed");
    const { reader } = await (await api()).engine(folder());
    const steps = reader.steps(outcome.runId);
    assert.deepEqual(
      steps.map(({ invocation, status }) => `${invocation} ${status}`).sort(),
      ["evaluate_model", "inference_step", "load_data", "train_model"].map((name) => `${name} completed`),
    );
    assert.equal(steps.find(({ invocation }) => invocation === "load_data")?.outputs.length, 4);
  });

  it("shows the run, its artifacts and the pipeline in the views", async () => {
    const { trees } = await api();
    const labels = async (view: keyof typeof trees): Promise<string[]> => {
      const rows = await trees[view].getChildren();
      return rows.map((row) => {
        const { label } = trees[view].getTreeItem(row);
        return typeof label === "string" ? label : (label?.label ?? "");
      });
    };
    assert.deepEqual(await labels("headrace.pipelines"), ["Tutorial"]);
    assert.deepEqual(await labels("headrace.runs"), ["Tutorial #1"]);
    assert.ok((await labels("headrace.artifacts")).includes("predictions"));
    assert.deepEqual(await labels("headrace.models"), []);
  });

  it("says in the lens how the last run ended", async () => {
    const titles = await lensTitles(vscode.Uri.file(tutorial().file));
    assert.match(titles.join("\n"), /completed/);
  });
});

async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    uri,
    50,
  );
  return found.map((lens) => lens.command?.title ?? "");
}
