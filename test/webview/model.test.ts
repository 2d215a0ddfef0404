import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { modelStrings, type ModelSnapshot } from "../../src/panels/model/messages";
import { ModelPanel } from "../../src/panels/model/modelPanel";
import { Gallery } from "./gallery";
import { openLive, type LivePanel } from "./live";
import { LOOKS, Webviews, type OpenPage, type Said } from "./page";

const webviews = new Webviews();
let gallery: Gallery;
let folder: string;

before(
  async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-models-")));
    gallery = await Gallery.open(folder);
    await gallery.train();
  },
  { timeout: 240_000 },
);

after(async () => {
  await webviews.close();
  await gallery.close();
  await rm(folder, { recursive: true, force: true });
});

const comparedRuns: (readonly string[])[] = [];
const services = {
  engine: () => Promise.resolve(gallery.engine),
  open: () => Promise.resolve(),
  compareRuns: (_: unknown, ids: readonly string[]) => {
    comparedRuns.push(ids);
    return Promise.resolve();
  },
};

function openModel(modelVersionId: string, options: Partial<OpenPage> = {}): Promise<LivePanel> {
  const { workspace } = gallery.engine;
  return openLive(
    webviews,
    workspace,
    (given, panel) => new ModelPanel({ ...given, ...services }, panel, { workspace, modelVersionId }),
    options,
  );
}

const version = (number: number): ModelSnapshot["versions"][number] => ({
  ...{ id: `v${number}`, name: String(number), number, stage: null, created: 0, metadata: {} },
});
const twoVersions: ModelSnapshot = {
  version: { ...version(2), modelId: "m", model: "iris", description: null, note: "", tags: [] },
  ...{ fields: {}, metadata: {}, stages: [], artifacts: [], runs: [], readOnly: null },
  versions: [version(2), version(1)],
  versionCount: 2,
};

const limit = { timeout: 120_000 };

