/** A store that holds a year of work: 100,000 artifact versions of 10,000 runs. Made once and kept, as making it takes minutes. */
import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { StoreEvent } from "../../src/core/events";
import { openStore, type OpenedStore } from "../../src/store/open";
import { STORE_VERSION } from "../../src/store/schema";
import {
  addVersion,
  artifactCreated,
  commit,
  runCreated,
  stepFinished,
  stepStarted,
  versionCreated,
} from "../unit/store/support";
import { ROOT, inTemporaryFolder, median, timed, type Bench } from "./bench";

const [RUNS, STEPS, OUTPUTS, NAMES, BATCH] = [10_000, 5, 2, 1000, 50];
const COMMITS = 60;
const PAGE = 50;

/** Adds the events of one run: each step makes outputs, whose names go round. */
function addRun(events: StoreEvent[], number: number): void {
  const run = { ...runCreated("pipeline", number), id: `run-${number}` };
  events.push(run);
  for (let at = 0; at < STEPS; at += 1) {
    const id = `step-${number}-${at}`;
    events.push({ ...stepStarted(run.id, at === 0 ? "load" : "train"), id, cacheKey: `key-${number}-${at}` });
    const outputs = Array.from({ length: OUTPUTS }, (_, index) => {
      const serial = (number - 1) * STEPS * OUTPUTS + at * OUTPUTS + index;
      const version = versionCreated(`artifact-${serial % NAMES}`, Math.floor(serial / NAMES) + 1, {
        digest: `sha256:${serial.toString(16).padStart(64, "0")}`,
        producerRunId: run.id,
        producerStepRunId: id,
      });
      events.push(version);
      return {
        output: `output_${index}`,
        artifactVersionId: version.id,
        saveType: "step_output" as const,
      };
    });
    events.push(stepFinished(id, { outputs }));
  }
  events.push({ type: "run.finished", id: run.id, status: "completed", failure: null, time: 13 });
}

async function fill(store: OpenedStore): Promise<void> {
  const names = Array.from({ length: NAMES }, (_, index) =>
    artifactCreated(`data_${index}`, `artifact-${index}`),
  );
  await commit(store, { type: "pipeline.created", id: "pipeline", name: "training", time: 1 }, ...names);
  for (let number = 1; number <= RUNS; number += BATCH) {
    const events: StoreEvent[] = [];
    for (let next = number; next < number + BATCH; next += 1) addRun(events, next);
    await commit(store, ...events);
  }
}

export async function large(): Promise<string> {
  const folder = path.join(ROOT, `.cache/bench/store-${STORE_VERSION}-${RUNS}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  const store = await openStore({ folder: making });
  await fill(store);
  await store.close();
  await cp(making, folder, { recursive: true });
  await rm(making, { recursive: true });
  return folder;
}

export function firstPages({ reader }: Pick<OpenedStore, "reader">): readonly (() => unknown)[] {
  return [
    () => reader.pipelines({ limit: 500 }),
    () => reader.runs({ limit: PAGE }),
    () => reader.runs({ limit: PAGE, status: ["failed"] }),
    () => reader.artifacts({ limit: PAGE }),
    () => reader.artifacts({ limit: PAGE, text: "ta_99" }),
    () => reader.artifactVersions("artifact-7", { limit: PAGE }),
    () => reader.steps("run-5000"),
    () => reader.models({ limit: PAGE }),
  ];
}

async function openingTime(folder: string): Promise<number> {
  let store: OpenedStore | undefined;
  const time = await timed(async () => (store = await openStore({ folder })));
  await store?.close();
  return time;
}

export const store: Bench = {
  name: "store",
  run: () =>
    inTemporaryFolder(async (folder) => {
      const kept = await large();
      const copy = path.join(folder, "large");
      await cp(kept, copy, { recursive: true });
      await openingTime(copy);
      const openings: number[] = [];
      for (let i = 0; i < 5; i += 1) openings.push(await openingTime(copy));
      const [full, empty] = [
        await openStore({ folder: copy }),
        await openStore({ folder: path.join(folder, "empty") }),
      ];
      const pages = firstPages(full).map((page) => {
        const times = Array.from({ length: 5 }, () => {
          const started = performance.now();
          page();
          return performance.now() - started;
        });
        return median(times);
      });
      await commit(empty, artifactCreated("data", "artifact-7"));
      const commits: { readonly full: number[]; readonly empty: number[] } = { full: [], empty: [] };
      // Turn by turn, so that what else the disk does falls on both alike.
      for (let i = 0; i < COMMITS; i += 1) {
        commits.full.push(await timed(() => addVersion(full, "artifact-7")));
        commits.empty.push(await timed(() => addVersion(empty, "artifact-7")));
      }
      await full.close();
      await empty.close();
      return [
        {
          what: "opening a store of 100,000 artifact versions",
          measured: median(openings),
          unit: "ms",
          budget: 500,
          note: "10,000 runs of 5 steps; median of 5, the first not counted",
        },
        {
          what: "first page of any list on that store",
          measured: Math.max(...pages),
          unit: "ms",
          budget: 20,
          note: `the slowest of ${pages.length}, each a median of 5`,
        },
        {
          what: "commit on that store against an empty one",
          measured: median(commits.full) / median(commits.empty),
          unit: "×",
          budget: 1.5,
          note: `${median(commits.full).toFixed(1)} ms against ${median(commits.empty).toFixed(1)} ms, medians of ${COMMITS}`,
        },
      ];
    }),
};
