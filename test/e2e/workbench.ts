/**
 * VS Code as a person meets it: the packaged extension installed in a real VS Code, acted on by clicks and keys. What is
 * true afterwards may be asked of the extension host itself through `ask`.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { launchBrowser } from "../vscode/browser";
import { startServer, type VSCodeServer } from "../vscode/server";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const SCREENSHOTS = path.join(root, "test/e2e/screenshots");

/** For what a person would not wait for any longer. */
const PATIENCE_MS = 15_000;

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

/** Where the pages of panels are told apart: by their script. */
export type PanelName = "artifact" | "compare" | "dag" | "model" | "run";

export interface WorkbenchOptions {
  /** Copied to a temporary folder first. */
  readonly folder: string;
  /** Where that temporary folder is made; the system's own place otherwise. */
  readonly parent?: string;
  /** Opened instead of the folder: a `.code-workspace` file in it. */
  readonly workspaceFile?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trust?: boolean;
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
  readonly env?: Readonly<Record<string, string>>;
  /** Folders in test/e2e of more extensions to install. */
  readonly extensions?: readonly string[];
}

export class Workbench {
  private constructor(
    readonly page: Page,
    readonly folder: string,
    private readonly opened: string,
    private readonly probe: string,
    private readonly server: VSCodeServer,
    private readonly browser: Browser,
  ) {}

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const folder = await mkdtemp(path.join(options.parent ?? tmpdir(), "headrace-e2e-"));
    if (existsSync(options.folder)) await cp(options.folder, folder, { recursive: true });
    const probe = await mkdtemp(path.join(tmpdir(), "headrace-probe-"));
    const server = await startServer({
      vsix: [
        await packagedExtension(),
        ...(await Promise.all(["probe", ...(options.extensions ?? [])].map((name) => packed(name, probe)))),
      ],
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      env: { ...options.env, HEADRACE_PROBE: path.join(probe, "probe.json") },
      settings: {
        "workbench.colorTheme": THEMES[options.theme ?? "dark"],
        ...interpreterSetting(),
        ...options.settings,
      },
    });
    const browser = await launchBrowser();
    const page = await browser.newPage({
      viewport: options.size ?? { width: 1400, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    page.setDefaultTimeout(PATIENCE_MS);
    const opened = path.join(folder, options.workspaceFile ?? "");
    const workbench = new Workbench(page, folder, opened, probe, server, browser);
    await workbench.load();
    return workbench;
  }

  /** Loads the window, or loads it again. */
  async load(): Promise<void> {
    await rm(this.probeFile(), { force: true });
    await this.page.goto(this.server.address(this.opened));
    await this.page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await this.page.locator(".statusbar").waitFor();
  }

  /** As `Developer: Reload Window` does it: VS Code saves what is open before it goes. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await this.ask(`setTimeout(() => vscode.commands.executeCommand("workbench.action.reloadWindow"), 0)`);
    await rm(this.probeFile(), { force: true });
    await loaded;
    await this.page.locator(".statusbar").waitFor({ timeout: 60_000 });
  }

  private probeFile(): string {
    return path.join(this.probe, "probe.json");
  }

  /** Evaluates a function's body in the extension host, with `vscode` and `argument` in scope. */
  async ask<T>(body: string, argument?: unknown): Promise<T> {
    const said = await until(
      () => readFile(this.probeFile(), "utf8").catch(() => ""),
      (text) => text.endsWith("}"),
    );
    const { port } = JSON.parse(said) as { port: number };
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
    await this.type(`>${label}`);
    await this.pick(label).click();
  }

  async openFile(relative: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    await this.type(relative);
    await this.pick(path.basename(relative)).click();
    await this.page
      .getByRole("tab", { name: path.basename(relative) })
      .first()
      .waitFor();
    await this.page.locator(".monaco-editor .view-line").first().waitFor();
  }

  /** A lens of the editor that was opened last; those of lines out of sight are in the page, too. */
  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a").filter({ hasText: text, visible: true }).first();
  }

  row(name: string | RegExp): Locator {
    return this.page.getByRole("treeitem", { name }).first();
  }

  async openSideBar(): Promise<void> {
    const tab = this.page.getByRole("tab", { name: "Headrace" }).first();
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
  }

  /** An entry of the palette or of a question; labels begin with their icon. */
  pick(text: string | RegExp): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  }

  /** Waits for a question that says `asked`, and for it to stand still. */
  async question(asked: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget");
    const moving = `document.querySelector(".quick-input-widget").getAnimations().some((one) => one.playState === "running")`;
    await until(
      async () => [await widget.innerText(), await this.input().getAttribute("placeholder")].join("\n"),
      (text) => text.includes(asked),
    );
    await until(
      () => this.page.evaluate<boolean>(moving),
      (is) => !is,
    );
  }

