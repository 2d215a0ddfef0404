/**
 * Values into payload folders and back: what steps, `saveArtifact` and `Client` build on. Files are handled synchronously: the
 * worker has nothing else to do, and for small ones each turn of the event loop costs more than the file.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readSync, readdirSync } from "node:fs";
import path from "node:path";
import { payloadDigest } from "../../../../artifacts/digest";
import type { JsonObject } from "../../../../core/json";
import {
  MANIFEST_FILE,
  PREVIEW_FILE,
  SMALL_CONTENT,
  SMALL_PREVIEW,
  VISUALIZATIONS_FOLDER,
  type FileTexts,
} from "../../../../core/manifest";
import type { Payload, PayloadReference } from "../../../protocol";
import { MaterializerError } from "../errors";
import { previewOf, summaryOf, typeName } from "./preview";
import { inTexts, materializerFor, materializerNamed, writeTexts } from "./registry";
import type { Materializer } from "./registry";

export interface SaveOptions {
  readonly materializer: string | null;
  readonly metadata: boolean;
  readonly preview: boolean;
}

interface PayloadFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a value, with its manifest and its preview, into a folder of its own. A small one that is text goes into the answer instead,
 * unless the step has put files into that folder itself.
 */
export async function savePayload(value: unknown, folder: string, options: SaveOptions): Promise<Payload> {
  const materializer = materializerFor(value, options.materializer);
  const texts = inTexts(materializer)?.write(value) ?? null;
  const small = texts !== null && isSmall(texts) && !existsSync(folder) ? texts : null;
  const files = small === null ? await savedFiles(materializer, value, texts, folder) : describeTexts(small);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const described = {
    type: materializer.type ?? "DataArtifact",
    dataType: typeName(value),
    materializer: materializer.name,
    language: "node" as const,
  };
  const digest = payloadDigest({ ...described, files });
  const summary = summaryOf(value, files);
  const metadata: JsonObject = options.metadata
    ? { storage_size: bytes, ...materializer.metadata?.(value) }
    : {};
  const preview = options.preview ? previewOf(value, files) : null;
  const rendered = JSON.stringify(preview);
  const isInManifest = Buffer.byteLength(rendered) <= SMALL_PREVIEW;
  const manifest = {
    format: 1,
    ...described,
    languageVersion: process.versions.node,
    digest,
    files,
    summary,
    metadata,
    visualizations: [],
    ...(preview !== null && isInManifest ? { preview } : {}),
  };
  const own = {
    ...(isInManifest ? {} : { [PREVIEW_FILE]: rendered }),
    [MANIFEST_FILE]: JSON.stringify(manifest),
  };
  const payload = { folder, digest, bytes, ...described, summary, metadata };
  if (small !== null) return { ...payload, content: { ...small, ...own } };
  writeTexts(own, folder);
  return payload;
}

const isSmall = (texts: FileTexts): boolean =>
  Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0) <= SMALL_CONTENT;

function describeTexts(texts: FileTexts): PayloadFile[] {
  return Object.entries(texts).map(([name, text]) => ({
    path: name,
    bytes: Buffer.byteLength(text),
    sha256: createHash("sha256").update(text).digest("hex"),
  }));
}

async function savedFiles(
  materializer: Materializer,
  value: unknown,
  texts: FileTexts | null,
  folder: string,
): Promise<readonly PayloadFile[]> {
  mkdirSync(folder, { recursive: true });
  if (texts === null) await materializer.save(value, folder);
  else writeTexts(texts, folder);
  const files = filesIn(folder, "");
  const reserved = files.find((file) => file.path === MANIFEST_FILE || file.path === PREVIEW_FILE);
  if (reserved === undefined) return files;
  throw new MaterializerError(
    `${materializer.name} wrote ${reserved.path}, a name that Headrace keeps for itself.`,
  );
}

function filesIn(folder: string, prefix: string): PayloadFile[] {
  const entries = readdirSync(path.join(folder, prefix), { withFileTypes: true });
  const found: PayloadFile[] = [];
  for (const entry of entries) {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (name === VISUALIZATIONS_FOLDER) continue;
    if (entry.isDirectory()) found.push(...filesIn(folder, name));
    else found.push(describe(folder, name));
  }
  return found;
}

const CHUNK = 1 << 20;
let chunk: Buffer | null = null;

function describe(folder: string, name: string): PayloadFile {
  const hash = createHash("sha256");
  const descriptor = openSync(path.join(folder, name), "r");
  chunk ??= Buffer.allocUnsafe(CHUNK);
  let bytes = 0;
  try {
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      hash.update(chunk.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(descriptor);
  }
  return { path: name, bytes, sha256: hash.digest("hex") };
}

/** Reads a value from its payload folder; a copy of its own. */
export async function loadPayload(reference: PayloadReference): Promise<unknown> {
  const { folder, artifact, version, content } = reference;
  const reader = content === undefined ? null : inTexts(materializerNamed(reference.materializer));
  if (content !== undefined && reader !== null) return reader.read(content);
  if (!existsSync(folder)) {
    throw new MaterializerError(
      `The files of artifact "${artifact}" version "${version}" are gone: ${folder}. Run the step that makes it again.`,
    );
  }
  if (reference.language === "node") {
    return materializerNamed(reference.materializer).load(folder, reference.dataType);
  }
  const { loadPython } = await import("./python");
  return loadPython(reference);
}
