/** The worker's end of the endpoint: JSON-RPC 2.0 in LSP framing over a socket, without a library so that a start is short. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { EngineError, RequestFailure } from "../api/errors";
import { REQUEST_FAILED } from "../../protocol";

type Handler = (params: never) => Promise<unknown>;

export interface Handlers {
  readonly requests: Readonly<Record<string, Handler>>;
  notification(method: string, params: unknown): void;
  closed(): void;
}

interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: unknown };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #handlers: Handlers;
  readonly #waiting = new Map<number, Waiting>();
  #buffer: Buffer = Buffer.alloc(0);
  #next = 0;
  /** Requests are answered in order, one at a time. */
  #queue: Promise<void> = Promise.resolve();

  static async open(address: string, handlers: Handlers): Promise<Connection> {
    const [kind, rest] = split(address);
    const [host, port] = [
      rest.slice(0, rest.lastIndexOf(":")),
      Number(rest.slice(rest.lastIndexOf(":") + 1)),
    ];
    const socket = kind === "unix" ? connect(rest) : connect(port, host);
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new Connection(socket, handlers);
  }

  private constructor(socket: Socket, handlers: Handlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The engine is gone."));
      handlers.closed();
    });
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ jsonrpc: "2.0", id, method, params });
    });
  }

  /** The same for a process that may end by itself: the connection keeps it alive only until the answer is there. */
  async requestKeeping(method: string, params: unknown): Promise<unknown> {
    this.#socket.ref();
    try {
      return await this.request(method, params);
    } finally {
      if (this.#waiting.size === 0) this.#socket.unref();
    }
  }

  close(): void {
    this.#socket.end();
  }

  #send(message: unknown): void {
    const body = Buffer.from(JSON.stringify(message), "utf8");
    this.#socket.write(
      Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, "latin1"), body]),
    );
  }

  #take(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length:\s*(\d+)/i.exec(this.#buffer.toString("latin1", 0, end))?.[1]);
      if (!Number.isInteger(length)) return void this.#socket.destroy();
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.toString("utf8", end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#receive(JSON.parse(body) as Message);
    }
  }

  #receive(message: Message): void {
    const { id, method } = message;
    if (method === undefined) {
      this.#settle(message);
      return;
    }
    if (id === undefined || id === null) {
      this.#handlers.notification(method, message.params);
      return;
    }
    this.#queue = this.#queue.then(() => this.#answer(id, method, message.params));
  }

  #settle({ id, result, error }: Message): void {
    const waiting = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(EngineError.from(error.message, error.data));
  }

  async #answer(id: number | string, method: string, params: unknown): Promise<void> {
    try {
      const handler = this.#handlers.requests[method];
      if (handler === undefined) throw new Error(`This worker has no method "${method}".`);
      this.#send({ jsonrpc: "2.0", id, result: await handler(params as never) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failed =
        error instanceof RequestFailure
          ? { code: REQUEST_FAILED, message, data: { failure: error.failure } }
          : { code: -32603, message };
      this.#send({ jsonrpc: "2.0", id, error: failed });
    }
  }
}

function split(address: string): readonly [string, string] {
  const at = address.indexOf(":");
  return [address.slice(0, at), address.slice(at + 1)];
}
