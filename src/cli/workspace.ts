/** Which folder a command line is about. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "./command";

const STORE_FOLDER = ".headrace";
/** Where the store of the workspace is, when it is not in its usual folder: the editor's setting, told to what it starts. */
const STORE_VARIABLE = "HEADRACE_STORE";

export function storeFolderOf(workspace: string): string {
  const elsewhere = process.env[STORE_VARIABLE] ?? "";
  return elsewhere === "" ? path.join(workspace, STORE_FOLDER) : path.resolve(workspace, elsewhere);
}

/**
 * `--workspace`, else the nearest folder upwards that holds a store, else where the user is. A file elsewhere is looked
 * up from its own folder.
 */
export function workspaceOf(cwd: string, explicit: string | undefined, file: string | undefined): string {
  if (explicit !== undefined) {
    const folder = path.resolve(cwd, explicit);
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new UsageError(`There is no folder ${folder}.`);
    return folder;
  }
  const start = file === undefined || isBelow(file, cwd) ? cwd : path.dirname(file);
  return nearestWithStore(start) ?? start;
}

function nearestWithStore(start: string): string | null {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, STORE_FOLDER, "store"))) return folder;
    if (folder === path.dirname(folder)) return null;
  }
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}
