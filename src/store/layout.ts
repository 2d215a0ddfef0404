/** Folders of a store (docs/STORE.md) and the file that keeps them out of version control. */
import fs from "node:fs";
import path from "node:path";
import { fileError } from "../core/fileErrors";

export interface StoreFolders {
  readonly root: string;
  /** Journal, snapshots, lock. */
  readonly store: string;
  readonly artifacts: string;
  readonly logs: string;
  readonly tmp: string;
}

export function foldersOf(root: string): StoreFolders {
  return {
    root,
    store: path.join(root, "store"),
    artifacts: path.join(root, "artifacts"),
    logs: path.join(root, "logs"),
    tmp: path.join(root, "tmp"),
  };
}

export function createFolders(folders: StoreFolders): void {
  try {
    const { root, store, artifacts, logs, tmp } = folders;
    for (const folder of [root, store, artifacts, logs, tmp]) fs.mkdirSync(folder, { recursive: true });
    const ignore = path.join(folders.root, ".gitignore");
    if (!fs.existsSync(ignore)) fs.writeFileSync(ignore, "*\n");
  } catch (error) {
    throw fileError(error, `make the store's folders in ${folders.root}`);
  }
}
