/** A place for payloads, and payloads as an SDK makes them. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { payloadDigest } from "../../../src/artifacts/digest";
import { Payloads } from "../../../src/artifacts/payloads";
import type { Recorded } from "../../../src/artifacts/held";
import type { FileTexts } from "../../../src/core/manifest";
import { temporaryFolder } from "./support";

export interface Shelf {
  readonly payloads: Payloads;
  readonly artifacts: string;
  readonly tmp: string;
}

export function shelf(t: TestContext, recorded: Recorded = () => null): Shelf {
  const root = temporaryFolder(t);
  const folders = { artifacts: path.join(root, "artifacts"), tmp: path.join(root, "tmp") };
  for (const folder of Object.values(folders)) fs.mkdirSync(folder);
  return {
    payloads: new Payloads(folders, { owner: { pid: process.pid, name: "me" }, recorded }),
    ...folders,
  };
}

/** Writes a payload as an SDK does; answers its folder and digest. */
export function write(
  payloads: Payloads,
  files: Readonly<Record<string, string>>,
): { folder: string; digest: string } {
  const folder = payloads.prepare();
  fs.mkdirSync(folder);
  const listed = Object.entries(files).map(([name, text]) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
    return {
      path: name,
      bytes: Buffer.byteLength(text),
      sha256: createHash("sha256").update(text).digest("hex"),
    };
  });
  const content = {
    dataType: "builtins.dict",
    materializer: "m.Json",
    language: "python" as const,
    files: listed,
  };
  const digest = payloadDigest(content);
  const rest = {
    format: 1,
    type: "DataArtifact",
    languageVersion: "3.11",
    digest,
    summary: "",
    metadata: {},
  };
  fs.writeFileSync(
    path.join(folder, "manifest.json"),
    JSON.stringify({ ...content, ...rest, visualizations: [] }),
  );
  return { folder, digest };
}

/** The same payload as texts, as an SDK sends a small one. */
export function texts(
  payloads: Payloads,
  files: Readonly<Record<string, string>>,
): { digest: string; content: FileTexts } {
  const { folder, digest } = write(payloads, files);
  const names = fs.readdirSync(folder);
  const content = Object.fromEntries(
    names.map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]),
  );
  return { digest, content };
}
