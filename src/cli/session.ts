/** An engine for one command: opened late, closed whatever happens. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DiscoveredPipeline } from "../discovery/model";
import type { Engine } from "../engine/api";
import { openEngine } from "../engine/open";
import type { OpenRequest } from "./command";
import { storeFolderOf, workspaceOf } from "./workspace";

export interface Session {
  readonly workspace: string;
  readonly engine: Engine;
  /** The pipelines in the workspace's source files. */
  discover(signal: AbortSignal): Promise<readonly DiscoveredPipeline[]>;
}

export interface SessionsOptions {
  /** The extension's folder. */
  readonly root: string;
  readonly cwd: string;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Set<Engine>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  readonly withSession = async <T>(
    request: OpenRequest,
    use: (session: Session) => Promise<T>,
  ): Promise<T> => {
    const { root, cwd } = this.#options;
    const workspace = workspaceOf(cwd, request.workspace, request.file);
    const store = await storeFor(workspace, request.onlyLooks === true);
    const engine = await openEngine({
      workspace,
      store: store.folder,
      extensionRoot: root,
      keepsSpare: false,
      ...(request.prepare === undefined ? {} : { prepare: request.prepare }),
    });
    this.#open.add(engine);
    try {
      return await use({ workspace, engine, discover: (signal) => discover(root, workspace, signal) });
    } finally {
      this.#open.delete(engine);
      await engine.close();
      await store.discard();
    }
  };

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open].map((engine) => engine.close()));
  }
}

interface StorePlace {
  readonly folder: string;
  discard(): Promise<void>;
}

/** Who only looks leaves no trace: where there is no store yet, an empty one is looked at and thrown away. */
async function storeFor(workspace: string, onlyLooks: boolean): Promise<StorePlace> {
  const folder = storeFolderOf(workspace);
  if (!onlyLooks || existsSync(folder)) return { folder, discard: () => Promise.resolve() };
  const empty = await mkdtemp(path.join(tmpdir(), "headrace-empty-"));
  return { folder: empty, discard: () => rm(empty, { recursive: true, force: true }) };
}

/** Loaded only when asked for: the parser and its grammars are the largest part of this program. */
async function discover(
  root: string,
  workspace: string,
  signal: AbortSignal,
): Promise<readonly DiscoveredPipeline[]> {
  const [{ Discovery }, { diskFiles }, { wasmSource }] = await Promise.all([
    import("../discovery/discovery"),
    import("../discovery/files"),
    import("./wasm"),
  ]);
  const discovery = new Discovery({ wasm: wasmSource(root), files: diskFiles });
  await discovery.scan(workspace, signal);
  return discovery.pipelines(workspace);
}
