/**
 * VS Code as a person meets it: the packaged extension installed in a real VS Code, acted on by clicks and keys. What is
 * true afterwards may be asked of the extension host itself through `ask`.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { launchBrowser } from "../vscode/browser";
import { startServer, type VSCodeServer } from "../vscode/server";
import { installedExtensions } from "./installed";
import { insist, PATIENCE_MS, until } from "./patience";

const root = path.resolve(import.meta.dirname, "../..");
export const SCREENSHOTS = path.join(root, "test/e2e/screenshots");

/** For a window to come up, and for the host of its extensions. */
const START_MS = 120_000;

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

/** What there is while the window is open. */
interface Session {
  readonly page: Page;
  readonly folder: string;
  /** What the window was opened on. */
  readonly target: string;
  /** Where the probe says how it can be reached. */
  readonly probe: string;
  readonly server: VSCodeServer;
  readonly browser: Browser;
}

/** Of what VS Code complains about. */
const COMPLAINTS = 40;
/** What this VS Code always says: of native modules and a service worker that it lacks, of frames, and all twice. */
const NOISE =
  /bindings file|native-watchdog|ServiceWorker|fetching the script|load resource|same-origin|^%c\[Extension Host\]/;

export class Workbench {
  private opened: Session | undefined;
  /** What VS Code and the host of its extensions complained about, the newest last. */
  readonly complaints: string[] = [];

  get page(): Page {
    return this.session.page;
  }

  /** The copy of the workspace that is open. */
  get folder(): string {
    return this.session.folder;
  }

  private get session(): Session {
    if (this.opened === undefined) throw new Error("The window is not open.");
    return this.opened;
  }

