/** Starting writers, and what must be true of a store after whatever happened to them. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { checkStore } from "../../src/store/maintenance";
import { openStore } from "../../src/store/open";
import { addVersion, artifactCreated, commit, stateOf } from "../unit/store/support";
import type { Plan } from "./writer";

export const ARTIFACT = "a1";
const root = path.resolve(__dirname, "../..");
const bundle = path.join(root, ".cache", "faults", "writer.js");

/** Once per process: a bundle starts several times faster than the sources do. */
let built: Promise<unknown> | undefined;
function buildWriter(): Promise<unknown> {
  built ??= build({
    entryPoints: [path.join(__dirname, "writer.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["sql.js"],
    logLevel: "error",
  });
  return built;
}

export interface Writer {
  readonly process: ChildProcess;
  /** Numbers of the versions that were reported done, in order. */
  readonly done: number[];
  readonly said: string[];
  readonly ended: Promise<void>;
  /** Resolves when a line has been said `times` times; rejects when the process ends first. */
  says(line: RegExp, times?: number): Promise<void>;
}

export async function startWriter(plan: Plan): Promise<Writer> {
  await buildWriter();
  const child = spawn(process.execPath, [bundle, JSON.stringify(plan)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  const done: number[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      said.push(line);
      const number = /^done (\d+)$/.exec(line)?.[1];
      if (number !== undefined) done.push(Number(number));
    }
    for (const look of [...waiting]) look();
  });
  const ended = new Promise<void>((resolve, reject) =>
    child.on("close", (code, signal) => {
      for (const look of [...waiting]) look();
      if (code === 0 || signal === "SIGKILL") resolve();
      else reject(new Error(`the writer ended with ${code ?? signal ?? "nothing"}: ${errors}`));
    }),
  );
  const says = (wanted: RegExp, times = 1): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.filter((line) => wanted.test(line)).length >= times) resolve();
        else if (child.exitCode !== null || child.signalCode !== null)
          reject(new Error(`${errors} ended too soon`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    });
  return { process: child, done, said, ended, says };
}

export async function makeStore(versions = 0): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "headrace-faults-"));
  const store = await openStore({ folder });
  await commit(store, artifactCreated("data", ARTIFACT));
  for (let index = 0; index < versions; index += 1) await addVersion(store, ARTIFACT);
  await store.close();
  return folder;
}

export async function versionsIn(folder: string): Promise<readonly number[]> {
  const store = await openStore({ folder, readOnly: "only looking" });
  try {
    const rows = store.reader.query("SELECT version_number AS n FROM artifact_version ORDER BY key");
    return rows.map((row) => Number(row["n"]));
  } finally {
    await store.close();
  }
}

/** The store is whole, holds everything that was reported, each once, and goes on. */
export async function assertNothingLost(folder: string, reported: readonly number[]): Promise<void> {
  assert.equal(new Set(reported).size, reported.length, "a version number was given twice");
  const store = await openStore({ folder, lockTimeoutMs: 5_000 });
  try {
    assert.equal(store.readOnly, null);
    const before = await versionsOf(store);
    assert.deepEqual(
      before,
      before.map((_, index) => index + 1),
      "numbers have gaps or repeat",
    );
    assert.ok(
      Math.max(0, ...reported) <= before.length,
      `${reported.length} reported, ${before.length} found`,
    );
    assert.equal(await addVersion(store, ARTIFACT), before.length + 1);
    const other = await openStore({ folder });
    assert.equal(stateOf(other), stateOf(store), "two processes see different states");
    await other.close();
    const report = await checkStore(store, soundPayloads);
    assert.deepEqual(report.problems, []);
  } finally {
    await store.close();
  }
}

async function versionsOf(store: Awaited<ReturnType<typeof openStore>>): Promise<readonly number[]> {
  // Under the lock: after what a torn record left was cut.
  return store.transact((reader) => ({
    events: [],
    result: reader
      .query("SELECT version_number AS n FROM artifact_version ORDER BY key")
      .map((row) => Number(row["n"])),
  }));
}

export const soundPayloads = {
  verify: () => Promise.resolve([]),
  unreferenced: () => Promise.resolve([]),
  remove: () => Promise.resolve(),
};
