import { dagStrings } from "/work/main/src/panels/dag/messages";
import { Webviews } from "/work/main/test/webview/page";
import * as samples from "/work/main/test/webview/samples";
async function main() {
  const w = new Webviews();
  console.log("opening");
  const strings = dagStrings({ t: (m: string) => m });
  const only = process.argv.slice(2);
  const scenes: any = {
    one: samples.single,
    tutorial: samples.tutorial,
    failed: samples.failedRun,
    fan: samples.fanOut(64, (i) => (i < 3 ? "failed" : i === 5 ? "running" : "completed")),
    fifty: samples.wide(50),
    k1: samples.wide(1000),
    k10: samples.wide(10000),
  };
  for (const name of only.length ? only : Object.keys(scenes)) {
    const [scene, theme = "dark", width = "1280"] = name.split(":");
    const p = await w.open({ name: "dag", strings, theme: theme as any, width: Number(width) });
    console.log("opened");
    await Promise.race([p.heard((s: any) => s.kind === "ready"), p.page.waitForTimeout(4000)]);
    console.log(p.problems);
    console.log("ready");
    const t = Date.now();
    await p.post({ kind: "snapshot", rev: 1, state: scenes[scene!], target: {} });
    await p.page.waitForTimeout(scene === "k10" ? 3000 : 700);
    await p.screenshot("x-" + name.replaceAll(":", "-"));
    console.log(name, p.problems);
    await p.page.close();
  }
  await w.close();
}
main().catch((e) => {
  console.error(e);
  process.exit(1);
});
