/** Paths from user code and from the store are data: what they lead to is looked at before it is used. */
import { realpathSync } from "node:fs";
import path from "node:path";

/** Whether `file` is below `folder`, by their names alone. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

/** A path as it really is, when it is there and below one of the folders, links followed; else null. */
export function confined(file: string, folders: readonly string[]): string | null {
  try {
    const real = realpathSync(file);
    return folders.some((folder) => isWithin(realpathSync(folder), real)) ? real : null;
  } catch {
    return null;
  }
}
