import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { WebviewPanel } from "vscode";
import { ArtifactPanel } from "../../src/panels/artifact/artifactPanel";
import { artifactStrings } from "../../src/panels/artifact/messages";
import { artifactSnapshot } from "../../src/panels/artifact/snapshot";
import { PayloadReader } from "../../src/artifacts/readers/thread/payloadReader";
import type { Json } from "../../src/core/json";
import { threadScript, type ThreadScript } from "../unit/artifacts/threadScript";
import { root } from "./bundle";
import { Gallery } from "./gallery";
import { openLive, type LivePanel } from "./live";
import { Webviews, type OpenPage, type WebviewPage } from "./page";
import type { ThemeName } from "./themes";

const webviews = new Webviews();
let gallery: Gallery;
let folder: string;
let script: ThreadScript;

before(
  async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-gallery-")));
    script = await threadScript();
    gallery = await Gallery.open(folder);
    await gallery.train();
    await gallery.run("gallery", { long: true });
  },
  { timeout: 240_000 },
);

after(async () => {
  await webviews.close();
  await gallery.close();
  await script.remove();
  await rm(folder, { recursive: true, force: true });
});

async function open(name: string, options: Partial<OpenPage> = {}): Promise<LivePanel> {
  return openId(gallery.newest(name).id, options);
}

async function openId(artifactVersionId: string, options: Partial<OpenPage> = {}): Promise<LivePanel> {
  const { engine } = gallery;
  const make = (
    services: Parameters<Parameters<typeof openLive>[2]>[0],
    panel: WebviewPanel,
  ): ArtifactPanel =>
    new ArtifactPanel(
      {
        ...services,
        engine: () => Promise.resolve(engine),
        open: () => Promise.resolve(),
        reader: () => new PayloadReader(script.file),
      },
      panel,
      { workspace: engine.workspace, artifactVersionId },
    );
  return openLive(webviews, engine.workspace, make, options);
}

async function opened(name: string, options: Partial<OpenPage> = {}): Promise<LivePanel> {
  const panel = await open(name, options);
  await panel.page.page.locator("main.preview").waitFor();
  return panel;
}

/** A frame without scripts can't run the scripts that the test's own driver adds to every frame: nothing of ours. */
function problemsOf({ page, errors }: LivePanel): string[] {
  const ours = page.problems.filter(
    (problem) => !problem.includes("Blocked script execution in 'about:srcdoc'"),
  );
  return [...ours, ...errors];
}

const limit = { timeout: 120_000 };

describe("previews of real payloads", { timeout: 900_000 }, () => {
  /** A text that only the right preview shows. */
  const kinds: readonly (readonly [string, string | RegExp])[] = [
    ["customers", "customer 00003"],
    ["one_row", "1 rows × 7 columns"],
    ["no_rows", "The table has no rows."],
    ["wide_200", "400 rows × 200 columns"],
    ["wide_500", "40 rows × 500 columns"],
    ["holes", "line one\\nline two"],
    ["sales", "region / year"],
    ["series", "54.67"],
    ["scalar_array", "3.5"],
    ["losses", "Plot"],
    ["weights", "Heat map"],
    ["volume", "0 / 4"],
    ["batch", "Slice along dimension 1"],
    ["five_dimensions", "Slice along dimension 2"],
    ["complex", "3-4j"],
    ["truths", "false"],
    ["not_numbers", "Infinity"],
    ["empty_array", "0 × 4"],
    ["words_array", "green"],
    ["picture", "Image"],
    ["digit", "Image"],
    ["matrix", "147 of 150 on the diagonal (98.0 %)"],
    ["matrix_frame", "versicolor"],
    ["photo", "128 × 96"],
    ["plot", /\d+ × \d+/],
    ["settings", "threshold"],
    ["large_json", "key 0"],
    ["text", "The end."],
    ["report", "Evaluation of the churn model"],
    ["page", "Rendered"],
    ["csv_text", "2 rows × 2 columns"],
    ["roc", "Area under the curve"],
    ["precision_recall", "Average precision"],
    ["forest", "True"],
    ["composite", "ColumnTransformer"],
    ["accuracy", "0.934"],
    ["blob", "00000010"],
    ["opaque", "Stored as a pickle"],
    ["mixed", "dict of 1"],
    ["test_accuracy", "Over versions"],
  ];
  for (const [name, text] of kinds) {
    it(`shows ${name}: accessible, within the policy`, limit, async () => {
      const panel = await opened(name);
      await panel.page.page.locator(".main-box").getByText(text).first().waitFor();
      await panel.page.screenshot(`artifact-${name}`);
      assert.deepEqual(await panel.page.axe(), []);
      assert.deepEqual(problemsOf(panel), []);
      assert.match(panel.title(), / v\d+$/);
    });
  }

  const themes: readonly ThemeName[] = ["light", "hc-dark", "hc-light"];
  for (const theme of themes)
    for (const name of ["customers", "losses", "matrix", "settings"])
      it(`shows ${name} in ${theme}`, limit, async () => {
        const panel = await opened(name, { theme });
        await panel.page.screenshot(`artifact-${name}-${theme}`);
        assert.deepEqual(await panel.page.axe(), []);
      });

  it("puts the side below where there is no room beside", limit, async () => {
    const panel = await opened("customers", { width: 600, height: 1200 });
    const main = await panel.page.page.locator(".main-box").boundingBox();
    const rail = await panel.page.page.locator(".rail-box").boundingBox();
    assert.ok(main && rail && rail.y >= main.y + main.height - 1);
    await panel.page.screenshot("artifact-customers-600");
  });
});

