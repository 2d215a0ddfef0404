/** Walking, measuring and removing folders of payloads. */
import fs from "node:fs/promises";
import path from "node:path";
import { HeadraceError } from "../core/errors";

/** All files and all folders (itself first). Throws `invalid` at a link or a device: a payload holds its content itself. */
export async function filesOf(
  folder: string,
): Promise<{ readonly files: string[]; readonly folders: string[] }> {
  const files: string[] = [];
  const folders = [folder];
  for (const current of folders) {
    for (const entry of await fs.readdir(current, { withFileTypes: true })) {
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
  const { files } = await filesOf(folder);
  const sizes = await Promise.all(files.map(async (file) => (await fs.stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Also read-only files, which Windows refuses to remove. */
export async function removeTree(folder: string): Promise<void> {
  if (process.platform === "win32") {
    const { files } = await filesOf(folder);
    await Promise.all(files.map((file) => fs.chmod(file, 0o666)));
  }
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Makes names in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
