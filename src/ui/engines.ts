/** One engine per workspace folder, opened when it is first needed and closed with the folder. */
import * as path from "node:path";
import type { Change, LiveEvent } from "../core/events";
import { HeadraceError } from "../core/errors";
import type { Engine } from "../engine/api";
import { Disposable, DisposableBag, Emitter } from "./lifecycle";
import type { Log } from "./log";
import type { VSCode } from "./vscodeTypes";

export interface EngineFactory {
  open(folder: string): Promise<Engine>;
  /** Whether the folder has a store already: asked before opening one only to look. */
  hasStore(folder: string): Promise<boolean>;
}

export interface Lookup<T> {
  readonly engine: Engine;
  readonly found: T;
}

export class Engines extends Disposable {
  private readonly opening = new Map<string, Promise<Engine>>();
  private readonly opened = new Map<string, { readonly engine: Engine; readonly bag: DisposableBag }>();
  private readonly failures = new Map<string, unknown>();
  /** Engines name their folder by its real path, which a symbolic link hides from the editor. */
  private readonly aliases = new Map<string, string>();

  private readonly changes = this.register(
    new Emitter<{ engine: Engine; change: Change }>(this.listenerFailed),
  );
  private readonly lives = this.register(
    new Emitter<{ engine: Engine; event: LiveEvent }>(this.listenerFailed),
  );
  private readonly states = this.register(new Emitter<string>(this.listenerFailed));

  readonly onChange = this.changes.event;
  readonly onLive = this.lives.event;
  /** A folder's engine was opened, closed, or could not be opened. */
  readonly onState = this.states.event;

  constructor(
    private readonly vscode: VSCode,
    private readonly factory: EngineFactory,
    private readonly log: Log,
  ) {
    super();
    this.register(
      vscode.workspace.onDidChangeWorkspaceFolders((event) => {
        for (const folder of event.removed) void this.close(folder.uri.fsPath);
      }),
    );
    // What was opened for looking only may be written to now.
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.reopen()));
  }

  private get listenerFailed(): (error: unknown) => void {
    return (error) => this.log.error("Showing a change failed", error);
  }

  /** Folders on a disk: those of virtual workspaces have no store. */
  folders(): readonly string[] {
    const folders = this.vscode.workspace.workspaceFolders ?? [];
    return folders.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
  }

  /** The workspace folder that holds a file; the innermost when folders are nested. */
  folderOf(file: string): string | null {
    const around = this.folders().filter((folder) => file === folder || file.startsWith(folder + path.sep));
    return around.sort((a, b) => b.length - a.length)[0] ?? null;
  }

  peek(folder: string): Engine | null {
    return this.opened.get(this.named(folder))?.engine ?? null;
  }

  all(): readonly Engine[] {
    return this.folders().flatMap((folder) => this.peek(folder) ?? []);
  }

  /** Why a folder's engine could not be opened. */
  failure(folder: string): unknown {
    return this.failures.get(folder) ?? null;
  }

  get(workspace: string): Promise<Engine> {
    const folder = this.named(workspace);
    let promise = this.opening.get(folder);
    if (promise === undefined) {
      promise = this.open(folder);
      this.opening.set(folder, promise);
      promise.catch((error: unknown) => {
        this.opening.delete(folder);
        this.failures.set(folder, error);
        this.log.error(`The store of ${folder} could not be opened`, error);
        this.states.fire(folder);
      });
    }
    return promise;
  }

  /** The workspace folder of an engine, as the editor names it. */
  folderOfEngine(engine: Engine): string {
    return this.named(engine.workspace);
  }

  private named(folder: string): string {
    return this.aliases.get(folder) ?? folder;
  }

  /** For looking: null when the folder never ran anything, so that looking leaves no trace on the disk. */
  async getIfStored(workspace: string): Promise<Engine | null> {
    const folder = this.named(workspace);
    const known = this.opening.get(folder);
    if (known !== undefined) return known;
    return (await this.factory.hasStore(folder)) ? this.get(folder) : null;
  }

  /** Tries again what failed. */
  async retry(): Promise<void> {
    const failed = [...this.failures.keys()];
    this.failures.clear();
    await Promise.allSettled(failed.map((folder) => this.get(folder)));
  }

  /** Looks in all open engines for something that only an id is known of. */
  find<T>(look: (engine: Engine) => T | null): Lookup<T> | null {
    for (const engine of this.all()) {
      const found = look(engine);
      if (found !== null) return { engine, found };
    }
    return null;
  }

  private async open(folder: string): Promise<Engine> {
    if (!this.folders().includes(folder)) {
      throw new HeadraceError("not-found", `${folder} is not a folder of this workspace.`);
    }
    const engine = await this.factory.open(folder);
    const bag = new DisposableBag();
    bag.add(
      engine.onChange((change) => this.changes.fire({ engine, change })),
      engine.onLive((event) => this.lives.fire({ engine, event })),
    );
    if (this.disposed) {
      await engine.close();
      throw new HeadraceError("cancelled", "The window was closed.");
    }
    this.failures.delete(folder);
    if (engine.workspace !== folder) this.aliases.set(engine.workspace, folder);
    this.opened.set(folder, { engine, bag });
    this.states.fire(folder);
    return engine;
  }

  private async close(folder: string): Promise<void> {
    const entry = this.opened.get(folder);
    this.opening.delete(folder);
    this.opened.delete(folder);
    this.failures.delete(folder);
    if (entry === undefined) return;
    entry.bag.dispose();
    this.states.fire(folder);
    await entry.engine.close();
  }

  private async reopen(): Promise<void> {
    const folders = [...this.opened.keys()];
    await Promise.allSettled(
      folders.map(async (folder) => {
        await this.close(folder);
        await this.get(folder);
      }),
    );
  }

  /** Closes all; await it, so that nothing half-written is left. */
  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.opened.keys()].map((folder) => this.close(folder)));
  }
}
