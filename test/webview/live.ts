/** A real panel on a real engine, with its page in a real browser: only VS Code between them is a stand-in. */
import type { WebviewPanel } from "vscode";
import type { OpenPanel } from "../../src/panels/host";
import { logTo } from "../../src/ui/log";
import { MockVSCode } from "../mock/vscode";
import { root } from "./bundle";
import { ORIGIN, type OpenPage, type Webviews, type WebviewPage } from "./page";
import type { PanelServices } from "../../src/panels/panel";

export interface LivePanel {
  readonly page: WebviewPage;
  readonly mock: MockVSCode;
  /** The title of the panel's tab. */
  title(): string;
  /** What the panel has logged as errors. */
  readonly errors: readonly string[];
}

type Make = (services: PanelServices, panel: WebviewPanel) => OpenPanel;

export async function openLive(
  webviews: Webviews,
  workspace: string,
  make: Make,
  options: Partial<OpenPage> = {},
): Promise<LivePanel> {
  const mock = new MockVSCode(workspace);
  const errors: string[] = [];
  const log = logTo({
    info: () => undefined,
    warn: () => undefined,
    error: (text: string) => errors.push(text),
    show: () => undefined,
  });
  const early: unknown[] = [];
  let page: WebviewPage | null = null;
  let receive: (message: unknown) => void = () => undefined;
  const nothing = { dispose: () => undefined };
  const webview = {
    cspSource: ORIGIN,
    html: "",
    options: {},
    asWebviewUri: (uri: { readonly path: string }) => `${ORIGIN}/${uri.path.split("/").at(-1) ?? ""}`,
    onDidReceiveMessage: (listener: (message: unknown) => void) => {
      receive = listener;
      return nothing;
    },
    postMessage: (message: unknown) => {
      if (page === null) early.push(message);
      // A page that was closed meanwhile needs no answer.
      else void page.post(message).catch(() => undefined);
      return Promise.resolve(true);
    },
  };
  const panel = {
    webview,
    title: "",
    active: true,
    visible: true,
    reveal: () => undefined,
    dispose: () => undefined,
    onDidDispose: () => nothing,
    onDidChangeViewState: () => nothing,
  };
  const { api } = mock;
  const made = make({ vscode: api, extensionUri: api.Uri.file(root), log }, panel as unknown as WebviewPanel);
  page = await webviews.open({
    name: "live",
    strings: {},
    document: webview.html,
    hears: (said) => receive(said),
    ...options,
  });
  for (const message of early) await page.post(message);
  page.page.once("close", () => made.dispose());
  return { page, mock, title: () => panel.title, errors };
}
