/**
 * `manifest.json` and `preview.json` of a payload folder. The store is workspace content, which anyone may have written:
 * both are checked before anything is believed, and the files they name stay inside the folder.
 */
import path from "node:path";
import * as v from "valibot";
import { HeadraceError, messageOf } from "../core/errors";
import { MANIFEST_FILE, PREVIEW_FILE, manifestSchema, type Manifest } from "../core/manifest";
import type { Preview } from "../core/preview";
import { openFile } from "./readers/file";
import { previewSchema } from "./previewSchema";
import { isSafePath } from "./verification";

const LARGEST_MANIFEST = 16 * 1024 * 1024;
/** Twice what core/preview.ts promises: other writers may count differently. */
const LARGEST_PREVIEW = 512 * 1024;

/** Null when there is none. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const value = await readJson(path.join(folder, MANIFEST_FILE), LARGEST_MANIFEST);
  if (value === undefined) return null;
  const manifest = checked(manifestSchema, value, MANIFEST_FILE);
  const unsafe = [...manifest.files, ...manifest.visualizations].find((file) => !isSafePath(file.path));
  if (unsafe !== undefined)
    throw damaged(MANIFEST_FILE, `${JSON.stringify(unsafe.path)} leaves the payload folder`);
  return manifest;
}

/** Null when there is none: the payload was written without one. */
export async function readPreview(folder: string): Promise<Preview | null> {
  const own = await readJson(path.join(folder, PREVIEW_FILE), LARGEST_PREVIEW);
  const value = own === undefined ? (await readManifest(folder))?.preview : own;
  if (value === undefined) return null;
  return checked(previewSchema, value, PREVIEW_FILE);
}

async function readJson(file: string, most: number): Promise<unknown> {
  const bytes = await openFile(file).catch((error: unknown) => {
    if (HeadraceError.is(error, "not-found")) return null;
    throw error;
  });
  if (bytes === null) return undefined;
  try {
    if (bytes.size > most) throw damaged(path.basename(file), `it has ${bytes.size} bytes`);
    return JSON.parse(new TextDecoder().decode(await bytes.read(0, bytes.size)));
  } catch (error) {
    throw error instanceof HeadraceError ? error : damaged(path.basename(file), messageOf(error));
  } finally {
    await bytes.close();
  }
}

function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, file: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw damaged(file, `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

function damaged(file: string, why: string): HeadraceError {
  return new HeadraceError("invalid", `${file} of the artifact can't be read: ${why}.`, {
    advice: "Run the step that makes this artifact again, or load it in Python.",
  });
}
