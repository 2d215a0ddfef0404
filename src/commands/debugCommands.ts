/**
 * Runs a pipeline under the debugger of its language, in a process of its own, so that breakpoints in steps are met. What
 * the cache holds is not taken: a step that isn't executed meets no breakpoint.
 */
import * as path from "node:path";
import { HeadraceError } from "../core/errors";
import type { JsonObject } from "../core/json";
import { languageOf } from "../core/languages";
import type { IDisposable } from "../ui/lifecycle";
import type { PipelineRef } from "../ui/refs";
import { readSetting, registerCommand } from "../ui/registry";
import type { DebugConfiguration, VSCode } from "../ui/vscodeTypes";
import { requiredParameters } from "./parameters";
import { pipelineMeant } from "./pick";
import type { Services } from "./services";

const PYTHON_DEBUGGER = "ms-python.debugpy";

export interface DebugParts {
  /** The interpreter that a run of the file would use. */
  readonly interpreter: (folder: string, file: string) => Promise<string>;
  /** The Node that a run would use, and whether it is an Electron that has to be told to be Node. */
  readonly node: () => Promise<{ readonly command: string; readonly electron: boolean }>;
  /** Where the extension's own programs are. */
  readonly programs: string;
}

/** Whether the debugger of the file's language is there: Node's is part of VS Code. */
export function canDebug(vscode: VSCode, file: string): boolean {
  return !isPython(file) || vscode.extensions.getExtension(PYTHON_DEBUGGER) !== undefined;
}

export function registerDebugCommands(services: Services, parts: DebugParts): readonly IDisposable[] {
  return [
    registerCommand(services.vscode, "headrace.debugPipeline", async (ref) => {
      await services.notify.guard("Debugging failed", () => debug(services, parts, ref));
    }),
  ];
}

async function debug(services: Services, parts: DebugParts, ref: PipelineRef | undefined): Promise<void> {
  const { vscode, notify } = services;
  const { l10n } = vscode;
  if (!vscode.workspace.isTrusted) {
    await notify.warn(l10n.t("This workspace is in Restricted Mode, so no code of it is run."));
    return;
  }
  const pipeline = await pipelineMeant(services, ref, l10n.t("Debug which pipeline?"));
  if (pipeline?.file == null || pipeline.functionName === null) return;
  const { workspace, file, functionName } = pipeline;
  if (!canDebug(vscode, file)) {
    await notify.warn(l10n.t("Debugging needs the extension Python Debugger."), [
      {
        title: l10n.t("Show Extension"),
        run: () => vscode.commands.executeCommand("extension.open", PYTHON_DEBUGGER),
      },
    ]);
    return;
  }
  const parameters = await requiredParameters(services, pipeline);
  if (parameters === null) return;
  await services.runner.save(workspace);
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(workspace));
  const target = { ...pipeline, file, functionName, parameters };
  const started = await vscode.debug.startDebugging(
    folder,
    await (isPython(file) ? pythonDebugging : nodeDebugging)(services, parts, target),
  );
  if (!started) {
    throw new HeadraceError("unsupported", l10n.t("The debugger did not start."), {
      advice: l10n.t("The Debug Console and the output of the debugger’s extension say why."),
    });
  }
}

interface Target {
  readonly workspace: string;
  readonly name: string;
  readonly file: string;
  readonly functionName: string;
  readonly parameters: JsonObject;
}

function isPython(file: string): boolean {
  return languageOf(file) === "python";
}

/** As a script of the user's would: it asks this window's engine to run the pipeline, and executes the steps itself. */
async function pythonDebugging(
  { engines }: Services,
  { interpreter }: DebugParts,
  { workspace, name, file, functionName, parameters }: Target,
): Promise<DebugConfiguration> {
  const engine = await engines.get(workspace);
  return {
    type: "debugpy",
    request: "launch",
    name,
    code: programOf(file, functionName, parameters),
    python: await interpreter(workspace, file),
    cwd: workspace,
    env: { ...(await engine.environment()), HEADRACE_NO_CACHE: "1" },
    console: "internalConsole",
    justMyCode: true,
  };
}

/** As the command line would; the debugger follows it into the workers that execute the steps. */
async function nodeDebugging(
  { vscode }: Services,
  { node, programs }: DebugParts,
  { workspace, name, file, functionName, parameters }: Target,
): Promise<DebugConfiguration> {
  const { command, electron } = await node();
  const given = Object.entries(parameters).flatMap(([key, value]) => [
    "--param",
    `${key}=${JSON.stringify(value)}`,
  ]);
  const store = readSetting(vscode, "store.location", workspace).trim();
  return {
    type: "pwa-node",
    request: "launch",
    name,
    program: path.join(programs, "cli.js"),
    args: ["run", `${file}::${functionName}`, "--workspace", workspace, "--no-cache", ...given],
    runtimeExecutable: command,
    cwd: workspace,
    env: {
      ...(electron ? { ELECTRON_RUN_AS_NODE: "1" } : {}),
      ...(store === "" ? {} : { HEADRACE_STORE: path.resolve(workspace, store) }),
    },
    console: "internalConsole",
    outputCapture: "std",
    skipFiles: ["<node_internals>/**", `${programs.split(path.sep).join("/")}/**`],
  };
}

/** Imports the file as the module it is, so that breakpoints in it are met, and calls the pipeline. */
export function programOf(file: string, functionName: string, parameters: JsonObject = {}): string {
  const folder = JSON.stringify(path.dirname(file));
  const module = JSON.stringify(path.parse(file).name);
  const isCalledPlainly = Object.keys(parameters).length === 0;
  // JSON in JSON: a text that is the same to both languages.
  const given = isCalledPlainly ? "" : `**json.loads(${JSON.stringify(JSON.stringify(parameters))})`;
  return [
    isCalledPlainly ? "import importlib, sys" : "import importlib, json, sys",
    `sys.path.insert(0, ${folder})`,
    `getattr(importlib.import_module(${module}), ${JSON.stringify(functionName)})(${given})`,
  ].join("\n");
}
