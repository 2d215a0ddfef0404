/** The views with nothing, one, fifty and five thousand of everything, and with names as long as people make them. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { Locator } from "playwright-core";
import type { StoreEvent } from "../../src/core/events";
import { openStore } from "../../src/store/open";
import {
  artifactCreated,
  commit,
  runCreated,
  stepFinished,
  stepStarted,
  versionCreated,
} from "../unit/store/support";
import { until } from "./patience";
import { story } from "./story";
import type { Theme } from "./workbench";

const LONG = "a_name_that_someone_made_so_long_that_no_side_bar_has_room_for_all_of_it";
const COUNTS = [0, 1, 50, 5000] as const;

const folders: string[] = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A workspace whose store holds `count` runs, artifacts and models. */
async function workspaceOf(count: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "headrace-lists-"));
  folders.push(folder);
  await writeFile(path.join(folder, "notes.md"), "Nothing runs here.\n");
  if (count === 0) return folder;
  const store = await openStore({ folder: path.join(folder, ".headrace") });
  await commit(store, { type: "pipeline.created", id: "pipeline", name: "training", time: 1 });
  for (let first = 1; first <= count; first += 100) {
    const last = Math.min(count, first + 99);
    const events: StoreEvent[] = [];
    for (let number = first; number <= last; number += 1) events.push(...thingsOf(number));
    await commit(store, ...events);
  }
  await store.close();
  return folder;
}

function thingsOf(number: number): readonly StoreEvent[] {
  const [run, step, artifact, model] = ["run", "step", "artifact", "model"].map(
    (kind) => `${kind}-${number}`,
  );
  assert.ok(run !== undefined && step !== undefined && artifact !== undefined && model !== undefined);
  const time = Date.now() - 1_000_000 + number;
  const name = number === 1 ? LONG : `${["scores", "features", "weights"][number % 3] ?? ""}_${number}`;
  const version = versionCreated(artifact, 1, { producerRunId: run, producerStepRunId: step, time });
  const output = { output: "output", artifactVersionId: version.id, saveType: "step_output" as const };
  return [
    artifactCreated(name, artifact),
    {
      ...runCreated("pipeline", number, { time }),
      id: run,
      name: number === 1 ? LONG : `training-${number}`,
    },
    { ...stepStarted(run, "load", { time }), id: step },
    version,
    stepFinished(step, { outputs: [output], time: time + 5 }),
    {
      type: "run.finished",
      id: run,
      status: number % 7 === 0 ? "failed" : "completed",
      failure: null,
      time: time + 9,
    },
    { type: "model.created", id: model, name: number === 1 ? LONG : `model_${number}`, fields: {}, time },
  ];
}

const { workbench, scene } = story(async () => ({ folder: await workspaceOf(0) }));

for (const count of COUNTS)
  test(
    `the views show what there is of ${count}`,
    scene(async () => {
      if (count > 0) await workbench.switchTo(await workspaceOf(count));
      await workbench.openSideBar();
      if (count === 0) await workbench.page.getByRole("button", { name: "Create Model" }).waitFor();
      else await look(count);
      await workbench.screenshot(`lists-${count}`);
      if (count === 50) await inEveryTheme();
    }),
  );

/** The newest page, and of more than that the next one. */
async function look(count: number): Promise<void> {
  const newest = count === 1 ? new RegExp(`^${LONG}, completed`) : new RegExp(`^training-${count}, `);
  await workbench.row(newest).waitFor();
  if (count <= 50) {
    assert.equal(await workbench.row(/^Load more/).count(), 0);
    return;
  }
  const more = await lastOf(count - 50);
  await more.click();
  await workbench.row(new RegExp(`^training-${count - 50}, `)).waitFor();
  await lastOf(count - 100);
}

/** Goes to the end of the runs, where the row for the next page says how many it does not show. */
async function lastOf(hidden: number): Promise<Locator> {
  const { page } = workbench;
  const more = workbench.row(/^Load more/);
  await until(
    async () => {
      await page.getByRole("tree", { name: "Runs" }).focus();
      await page.keyboard.press("End");
      return more.getAttribute("aria-label", { timeout: 1000 }).catch(() => null);
    },
    (label) => label?.includes(`${hidden} not shown`) === true,
  );
  return more;
}

async function inEveryTheme(): Promise<void> {
  for (const theme of ["light", "high-contrast", "high-contrast-light"] satisfies Theme[]) {
    await workbench.theme(theme);
    await workbench.screenshot(`lists-50-${theme}`);
  }
  await workbench.page.setViewportSize({ width: 600, height: 900 });
  await workbench.theme("dark");
  await workbench.screenshot("lists-50-600");
  await workbench.page.setViewportSize({ width: 1400, height: 900 });
}
