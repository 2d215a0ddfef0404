/** Getting started: the interpreter, the sample project, the walkthrough, and the menu of the status bar. */
import type { IDisposable } from "../ui/lifecycle";
import { executeCommand, registerCommand, walkthroughId, writeSetting } from "../ui/registry";
import { askFolder, choose, type Choice } from "./pick";
import { createSample } from "./sample";
import type { Services } from "./services";

export interface Interpreter {
  readonly path: string;
  /** Version, or where it was found. */
  readonly description: string;
}

export interface SetupParts {
  /** Interpreters that can be found without asking anyone. */
  interpreters(folder: string): Promise<readonly Interpreter[]>;
  /** The folder that holds the samples. */
  readonly samples: string;
}

export function registerSetupCommands(services: Services, parts: SetupParts): readonly IDisposable[] {
  const { vscode, notify } = services;
  return [
    registerCommand(vscode, "headrace.selectInterpreter", async () => {
      await notify.guard("Choosing an interpreter failed", () => selectInterpreter(services, parts));
    }),
    registerCommand(vscode, "headrace.createSample", async () => {
      await notify.guard("Creating the sample failed", () => createSample(services, parts.samples));
    }),
    registerCommand(vscode, "headrace.openWalkthrough", async () => {
      await vscode.commands.executeCommand("workbench.action.openWalkthrough", walkthroughId, false);
    }),
    registerCommand(vscode, "headrace.showStatusMenu", () => statusMenu(services)),
  ];
}

async function selectInterpreter(services: Services, parts: SetupParts): Promise<void> {
  const { vscode, engines, notify } = services;
  const { l10n } = vscode;
  if (!vscode.workspace.isTrusted) {
    await notify.warn(l10n.t("This workspace is in Restricted Mode: no interpreter of it is used."));
    return;
  }
  const folder = await askFolder(services);
  if (folder === null) {
    if (engines.folders().length === 0) await notify.info(l10n.t("Open a folder first."));
    return;
  }
  const found = (await parts.interpreters(folder)).map((interpreter) => ({
    label: interpreter.path,
    description: interpreter.description,
    value: interpreter.path,
  }));
  const choices: Choice<string>[] = [
    {
      label: `$(wand) ${l10n.t("Automatic")}`,
      description: l10n.t("The Python extension’s choice, .venv, then PATH"),
      value: "",
    },
    ...found,
    { label: `$(folder-opened) ${l10n.t("Browse…")}`, value: "browse" },
  ];
  const chosen = await choose(services, choices, l10n.t("Python for the pipelines of this folder"));
  if (chosen === null) return;
  const path = chosen === "browse" ? await browse(services) : chosen;
  if (path !== null) await writeSetting(vscode, "python.interpreter", path, folder);
}

async function browse({ vscode }: Services): Promise<string | null> {
  const picked = await vscode.window.showOpenDialog({
    canSelectMany: false,
    openLabel: vscode.l10n.t("Use This Python"),
  });
  return picked?.[0]?.fsPath ?? null;
}

async function statusMenu(services: Services): Promise<void> {
  const { vscode, engines } = services;
  const { l10n } = vscode;
  const running = engines.all().some((engine) => engine.active().length > 0);
  const choices: Choice<() => Promise<unknown>>[] = [
    ...(running
      ? [
          {
            label: `$(stop-circle) ${l10n.t("Cancel Run")}`,
            value: () => executeCommand(vscode, "headrace.cancelRun"),
          },
        ]
      : []),
    {
      label: `$(play) ${l10n.t("Run Pipeline")}`,
      value: () => executeCommand(vscode, "headrace.runPipeline"),
    },
    { label: `$(history) ${l10n.t("Open Run…")}`, value: () => executeCommand(vscode, "headrace.openRun") },
    {
      label: `$(snake) ${l10n.t("Select Interpreter…")}`,
      value: () => executeCommand(vscode, "headrace.selectInterpreter"),
    },
    {
      label: `$(output) ${l10n.t("Show Output")}`,
      value: () => executeCommand(vscode, "headrace.showOutput"),
    },
  ];
  const chosen = await choose(services, choices, "Headrace");
  await chosen?.();
}
