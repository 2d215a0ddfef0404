/** Lets Python in the workspace's terminals find the SDK and the engine of its folder. */
import * as path from "node:path";
import type { Engine } from "../engine/api";
import type { Engines } from "../ui/engines";
import { Disposable } from "../ui/lifecycle";
import type { Log } from "../ui/log";
import type { GlobalEnvironmentVariableCollection, VSCode } from "../ui/vscodeTypes";

/** Variables that are lists of places, to which ours is added. */
const lists = new Set(["PYTHONPATH", "NODE_PATH"]);

export class Terminals extends Disposable {
  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly variables: GlobalEnvironmentVariableCollection,
    private readonly log: Log,
  ) {
    super();
    // They name this window's engine, which the next window does not have.
    variables.persistent = false;
    variables.clear();
    this.register(engines.onState((folder) => void this.update(folder)));
  }

  private async update(workspace: string): Promise<void> {
    const folder = this.vscode.workspace.getWorkspaceFolder(this.vscode.Uri.file(workspace));
    if (folder === undefined) return;
    const scoped = this.variables.getScoped({ workspaceFolder: folder });
    const engine = this.engines.peek(workspace);
    if (engine === null || !this.vscode.workspace.isTrusted) {
      scoped.clear();
      return;
    }
    scoped.description = this.vscode.l10n.t(
      "Scripts can use the pipelines, artifacts and models of this folder",
    );
    await this.set(engine, (name, value) => {
      if (lists.has(name)) scoped.prepend(name, value + path.delimiter);
      else scoped.replace(name, value);
    });
  }

  private async set(engine: Engine, put: (name: string, value: string) => void): Promise<void> {
    try {
      for (const [name, value] of Object.entries(await engine.environment())) put(name, value);
    } catch (error) {
      this.log.error("Terminals could not be told of the engine", error);
    }
  }
}
