/** Runs side by side: real runs, whose code was edited in between, on a real engine, in a real browser. */
import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Run } from "../../src/core/entities";
import type { JsonObject } from "../../src/core/json";
import type { Engine } from "../../src/engine/api";
import { openEngine } from "../../src/engine/open";
import { CodeDocuments, type codeUri } from "../../src/panels/compare/codeDocuments";
import { compareStrings, type ComparedRow } from "../../src/panels/compare/messages";
import { ComparePanel } from "../../src/panels/compare/comparePanel";
import { root } from "./bundle";
import { PYTHON } from "./gallery";
import { openLive, type LivePanel } from "./live";
import { LOOKS, Webviews, type OpenPage } from "./page";

const webviews = new Webviews();
let engine: Engine;
let folder: string;
/** The first with other parameters and other code than the second, the third without an end. */
let ids: readonly [string, string, string];

const source = (factor: string): string => `
from typing import Tuple
from typing_extensions import Annotated
from zenml import pipeline, step

OFFSET = 1

def scaled(value: float) -> float:
    # by a factor
    return value * ${factor}

@step
def load(rate: float) -> Annotated[float, "base"]:
    return rate + OFFSET

@step
def fit(base: float, optimizer: str) -> Tuple[Annotated[float, "slope"], Annotated[dict, "scores"]]:
    slope = scaled(base)
    if optimizer == "broken":
        raise ValueError("no such optimizer")
    return slope, {"train": {"f1": slope / 2}, "names": ["a"]}

@pipeline
def fitting(rate: float = 0.5, optimizer: str = "plain", same: int = 1):
    fit(load(rate), optimizer)
`;

before(
  async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-compare-")));
    engine = await openEngine({
      ...{ workspace: folder, store: path.join(folder, ".headrace"), extensionRoot: root, keepsSpare: true },
    });
    const runs: Run[] = [];
    for (const [factor, parameters] of [
      ["2", {}],
      ["3 + 1", { rate: 0.25, optimizer: "momentum" }],
      ["3 + 1", { rate: 0.75, optimizer: "broken" }],
    ] satisfies [string, JsonObject][]) {
      const file = path.join(folder, "fitting.py");
      await writeFile(file, source(factor));
      runs.push(
        await engine.run({ file, pipeline: null, parameters, origin: "api", python: PYTHON }).finished,
      );
    }
    const [one, two, three] = runs.map((run) => run.id);
    assert.ok(one !== undefined && two !== undefined && three !== undefined);
    ids = [one, two, three];
    await engine.setNote("run", two, "steeper");
  },
  { timeout: 240_000 },
);

