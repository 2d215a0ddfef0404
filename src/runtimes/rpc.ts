/**
 * One connection to a peer: JSON-RPC 2.0, typed, checked at the border. A library would queue what comes for a later turn of the
 * event loop; here an answer reaches whoever waits for it as soon as it was read, which each step of a run is worth.
 */
import type { Socket } from "node:net";
import * as v from "valibot";
import { HeadraceError, messageOf } from "../core/errors";
import { MessageReader, writeMessage } from "./framing";
import { REQUEST_FAILED } from "./protocol";
import type { EngineErrorData, EngineNotifications, WorkerNotifications, WorkerRequests } from "./protocol";
import { UserCodeError } from "./runtime";
import { checked, failureDataSchema, messageSchema, notificationSchemas, resultSchemas } from "./schemas";

/** Before `hello`, a stranger may say this much. */
export const STRANGER_LIMIT = 16 * 1024;
/** Specs of thousands of steps are a few megabytes. Of payloads, only small ones pass here. */
export const MESSAGE_LIMIT = 64 * 1024 * 1024;

/** JSON-RPC's own code for a failure that is nobody's on purpose. */
const INTERNAL_ERROR = -32603;

export interface RpcHandlers {
  /** Answers a request of the peer. A HeadraceError that it throws reaches the peer with its code and advice. */
  request(method: string, params: unknown): Promise<unknown>;
  notification<N extends keyof EngineNotifications>(method: N, params: EngineNotifications[N]): void;
}

type Message = v.InferOutput<typeof messageSchema>;

interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: EngineErrorData;
}

interface Waiting {
  readonly method: keyof WorkerRequests;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: HeadraceError) => void;
}

export class RpcConnection {
  /** Aborted once the peer is gone. */
  readonly closed: AbortSignal;
  readonly #closing = new AbortController();
  readonly #socket: Socket;
  readonly #reader: MessageReader;
  readonly #handlers: RpcHandlers;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(socket: Socket, handlers: RpcHandlers) {
    this.closed = this.#closing.signal;
    this.#socket = socket;
    this.#handlers = handlers;
    this.#reader = new MessageReader(socket, STRANGER_LIMIT, {
      message: (message) => this.#receive(message),
      broken: () => this.close(),
    });
    socket.setNoDelay(true);
    socket.on("error", () => this.close());
    socket.on("close", () => this.close());
  }

  /** The peer has said who it is: from now on it may send large messages. */
  trust(): void {
    this.#reader.limit = MESSAGE_LIMIT;
  }

  async request<M extends keyof WorkerRequests>(
    method: M,
    params: WorkerRequests[M]["params"],
  ): Promise<WorkerRequests[M]["result"]> {
    if (this.closed.aborted) throw peerGone(method);
    const id = (this.#asked += 1);
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#send({ id, method, params });
    });
    return checked(resultSchemas[method], answer, `The answer to "${method}"`);
  }

  notify<N extends keyof WorkerNotifications>(method: N, params: WorkerNotifications[N]): void {
    this.#send({ method, params });
  }

  close(): void {
    if (this.closed.aborted) return;
    this.#closing.abort();
    this.#socket.destroy();
    for (const { method, reject } of this.#waiting.values()) reject(peerGone(method));
    this.#waiting.clear();
  }

  /** A peer that is going away can't be told anything; that it goes is noticed by `closed`. */
  #send(message: object): void {
    if (!this.closed.aborted) writeMessage(this.#socket, { jsonrpc: "2.0", ...message });
  }

  #receive(said: unknown): void {
    if (this.closed.aborted) return;
    const message = checked(messageSchema, said, "A message");
    const { id, method, params } = message;
    if (method === undefined) this.#settle(message);
    else if (id == null) this.#hear(method, params);
    else void this.#answer(id, method, params);
  }

  #settle({ id, result, error }: Message): void {
    const waiting = this.#waiting.get(Number(id));
    if (waiting === undefined) return;
    this.#waiting.delete(Number(id));
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(requestError(waiting.method, error));
  }

  #hear(method: string, params: unknown): void {
    if (method !== "step.output" && method !== "step.progress") return;
    const parsed = v.safeParse(notificationSchemas[method], params);
    if (parsed.success) this.#handlers.notification(method, parsed.output);
  }

  async #answer(id: number | string, method: string, params: unknown): Promise<void> {
    try {
      this.#send({ id, result: (await this.#handlers.request(method, params)) ?? null });
    } catch (error) {
      this.#send({ id, error: errorObject(error) });
    }
  }
}

function peerGone(method: string): HeadraceError {
  return new HeadraceError("worker-lost", `The process was gone before it answered "${method}".`);
}

/** What a failed request of ours means: user code failed, or the peer itself did. */
function requestError(method: string, { message, data }: NonNullable<Message["error"]>): HeadraceError {
  const failed = v.safeParse(failureDataSchema, data);
  return failed.success
    ? new UserCodeError(failed.output.failure)
    : new HeadraceError("internal", `"${method}" failed: ${message}`);
}

function errorObject(error: unknown): ErrorObject {
  if (!HeadraceError.is(error)) return { code: INTERNAL_ERROR, message: messageOf(error) };
  const { code, message, advice, location, pythonType } = error;
  return {
    code: REQUEST_FAILED,
    message,
    data: {
      code,
      ...(advice === undefined ? {} : { advice }),
      ...(location === undefined ? {} : { location }),
      ...(pythonType === undefined ? {} : { pythonType }),
    },
  };
}
