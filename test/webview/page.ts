/**
 * A page of the extension in a real Chromium: with VS Code's colours and body class, its stand-in for `acquireVsCodeApi`, and
 * the policy that the extension sends. What violates the policy, or throws, fails the test.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { renderPage } from "../../src/panels/page";
import { launchBrowser } from "../vscode/browser";
import { bundledPages, root } from "./bundle";
import { themes, type ThemeName } from "./themes";

export const ORIGIN = "https://headrace.test";
const screenshots = path.join(root, "test/e2e/screenshots/webview");
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".ttf": "font/ttf",
};

export interface OpenPage {
  readonly name: string;
  readonly strings: Readonly<Record<string, string>>;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** What the page kept before a reload. */
  readonly state?: unknown;
  /** The document of a real panel, in place of one made from the name and the strings. */
  readonly document?: string;
  /** Told of everything the page says. */
  readonly hears?: (said: Said) => void;
}

/** Every page is looked at in each of VS Code's kinds of theme, and narrow. */
export const LOOKS: readonly Partial<OpenPage>[] = [
  {},
  { theme: "light" },
  { theme: "hc-dark" },
  { theme: "hc-light" },
  { width: 600, height: 1200 },
];

export interface Said {
  readonly kind: string;
  readonly [key: string]: unknown;
}

export class WebviewPage {
  readonly said: Said[] = [];
  readonly problems: string[] = [];
  readonly #waiting: { readonly test: (said: Said) => boolean; readonly resolve: (said: Said) => void }[] =
    [];

  constructor(
    readonly page: Page,
    private readonly hears: (said: Said) => void = () => undefined,
  ) {}

  async post(message: unknown): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, "*"), message);
  }

  /** The first message of the page that passes, also one that it has sent already. */
  heard(test: (said: Said) => boolean): Promise<Said> {
    const already = this.said.find(test);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  hear(said: Said): void {
    this.said.push(said);
    this.hears(said);
    for (const waiting of this.#waiting) if (waiting.test(said)) waiting.resolve(said);
  }

  /** Dresses the page anew, as VS Code does when the theme changes. */
  async look(theme: ThemeName, width: number, height = 800): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.evaluate(
      (next) => (window as unknown as { dress(theme: unknown): void }).dress(next),
      themes[theme],
    );
    await this.page.evaluate(async () => {
      await document.fonts.ready;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    });
  }

  /** In every theme, narrow and wide: a picture of each. In `judged` it breaks no rule of accessibility. */
  async assertSeen(name: string, judged = Object.keys(themes)): Promise<void> {
    for (const [i, theme] of (Object.keys(themes) as ThemeName[]).entries()) {
      const widths = i % 2 === 0 ? [600, 1280] : [1280, 600];
      for (const width of widths) {
        await this.look(theme, width);
        await this.screenshot(`${name}-${theme}-${width}`);
      }
      if (judged.includes(theme)) assert.deepEqual(await this.axe(), [], theme);
    }
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  /** What has no room once the page is that narrow: it makes the page itself wider, or its text is broken letter by letter. */
  async squeezedAt(width: number): Promise<readonly string[]> {
    await this.page.setViewportSize({ width, height: 900 });
    return this.page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const { scrollWidth, clientWidth } = document.documentElement;
      const wide = scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} px too wide`] : [];
      const leaves = [...document.querySelectorAll<HTMLElement>("#root *")].filter(
        (leaf) => leaf.childElementCount === 0 && leaf.textContent.trim().length > 3,
      );
      const broken = leaves.filter((leaf) => {
        const box = leaf.getBoundingClientRect();
        return box.width > 1 && box.width < 48 && box.height > 48;
      });
      return [...wide, ...broken.map((leaf) => `broken: ${leaf.textContent}`)];
    });
  }

  /** Rules of accessibility that the page breaks, in words. */
  async axe(): Promise<readonly string[]> {
    if (!(await this.page.evaluate<boolean>(`"axe" in window`)))
      await this.page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
    return this.page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run: () => Promise<{
            violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
          }>;
        };
      };
      const { violations } = await axe.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
      );
    });
  }

  assertClean(): void {
    assert.deepEqual(this.problems, []);
  }
}

/** A test looks at two pages at most. Those of earlier tests would go on painting for as long as they are open. */
const MOST_OPEN = 2;

/** Of a machine that does other things, too. */
const PATIENCE_MS = 60_000;

export class Webviews {
  #browser: Browser | undefined;
  /** One for all pages: nothing that a page of ours keeps outlives it, and a window of its own would cost more than the page. */
  #context: BrowserContext | undefined;
  readonly #open: Page[] = [];

  async open(options: OpenPage): Promise<WebviewPage> {
    const folder = await bundledPages();
    const { width = 1280, height = 800, reducedMotion = false, theme = "dark" } = options;
    const page = await this.#newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: reducedMotion ? "reduce" : "no-preference" });
    const webview = new WebviewPage(page, options.hears);
    page.on("pageerror", (error) => webview.problems.push(`threw: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") webview.problems.push(`console: ${message.text()}`);
    });
    await page.exposeFunction("headraceHear", (said: Said) => webview.hear(said));
    // The test runner's compiler names functions with a helper that the page doesn't have.
    await page.addInitScript({ content: "globalThis.__name = (value) => value;" });
    await page.addInitScript(prepare, { theme: themes[theme], state: options.state ?? null });
    await page.route(`${ORIGIN}/**`, async (route) => {
      const file = new URL(route.request().url()).pathname.slice(1);
      if (file === "")
        return route.fulfill({ contentType: "text/html", body: options.document ?? html(options) });
      const contentType = types[path.extname(file)] ?? "application/octet-stream";
      return route.fulfill({ contentType, body: readFileSync(path.join(folder, file)) });
    });
    await page.goto(`${ORIGIN}/`);
    return webview;
  }

  async #newPage(): Promise<Page> {
    this.#browser ??= await launchBrowser();
    this.#context ??= await this.#browser.newContext();
    const page = await this.#context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    this.#open.push(page);
    while (this.#open.length > MOST_OPEN) await this.#open.shift()?.close();
    return page;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    rmSync(await bundledPages(), { recursive: true, force: true });
  }
}

function html(options: OpenPage): string {
  return renderPage({
    name: options.name,
    title: options.name,
    strings: options.strings,
    script: `${ORIGIN}/${options.name}.js`,
    style: `${ORIGIN}/${options.name}.css`,
    source: ORIGIN,
    nonce: "dGVzdC1ub25jZQ==",
    language: "en",
  });
}

/** Runs in the page before its own script. */
function prepare({ theme, state }: { theme: (typeof themes)[ThemeName]; state: unknown }): void {
  let kept = state;
  const api = {
    postMessage: (message: unknown) => {
      (window as unknown as { headraceHear(said: unknown): void }).headraceHear(message);
    },
    getState: () => kept,
    setState: (next: unknown) => {
      kept = next;
      (window as unknown as { kept: unknown }).kept = next;
    },
  };
  const dress = (next: typeof theme): void => {
    document.body.className = next.bodyClass;
    const { style } = document.documentElement;
    for (const name of [...style]) if (name.startsWith("--vscode-")) style.removeProperty(name);
    for (const [name, value] of Object.entries(next.variables)) style.setProperty(`--vscode-${name}`, value);
  };
  Object.assign(window, { acquireVsCodeApi: () => api, dress });
  // Before the page's script, which stands at the end of the body.
  new MutationObserver((_, observer) => {
    if (document.querySelector("body") === null) return;
    observer.disconnect();
    dress(theme);
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
}
