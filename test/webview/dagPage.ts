/** The DAG's page in a browser, shown a graph. */
import { dagStrings, type DagState } from "../../src/panels/dag/messages";
import type { OpenPage, Said, Webviews, WebviewPage } from "./page";

export const strings = dagStrings({ t: (message) => message });

export async function openDag(webviews: Webviews, options: Partial<OpenPage> = {}): Promise<WebviewPage> {
  const webview = await webviews.open({ name: "dag", strings, ...options });
  await webview.heard((said) => said.kind === "ready");
  return webview;
}

export async function openGraph(
  webviews: Webviews,
  state: DagState,
  options: Partial<OpenPage> = {},
): Promise<WebviewPage> {
  const webview = await openDag(webviews, options);
  await webview.post({ kind: "snapshot", rev: 1, state, target: { kind: "run" } });
  await webview.page.locator(".dag").waitFor({ state: "visible" });
  await webview.page.locator('.dag [aria-busy="false"]').waitFor({ state: "attached" });
  await painted(webview);
  return webview;
}

export async function painted({ page }: WebviewPage): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

export function command(kind: string): (said: Said) => boolean {
  return (said) => said.kind === "command" && (said["command"] as { readonly kind: string }).kind === kind;
}

/** How the drawing is moved and scaled. */
export async function view({ page }: WebviewPage): Promise<{ x: number; y: number; scale: number }> {
  const transform = (await page.locator("svg.graph .stage").getAttribute("transform")) ?? "";
  const [x = NaN, y = NaN, scale = NaN] = (transform.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
  return { x, y, scale };
}
