/** The SDK in folders of the user's, for editors and for scripts: as files that nobody has to know of, or as a dependency. */
import { existsSync } from "node:fs";
import { cp, lstat, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { HeadraceError, messageOf } from "../../core/errors";

/** The package as it ships in the extension. */
export function nodeSdkFolder(extensionRoot: string): string {
  return path.join(extensionRoot, "dist", "sdk", "node", "headrace");
}

/** Where a dependency is kept, from the folder of its package.json. */
const VENDORED = "vendor/headrace";
const MARK = ".headrace";
const TYPES = ["index.d.ts", "values.d.ts"];

/** Types that the SDK's own refer to, as they ship beside it → the packages that they are. */
const referred = { node: "@types/node", "undici-types": "undici-types" };

/** Whether TypeScript finds `headrace` from this folder. */
export function findsHeadrace(folder: string): boolean {
  return finds(folder, "headrace");
}

/** It looks here and in every folder above. */
function finds(folder: string, name: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "node_modules", name, "package.json"))) return true;
    if (at === path.dirname(at)) return false;
  }
}

/** Whether it is a copy that {@link writeTypes} has made, of another version. */
export async function isOutdated(folder: string, sdk: string): Promise<boolean> {
  const place = path.join(folder, "node_modules", "headrace");
  if (!existsSync(path.join(place, MARK))) return false;
  const text = (folder: string, name: string): Promise<string> =>
    readFile(path.join(folder, name), "utf8").catch(() => "");
  for (const name of TYPES) if ((await text(sdk, name)) !== (await text(place, name))) return true;
  return false;
}

/** Into `node_modules`, where no file of the user's changes and version control does not look. */
export async function writeTypes(folder: string, sdk: string): Promise<string> {
  const place = path.join(folder, "node_modules", "headrace");
  await replace(place, () => copy(sdk, place, folder));
  await writeFile(path.join(place, ".gitignore"), "*\n");
  await writeFile(path.join(place, MARK), "Written by Headrace. Delete this folder if you don't want it.\n");
  return place;
}

export interface Dependency {
  readonly manifest: string;
  readonly place: string;
  readonly isNewManifest: boolean;
}

/** Beside the user's code, named in package.json: for those who build and check it where there is no Headrace. */
export async function addDependency(folder: string, sdk: string): Promise<Dependency> {
  const manifest = path.join(folder, "package.json");
  const isNewManifest = !existsSync(manifest);
  const text = isNewManifest ? '{\n  "private": true\n}\n' : await readFile(manifest, "utf8");
  const changed = withDependency(text, manifest);
  const place = path.join(folder, ...VENDORED.split("/"));
  await replace(place, () => copy(sdk, place, folder));
  await writeFile(manifest, changed);
  const link = path.join(folder, "node_modules", "headrace");
  // What `npm install` makes of it, so that it is there at once.
  await replace(link, () => symlink(place, link, "junction"));
  return { manifest, place, isNewManifest };
}

function withDependency(text: string, manifest: string): string {
  let parsed: { devDependencies?: Record<string, string>; dependencies?: Record<string, string> };
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, "")) as typeof parsed;
  } catch (error) {
    throw new HeadraceError("invalid", `${manifest} can't be read: ${messageOf(error)}`, {
      advice: "Correct it, then try again. Nothing was changed.",
    });
  }
  const all = { ...parsed.devDependencies, headrace: `file:${VENDORED}` };
  const sorted = Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const indent = /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  return `${JSON.stringify({ ...parsed, devDependencies: Object.fromEntries(sorted) }, null, indent)}\n`;
}

async function replace(place: string, make: () => Promise<void>): Promise<void> {
  const there = await lstat(place).catch(() => null);
  const isOurs = there === null || there.isSymbolicLink() || existsSync(path.join(place, "index.d.ts"));
  if (!isOurs) {
    throw new HeadraceError("already-exists", `${place} is there already, and is not Headrace's.`, {
      advice: "Move it away, then try again.",
    });
  }
  await rm(place, { recursive: true, force: true });
  await mkdir(path.dirname(place), { recursive: true });
  await make();
}

/** With the types of Node where the folder has none: pipelines run in Node, and so does what they import. */
async function copy(sdk: string, place: string, folder: string): Promise<void> {
  await cp(sdk, place, { recursive: true, filter: (source) => !source.endsWith(".map") });
  const types = path.join(path.dirname(sdk), "types");
  if (finds(folder, referred.node) || !existsSync(types)) return;
  for (const [name, known] of Object.entries(referred)) {
    await cp(path.join(types, name), path.join(place, "node_modules", known), { recursive: true });
  }
}