after(async () => {
  await webviews.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

function open(runIds: readonly string[], options: Partial<OpenPage> = {}): Promise<LivePanel> {
  const target = { workspace: folder, runIds };
  return openLive(
    webviews,
    folder,
    (given, panel) => new ComparePanel({ ...given, engine: () => Promise.resolve(engine) }, panel, target),
    options,
  );
}

const limit = { timeout: 120_000 };

describe("the comparison of runs", { timeout: 300_000 }, () => {
  for (const scene of LOOKS)
    it(`shows what differs: ${JSON.stringify(scene)}`, limit, async () => {
      const panel = await open(ids, scene);
      const { page } = panel.page;
      await page.getByRole("heading", { name: "3 runs compared" }).waitFor();
      await page.getByRole("row", { name: "optimizer plain momentum broken" }).waitFor();
      await page.getByRole("row", { name: "scores.train.f1 1.5 2.375 +0.875 —" }).waitFor();
      await page.locator("svg.coordinates").waitFor();
      assert.equal(await page.getByRole("rowheader", { name: "same", exact: true }).count(), 0);
      await panel.page.screenshot(`compare-${scene.theme ?? "dark"}-${scene.width ?? 1280}`);
      assert.deepEqual(await panel.page.axe(), []);
      panel.page.assertClean();
    });

  it("has room in a narrow column", limit, async () => {
    const { page } = await open(ids);
    await page.page.getByRole("heading", { name: "3 runs compared" }).waitFor();
    for (const width of [600, 300, 200]) assert.deepEqual(await page.squeezedAt(width), [], `at ${width} px`);
    await page.screenshot("compare-narrow-200");
  });

  it("shows what is the same, too, when asked, and keeps that over a reload", limit, async () => {
    const { page } = (await open(ids)).page;
    await page.getByRole("button", { name: "Differences only" }).click();
    await page.getByRole("row", { name: "same 1 1 1" }).waitFor();
    await page.getByRole("row", { name: /OFFSET 1 line the same the same/ }).waitFor();
    const kept = await page.evaluate(() => (window as unknown as { kept: unknown }).kept);
    const again = (await open(ids, { state: kept })).page.page;
    await again.getByRole("row", { name: "same 1 1 1" }).waitFor();
  });

  it(
    "says which function changed by how many lines, and shows them in the editor for changes",
    limit,
    async () => {
      const { page, mock } = await open(ids);
      const shown = mock.nextExecution("vscode.diff");
      await page.page
        .getByRole("button", {
          name: "+1 −1: Show what changed in fitting.scaled (lines: 1 added, 1 removed)",
        })
        .first()
        .click();
      const [before, after, title] = await shown;
      assert.equal(title, "fitting.scaled: fitting #1 ↔ fitting #2");
      const documents = new CodeDocuments(mock.api, () => Promise.resolve(engine));
      const text = (uri: unknown): Promise<string> =>
        documents.provideTextDocumentContent(uri as ReturnType<typeof codeUri>);
      assert.equal(
        await text(before),
        "def scaled(value: float) -> float:\n    # by a factor\n    return value * 2\n",
      );
      assert.equal(
        await text(after),
        "def scaled(value: float) -> float:\n    # by a factor\n    return value * 3 + 1\n",
      );
    },
  );

  it("compares with another run when told, leaves one out, and counts again", limit, async () => {
    const panel = await open(ids);
    const { page } = panel;
    await page.page.getByRole("button", { name: "Compare the Others with fitting #3" }).click();
    await page.page.getByRole("row", { name: "optimizer broken plain momentum" }).waitFor();
    await page.page.getByRole("button", { name: "Leave Out fitting #1" }).click();
    await page.page.getByRole("heading", { name: "2 runs compared" }).waitFor();
    assert.equal(panel.title(), "fitting #3 ↔ fitting #2");
    assert.equal(
      await page.page.getByRole("button", { name: /^Leave Out/ }).count(),
      0,
      "two are the fewest",
    );
  });

  it("follows what becomes of the runs: a note, and that one is gone", limit, async () => {
    const file = path.join(folder, "fitting.py");
    const more = await engine.run({ file, pipeline: null, origin: "api", python: PYTHON }).finished;
    const { page } = (await open([ids[0], more.id])).page;
    await page.getByRole("heading", { name: "2 runs compared" }).waitFor();
    await engine.setNote("run", more.id, "as before");
    await page.getByRole("row", { name: "Note as before" }).waitFor();
    await engine.delete("run", [more.id]);
    await page.getByText("Fewer than two of these runs").waitFor();
    await page.getByRole("button", { name: "Retry" }).waitFor();
  });

  it("holds fifty runs with long names, and a thousand rows: names stay in sight", limit, async () => {
    const runs = Array.from({ length: 50 }, (_, i) => ({
      ...{ id: `run-${i}`, label: `a_pipeline_that_someone_gave_a_very_long_name #${i}`, started: 0 },
      ...{ status: "completed" as const, durationMs: 1000 + i, note: "", failure: null },
    }));
    const row = (group: ComparedRow["group"], name: string): ComparedRow => ({
      ...{ group, name, artifactVersionIds: null, code: null, differs: true },
      values: runs.map((_, i) => (i * 7) % 11),
    });
    const names = Array.from({ length: 1000 }, (_, i) => `step_${i}`);
    const rows = [
      ...["depth", "rate"].map((name) => row("parameters", name)),
      ...names.map((name) => row("durations", name)),
    ];
    const webview = await webviews.open({ name: "compare", strings: compareStrings({ t: (text) => text }) });
    await webview.heard((said) => said.kind === "ready");
    await webview.post({ kind: "snapshot", rev: 1, state: { runs, rows }, target: {} });
    const { page } = webview;
    await page.getByRole("heading", { name: "50 runs compared" }).waitFor();
    const scroller = page.locator(".scroll").first();
    await scroller.evaluate((box) => (box.scrollLeft = box.scrollWidth));
    const name = page.getByRole("rowheader", { name: "depth" });
    assert.ok(((await name.boundingBox())?.x ?? -1) >= 0, "the name of the row is in sight");
    await page.getByText("#49").first().waitFor();
    await scroller.evaluate((box) => (box.scrollTop = box.scrollHeight));
    await page.getByRole("rowheader", { name: "step_999", exact: true }).waitFor();
    const newest = await page
      .getByRole("button", { name: "a_pipeline_that_someone_gave_a_very_long_name #49", exact: true })
      .boundingBox();
    assert.ok(newest !== null && newest.y >= 0 && newest.y < 150, "the names of the runs are in sight");
    assert.equal(await page.locator(".run-line").count(), 50);
    await webview.screenshot("compare-50");
    webview.assertClean();
  });

  it("keeps the runs that pass a range of an axis, by keys and by pointer", limit, async () => {
    const { page } = await open(ids);
    const axis = page.page.getByRole("slider", { name: "Keep the runs between two values of rate" });
    await axis.focus();
    await page.page.keyboard.press("ArrowDown");
    await page.page.getByText("2 of 3 runs").waitFor();
    assert.equal(await page.page.locator(".run-line.dimmed").count(), 1);
    assert.deepEqual(await page.axe(), []);
    await page.page.keyboard.press("Escape");
    await page.page.getByText("2 of 3 runs").waitFor({ state: "detached" });
    await axis.scrollIntoViewIfNeeded();
    const box = await axis.boundingBox();
    assert.ok(box);
    const x = box.x + box.width / 2;
    await page.page.mouse.move(x, box.y + box.height - 6);
    await page.page.mouse.down();
    await page.page.mouse.move(x, box.y + 0.8 * box.height, { steps: 4 });
    await page.page.mouse.up();
    await page.page.getByText("1 of 3 runs").waitFor();
    await page.screenshot("compare-range");
    await page.page.getByRole("button", { name: "Show All Runs" }).click();
    assert.equal(await page.page.locator(".run-line.dimmed").count(), 0);
  });
});
