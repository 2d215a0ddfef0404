import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";

/** The extension's folder, from the bundle (`dist/cli.js`) as from the source: the nearest one with a manifest. */
export function extensionRoot(start: string): string {
  let folder = start;
  while (!existsSync(path.join(folder, "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${start}.`);
    folder = parent;
  }
  return folder;
}

export function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return v.parse(v.object({ version: v.string() }), manifest).version;
}
