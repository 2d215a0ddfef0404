/**
 * `manifest.json` and `preview.json` of a payload folder. The store is workspace content, which anyone may have written:
 * both are checked before anything is believed, and the files they name stay inside the folder.
 */
import path from "node:path";
import * as v from "valibot";
import { HeadraceError, messageOf } from "../core/errors";
import type { JsonObject } from "../core/json";
import type { Preview } from "../core/preview";
import { openFile } from "./readers/file";
import { previewSchema, relativePath } from "./previewSchema";

const LARGEST_MANIFEST = 16 * 1024 * 1024;
/** Twice what core/preview.ts promises: other writers may count differently. */
const LARGEST_PREVIEW = 512 * 1024;

/** `manifest.json` of a payload folder. Paths of files are relative, with `/`. */
export const manifestSchema = v.object({
  format: v.literal(1),
  type: v.string(),
  dataType: v.string(),
  materializer: v.string(),
  language: v.picklist(["python", "node"]),
  /** Version of Python or Node that wrote it: pickles depend on it. */
  languageVersion: v.string(),
  digest: v.string(),
  files: v.array(
    v.object({ path: relativePath, bytes: v.pipe(v.number(), v.minValue(0)), sha256: v.string() }),
  ),
  summary: v.string(),
  metadata: v.custom<JsonObject>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  ),
  /** Rendered by the materializer's `save_visualizations`. */
  visualizations: v.array(
    v.object({ path: relativePath, kind: v.picklist(["csv", "html", "image", "markdown", "json"]) }),
  ),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** Null when there is none. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const value = await readJson(path.join(folder, "manifest.json"), LARGEST_MANIFEST);
  if (value === undefined) return null;
  return checked(manifestSchema, value, "manifest");
}

/** Null when there is none: the payload was written without one. */
export async function readPreview(folder: string): Promise<Preview | null> {
  const value = await readJson(path.join(folder, "preview.json"), LARGEST_PREVIEW);
  if (value === undefined) return null;
  return checked(previewSchema, value, "preview");
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

function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw damaged(`${what}.json`, `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

function damaged(file: string, why: string): HeadraceError {
  return new HeadraceError("invalid", `${file} of the artifact can't be read: ${why}.`, {
    advice: "Run the step that makes this artifact again, or load it in Python.",
  });
}
