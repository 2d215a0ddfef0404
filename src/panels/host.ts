/** Opens panels, one per thing shown, and makes them again after a reload of the window. */
import type { ViewColumn, WebviewPanel } from "vscode";
import { Disposable, type IDisposable } from "../ui/lifecycle";
import type { VSCode } from "../ui/vscodeTypes";
import type { OpenOptions } from "./panels";

export interface OpenPanel extends IDisposable {
  /** The editor column that it stands in. */
  readonly column: ViewColumn | undefined;
  reveal(preserveFocus: boolean): void;
}

/** A sort of panel: how it is named, told apart, made, and read back from what its page kept. */
export interface PanelKind<T, P extends OpenPanel = OpenPanel> {
  readonly viewType: string;
  readonly title: string;
  /** Beside the code, or in the place of what is shown now. */
  readonly beside: boolean;
  /** Two targets with the same key share a panel. */
  key(target: T): string;
  make(panel: WebviewPanel, target: T): P;
  /** The panel of a target is open already, perhaps with another target of the same key in it. */
  again?(panel: P, target: T): void;
  /** From a page's kept target; null when it is of no use any more. */
  restore(kept: unknown): T | null;
}

export class PanelHost<T, P extends OpenPanel = OpenPanel> extends Disposable {
  readonly #open = new Map<string, P>();

  constructor(
    private readonly vscode: VSCode,
    private readonly kind: PanelKind<T, P>,
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
      this.kind.again?.(existing, target);
      return;
    }
    const { viewType, title } = this.kind;
    const viewColumn = this.#column();
    this.#adopt(
      this.vscode.window.createWebviewPanel(viewType, title, { viewColumn, preserveFocus }, {}),
      target,
    );
  }

  /** Beside the code, but not in yet another column where one of its kind is open or no code is in front. */
  #column(): ViewColumn {
    const { ViewColumn, window } = this.vscode;
    if (!this.kind.beside) return ViewColumn.Active;
    for (const { column } of this.#open.values()) if (column !== undefined) return column;
    return window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
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