describe("the page of an artifact in a narrow column", { timeout: 300_000 }, () => {
  for (const name of ["customers", "losses", "composite", "accuracy", "matrix"])
    it(`has room for ${name}`, limit, async () => {
      const { page } = await opened(name);
      for (const width of [600, 300, 200]) {
        assert.deepEqual(await page.squeezedAt(width), [], `at ${width} px`);
        await page.screenshot(`artifact-${name}-narrow-${width}`);
      }
    });
});

describe("figures of plotly", { timeout: 120_000 }, () => {
  const figures = JSON.parse(
    readFileSync(path.join(root, "test/webview/fixtures/plotly.json"), "utf8"),
  ) as Readonly<Record<"lines" | "bars", Json>>;
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 40];
  const boxes: Json = {
    data: [
      { type: "box", name: "train", y: values },
      { type: "box", name: "test", q1: [2], median: [3], q3: [5], lowerfence: [1], upperfence: [8] },
      { type: "pie", labels: ["a", "b", "a", "c"], values: [1, 3, 1, 1], hole: 0.4 },
    ],
    layout: { title: { text: "Errors" } },
  };
  const space: Json = {
    data: [
      { type: "scatter3d", name: "runs", x: [1, 2], y: [3, 4], z: [5, 66] },
      { type: "sankey", name: "flows", node: { label: ["a"] } },
    ],
  };

  for (const [which, theme] of [
    ["lines", "dark"],
    ["bars", "hc-light"],
  ] as const)
    it(`are drawn from their data: ${which}`, limit, async () => {
      const webview = await showFigure(figures[which], theme);
      await webview.page.locator(".legend").waitFor();
      const picture = webview.page.locator("svg.plot");
      if (which === "lines") {
        assert.equal(await picture.locator("path.line").count(), 2);
        assert.equal(await picture.locator("circle.series-1").count(), 40, "marks where the figure has them");
        await picture.getByText("epoch").waitFor();
      } else {
        assert.equal(await picture.locator("rect.bar").count(), 8);
        assert.equal(await webview.page.locator("path.slice").count(), 1, "the pie beside the bars");
      }
      await webview.screenshot(`artifact-plotly-${which}`);
      assert.deepEqual(await webview.axe(), []);
      await webview.page.getByRole("button", { name: "Source" }).click();
      await webview.page.locator(".json").waitFor();
      webview.assertClean();
    });

  it("draws boxes with their whiskers, and what lies far out", limit, async () => {
    const webview = await showFigure(boxes, "light");
    assert.equal(await webview.page.locator("rect.box-body").count(), 2);
    assert.equal(await webview.page.locator("g.box circle").count(), 1);
    await webview.page.locator("svg.plot text", { hasText: "train" }).waitFor();
    assert.match(
      (await webview.page.locator("g.box > title").first().textContent()) ?? "",
      /train: 9 · .* · 1$/,
    );
    assert.equal(await webview.page.locator("path.slice").count(), 3);
    await webview.page.locator(".pie-legend").getByText("2 · 33.3 %").waitFor();
    await webview.screenshot("artifact-plotly-boxes");
    assert.deepEqual(await webview.axe(), []);
  });

  it("says of three dimensions that they are not drawn, and shows the data", limit, async () => {
    const webview = await showFigure(space, "dark");
    await webview.page.getByText("scatter3d: three dimensions are not drawn here.").waitFor();
    await webview.page.locator(".grid").getByText("66").waitFor();
    await webview.page.getByText("sankey: not drawn here.").waitFor();
    await webview.screenshot("artifact-plotly-space");
    assert.deepEqual(await webview.axe(), []);
  });

  async function showFigure(figure: Json, theme: ThemeName): Promise<WebviewPage> {
    const strings = artifactStrings({ t: (message) => message });
    const webview = await webviews.open({ name: "artifact", strings, theme });
    await webview.heard((said) => said.kind === "ready");
    const state = await artifactSnapshot(gallery.engine, gallery.newest("settings").id);
    const preview = { kind: "json", value: figure, length: 2, truncated: false, file: "figure.json" };
    await webview.post({ kind: "snapshot", rev: 1, state: { ...state, preview, figure }, target: null });
    return webview;
  }
});

