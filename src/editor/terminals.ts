/**
 * Lets scripts in the workspace's terminals find the SDK and the engine of their folder, and people the `headrace` command.
 * The variables are there as soon as a pipeline is in sight; the engine itself, which makes a store, is opened with the
 * first terminal.
 */
import * as path from "node:path";
import type { Engine } from "../engine/api";
import type { Engines } from "../ui/engines";
import { Disposable } from "../ui/lifecycle";
import type { Log } from "../ui/log";
import type { GlobalEnvironmentVariableCollection, Terminal, VSCode } from "../ui/vscodeTypes";
import type { PipelineFolders } from "./pipelineFolders";

/** Variables that are lists of places, to which ours is added. */
const lists = new Set(["PATH", "PYTHONPATH", "NODE_PATH"]);

type Variables = Readonly<Record<string, string>>;

export interface TerminalsOptions {
  readonly vscode: VSCode;
  readonly engines: Engines;
  readonly folders: PipelineFolders;
  readonly variables: GlobalEnvironmentVariableCollection;
  readonly log: Log;
  /** Where the `headrace` command lies, and the Node that runs it. */
  readonly commandLine: { readonly folder: string; readonly node: string };
  /** What a folder's engine will say, once it is open. */
  readonly expected: (folder: string) => Promise<Variables>;
}

export class Terminals extends Disposable {
  constructor(private readonly options: TerminalsOptions) {
    super();
    const { vscode, engines, folders, variables } = options;
    // They name this window's engine, which the next window does not have.
    variables.persistent = false;
    variables.clear();
    this.register(engines.onState((folder) => void this.update(folder)));
    this.register(folders.onFound((folder) => void this.update(folder)));
    this.register(vscode.window.onDidOpenTerminal((terminal) => this.open(terminal)));
  }

  private async update(workspace: string): Promise<void> {
    const { vscode, engines, folders, variables, commandLine } = this.options;
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(workspace));
    if (folder === undefined) return;
    const scoped = variables.getScoped({ workspaceFolder: folder });
    const engine = engines.peek(workspace);
    if ((engine === null && !folders.has(workspace)) || !vscode.workspace.isTrusted) {
      scoped.clear();
      return;
    }
    scoped.description = vscode.l10n.t("Scripts can use the pipelines, artifacts and models of this folder");
    const { folder: PATH, node: HEADRACE_NODE } = commandLine;
    const values = { PATH, HEADRACE_NODE, ...(await this.variablesOf(workspace, engine)) };
    for (const [name, value] of Object.entries(values)) {
      if (lists.has(name)) scoped.prepend(name, value + path.delimiter);
      else scoped.replace(name, value);
    }
  }

  private async variablesOf(folder: string, engine: Engine | null): Promise<Variables> {
    try {
      return await (engine === null ? this.options.expected(folder) : engine.environment());
    } catch (error) {
      this.options.log.error("Terminals could not be told of the engine", error);
      return {};
    }
  }

  /** A terminal in a folder with pipelines: by the time that something is typed, the engine answers. */
  private open({ creationOptions }: Terminal): void {
    const { engines, folders } = this.options;
    const cwd = "cwd" in creationOptions ? creationOptions.cwd : undefined;
    const place = typeof cwd === "string" ? cwd : cwd?.fsPath;
    const meant = place === undefined ? engines.folders() : [engines.folderOf(place)];
    for (const folder of meant) {
      // What goes wrong is logged, and shown where the store is.
      if (folder !== null && folders.has(folder)) void engines.get(folder).catch(() => null);
    }
  }
}
