import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { dagStrings, type DagState } from "../../src/panels/dag/messages";
import { Webviews, type OpenPage, type WebviewPage } from "./page";
import { failedRun, fanOut, single, tutorial, wide } from "./samples";
import type { ThemeName } from "./themes";

const strings = dagStrings({ t: (message) => message });
const webviews = new Webviews();
after(() => webviews.close());

async function openDag(options: Partial<OpenPage> = {}): Promise<WebviewPage> {
  const webview = await webviews.open({ name: "dag", strings, ...options });
  await webview.heard((said) => said.kind === "ready");
  return webview;
}

async function openGraph(state: DagState, options: Partial<OpenPage> = {}): Promise<WebviewPage> {
  const webview = await openDag(options);
  await webview.post({ kind: "snapshot", rev: 1, state, target: { kind: "run" } });
  await webview.page.locator(".dag").waitFor({ state: "visible" });
  await webview.page.evaluate(() => document.fonts.ready);
  await webview.page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  return webview;
}

describe("scenes", () => {
  const scenes: readonly (readonly [string, DagState])[] = [
    ["one", single],
    ["tutorial", tutorial],
    ["failed", failedRun],
    ["fan-out", fanOut(64, (i) => (i < 3 ? "failed" : i === 5 ? "running" : "completed"))],
    ["50", wide(50)],
    ["1000", wide(1_000)],
    ["10000", wide(10_000)],
  ];
  for (const [name, state] of scenes) {
    it(`draws ${name}`, async () => {
      const webview = await openGraph(state);
      await webview.page.locator(".busy").waitFor({ state: "hidden" });
      await webview.screenshot(`dag-${name}-dark`);
      webview.assertClean();
    });
  }
  for (const theme of ["light", "hc-dark", "hc-light"] as const satisfies readonly ThemeName[]) {
    it(`draws a failed run in ${theme}`, async () => {
      const webview = await openGraph(failedRun, { theme });
      await webview.screenshot(`dag-failed-${theme}`);
      assert.deepEqual(await webview.axe(), []);
      webview.assertClean();
    });
  }
});