describe("tables", { timeout: 300_000 }, () => {
  it("are walked by keyboard from the first row of a million to the last, in sight", limit, async () => {
    const { page } = (await opened("million")).page;
    await page.locator(".grid").focus();
    await page.keyboard.press("Control+End");
    const last = page.locator('.grid-cell.active:has-text("false")');
    await last.waitFor();
    const row = page.locator('[role="row"][aria-rowindex="1000001"]');
    await row.getByText("999999").first().waitFor();
    const [cell, grid] = [await last.boundingBox(), await page.locator(".grid").boundingBox()];
    assert.ok(cell && grid && cell.y + cell.height <= grid.y + grid.height + 1);
    await page.keyboard.press("Control+Home");
    await page.locator('[role="row"][aria-rowindex="2"] .active').waitFor();
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.locator(".grid-header .active").count(), 1);
  });

  it("sort and filter the whole file, and say how many rows match", limit, async () => {
    const { page } = (await opened("customers")).page;
    await page.locator(".grid-header").getByText("age", { exact: true }).click();
    await page.locator('[role="columnheader"][aria-sort="ascending"]').waitFor();
    // The header tells what was asked for before the rows have come.
    await page
      .locator('[role="row"][aria-rowindex="2"] .grid-cell')
      .nth(2)
      .getByText("18", { exact: true })
      .waitFor();
    await page.locator("vscode-text-field[placeholder='Filter rows'] input").fill("0007");
    await page.getByText("11 of 2,000 rows").waitFor();
  });

  it("tell of a column what there is to know, and give the keyboard back", limit, async () => {
    const panel = await opened("customers");
    const { page } = panel.page;
    await page.locator(".grid").focus();
    for (const key of ["ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight", " "])
      await page.keyboard.press(key);
    const card = page.getByRole("region", { name: "Column plan" });
    await card.getByText("free").waitFor();
    assert.deepEqual(await panel.page.axe(), []);
    await panel.page.screenshot("artifact-column");
    await page.keyboard.press("Escape");
    assert.ok(await page.locator(".grid").evaluate((grid) => grid === document.activeElement));
  });

  it("copy the cells that are selected", limit, async () => {
    const { page } = (await opened("customers")).page;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator(".grid").focus();
    await page.keyboard.press("ArrowDown");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(`Shift+${key}`);
    await page.keyboard.press("Control+c");
    await page.locator(".toast", { hasText: "2 rows copied." }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, "customer 00001\t21\t73.61\ncustomer 00002\t19\t");
  });

  it("show the last of 200 columns", limit, async () => {
    const { page } = (await opened("wide_200")).page;
    await page.locator('[role="grid"][aria-colcount="201"]').waitFor();
    await page.locator(".grid").focus();
    await page.keyboard.press("End");
    await page.locator('.grid-cell.active[aria-colindex="201"]').waitFor();
  });
});

