/** Runs a pipeline in the Python debugger: in a process of its own, as a script would, so that breakpoints in steps are met. */
import * as path from "node:path";
import { HeadraceError } from "../core/errors";
import type { JsonObject } from "../core/json";
import type { IDisposable } from "../ui/lifecycle";
import type { PipelineRef } from "../ui/refs";
import { registerCommand } from "../ui/registry";
import { requiredParameters } from "./parameters";
import { pipelineMeant } from "./pick";
import type { Services } from "./services";

const DEBUGGER = "ms-python.debugpy";

/** Where the debugger finds the interpreter that a run would use. */
export type InterpreterPath = (folder: string, file: string) => Promise<string>;

export function registerDebugCommands(
  services: Services,
  interpreter: InterpreterPath,
): readonly IDisposable[] {
  return [
    registerCommand(services.vscode, "headrace.debugPipeline", async (ref) => {
      await services.notify.guard("Debugging failed", () => debug(services, interpreter, ref));
    }),
  ];
}

async function debug(
  services: Services,
  interpreter: InterpreterPath,
  ref: PipelineRef | undefined,
): Promise<void> {
  const { vscode, engines, notify } = services;
  const { l10n } = vscode;
  if (!vscode.workspace.isTrusted) {
    await notify.warn(l10n.t("This workspace is in Restricted Mode, so no code of it is run."));
    return;
  }
  if (vscode.extensions.getExtension(DEBUGGER) === undefined) {
    await notify.warn(l10n.t("Debugging needs the extension Python Debugger."), [
      {
        title: l10n.t("Show Extension"),
        run: () => vscode.commands.executeCommand("extension.open", DEBUGGER),
      },
    ]);
    return;
  }
  const pipeline = await pipelineMeant(services, ref, l10n.t("Debug which pipeline?"));
  if (pipeline?.file == null || pipeline.functionName === null) return;
  if (!pipeline.file.endsWith(".py")) {
    await notify.warn(l10n.t("Only Python pipelines can be debugged this way."));
    return;
  }
  const parameters = await requiredParameters(services, pipeline);
  if (parameters === null) return;
  await services.runner.save(pipeline.workspace);
  const engine = await engines.get(pipeline.workspace);
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(pipeline.workspace));
  const started = await vscode.debug.startDebugging(folder, {
    type: "debugpy",
    request: "launch",
    name: pipeline.name,
    code: programOf(pipeline.file, pipeline.functionName, parameters),
    python: await interpreter(pipeline.workspace, pipeline.file),
    cwd: pipeline.workspace,
    env: await engine.environment(),
    console: "internalConsole",
    justMyCode: true,
  });
  if (!started) {
    throw new HeadraceError("unsupported", "The debugger did not start.", {
      advice: "The output of the extension Python Debugger says why.",
    });
  }
}

/** Imports the file as the module it is, so that breakpoints in it are met, and calls the pipeline. */
export function programOf(file: string, functionName: string, parameters: JsonObject = {}): string {
  const folder = JSON.stringify(path.dirname(file));
  const module = JSON.stringify(path.basename(file, ".py"));
  const isCalledPlainly = Object.keys(parameters).length === 0;
  // JSON in JSON: a text that is the same to both languages.
  const given = isCalledPlainly ? "" : `**json.loads(${JSON.stringify(JSON.stringify(parameters))})`;
  return [
    isCalledPlainly ? "import importlib, sys" : "import importlib, json, sys",
    `sys.path.insert(0, ${folder})`,
    `getattr(importlib.import_module(${module}), ${JSON.stringify(functionName)})(${given})`,
  ].join("\n");
}
