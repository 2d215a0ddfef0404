/** Payload folders come into their place in one rename, and become durable after that. */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemCode } from "../core/fileErrors";
import { MANIFEST_FILE, type FileTexts } from "../core/manifest";
import { filesOf, syncAll } from "./folders";
import { checkContent, checkListing } from "./verification";

/** Read-only from the start, but for the manifest: see {@link seal}. */
export function writeTexts(folder: string, texts: FileTexts): void {
  mkdirSync(folder);
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(path.join(folder, name), text, { mode: name === MANIFEST_FILE ? 0o644 : 0o444 });
  }
}

/** One rename: the payload is there, whole, or it is not. Throws what the system says when something is there already. */
export function moveIn(source: string, target: string): void {
  try {
    renameSync(source, target);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(source, target);
  }
}

/**
 * What is in place becomes read-only and durable, with its name in the folders `above`. The manifests become read-only last, when
 * all is durable: that says so to others, also after a crash.
 */
export async function seal(targets: readonly string[], above: Iterable<string>): Promise<void> {
  const found = targets.map((target) => filesOf(target));
  const files = found.flatMap((one) => one.files);
  const manifests = targets.map((target) => path.join(target, MANIFEST_FILE));
  const last = new Set(manifests);
  for (const file of files) if (!last.has(file)) chmodSync(file, 0o444);
  await syncAll(files, [...found.flatMap((one) => one.folders), ...above]);
  for (const manifest of manifests) chmodSync(manifest, 0o444);
}

/** Whether all of it is durable. */
export function isSealed(folder: string): boolean {
  const manifest = statSync(path.join(folder, MANIFEST_FILE), { throwIfNoEntry: false });
  return manifest !== undefined && (manifest.mode & 0o222) === 0;
}

/** Whether a folder is the payload of a digest. Of one that was never sealed (its writer is at it, or crashed), the content is read too. */
export async function isWhole(folder: string, digest: string): Promise<boolean> {
  try {
    const manifest = checkListing(folder, digest);
    return isSealed(folder) || (await checkContent(folder, manifest)).length === 0;
  } catch {
    return false;
  }
}

/** The same of a payload whose files are at hand; its manifest may say other things of equal content. */
export function holdsTexts(folder: string, digest: string, texts: FileTexts): boolean {
  try {
    checkListing(folder, digest);
    const names = Object.keys(texts).filter((name) => name !== MANIFEST_FILE);
    return (
      isSealed(folder) || names.every((name) => readFileSync(path.join(folder, name), "utf8") === texts[name])
    );
  } catch {
    return false;
  }
}