describe("the page of a model version", { timeout: 300_000 }, () => {
  for (const scene of LOOKS)
    it(`shows what is linked and measured: ${JSON.stringify(scene)}`, limit, async () => {
      const panel = await openModel(gallery.model("iris")[0]?.id ?? "", scene);
      await panel.page.page.getByText("Accuracy over versions", { exact: false }).first().waitFor();
      await panel.page.screenshot(`model-${scene.theme ?? "dark"}-${scene.width ?? 1280}`);
      assert.deepEqual(await panel.page.axe(), []);
      panel.page.assertClean();
      assert.equal(panel.title(), "iris 3");
    });

  it("has room in a narrow column", limit, async () => {
    const { page } = await openModel(gallery.model("iris")[0]?.id ?? "");
    await page.page.getByText("Accuracy over versions", { exact: false }).first().waitFor();
    for (const width of [600, 300, 200]) assert.deepEqual(await page.squeezedAt(width), [], `at ${width} px`);
    await page.screenshot("model-narrow-200");
  });

  it("compares the versions that are chosen", limit, async () => {
    const panel = await openModel(gallery.model("iris")[0]?.id ?? "");
    const boxes = panel.page.page.locator("td.check input");
    await boxes.nth(0).check();
    await boxes.nth(2).check();
    await panel.page.page.getByRole("button", { name: "Compare Versions" }).click();
    const { page } = panel.page;
    await page.getByRole("row", { name: "depth 1 4 +3" }).waitFor();
    await page.getByRole("row", { name: /^train_set DataFrame 75 × 5 · v1 DataFrame 90 × 5 · v2/ }).waitFor();
    assert.equal(await page.getByRole("rowheader", { name: "irises" }).count(), 0);
    await panel.page.screenshot("model-compared");
    assert.deepEqual(await panel.page.axe(), []);
    await page.getByRole("button", { name: "Differences only" }).click();
    await page.getByRole("row", { name: /^irises DataFrame 150 × 5 · v1/ }).waitFor();
    await page.getByRole("button", { name: "Compare Their Runs" }).click();
    await page.getByRole("button", { name: "All Versions" }).click();
    assert.equal(await boxes.count(), 3);
    assert.deepEqual(
      comparedRuns.map((ids) => ids.length),
      [2],
    );
  });

  it("follows a change of stage, and keeps a description", limit, async () => {
    const [newest] = gallery.model("iris");
    assert.ok(newest);
    const { page } = (await openModel(newest.id)).page;
    await page.getByText("Never promoted").waitFor();
    await gallery.engine.promote(newest.id, "staging", false);
    await page.locator(".title-row .stage-staging").waitFor();
    await page.getByRole("button", { name: "Edit Description" }).click();
    await page.locator("textarea").fill("The best so far.");
    // What happens meanwhile doesn't take what is being written.
    await gallery.engine.promote(newest.id, "production", false);
    await page.locator(".title-row .stage-production").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("p.text", { hasText: "The best so far." }).waitFor();
    assert.equal(gallery.model("iris")[0]?.description, "The best so far.");
  });

  it("keeps a note and tags, with the keyboard back where it was", limit, async () => {
    const [newest] = gallery.model("iris");
    assert.ok(newest);
    const { page } = (await openModel(newest.id)).page;
    await page.getByRole("button", { name: "Edit Note" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("Ask Ada before it goes out.");
    await page.keyboard.press("Enter");
    await page.getByText("Ask Ada before it goes out.").waitFor();
    assert.equal(gallery.model("iris")[0]?.note, "Ask Ada before it goes out.");
    await page.getByRole("button", { name: "Edit Tags" }).click();
    await page.keyboard.type("good, checked, good");
    await page.keyboard.press("Enter");
    await page.getByText("checked", { exact: true }).waitFor();
    assert.deepEqual([...(gallery.model("iris")[0]?.tags ?? [])].sort(), ["checked", "good"]);
    await page.getByRole("button", { name: "Edit Tags" }).click();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("textarea").count(), 0);
  });

  it(
    "can be left while versions are compared, says why they could not be, and asks again",
    limit,
    async () => {
      const { fields, ...strings } = modelStrings({ t: (text) => text });
      const texts = Object.entries(fields).map(([name, text]) => [`field.${name}`, text]);
      const webview = await webviews.open({
        name: "model",
        strings: { ...strings, ...(Object.fromEntries(texts) as Record<string, string>) },
      });
      const { page } = webview;
      const asked = (nth: number): Promise<Said> =>
        webview.heard((said) => said.kind === "request" && Number(said["id"]) > nth);
      await webview.heard((said) => said.kind === "ready");
      await webview.post({ kind: "snapshot", rev: 1, state: twoVersions, target: {} });
      for (const name of ["1", "2"])
        await page.getByRole("checkbox", { name: `Compare version ${name}` }).check();
      await page.getByRole("button", { name: "Compare Versions" }).click();
      const first = await asked(0);
      await page.getByText(/^Comparing the versions \(\d+ s\)$/).waitFor();
      assert.deepEqual(await webview.axe(), []);
      await page.getByRole("button", { name: "Cancel" }).click();
      await webview.heard((said) => said.kind === "giveUp" && said["id"] === first["id"]);
      await page.getByText("Cancelled.").waitFor();
      await page.getByRole("button", { name: "Retry" }).click();
      const second = await asked(Number(first["id"]));
      await webview.post({ kind: "refusal", id: second["id"], reason: "The store is closed." });
      await page.getByText("The store is closed.").waitFor();
      assert.deepEqual(await webview.axe(), []);
      await page.getByRole("button", { name: "Show Output" }).click();
      await webview.heard((said) => said.kind === "showLog");
      await page.getByRole("button", { name: "Retry" }).click();
      const third = await asked(Number(second["id"]));
      const { versions } = twoVersions;
      await webview.post({ kind: "reply", id: third["id"], value: { versions, rows: [], runIds: [] } });
      await page.getByText("Nothing differs.", { exact: false }).waitFor();
      webview.assertClean();
    },
  );

  it("says that a version is gone", limit, async () => {
    const { page } = (await openModel("00000000-0000-4000-8000-000000000000")).page;
    await page.getByText("no longer in the store").waitFor();
    await page.getByRole("button", { name: "Retry" }).waitFor();
  });
});
