import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { openEngine } from "../../src/engine/open";
import { RunPanel } from "../../src/panels/run/runPanel";
import { root } from "./bundle";
import { PYTHON } from "./gallery";
import { openLive } from "./live";
import { Webviews } from "./page";

const webviews = new Webviews();
after(() => webviews.close());

const PRINTING = `
import os, time
from zenml import pipeline, step

@step
def load() -> int:
    print("before the latch", flush=True)
    while not os.path.exists(LATCH):
        time.sleep(0.02)
    print("after the latch")
    return 1

@step
def train(value: int) -> int:
    print("training on", value)
    raise ValueError("no data for <b>training</b>")

@pipeline
def printing(share: float = 0.5):
    train(load())
`;

describe("the real panel of a real run", { timeout: 120_000 }, () => {
  it("shows it live: what it prints, how it fails, and the record afterwards", async () => {
    const workspace = mkdtempSync(path.join(tmpdir(), "headrace-run-"));
    const latch = path.join(workspace, "latch");
    const file = path.join(workspace, "printing.py");
    writeFileSync(file, PRINTING.replace("LATCH", JSON.stringify(latch)));
    const engine = await openEngine({
      ...{ workspace, store: path.join(workspace, ".headrace"), extensionRoot: root, keepsSpare: false },
    });
    try {
      const handle = engine.run({ file, pipeline: null, parameters: {}, origin: "api", python: PYTHON });
      const runId = await handle.created;
      const { page: webview, errors } = await openLive(webviews, workspace, (services, panel) => {
        return new RunPanel({ ...services, engine: () => Promise.resolve(engine) }, panel, {
          workspace,
          runId,
        });
      });
      const { page } = webview;
      await page.getByText("before the latch", { exact: true }).waitFor();
      await page.getByText("0 of 2 done").waitFor();
      writeFileSync(latch, "");
      assert.equal((await handle.finished).status, "failed");
      await page.getByText("training on 1", { exact: true }).waitFor();
      await page
        .locator('[data-step="train"]')
        .getByText(/failed: ValueError/)
        .waitFor();
      await page.locator('[data-step="train"]').click();
      await page.getByText("no data for <b>training</b>").first().waitFor();
      await page.getByText("printing.py:16").waitFor();
      assert.deepEqual(await webview.axe(), []);
      assert.deepEqual(errors, []);
      webview.assertClean();
      await webview.screenshot("run-real");
    } finally {
      await engine.close();
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
