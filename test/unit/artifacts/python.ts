/** Files as the real SDK and the real libraries write them. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "../../..");
const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");
const sdk = path.join(root, "src/runtimes/python/sdk");
const helpers = path.join(root, "test/python");

/** Whether there is an interpreter with the libraries; without one, the tests that need it say that they were skipped. */
export const hasPython = existsSync(python);

export interface Folder {
  readonly path: string;
  file(...parts: string[]): string;
  remove(): Promise<void>;
}

/** Runs a script in a fresh folder, with numpy, pandas and the SDK's `save(value, name)` at hand. */
export async function written(script: string): Promise<Folder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headrace-readers-"));
  const prologue = `
import os, sys, json
sys.path[:0] = [${JSON.stringify(sdk)}, ${JSON.stringify(helpers)}]
import numpy as np, pandas as pd
from materializer_helpers import save as _save
def save(value, name): return _save(value, os.path.join(os.getcwd(), name))
`;
  await promisify(execFile)(python, ["-c", prologue + script], { cwd: folder });
  return {
    path: folder,
    file: (...parts) => path.join(folder, ...parts),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
