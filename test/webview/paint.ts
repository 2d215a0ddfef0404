/** How quickly the DAG is painted in a browser: for the bench. */
import { dagStrings, type DagState } from "../../src/panels/dag/messages";
import type { Webviews, WebviewPage } from "./page";

const strings = dagStrings({ t: (message) => message });

/** A fresh page that shows the state: how long it took from the message until a frame with it was presented. */
export async function painted(
  webviews: Webviews,
  state: DagState,
): Promise<{ readonly webview: WebviewPage; readonly took: number }> {
  const webview = await webviews.open({ name: "dag", strings });
  await webview.heard((said) => said.kind === "ready");
  const took = await webview.page.evaluate(
    async (message) => {
      const started = performance.now();
      window.postMessage(message, "*");
      const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
      const drawn = (): boolean => document.querySelector('.dag:not([hidden]) [aria-busy="false"]') !== null;
      while (!drawn()) await frame();
      await frame();
      return performance.now() - started;
    },
    { kind: "snapshot", rev: 1, state, target: null },
  );
  return { webview, took };
}

/** Pans by the wheel, one turn a frame. */
export function panned({ page }: WebviewPage, count: number): Promise<readonly number[]> {
  return page.evaluate(async (turns) => {
    const surface = document.querySelector(".stage-root");
    const times: number[] = [];
    let last = await new Promise<number>((done) => requestAnimationFrame(done));
    for (let i = 0; i < turns; i++) {
      const deltaY = i < turns / 2 ? 12 : -12;
      surface?.dispatchEvent(new WheelEvent("wheel", { deltaY, deltaX: 6, bubbles: true, cancelable: true }));
      const now = await new Promise<number>((done) => requestAnimationFrame(done));
      times.push(now - last);
      last = now;
    }
    return times;
  }, count);
}
