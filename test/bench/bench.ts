/** What benches share: rows of the budget table, temporary workspaces, medians. */
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Run } from "../../src/core/entities";
import type { Engine, RunRequest } from "../../src/engine/api";
import { openEngine } from "../../src/engine/open";

export const ROOT = path.resolve(__dirname, "../..");
export const PYTHON = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(ROOT, ".venv/bin/python");

/** One line of the table: a figure beside its budget. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: "ms" | "×" | "MB";
  readonly budget: number;
  /** How the figure came about. */
  readonly note: string;
}

export interface Bench {
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The median of `count` times, after one that does not count. */
export async function medianTime(count: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(await timed(work));
  return median(times);
}

/** What this disk needs at the moment to make an append durable, in milliseconds: no commit can cost less. */
export function syncTime(folder: string): number {
  const file = path.join(folder, "sync");
  const fd = openSync(file, "a");
  try {
    const times = Array.from({ length: 50 }, () => {
      const started = performance.now();
      writeSync(fd, "x".repeat(1000));
      fdatasyncSync(fd);
      return performance.now() - started;
    });
    return median(times);
  } finally {
    closeSync(fd);
    unlinkSync(file);
  }
}

const temporary: string[] = [];

/** The folder stays until all is measured: after many files were removed, disks are slower at making others for a while. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "headrace-bench-"));
  temporary.push(folder);
  return use(folder);
}

export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of temporary.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

export async function withEngine<T>(
  workspace: string,
  use: (engine: Engine) => Promise<T>,
  keepsSpare = false,
): Promise<T> {
  const engine = await openEngine({
    workspace,
    store: path.join(workspace, ".headrace"),
    extensionRoot: ROOT,
    keepsSpare,
  });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** Runs and insists that it completed: a figure of a failed run means nothing. */
export async function completed(
  engine: Engine,
  request: Omit<RunRequest, "origin" | "python">,
): Promise<Run> {
  const run = await engine.run({ ...request, origin: "api", python: PYTHON }).finished;
  if (run.status !== "completed")
    throw new Error(`The run of ${request.file} is ${run.status}: ${run.failure?.message ?? ""}`);
  return run;
}
