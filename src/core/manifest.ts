/** `manifest.json` of a payload folder: what the folder holds, written by the SDK that made it. */
import * as v from "valibot";
import type { JsonObject } from "./json";

/** Names in a payload folder that are Headrace's own and not content. */
export const MANIFEST_FILE = "manifest.json";
export const PREVIEW_FILE = "preview.json";
/** A preview of at most as many bytes is kept in the manifest, which spares the payload a file. */
export const SMALL_PREVIEW = 4096;
/** Content of at most as many bytes, when it is text, travels inside messages and is recorded in the journal; files are made of it later. */
export const SMALL_CONTENT = 16_384;
/** All files of a small payload, the manifest with them: the name, which is no path, and the text. */
export type FileTexts = Readonly<Record<string, string>>;
export const VISUALIZATIONS_FOLDER = "visualizations";

export const manifestSchema = v.object({
  format: v.literal(1),
  type: v.string(),
  dataType: v.string(),
  materializer: v.string(),
  language: v.picklist(["python", "node"]),
  /** Version of Python or Node that wrote it: pickles depend on it. */
  languageVersion: v.string(),
  digest: v.string(),
  /** The content: paths are relative, with `/`. */
  files: v.array(v.object({ path: v.string(), bytes: v.number(), sha256: v.string() })),
  summary: v.string(),
  metadata: v.custom<JsonObject>((value) => typeof value === "object" && value !== null),
  /** Rendered by the materializer's `save_visualizations`. */
  visualizations: v.array(
    v.object({ path: v.string(), kind: v.picklist(["csv", "html", "image", "markdown", "json"]) }),
  ),
  /** A small one; a larger one is in a file of its own. */
  preview: v.exactOptional(v.unknown()),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;