  async open(options: WorkbenchOptions): Promise<void> {
    const folder = await mkdtemp(path.join(options.parent ?? tmpdir(), "headrace-e2e-"));
    if (existsSync(options.folder)) await cp(options.folder, folder, { recursive: true });
    const probe = path.join(await mkdtemp(path.join(tmpdir(), "headrace-probe-")), "probe.json");
    const server = await startServer({
      extensions: await installedExtensions(["probe", ...(options.extensions ?? [])]),
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      env: { ...options.env, HEADRACE_PROBE: probe },
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
      reducedMotion: "reduce",
    });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type()) || NOISE.test(message.text())) return;
      this.complaints.push(message.text().replace(/^%c\s*(\w+) color: \S+/, "$1"));
      this.complaints.splice(0, this.complaints.length - COMPLAINTS);
    });
    const target = path.join(folder, options.workspaceFile ?? "");
    this.opened = { page, folder, target, probe, server, browser };
    await page.goto(server.address(target), { timeout: START_MS });
    await page.locator(".statusbar").waitFor({ timeout: START_MS });
  }

  /** Opens another folder in place of the one that is open. It is not copied, and goes with the window. */
  async switchTo(folder: string): Promise<void> {
    const { server, probe, folder: before } = this.session;
    await rm(probe, { force: true });
    this.opened = { ...this.session, folder, target: folder };
    await this.page.goto(server.address(folder), { timeout: START_MS });
    await this.page.locator(".statusbar").waitFor({ timeout: START_MS });
    await rm(before, { recursive: true, force: true, maxRetries: 5 });
  }

  /** As `Developer: Reload Window` does it: VS Code saves what is open before it goes. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent("load", { timeout: START_MS });
    await this.ask(`setTimeout(() => vscode.commands.executeCommand("workbench.action.reloadWindow"), 0)`);
    await rm(this.session.probe, { force: true });
    await loaded;
    await this.page.locator(".statusbar").waitFor({ timeout: START_MS });
  }

  /** Evaluates a function's body in the extension host, with `vscode` and `argument` in scope. */
  async ask<T>(body: string, argument?: unknown): Promise<T> {
    const said = await until(
      () => readFile(this.session.probe, "utf8").catch(() => ""),
      (text) => text.endsWith("}"),
      START_MS,
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
    await this.take("F1", `>${label}`, label);
  }

  async openFile(relative: string): Promise<void> {
    const name = path.basename(relative);
    await this.take("Control+P", relative, name);
    await until(
      () =>
        this.ask<string>(
          `return vscode.window.activeTextEditor?.document.fileName ?? vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? ""`,
        ),
      (active) => path.basename(active) === name,
    );
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Puts the cursor there, in the editor that is open. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.take("Control+G", `:${line}:${column}`, "");
    await until(
      () => this.ask<number>(`return vscode.window.activeTextEditor.selection.active.line + 1`),
      (at) => at === line,
    );
    await this.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  }

  /** Opens VS Code's own input by its key, and takes the entry that it finds. */
  private async take(key: string, text: string, entry: string): Promise<void> {
    await insist(async (timeout) => {
      await this.page.keyboard.press(key);
      try {
        await this.input().fill(text, { timeout });
        await this.pick(entry).waitFor({ timeout });
        await until(
          async () => {
            const is = await this.focusedPick(entry).isVisible();
            if (!is) await this.page.keyboard.press("ArrowDown");
            return is;
          },
          (is) => is,
          timeout,
        );
        await this.page.keyboard.press("Enter");
        await until(
          () => this.inputText(),
          (now) => now !== text,
          timeout,
        );
      } catch (error) {
        await this.page.keyboard.press("Escape");
        throw error;
      }
    });
  }

  /**
   * Presses a key, with the focus on `on`, until there is what it opens. Only for keys that do no more when it is open
   * already: VS Code gives the focus back late to what had it before a menu.
   */
  async press(key: string, opens: Locator, on?: Locator): Promise<Locator> {
    await insist(async (timeout) => {
      await on?.focus({ timeout });
      await this.page.keyboard.press(key);
      try {
        await opens.waitFor({ timeout });
      } catch (error) {
        await this.page.keyboard.press("Escape");
        throw error;
      }
    });
    return opens;
  }

  /** The fix in the list that opens at the cursor, once there is a light for it. */
  async fix(title: string): Promise<Locator> {
    await this.page.locator('.monaco-editor [class*="lightbulb"]:visible').first().waitFor();
    const entry = this.page.locator(".action-widget .monaco-list-row").filter({ hasText: title });
    return this.press("Control+.", entry.first());
  }

  /** A lens of the editor that was opened last; those of lines out of sight are in the page, too. */
  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a").filter({ hasText: text, visible: true }).first();
  }

  row(name: string | RegExp): Locator {
    return this.page.getByRole("treeitem", { name }).first();
  }

  async openSideBar(): Promise<void> {
    const tab = this.page.getByRole("tab", { name: /^Headrace/ }).first();
    await insist(async (timeout) => {
      if ((await tab.getAttribute("aria-selected", { timeout })) !== "true") await tab.click({ timeout });
      await this.page.getByRole("button", { name: "Pipelines Section" }).waitFor({ timeout });
    });
  }

  /** Clicks a button that a row shows under the pointer. */
  async rowButton(row: string | RegExp, button: string | RegExp): Promise<void> {
    await insist(async (timeout) => {
      await this.row(row).hover({ timeout });
      await this.row(row).getByRole("button", { name: button }).click({ timeout });
    });
  }

  async runFromSideBar(pipeline: string): Promise<void> {
    await this.rowButton(new RegExp(`^${pipeline} (never run|completed|failed|cancelled)`), "Run Pipeline");
  }

  /** Takes an entry of a row's menu. */
  async menuOf(row: string | RegExp, entry: string): Promise<void> {
    await insist(async (timeout) => {
      await this.row(row).click({ button: "right", timeout });
      try {
        // The row that the menu is for has the focus: another one may have come under the pointer.
        await this.row(row).and(this.page.locator(".focused")).waitFor({ timeout });
        await this.menuItem(entry).waitFor({ timeout });
      } catch (error) {
        await this.page.keyboard.press("Escape");
        throw error;
      }
    });
    await this.menu(entry);
  }

  /** An entry of the palette or of a question; labels begin with their icon. */
  pick(text: string | RegExp): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  }

  private focusedPick(text: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: text });
  }

  /** A command that asks something. It is given again when a panel that comes up takes the focus, which closes the question. */
  async asks(label: string, question: string): Promise<void> {
    await insist(async (moment) => {
      await this.command(label);
      await this.question(question, moment);
    });
  }

  /** Waits for a question that says `asked`, and for it to stand still. */
  async question(asked: string, timeout?: number): Promise<void> {
    const widget = this.page.locator(".quick-input-widget");
    const moving = `document.querySelector(".quick-input-widget").getAnimations().some((one) => one.playState === "running")`;
    // One that was closed keeps its text, which may be that of the question before this one.
    const text = async (): Promise<string> =>
      (await widget.isVisible())
        ? [await widget.innerText(), await this.input().getAttribute("placeholder")].join("\n")
        : "";
    await until(text, (found) => found.includes(asked), timeout);
    await until(
      () => this.page.evaluate<boolean>(moving),
      (is) => !is,
    );
    if (!(await widget.isVisible())) throw new Error(`The question “${asked}” was closed.`);
  }

  async type(text: string): Promise<void> {
    await this.input().waitFor();
    await this.input().fill(text);
  }

  /** What is entered there; null when it is closed. */
  private async inputText(): Promise<string | null> {
    return (await this.input().isVisible())
      ? this.input()
          .inputValue({ timeout: 1_000 })
          .catch(() => null)
      : null;
  }

  private input(): Locator {
    return this.page.locator(".quick-input-widget input[type=text]");
  }

  /** An entry of the menu that is open. */
  menuItem(name: string | RegExp): Locator {
    return this.page.locator(".monaco-menu").getByRole("menuitem", { name }).first();
  }

  /** Takes an entry of the menu that is open; a click would have to wait until the menu is sure that it was meant. */
  async menu(name: string): Promise<void> {
    await this.menuItem(name).hover();
    await this.page.locator(".monaco-menu .action-item.focused").filter({ hasText: name }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.menuItem(name).waitFor({ state: "hidden" });
  }

  async leaveMenu(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.page.locator(".monaco-menu").waitFor({ state: "hidden" });
  }

  /** The messages on screen. */
  async toasts(): Promise<string[]> {
    return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  /** Waits for a message, and gives all that are on screen then. */
  async told(text: string | RegExp): Promise<string[]> {
    const says = (one: string): boolean => (typeof text === "string" ? one.includes(text) : text.test(one));
    return until(
      () => this.toasts(),
      (shown) => shown.some(says),
    );
  }

  toastButton(name: string): Locator {
    return this.page.locator(".notification-toast").getByRole("button", { name }).first();
  }

  /** Clicks a button of a message; one that has left by itself meanwhile is behind the bell. */
  async answer(name: string): Promise<void> {
    const button = this.page
      .locator(".notification-toast, .notifications-center.visible")
      .getByRole("button", { name })
      .first();
    await insist(async (timeout) => {
      try {
        await button.click({ timeout });
      } catch (error) {
        await this.ask(`await vscode.commands.executeCommand("notifications.showList")`);
        throw error;
      }
    });
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

  /**
   * The page of the panel in sight, once it shows what it should: it lies two frames deep, those of other panels are beside
   * it, and that of a panel which is about to go is in sight a little longer.
   */
  async panel(name: PanelName, shows?: (page: Frame) => Locator): Promise<Frame> {
    const isIt = async (frame: Frame): Promise<boolean> => {
      const script = frame.locator(`script[src*="/webview/${name}.js"]`);
      if ((await script.count()) === 0 || !(await inSight(frame))) return false;
      return shows === undefined || (await shows(frame).count()) > 0;
    };
    const found = await until(
      async () => {
        for (const frame of this.page.frames()) if (await isIt(frame).catch(() => false)) return frame;
        return this.page.frames().map((frame) => frame.url());
      },
      (frame) => !Array.isArray(frame),
    );
    return found as Frame;
  }

  /** What Headrace puts into the list of problems, as `line: message`; mere hints are not in it. */
  async problems(relative: string): Promise<string[]> {
    return this.ask(
      `return vscode.languages.getDiagnostics(vscode.Uri.file(argument))
        .filter(({ source, severity }) => source === "Headrace" && severity !== vscode.DiagnosticSeverity.Hint)
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

  async close(): Promise<void> {
    if (this.opened === undefined) return;
    const { browser, server, folder, probe } = this.opened;
    await browser.close();
    await server.stop();
    for (const made of [folder, path.dirname(probe)])
      await rm(made, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** For a page that is told by its heading. */
export function titled(heading: string): (page: Frame) => Locator {
  return (page) => page.getByRole("heading", { name: heading, exact: true });
}

/** VS Code keeps the pages of panels that are behind others, out of sight. */
async function inSight(frame: Frame): Promise<boolean> {
  for (let inner: Frame | null = frame; inner?.parentFrame() != null; inner = inner.parentFrame())
    if (!(await (await inner.frameElement()).isVisible())) return false;
  return true;
}

function interpreterSetting(): Record<string, string> {
  const python = process.env["HEADRACE_TEST_PYTHON"] ?? path.join(root, ".venv/bin/python");
  return { "headrace.python.interpreter": python };
}
