/** A connection to the endpoint, as the engine sees it. */
import type { Language } from "../core/entities";
import type { LiveEvent } from "../core/events";
import { HeadraceError } from "../core/errors";
import type { EngineNotifications, ExecuteParams, ExecuteResult, HelloParams } from "./protocol";
import type { RpcConnection } from "./rpc";
import { UserCodeError } from "./runtime";
import type { ExecuteOptions, OutputChunk, Peer } from "./runtime";

export class ConnectionPeer implements Peer {
  readonly role: "worker" | "script" | "client";
  readonly language: Language;
  readonly languageVersion: string;
  readonly pid: number;
  readonly closed: AbortSignal;
  readonly rpc: RpcConnection;
  readonly #sinks = new Map<string, (chunk: OutputChunk) => void>();

  constructor(hello: HelloParams, rpc: RpcConnection) {
    this.role = hello.role;
    this.language = hello.language;
    this.languageVersion = hello.languageVersion;
    this.pid = hello.pid;
    this.closed = rpc.closed;
    this.rpc = rpc;
  }

  /** Output comes as notifications on the same connection, hence before the answer. */
  async execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult> {
    this.#sinks.set(params.stepRunId, options.onOutput);
    try {
      return await this.#interruptible(options.signal, () =>
        this.rpc.request("execute", { ...params, marker: "" }),
      );
    } finally {
      this.#sinks.delete(params.stepRunId);
    }
  }

  async hook(hook: "init" | "cleanup", options: ExecuteOptions): Promise<void> {
    const ask = (): Promise<{ failure: UserCodeError["failure"] | null }> =>
      this.rpc.request("hook", { hook, marker: "" });
    const { failure } = await this.#interruptible(options.signal, ask);
    if (failure !== null) throw new UserCodeError(failure);
  }

  interrupt(): void {
    this.rpc.notify("cancel", { reason: "cancelled" });
  }

  tell(event: LiveEvent): void {
    this.rpc.notify("run.event", { event });
  }

  /** What the peer's step printed. */
  output({ stepRunId, stream, text }: EngineNotifications["step.output"]): void {
    this.#sinks.get(stepRunId)?.({ stream, bytes: Buffer.from(text, "utf8") });
  }

  async #interruptible<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw new HeadraceError("cancelled", "Cancelled before it began.");
    const interrupt = (): void => this.interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      return await ask();
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  }
}
