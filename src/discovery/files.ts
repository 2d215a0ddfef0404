/** Where the workspace's files come from: VS Code's own search in the editor, a walk of the disk elsewhere. */
import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { languageOf } from "../core/languages";

export interface FileLister {
  /** Absolute paths of the source files below a folder. */
  list(folder: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Null when the file is gone or can't be read. */
  read(file: string): Promise<{ readonly text: string; readonly version: string } | null>;
}

/** Folders that hold other people's code, or none. */
export const skippedFolders: readonly string[] = [
  "node_modules",
  "site-packages",
  "__pycache__",
  "venv",
  "env",
  "dist",
  "build",
  "out",
];

/** Larger files are data or generated. */
const LARGEST = 1 << 20;

export async function readSource(file: string): ReturnType<FileLister["read"]> {
  try {
    const { size, mtimeMs } = await stat(file);
    if (size > LARGEST) return null;
    return { text: await readFile(file, "utf8"), version: `${mtimeMs}:${size}` };
  } catch {
    return null;
  }
}

/** A lister that walks the disk. */
export const diskFiles: FileLister = {
  async list(folder, signal) {
    const found: string[] = [];
    const pending = [folder];
    for (let next = pending.pop(); next !== undefined && !signal.aborted; next = pending.pop()) {
      for (const entry of await entriesOf(next)) {
        const full = path.join(next, entry.name);
        const hidden = entry.name.startsWith(".") || skippedFolders.includes(entry.name);
        if (entry.isDirectory() && !hidden) pending.push(full);
        else if (entry.isFile() && languageOf(entry.name) !== null) found.push(full);
      }
    }
    return found.sort();
  },
  read: readSource,
};

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