  async type(text: string): Promise<void> {
    await this.input().waitFor();
    await this.input().fill(text);
  }

  private input(): Locator {
    return this.page.locator(".quick-input-widget input[type=text]");
  }

  /** Takes an entry of the menu that is open; a click would have to wait until the menu is sure that it was meant. */
  async menu(name: string): Promise<void> {
    const item = this.page.locator(".monaco-menu").getByRole("menuitem", { name }).first();
    await item.hover();
    await this.page.locator(".monaco-menu .action-item.focused").filter({ hasText: name }).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** The messages on screen. */
  async toasts(): Promise<string[]> {
    return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  toastButton(name: string): Locator {
    return this.page.locator(".notification-toast").getByRole("button", { name }).first();
  }

  /** The question that has to be answered first: its text, and a button of it. */
  dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  dialogButton(name: string): Locator {
    return this.dialog().getByRole("button", { name, exact: true });
  }

  async clearToasts(): Promise<void> {
    await this.ask(`await vscode.commands.executeCommand("notifications.clearAll")`);
    await until(
      () => this.toasts(),
      (texts) => texts.length === 0,
    );
  }

  async closeEditors(): Promise<void> {
    await this.ask(`await vscode.commands.executeCommand("workbench.action.closeAllEditors")`);
    await until(
      () => this.page.locator(".monaco-editor .view-line").count(),
      (count) => count === 0,
    );
  }

  /** The page of a panel that is in sight: it lies two frames deep, beside those of other panels. */
  async panel(name: PanelName): Promise<Frame> {
    return until(
      async () => {
        for (const frame of this.page.frames()) {
          const scripts = frame.locator(`script[src*="/webview/${name}.js"]`);
          if ((await scripts.count().catch(() => 0)) > 0) return frame;
        }
        return null;
      },
      (frame) => frame !== null,
    ) as Promise<Frame>;
  }

  /** Problems that Headrace shows, as `line: message`. */
  async problems(relative: string): Promise<string[]> {
    return this.ask(
      `return vscode.languages.getDiagnostics(vscode.Uri.file(argument))
        .filter((problem) => problem.source === "Headrace")
        .map((problem) => (problem.range.start.line + 1) + ": " + problem.message)`,
      path.join(this.folder, relative),
    );
  }

  async theme(theme: Theme): Promise<void> {
    await this.ask(
      `await vscode.workspace.getConfiguration().update("workbench.colorTheme", argument, vscode.ConfigurationTarget.Global)`,
      THEMES[theme],
    );
    await this.page.locator(`.monaco-workbench.${THEME_CLASSES[theme]}`).waitFor();
  }

  /** When what slides in has come to rest; spinners never do. */
  async screenshot(name: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    const sliding = `[...document.querySelectorAll(".notification-toast, .quick-input-widget")]
      .some((one) => one.getAnimations().some((motion) => motion.playState === "running"))`;
    await until(
      () => this.page.evaluate<boolean>(sliding),
      (is) => !is,
    );
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  /** The same moment in every theme; the window is left in `last`. */
  async screenshots(name: string, last: Theme = "dark"): Promise<void> {
    const themes = (Object.keys(THEMES) as Theme[]).filter((theme) => theme !== last);
    for (const theme of [...themes, last]) {
      await this.theme(theme);
      await this.screenshot(theme === last ? name : `${name}-${theme}`);
    }
  }

  /** A test that leaves a picture behind when it fails. */
  static scene(
    title: string,
    workbench: () => Workbench,
    act: (workbench: Workbench) => Promise<void>,
  ): void {
    test(title, { timeout: 180_000 }, async () => {
      try {
        await act(workbench());
      } catch (error) {
        await workbench().screenshot(`failed-${title.replaceAll(/\W+/g, "-")}`);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    for (const folder of [this.folder, this.probe])
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Asks again until the answer is as wanted. */
export async function until<T>(
  look: () => Promise<T>,
  wanted: (found: T) => boolean,
  timeout = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    if (Date.now() > deadline)
      throw new Error(
        `Waited ${timeout / 1000} s in vain; last there was ${JSON.stringify(found).slice(0, 2000)}.`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
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

/** An extension of the tests as a package, such as the one that answers `ask`. */
async function packed(name: string, into: string): Promise<string> {
  const vsix = path.join(into, `${name}.vsix`);
  const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
  const args = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--out",
    vsix,
  ];
  await run(process.execPath, [vsce, ...args], { cwd: path.join(root, "test/e2e", name) });
  return vsix;
}
