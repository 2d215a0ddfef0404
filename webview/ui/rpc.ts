/** The page's end of a panel's messages: typed, with answers to requests, and with what is kept over reloads. */
import type { Json } from "../../src/core/json";
import { PROTOCOL, type PanelContract, type ToHost, type ToPage } from "../../src/panels/messages";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

interface Kept {
  readonly protocol: number;
  readonly target: Json;
  readonly view: unknown;
}

/** Whoever asks may give up, and be told how far the work is. */
export interface Watching {
  readonly signal?: AbortSignal;
  readonly progress?: (fraction: number) => void;
}

interface Pending extends Watching {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Nobody waits for the answer any more: nothing to tell anybody. */
export class GivenUp extends Error {}

export type Shown<C extends PanelContract> =
  | Exclude<ToPage<C>, { readonly kind: "progress" | "reply" | "refusal" | "delta" }>
  | { readonly kind: "delta"; readonly delta: C["delta"] };

export class Channel<C extends PanelContract> {
  readonly #api = acquireVsCodeApi();
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #rev = 0;
  #target: Json = null;

  /** Begins to listen, and says `ready`. A missing delta is noticed here: the listener sees a snapshot instead. */
  listen(listener: (message: Shown<C>) => void): void {
    window.addEventListener("message", (event: MessageEvent<ToPage<C>>) => {
      const message = event.data;
      switch (message.kind) {
        case "progress":
          this.#pending.get(message.id)?.progress?.(message.fraction);
          return;
        case "reply":
          this.#settle(message.id, (pending) => pending.resolve(message.value));
          return;
        case "refusal":
          this.#settle(message.id, (pending) => pending.reject(new Error(message.reason)));
          return;
        case "snapshot":
          this.#rev = message.rev;
          this.#target = message.target;
          this.keep(this.kept());
          break;
        case "delta":
          if (message.rev !== this.#rev + 1) {
            this.send({ kind: "resync" });
            return;
          }
          this.#rev = message.rev;
          break;
        case "loading":
        case "event":
        case "empty":
        case "failed":
      }
      listener(message);
    });
    this.send({ kind: "ready", protocol: PROTOCOL });
  }

  send(message: ToHost<C>): void {
    this.#api.postMessage(message);
  }

  tell(command: C["command"]): void {
    this.send({ kind: "command", command });
  }

  request<M extends keyof C["requests"] & string>(
    method: M,
    params: C["requests"][M]["params"],
    watching: Watching = {},
  ): Promise<C["requests"][M]["reply"]> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { ...watching, resolve, reject });
      watching.signal?.addEventListener("abort", () => this.#giveUp(id), { once: true });
      this.send({ kind: "request", id, method, params });
    });
  }

  #giveUp(id: number): void {
    this.#settle(id, (pending) => {
      pending.reject(new GivenUp());
      this.send({ kind: "giveUp", id });
    });
  }

  /** How the page was looked at, from before a reload; null when it was never kept or by another version. */
  kept(): unknown {
    const kept = this.#api.getState() as Kept | undefined | null;
    return kept?.protocol === PROTOCOL ? kept.view : null;
  }

  keep(view: unknown): void {
    const kept: Kept = { protocol: PROTOCOL, target: this.#target, view };
    this.#api.setState(kept);
  }

  #settle(id: number, act: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending !== undefined) act(pending);
  }
}
