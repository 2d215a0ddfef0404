/**
 * Values into payload folders and back: what steps, `saveArtifact` and `Client` build on. Files are handled synchronously: the
 * worker has nothing else to do, and for small ones each turn of the event loop costs more than the file.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { payloadDigest } from "../../../../artifacts/digest";
import type { JsonObject } from "../../../../core/json";
import { MANIFEST_FILE, PREVIEW_FILE, SMALL_PREVIEW, VISUALIZATIONS_FOLDER } from "../../../../core/manifest";
import type { Payload, PayloadReference } from "../../../protocol";
import { MaterializerError } from "../errors";
import { previewOf, summaryOf, typeName } from "./preview";
import { materializerFor, materializerNamed } from "./registry";

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

/** Writes a value into a folder of its own, with its manifest and its preview. */
export async function savePayload(value: unknown, folder: string, options: SaveOptions): Promise<Payload> {
  const materializer = materializerFor(value, options.materializer);
  mkdirSync(folder, { recursive: true });
  await materializer.save(value, folder);
  const files = filesIn(folder, "");
  const reserved = files.find((file) => file.path === MANIFEST_FILE || file.path === PREVIEW_FILE);
  if (reserved !== undefined) {
    throw new MaterializerError(
      `${materializer.name} wrote ${reserved.path}, a name that Headrace keeps for itself.`,
    );
  }
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
  const isSmall = Buffer.byteLength(rendered) <= SMALL_PREVIEW;
  if (!isSmall) writeFileSync(path.join(folder, PREVIEW_FILE), rendered);
  const manifest = {
    format: 1,
    ...described,
    languageVersion: process.versions.node,
    digest,
    files,
    summary,
    metadata,
    visualizations: [],
    ...(preview !== null && isSmall ? { preview } : {}),
  };
  writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return { folder, digest, bytes, ...described, summary, metadata };
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
  const { folder, artifact, version } = reference;
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
