/** Webview panels for plain Node: what a page is told is recorded, and what it would say is said by the test. */
import type { WebviewPanel, WebviewPanelSerializer } from "vscode";
import type { VSCode } from "../../src/ui/vscodeTypes";
import type { MockVSCode } from "./vscode";

export interface Told {
  readonly kind: string;
  readonly [key: string]: unknown;
}

export interface MockEditor {
  readonly document: { readonly uri: { readonly fsPath: string } };
  readonly viewColumn: number;
  readonly revealed: number[];
  readonly decorated: number[];
}

type Selection = {
  readonly textEditor: { readonly document: { readonly uri: { readonly fsPath: string } } };
  readonly selections: readonly { readonly active: { readonly line: number } }[];
};

export class MockPanel {
  readonly told: Told[] = [];
  readonly #waiting: { readonly test: (told: Told) => boolean; readonly resolve: (told: Told) => void }[] =
    [];
  readonly #disposed: (() => void)[] = [];
  #receive: (message: unknown) => void = () => undefined;
  revealed = 0;
  disposed = false;

  constructor(
    readonly viewType: string,
    readonly column: number,
  ) {}

  readonly api = {
    title: "",
    active: true,
    visible: true,
    viewColumn: 0,
    webview: {
      cspSource: "https://webview.test",
      html: "",
      options: {},
      asWebviewUri: (uri: { readonly path: string }) => `https://webview.test${uri.path}`,
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        this.#receive = listener;
        return { dispose: () => undefined };
      },
      postMessage: (message: Told) => {
        this.#hear(message);
        return Promise.resolve(true);
      },
    },
    reveal: () => this.revealed++,
    dispose: () => {
      if (this.disposed) return;
      this.disposed = true;
      for (const listener of this.#disposed) listener();
    },
    onDidDispose: (listener: () => void) => {
      this.#disposed.push(listener);
      return { dispose: () => undefined };
    },
    onDidChangeViewState: () => ({ dispose: () => undefined }),
  };

  /** What the page would say. */
  say(message: Told): void {
    this.#receive(message);
  }

  command(command: object): void {
    this.say({ kind: "command", command });
  }

  /** The next message from now on that passes. */
  next(test: (told: Told) => boolean): Promise<Told> {
    return new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  #hear(told: Told): void {
    this.told.push(told);
    const due = this.#waiting.filter(({ test }) => test(told));
    for (const waiting of due) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve(told);
    }
  }
}

/** A mock VS Code that also opens panels, restores them, and has editors with a cursor. */
export class MockWebviews {
  readonly panels: MockPanel[] = [];
  readonly editors: MockEditor[] = [];
  readonly vscode: VSCode;
  readonly #serializers = new Map<string, WebviewPanelSerializer>();
  readonly #selecting: ((selection: Selection) => void)[] = [];

  constructor(mock: MockVSCode) {
    const base = mock.api;
    const nothing = { dispose: () => undefined };
    // Getters of the mock's window stay getters.
    const window = Object.create(base.window) as Record<string, unknown>;
    const define = (name: string, value: unknown): void => {
      Object.defineProperty(window, name, { value, configurable: true });
    };
    define("visibleTextEditors", this.editors);
    define("createTextEditorDecorationType", () => nothing);
    define("onDidChangeTextEditorSelection", (listener: (selection: Selection) => void) => {
      this.#selecting.push(listener);
      return nothing;
    });
    define("registerWebviewPanelSerializer", (viewType: string, serializer: WebviewPanelSerializer) => {
      this.#serializers.set(viewType, serializer);
      return nothing;
    });
    define(
      "createWebviewPanel",
      (viewType: string, _title: string, { viewColumn }: { readonly viewColumn: number }) => {
        const panel = new MockPanel(viewType, viewColumn);
        panel.api.viewColumn = viewColumn === -2 ? 2 : 1;
        this.panels.push(panel);
        return panel.api;
      },
    );
    this.vscode = Object.assign(Object.create(base) as object, {
      window,
      ViewColumn: { Active: -1, Beside: -2, One: 1 },
      TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
    }) as unknown as VSCode;
  }

  /** What VS Code does with a panel that was open when the window was reloaded. */
  async restore(viewType: string, state: unknown): Promise<MockPanel> {
    const panel = new MockPanel(viewType, 1);
    this.panels.push(panel);
    await this.#serializers
      .get(viewType)
      ?.deserializeWebviewPanel(panel.api as unknown as WebviewPanel, state);
    return panel;
  }

  /** An editor in sight, that tells where it was scrolled to and what is marked in it. */
  show(fsPath: string): MockEditor {
    const revealed: number[] = [];
    const decorated: number[] = [];
    const editor = {
      document: { uri: { fsPath } },
      viewColumn: 1,
      revealed,
      decorated,
      revealRange: (range: { readonly start: { readonly line: number } }) =>
        revealed.push(range.start.line + 1),
      setDecorations: (_: unknown, ranges: readonly { readonly start: { readonly line: number } }[]) =>
        decorated.splice(0, decorated.length, ...ranges.map((range) => range.start.line + 1)),
    };
    this.editors.push(editor);
    return editor;
  }

  /** The cursor goes to a line, counted from 1. */
  point(fsPath: string, line: number): void {
    const textEditor = { document: { uri: { fsPath } } };
    for (const listener of this.#selecting)
      listener({ textEditor, selections: [{ active: { line: line - 1 } }] });
  }
}
