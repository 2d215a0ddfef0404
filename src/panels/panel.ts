/**
 * The base of panels: handshake, revisions, requests, and the states around the content. A page may vanish (hidden) and come
 * back (shown, reloaded) at any time; it then says `ready` and gets everything anew, so nothing is retained while hidden.
 */
import type { ViewColumn, WebviewPanel } from "vscode";
import type { Asking } from "../core/asking";
import { HeadraceError, messageOf } from "../core/errors";
import type { Json } from "../core/json";
import { Disposable } from "../ui/lifecycle";
import type { Log } from "../ui/log";
import type { Uri, VSCode } from "../ui/vscodeTypes";
import type { PanelContract, StateAction, ToHost, ToPage } from "./messages";
import { pageHtml, pageIcon, pageRoots, type PageParts } from "./page";

export interface PanelServices {
  readonly vscode: VSCode;
  readonly extensionUri: Uri;
  readonly log: Log;
}

/** What a panel has to show. */
export type Loaded<State> =
  | { readonly kind: "ready"; readonly state: State }
  | {
      readonly kind: "empty";
      readonly title: string;
      readonly text: string;
      readonly actions: readonly StateAction[];
    };

/** Answers to the page's requests, by name. */
export type Answers<C extends PanelContract> = {
  readonly [M in keyof C["requests"]]: (
    params: C["requests"][M]["params"],
    asking: Asking,
  ) => Promise<C["requests"][M]["reply"]>;
};

export abstract class Panel<C extends PanelContract> extends Disposable {
  readonly #panel: WebviewPanel;
  readonly #services: PanelServices;
  #rev = 0;
  #shown = false;
  #loading: AbortController | null = null;
  readonly #asked = new Map<number, AbortController>();

  protected constructor(services: PanelServices, panel: WebviewPanel, parts: PageParts) {
    super();
    const { vscode, extensionUri } = services;
    this.#services = services;
    this.#panel = panel;
    this.register(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.register(panel.onDidDispose(() => this.dispose()));
    this.register(panel.onDidChangeViewState(() => this.#viewStateChanged()));
    this.register({ dispose: () => this.#loading?.abort() });
    this.register({ dispose: () => this.#giveUpAll() });
    // Set again also for a restored panel, which otherwise keeps the folders of the version that made it.
    panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(vscode, extensionUri) };
    panel.iconPath = pageIcon(vscode, extensionUri, parts.name);
    panel.webview.html = pageHtml(vscode, extensionUri, panel.webview, parts);
  }

  /** Says what is shown, for the page to keep; after a reload of the window the panel is made from it again. */
  protected abstract target(): Json;
  /** While it loads: "Reading the run". */
  protected abstract readonly loadingLabel: string;
  protected abstract load(signal: AbortSignal): Promise<Loaded<C["state"]>>;
  protected abstract readonly answers: Answers<C>;
  protected abstract told(command: C["command"]): Promise<void> | void;
  /** A button of an empty or failed state was pressed. */
  protected abstract acted(id: string): Promise<void> | void;

  reveal(preserveFocus: boolean): void {
    this.#panel.reveal(undefined, preserveFocus);
  }

  get column(): ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  get active(): boolean {
    return this.#panel.active;
  }

  override dispose(): void {
    if (this.disposed) return;
    super.dispose();
    this.#panel.dispose();
  }

  protected set title(title: string) {
    this.#panel.title = title;
  }

  /** Whether a page is there that follows the state. */
  protected get shown(): boolean {
    return this.#shown && !this.disposed;
  }

  protected patch(delta: C["delta"]): void {
    if (!this.shown) return;
    this.#rev++;
    this.#post({ kind: "delta", rev: this.#rev, delta });
  }

  protected emit(event: C["event"]): void {
    if (this.shown) this.#post({ kind: "event", event });
  }

  /** Loads what there is to show; what was being loaded is given up. */
  protected async reload(): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#shown = false;
    this.#post({ kind: "loading", label: this.loadingLabel, since: Date.now() });
    try {
      const loaded = await this.load(loading.signal);
      if (loading.signal.aborted || this.disposed) return;
      this.#show(loaded);
    } catch (error) {
      if (!loading.signal.aborted && !this.disposed) this.#fail(error);
    } finally {
      if (this.#loading === loading) this.#loading = null;
    }
  }

  #show(loaded: Loaded<C["state"]>): void {
    if (loaded.kind === "empty") {
      this.#post(loaded);
      return;
    }
    this.#rev++;
    this.#shown = true;
    this.#post({ kind: "snapshot", rev: this.#rev, state: loaded.state, target: this.target() });
  }

  #fail(error: unknown): void {
    this.#services.log.error("A panel could not be shown", error);
    const advice = HeadraceError.is(error) ? (error.advice ?? null) : null;
    this.#post({ kind: "failed", reason: messageOf(error), advice, actions: [] });
  }

  #receive(message: unknown): void {
    // What the page sends is typed on its side; a page of another version is told apart by its protocol.
    const said = message as ToHost<C>;
    switch (said.kind) {
      case "ready":
        // A page that begins anew waits for nothing that the one before it asked.
        this.#giveUpAll();
        void this.reload();
        return;
      case "resync":
      case "retry":
        void this.reload();
        return;
      case "cancel":
        this.#cancel();
        return;
      case "showLog":
        this.#services.log.show();
        return;
      case "action":
        void this.#guard(async () => this.acted(said.id));
        return;
      case "command":
        void this.#guard(async () => this.told(said.command));
        return;
      case "request":
        void this.#answer(said.id, said.method, said.params);
        return;
      case "giveUp":
        this.#asked.get(said.id)?.abort();
    }
  }

  #cancel(): void {
    if (this.#loading === null) return;
    this.#loading.abort();
    this.#loading = null;
    const { l10n } = this.#services.vscode;
    this.#post({ kind: "failed", reason: l10n.t("Cancelled."), advice: null, actions: [] });
  }

  async #answer(id: number, method: keyof C["requests"] & string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.#asked.set(id, controller);
    const progress = (fraction: number): void => this.#post({ kind: "progress", id, fraction });
    try {
      const value = await this.answers[method](params, { signal: controller.signal, progress });
      this.#post({ kind: "reply", id, value });
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#services.log.error(`A panel's question "${method}" failed`, error);
      this.#post({ kind: "refusal", id, reason: reasonOf(error) });
    } finally {
      if (this.#asked.get(id) === controller) this.#asked.delete(id);
    }
  }

  async #guard(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (HeadraceError.is(error, "cancelled")) return;
      this.#services.log.error("An action of a panel failed", error);
      void this.#services.vscode.window.showErrorMessage(messageOf(error));
    }
  }

  #viewStateChanged(): void {
    // A hidden page is gone; when it is back it says `ready`.
    if (this.#panel.visible) return;
    this.#shown = false;
    this.#giveUpAll();
  }

  #giveUpAll(): void {
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
  }

  #post(message: ToPage<C>): void {
    if (!this.disposed) void this.#panel.webview.postMessage(message);
  }
}

/** What happened, and what can be done about it, where there is room for one text. */
function reasonOf(error: unknown): string {
  const advice = HeadraceError.is(error) ? error.advice : undefined;
  return advice === undefined ? messageOf(error) : `${messageOf(error)} ${advice}`;
}
