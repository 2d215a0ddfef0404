/**
 * Offers once, for each folder, to let Pylance see the SDK: without it, it underlines `import zenml`. What was added is
 * kept pointing at this version of the extension, whose folder has another name after every update.
 */
import { Disposable } from "../ui/lifecycle";
import type { Log } from "../ui/log";
import type { Notifications } from "../ui/notify";
import type { Memento, VSCode } from "../ui/vscodeTypes";
import type { PipelineFolders } from "./pipelineFolders";

const PYLANCE = "ms-python.vscode-pylance";
const SETTING = "python.analysis";
const KEY = "extraPaths";

export interface AnalysisPathsOptions {
  readonly vscode: VSCode;
  readonly folders: Pick<PipelineFolders, "onFound">;
  readonly notify: Notifications;
  readonly log: Log;
  /** Where the answers are kept. */
  readonly memory: Memento;
  /** The SDK's folder. */
  readonly sdk: string;
  /** Whether the folder's interpreter finds `zenml` without us. */
  readonly resolves: (folder: string) => Promise<boolean>;
}

export class AnalysisPaths extends Disposable {
  constructor(private readonly options: AnalysisPathsOptions) {
    super();
    this.register(
      options.folders.onFound((folder) => {
        void this.consider(folder).catch((error: unknown) =>
          options.log.error("Pylance could not be told of the SDK", error),
        );
      }),
    );
  }

  private async consider(folder: string): Promise<void> {
    const { vscode } = this.options;
    const paths = this.pathsOf(folder);
    if (paths.includes(this.options.sdk)) return;
    const outdated = paths.filter((path) => isSdkOfOtherVersion(path));
    if (outdated.length > 0) return this.write(folder, [...without(paths, outdated), this.options.sdk]);
    if (vscode.extensions.getExtension(PYLANCE) === undefined || this.wasAsked(folder)) return;
    if (await this.options.resolves(folder)) return;
    await this.offer(folder, paths);
  }

  private async offer(folder: string, paths: readonly string[]): Promise<void> {
    const { notify, vscode, sdk } = this.options;
    const { l10n } = vscode;
    await notify.info(l10n.t("Pylance doesn’t know zenml and headrace. Shall it look into Headrace’s SDK?"), [
      { title: l10n.t("Add Path"), run: () => this.write(folder, [...paths, sdk]) },
      { title: l10n.t("Don’t Ask Again"), run: () => this.options.memory.update(memoryKey(folder), true) },
    ]);
  }

  private wasAsked(folder: string): boolean {
    return this.options.memory.get<boolean>(memoryKey(folder)) === true;
  }

  private pathsOf(folder: string): readonly string[] {
    return this.configuration(folder).get<readonly string[]>(KEY) ?? [];
  }

  private async write(folder: string, paths: readonly string[]): Promise<void> {
    const target = this.options.vscode.ConfigurationTarget.WorkspaceFolder;
    await this.configuration(folder).update(KEY, [...paths], target);
  }

  private configuration(folder: string) {
    const { vscode } = this.options;
    return vscode.workspace.getConfiguration(SETTING, vscode.Uri.file(folder));
  }
}

function memoryKey(folder: string): string {
  return `analysisPaths.asked:${folder}`;
}

function isSdkOfOtherVersion(path: string): boolean {
  return /[\\/]headrace\.headrace-[^\\/]+[\\/]dist[\\/]sdk[\\/]python[\\/]?$/.test(path);
}

function without(paths: readonly string[], unwanted: readonly string[]): readonly string[] {
  return paths.filter((path) => !unwanted.includes(path));
}