describe("beside the preview", { timeout: 300_000 }, () => {
  it("compares two versions by what changed, the older one first", limit, async () => {
    const panel = await opened("evaluation");
    await panel.page.page.locator("vscode-button[aria-label^='Compare']").last().click();
    const card = panel.page.page.getByRole("region", { name: "Version 1 beside version 3" });
    await card.getByText("accuracy", { exact: true }).waitFor();
    await panel.page.screenshot("artifact-diff");
    assert.deepEqual(await panel.page.axe(), []);
    await card.locator("vscode-dropdown[aria-label='Newer version']").click();
    await card
      .locator("vscode-dropdown[aria-label='Newer version'] vscode-option", { hasText: "v2" })
      .click();
    const others = panel.page.page.getByRole("region", { name: "Version 1 beside version 2" });
    await others.waitFor();
    await others.focus();
    await panel.page.page.keyboard.press("Escape");
    await others.waitFor({ state: "detached" });
  });

  it("draws where it comes from and where it goes", limit, async () => {
    const panel = await opened("train_set");
    await panel.page.page.locator("vscode-button[title='Show Lineage']").click();
    const card = panel.page.page.getByRole("region", { name: "Lineage of train_set" });
    for (const name of ["split", "irises v1", "train", "classifier v3", "evaluate"])
      await card.getByText(name, { exact: true }).waitFor();
    await panel.page.screenshot("artifact-lineage");
    assert.deepEqual(await panel.page.axe(), []);
    await card.getByText("evaluate", { exact: true }).click();
    await panel.page.heard((said) => JSON.stringify(said).includes('"openRun"'));
  });

  it("adds a tag and takes it away", limit, async () => {
    const { page } = (await opened("text")).page;
    await page.locator("vscode-text-field.tag-field input").fill("kept");
    await page.keyboard.press("Enter");
    await page.locator(".tag", { hasText: "kept" }).waitFor();
    assert.deepEqual(gallery.newest("text").tags, ["kept"]);
    await page.locator("vscode-button.tag-remove").click();
    await page.locator(".tag").waitFor({ state: "detached" });
  });

  it("gives the lines that load it, in both languages", limit, async () => {
    const panel = await opened("settings");
    const code = panel.page.page.locator(".snippet");
    await code.getByText("get_artifact_version").waitFor();
    await panel.page.page.locator("vscode-dropdown[aria-label='Language of the snippet']").click();
    await panel.page.page.locator("vscode-option", { hasText: "TypeScript" }).click();
    await code.getByText("getArtifactVersion").waitFor();
    await panel.page.page.locator("vscode-button[title='Copy Loader Snippet']").click();
    await panel.page.heard((said) => JSON.stringify(said).includes('"copySnippet"'));
  });

  it("runs nothing of an HTML report, and keeps its looks", limit, async () => {
    const { page } = (await opened("page")).page;
    const frame = page.frameLocator("iframe.html-frame");
    await frame.getByText("Data report").waitFor();
    assert.equal(await frame.getByText("a script ran").count(), 0);
    const look = await page.locator("iframe.html-frame").evaluate((one) => {
      const inside = (one as HTMLIFrameElement).contentDocument;
      return inside === null ? "" : getComputedStyle(inside.body).marginTop;
    });
    assert.equal(look, "24px");
  });
});

describe("states of the artifact panel", { timeout: 120_000 }, () => {
  it("says that a version is gone, with a way to try again", limit, async () => {
    const { page } = await openId("00000000-0000-4000-8000-000000000000");
    await page.page.getByText("no longer in the store").waitFor();
    await page.page.getByRole("button", { name: "Retry" }).waitFor();
    await page.page.getByRole("button", { name: "Show Output" }).waitFor();
    assert.deepEqual(await page.axe(), []);
  });

  it("says how long it has been loading, and can be cancelled", limit, async () => {
    const strings = artifactStrings({ t: (message) => message });
    const webview = await webviews.open({ name: "artifact", strings });
    await webview.post({ kind: "loading", label: "Reading the artifact", since: Date.now() - 3000 });
    await webview.page.getByText(/Reading the artifact \(\d+ s\)/).waitFor();
    await webview.page.getByRole("button", { name: "Cancel" }).click();
    await webview.heard((said) => said.kind === "cancel");
    assert.deepEqual(await webview.axe(), []);
    webview.assertClean();
  });
});
