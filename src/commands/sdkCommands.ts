/** The Python SDK in environments of the user's, for notebook kernels and whatever else Headrace doesn't start. */
import type { Installed } from "../runtimes/python/install";
import type { IDisposable } from "../ui/lifecycle";
import { registerCommand } from "../ui/registry";
import type { Services } from "./services";
import { askFolder } from "./pick";

export interface SdkParts {
  /** The SDK's folder, and the extension's version. */
  readonly sdk: string;
  readonly version: string;
}

export function registerSdkCommands(services: Services, parts: SdkParts): readonly IDisposable[] {
  return [
    registerCommand(services.vscode, "headrace.installSdk", async () => {
      await services.notify.guard("Installing the Python SDK failed", () => install(services, parts));
    }),
  ];
}

async function install(services: Services, parts: SdkParts): Promise<void> {
  const { vscode, notify, interpreters } = services;
  const { l10n } = vscode;
  const folder = await askFolder(services);
  if (folder === null) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: l10n.t("Installing the Python SDK…"),
    cancellable: true,
  };
  const [{ installSdk }, { findInterpreter }] = await Promise.all([
    import("../runtimes/python/install"),
    import("../runtimes/python/interpreter"),
  ]);
  const done = await vscode.window.withProgress(options, async (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { signal } = abort;
    const request = {
      file: vscode.Uri.joinPath(vscode.Uri.file(folder), "script.py").fsPath,
      workspace: folder,
      signal,
    };
    const interpreter = await findInterpreter(request, interpreters.sources(folder));
    return installSdk({ interpreter, ...parts, signal });
  });
  // What the environment's processes look for is this window's engine.
  await services.engines.get(folder);
  await notify.info(messageOf(services, done));
}

function messageOf({ vscode: { l10n } }: Services, { command, zenml }: Installed): string {
  return zenml === null
    ? l10n.t("Notebooks and scripts of {0} can import zenml and headrace now.", command)
    : l10n.t(
        "Notebooks and scripts of {0} can import zenml and headrace now. ZenML {1} is installed there, too: it answers outside of folders that Headrace keeps a store in. HEADRACE_ZENML=headrace or =installed chooses.",
        command,
        zenml,
      );
}
