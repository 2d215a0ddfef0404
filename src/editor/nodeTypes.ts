/**
 * Offers once, for each folder, to let the editor know the types of `headrace`: without them, it underlines the import.
 * A copy that was added is kept at this version of the extension.
 */
import { addDependency, findsHeadrace, isOutdated, writeTypes } from "../runtimes/node/install";
import type { Discovery } from "../discovery/discovery";
import type { Engines } from "../ui/engines";
import { Disposable } from "../ui/lifecycle";
import type { Log } from "../ui/log";
import type { Notifications } from "../ui/notify";
import type { Memento, VSCode } from "../ui/vscodeTypes";

/** Of VS Code's own TypeScript, when that is on. */
const RESTART = "typescript.restartTsServer";

export interface NodeTypesOptions {
  readonly vscode: VSCode;
  readonly discovery: Pick<Discovery, "onDidChange" | "latest">;
  readonly engines: Pick<Engines, "folderOf">;
  readonly notify: Notifications;
  readonly log: Log;
  /** Where the answers are kept. */
  readonly memory: Memento;
  /** The package that is copied. */
  readonly sdk: string;
}

export class NodeTypes extends Disposable {
  private readonly considered = new Set<string>();

  constructor(private readonly options: NodeTypesOptions) {
    super();
    this.register(
      options.discovery.onDidChange((file) => {
        if (file === null) return;
        void this.consider(file).catch((error: unknown) =>
          options.log.error("The types of headrace could not be looked after", error),
        );
      }),
    );
  }

  /** What the command does. */
  async add(folder: string): Promise<void> {
    const { vscode, notify, sdk } = this.options;
    await writeTypes(folder, sdk);
    await this.tellTypeScript();
    await notify.info(vscode.l10n.t("TypeScript knows headrace in this folder now."));
  }

  /** The editor doesn't watch `node_modules`. */
  private async tellTypeScript(): Promise<void> {
    try {
      await this.options.vscode.commands.executeCommand(RESTART);
    } catch {
      // Another language service, or none: it looks by itself.
    }
  }

  /** Looks after the folder of a file that has changed. */
  async consider(file: string): Promise<void> {
    const { vscode, discovery, engines, sdk, memory } = this.options;
    const folder = engines.folderOf(file);
    const found = discovery.latest(file);
    if (folder === null || found?.language !== "node" || !vscode.workspace.isTrusted) return;
    if (found.pipelines.length + found.steps.length === 0 || this.considered.has(folder)) return;
    this.considered.add(folder);
    if (await isOutdated(folder, sdk)) await writeTypes(folder, sdk);
    if (findsHeadrace(folder) || memory.get<boolean>(memoryKey(folder)) === true) return;
    await this.offer(folder);
  }

  private async offer(folder: string): Promise<void> {
    const { vscode, notify, sdk, memory } = this.options;
    const { l10n } = vscode;
    await notify.info(
      l10n.t(
        "TypeScript doesn’t know headrace in this folder. Add its types to node_modules? No file of yours changes.",
      ),
      [
        { title: l10n.t("Add Types"), run: () => this.add(folder) },
        {
          title: l10n.t("Add as Dependency"),
          run: async () => {
            const { manifest } = await addDependency(folder, sdk);
            await this.tellTypeScript();
            await notify.info(l10n.t("headrace is a dev dependency now: see {0}.", manifest));
          },
        },
        { title: l10n.t("Don’t Ask Again"), run: () => memory.update(memoryKey(folder), true) },
      ],
    );
  }
}

function memoryKey(folder: string): string {
  return `nodeTypes.asked:${folder}`;
}
