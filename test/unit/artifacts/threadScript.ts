/** The script of the thread that reads payloads, bundled as it ships, in a folder of its own: no test depends on what `dist` holds. */
import { build } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

const root = path.join(__dirname, "../../..");

export interface ThreadScript {
  readonly file: string;
  remove(): Promise<void>;
}

export async function threadScript(): Promise<ThreadScript> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headrace-thread-"));
  const file = path.join(folder, "thread.js");
  await build({
    entryPoints: [path.join(root, "src/artifacts/readers/thread/main.ts")],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "error",
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
