/** Opens panels, one per thing shown, and makes them again after a reload of the window. */
import type { WebviewPanel } from "vscode";
import { Disposable, type IDisposable } from "../ui/lifecycle";
import type { VSCode } from "../ui/vscodeTypes";
import type { OpenOptions } from "./panels";

export interface OpenPanel extends IDisposable {
  reveal(preserveFocus: boolean): void;
}

/** A sort of panel: how it is named, told apart, made, and read back from what its page kept. */
export interface PanelKind<T> {
  readonly viewType: string;
  readonly title: string;
  /** Beside the code, or in the place of what is shown now. */
  readonly beside: boolean;
  /** Two targets with the same key share a panel. */
  key(target: T): string;
  make(panel: WebviewPanel, target: T): OpenPanel;
  /** From a page's kept target; null when it is of no use any more. */
  restore(kept: unknown): T | null;
}

export class PanelHost<T> extends Disposable {
  readonly #open = new Map<string, OpenPanel>();

  constructor(
    private readonly vscode: VSCode,
    private readonly kind: PanelKind<T>,
  ) {
    super();
    this.register(
      vscode.window.registerWebviewPanelSerializer(kind.viewType, {
        deserializeWebviewPanel: (panel, state) => {
          const target = kind.restore(keptTarget(state));
          if (target === null) panel.dispose();
          else this.#adopt(panel, target);
          return Promise.resolve();
        },
      }),
    );
    this.register({ dispose: () => [...this.#open.values()].forEach((panel) => panel.dispose()) });
  }

  open(target: T, options: OpenOptions = {}): void {
    const preserveFocus = options.preserveFocus === true;
    const existing = this.#open.get(this.kind.key(target));
    if (existing !== undefined) {
      existing.reveal(preserveFocus);
      return;
    }
    const { viewType, title, beside } = this.kind;
    const { ViewColumn } = this.vscode;
    const viewColumn = beside ? ViewColumn.Beside : ViewColumn.Active;
    this.#adopt(
      this.vscode.window.createWebviewPanel(viewType, title, { viewColumn, preserveFocus }, {}),
      target,
    );
  }

  #adopt(panel: WebviewPanel, target: T): void {
    const key = this.kind.key(target);
    const made = this.kind.make(panel, target);
    this.#open.set(key, made);
    panel.onDidDispose(() => {
      if (this.#open.get(key) === made) this.#open.delete(key);
    });
  }
}

/** The page keeps `{ target }` beside its own view (webview/ui/rpc.ts). */
function keptTarget(state: unknown): unknown {
  return typeof state === "object" && state !== null && "target" in state ? state.target : null;
}

/** Whether a kept target has these texts: it comes from outside. */
export function hasTexts<K extends string>(
  kept: unknown,
  ...keys: readonly K[]
): kept is Readonly<Record<K, string>> {
  if (typeof kept !== "object" || kept === null) return false;
  const values = kept as Readonly<Record<string, unknown>>;
  return keys.every((key) => typeof values[key] === "string");
}
