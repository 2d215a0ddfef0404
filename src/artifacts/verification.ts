/** Whether a payload folder is what its manifest says. The manifest may come from anyone: nothing outside the folder is touched. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { HeadraceError, messageOf } from "../core/errors";
import {
  MANIFEST_FILE,
  PREVIEW_FILE,
  SMALL_CONTENT,
  manifestSchema,
  type FileTexts,
  type Manifest,
} from "../core/manifest";
import { payloadDigest } from "./digest";

/** Whether a path from a manifest stays in its folder, on every platform: relative, `/`, no `..`, no control characters. */
export function isSafePath(name: string): boolean {
  if (/[\p{Cc}\p{Cs}\\:]/u.test(name) || name.length > 4096) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

export function readManifest(folder: string): Manifest {
  const file = path.join(folder, MANIFEST_FILE);
  return parseManifest(file, () => fs.readFileSync(file, "utf8"));
}

function parseManifest(what: string, read: () => string): Manifest {
  try {
    return v.parse(manifestSchema, JSON.parse(read()));
  } catch (error) {
    throw new HeadraceError("invalid", `${what} is no manifest of a payload: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The manifest of a payload. Throws `invalid` unless it is that of `digest` and each of its files is there with its size. */
export function checkListing(folder: string, digest: string): Manifest {
  const manifest = readManifest(folder);
  checkNames(manifest, digest, folder);
  for (const file of manifest.files) checkSize(folder, file);
  return manifest;
}

/** Throws `invalid` unless the texts are exactly the payload of `digest`: its manifest, what that lists, and perhaps a preview. */
export function checkTexts(texts: FileTexts, digest: string): void {
  const what = `the content sent for ${digest}`;
  const refuse = (why: string): never => {
    throw new HeadraceError("invalid", `${capitalized(what)} is not as agreed: ${why}.`);
  };
  const manifest = parseManifest(`The manifest in ${what}`, () => texts[MANIFEST_FILE] ?? "");
  checkNames(manifest, digest, what);
  const expected = new Set([MANIFEST_FILE, PREVIEW_FILE, ...manifest.files.map((file) => file.path)]);
  const strange = Object.keys(texts).find((name) => !expected.has(name) || name.includes("/"));
  if (strange !== undefined) refuse(`${JSON.stringify(strange)} does not belong there`);
  if (Object.values(texts).some((text) => typeof text !== "string")) refuse("not all of it is text");
  let size = 0;
  for (const file of manifest.files) {
    const bytes = Buffer.from(texts[file.path] ?? "", "utf8");
    size += bytes.length;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (sha256 !== file.sha256 || bytes.length !== file.bytes) {
      refuse(`${JSON.stringify(file.path)} differs from what its manifest says`);
    }
  }
  if (size > SMALL_CONTENT) refuse(`${size} bytes are too many`);
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Throws unless a manifest is that of `digest`, and names nothing outside of its folder. */
function checkNames(manifest: Manifest, digest: string, where: string): void {
  if (manifest.digest !== digest || payloadDigest(manifest) !== digest) {
    throw new HeadraceError("invalid", `The manifest in ${where} is not that of ${digest}.`);
  }
  const named = [...manifest.files, ...manifest.visualizations];
  const unsafe = named.find((file) => !isSafePath(file.path));
  if (unsafe !== undefined) {
    throw new HeadraceError(
      "invalid",
      `The manifest in ${where} names ${JSON.stringify(unsafe.path)}, which is no safe path.`,
    );
  }
}

function checkSize(folder: string, file: Manifest["files"][number]): void {
  const status = fs.lstatSync(path.join(folder, file.path), { throwIfNoEntry: false });
  if (status?.isFile() === true && status.size === file.bytes) return;
  const found =
    status === undefined ? "it is missing" : `it has ${status.size} bytes instead of ${file.bytes}`;
  throw new HeadraceError(
    "invalid",
    `The file ${JSON.stringify(file.path)} in ${folder} is not as written: ${found}.`,
  );
}

/** The files whose bytes are not those that were written, in words. */
export async function checkContent(folder: string, manifest: Manifest): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const file of manifest.files) {
    const sha256 = await hashOf(path.join(folder, file.path));
    if (sha256 !== file.sha256)
      problems.push(`${JSON.stringify(file.path)} was changed after it was written`);
  }
  return problems;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
