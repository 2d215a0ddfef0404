/** Walking, measuring and removing folders of payloads. */
import { chmodSync, closeSync, fsync, openSync, readdirSync, statSync } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { HeadraceError } from "../core/errors";

const sync = promisify(fsync);

/** All files and all folders (itself first). Throws `invalid` at a link or a device: a payload holds its content itself. */
export function filesOf(folder: string): { readonly files: string[]; readonly folders: string[] } {
  const files: string[] = [];
  const folders = [folder];
  for (const current of folders) {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const child = path.join(current, entry.name);
      if (entry.isDirectory()) folders.push(child);
      else if (entry.isFile()) files.push(child);
      else
        throw new HeadraceError(
          "invalid",
          `The payload holds ${JSON.stringify(child)}, which is no regular file.`,
        );
    }
  }
  return { files, folders };
}

export async function sizeOf(folder: string): Promise<number> {
  const { files } = filesOf(folder);
  const sizes = await Promise.all(files.map(async (file) => (await fs.stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Also read-only files, which Windows refuses to remove. */
export async function removeTree(folder: string): Promise<void> {
  if (process.platform === "win32") {
    const { files } = filesOf(folder);
    await Promise.all(files.map((file) => fs.chmod(file, 0o666)));
  }
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Makes the names in folders and the content of files durable, all in one wait for the disk. */
export async function syncAll(files: readonly string[], folders: readonly string[]): Promise<void> {
  const isWindows = process.platform === "win32";
  // Windows syncs no folders and needs no such thing; of a file, it wants one who may write.
  const waited = [
    ...files.map((file) => syncOne(file, isWindows ? "r+" : "r")),
    ...(isWindows ? [] : folders.map((folder) => syncOne(folder, "r"))),
  ];
  const results = await Promise.allSettled(waited);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function syncOne(file: string, flags: "r" | "r+"): Promise<void> {
  if (flags === "r") return syncOpened(file, flags);
  const { mode } = statSync(file);
  chmodSync(file, 0o666);
  await syncOpened(file, flags);
  chmodSync(file, mode);
}

async function syncOpened(file: string, flags: "r" | "r+"): Promise<void> {
  const fd = openSync(file, flags);
  try {
    await sync(fd);
  } finally {
    closeSync(fd);
  }
}
