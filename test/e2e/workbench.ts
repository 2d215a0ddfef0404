/**
 * VS Code as a person meets it: the packaged extension installed in a real VS Code, acted on by clicks and keys. What is
 * true afterwards may be asked of the extension host itself through `ask`.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { launchBrowser } from "../vscode/browser";
import { startServer, type VSCodeServer } from "../vscode/server";

const root = path.resolve(import.meta.dirname, "../..");
const SCREENSHOTS = path.join(root, "test/e2e/screenshots");

export type Theme = "light" | "dark" | "high-contrast" | "high-contrast-light";
const THEMES: Readonly<Record<Theme, string>> = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
};

const THEME_CLASSES: Readonly<Record<Theme, string>> = {
  light: "vs",
  dark: "vs-dark",
  "high-contrast": "hc-black",
  "high-contrast-light": "hc-light",
};

export interface WorkbenchOptions {
  /** Copied to a temporary folder first. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trust?: boolean;
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
  readonly env?: Readonly<Record<string, string>>;
}

export class Workbench {
  private constructor(
    readonly page: Page,
    readonly folder: string,
    private readonly server: VSCodeServer,
    private readonly browser: Browser,
  ) {}

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const folder = await mkdtemp(path.join(tmpdir(), "headrace-e2e-"));
    if (existsSync(options.folder)) await cp(options.folder, folder, { recursive: true });
    const server = await startServer({
      vsix: [await packagedExtension()],
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      ...(options.env === undefined ? {} : { env: options.env }),
      settings: {
        "workbench.colorTheme": THEMES[options.theme ?? "dark"],
        ...interpreterSetting(),
        ...options.settings,
      },
    });
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: options.size ?? { width: 1400, height: 900 } });
    const workbench = new Workbench(page, folder, server, browser);
    await workbench.load();
    return workbench;
  }

  /** Loads the window, or loads it again. */
  async load(): Promise<void> {
    const probe = path.join(root, "test/e2e/probe");
    const remote = (file: string): string => `vscode-remote://127.0.0.1:${this.server.port}${file}`;
    await this.page.goto(
      this.server.address(this.folder, [
        ["extensionDevelopmentPath", remote(probe)],
        ["extensionEnvironment", JSON.stringify({ HEADRACE_PROBE: this.probeFile() })],
      ]),
    );
    await this.page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await this.page.locator(".statusbar").waitFor();
  }

  private probeFile(): string {
    return path.join(this.server.dataFolder, "probe.json");
  }

  /** Evaluates a function's body in the extension host, with `vscode` and `argument` in scope. */
  async ask<T>(body: string, argument?: unknown): Promise<T> {
    const { port } = JSON.parse(await readFile(this.probeFile(), "utf8")) as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      body: JSON.stringify({ body, argument: argument ?? null }),
    });
    const answer = (await response.json()) as { value?: T; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as T;
  }

  async command(label: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.waitFor();
    await input.fill(`>${label}`);
    await this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: label }).first().click();
  }

  async openFile(relative: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.waitFor();
    await input.fill(relative);
    await this.page.locator(".quick-input-list .monaco-list-row").first().click();
    await this.page.locator(".monaco-editor .view-line").first().waitFor();
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a").filter({ hasText: text }).first();
  }

  row(name: string | RegExp): Locator {
    return this.page.getByRole("treeitem", { name }).first();
  }

  async openSideBar(): Promise<void> {
    const tab = this.page.getByRole("tab", { name: "Headrace" }).first();
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
  }

  pick(text: string | RegExp): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  }

  /** The webview of the active editor; its content lies two frames deep. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").last().frameLocator("#active-frame");
  }

  async theme(theme: Theme): Promise<void> {
    await this.ask(
      `await vscode.workspace.getConfiguration().update("workbench.colorTheme", argument, vscode.ConfigurationTarget.Global)`,
      THEMES[theme],
    );
    await this.page.locator(`.monaco-workbench.${THEME_CLASSES[theme]}`).waitFor();
  }

  async screenshot(name: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  serverOutput(): string {
    return this.server.output();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function interpreterSetting(): Record<string, string> {
  const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");
  return { "headrace.python.interpreter": python };
}

async function packagedExtension(): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const vsix = path.join(root, "out", `${manifest.name}-${manifest.version}.vsix`);
  if (!existsSync(vsix)) throw new Error(`${vsix} is not there: run \`npm run package\` first.`);
  return vsix;
}
