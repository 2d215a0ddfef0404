/**
 * Tells which folders of a trusted workspace are worked on with Headrace: a pipeline of theirs was found in source, or their
 * store is open. Others are left alone: neither their terminals nor their settings change.
 */
import type { Discovery } from "../discovery/discovery";
import type { Engines } from "../ui/engines";
import { Disposable, Emitter } from "../ui/lifecycle";
import type { Log } from "../ui/log";
import type { VSCode } from "../ui/vscodeTypes";

export class PipelineFolders extends Disposable {
  private readonly found = new Set<string>();
  private readonly emitter: Emitter<string>;

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Pick<Discovery, "onDidChange" | "latest" | "pipelines">,
    log: Log,
  ) {
    super();
    this.emitter = this.register(
      new Emitter<string>((error) => log.error("Telling of a folder with pipelines failed", error)),
    );
    this.register(
      engines.onState((folder) => {
        if (engines.peek(folder) !== null) this.add(folder);
      }),
    );
    this.register(discovery.onDidChange((file) => this.look(file)));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => this.look(null)));
  }

  /** Told once of each folder. */
  get onFound(): Emitter<string>["event"] {
    return this.emitter.event;
  }

  has(folder: string): boolean {
    return this.found.has(folder);
  }

  private look(file: string | null): void {
    const folders = file === null ? this.engines.folders() : [this.engines.folderOf(file)];
    for (const folder of folders) {
      if (folder === null) continue;
      const pipelines =
        file === null ? this.discovery.pipelines(folder) : this.discovery.latest(file)?.pipelines;
      if ((pipelines ?? []).length > 0) this.add(folder);
    }
  }

  private add(folder: string): void {
    if (this.found.has(folder) || !this.vscode.workspace.isTrusted) return;
    this.found.add(folder);
    this.emitter.fire(folder);
  }
}
