import { dagStrings } from "../../src/panels/dag/messages";
import { Webviews } from "./page";
import * as samples from "./samples";
async function main() {
  const w = new Webviews();
  const strings = dagStrings({ t: (m: string) => m });
  for (const n of [1000, 10000]) {
    const p = await w.open({ name: "dag", strings });
    await p.heard((s: any) => s.kind === "ready");
    const state = samples.wide(n);
    const r = await p.page.evaluate(async (state) => {
      const long: number[] = [];
      new PerformanceObserver((l) =>
        l.getEntries().forEach((e) => long.push(Math.round(e.duration))),
      ).observe({ type: "longtask", buffered: true } as any);
      const t = performance.now();
      window.postMessage({ kind: "snapshot", rev: 1, state, target: {} }, "*");
      await new Promise<void>((done) => {
        const f = () =>
          document.querySelector(".busy")?.hasAttribute("hidden") &&
          document.querySelector(".minimap") &&
          !document.querySelector(".dag")!.hasAttribute("hidden") &&
          document.querySelector("[role=treeitem]")
            ? requestAnimationFrame(() => done())
            : setTimeout(f, 2);
        f();
      });
      const first = performance.now() - t;
      await new Promise((d) => setTimeout(d, 500));
      const root = document.querySelector(".stage-root")!;
      const frames: number[] = [];
      let last = performance.now();
      for (let i = 0; i < 60; i++) {
        root.dispatchEvent(
          new WheelEvent("wheel", { deltaX: 7, deltaY: 11, bubbles: true, cancelable: true }),
        );
        await new Promise((d) => requestAnimationFrame(d));
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      frames.sort((a, b) => a - b);
      return { first, p50: frames[30], p95: frames[57], long };
    }, state as any);
    console.log(n, JSON.stringify(r), p.problems);
  }
  await w.close();
}
main().catch((e) => {
  console.error(e);
  process.exit(1);
});
