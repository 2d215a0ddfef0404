/** Writes a small payload, puts it in its place and makes it durable. What does so may be a thread of its own: it knows no state. */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemCode } from "../../core/fileErrors";
import { MANIFEST_FILE, type FileTexts } from "../../core/manifest";
import { filesOf, syncAll } from "../folders";

export interface TextPayload {
  /** A new folder under `tmp`, which is made here. */
  readonly source: string;
  readonly target: string;
  readonly content: FileTexts;
}

export function writeTexts({ source, content }: Pick<TextPayload, "source" | "content">): void {
  mkdirSync(source);
  for (const [name, text] of Object.entries(content)) writeFileSync(path.join(source, name), text);
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
 * What is in place becomes read-only and durable, with its name in the folders `above`. The manifest becomes read-only last, when
 * all is durable: that says so to others, also after a crash.
 */
export async function seal(target: string, above: readonly string[]): Promise<void> {
  const { files, folders } = filesOf(target);
  const manifest = path.join(target, MANIFEST_FILE);
  for (const file of files) if (file !== manifest) chmodSync(file, 0o444);
  await syncAll(files, [...folders, ...above]);
  chmodSync(manifest, 0o444);
}
