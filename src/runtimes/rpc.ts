/** One connection to a peer: typed requests and notifications over a socket, checked at the border. */
import type { Socket } from "node:net";
import { ErrorCodes, NullLogger, ResponseError, createMessageConnection } from "vscode-jsonrpc/node";
import type { MessageConnection } from "vscode-jsonrpc/node";
import * as v from "valibot";
import { HeadraceError, messageOf } from "../core/errors";
import { BoundedMessageReader, WholeMessageWriter } from "./framing";
import { REQUEST_FAILED } from "./protocol";
import type { EngineErrorData, EngineNotifications, WorkerNotifications, WorkerRequests } from "./protocol";
import { UserCodeError } from "./runtime";
import { checked, failureDataSchema, notificationSchemas, resultSchemas } from "./schemas";

/** Before `hello`, a stranger may say this much. */
export const STRANGER_LIMIT = 16 * 1024;
/** Specs of thousands of steps are a few megabytes. Of payloads, only small ones pass here. */
export const MESSAGE_LIMIT = 64 * 1024 * 1024;

export interface RpcHandlers {
  /** Answers a request of the peer. A HeadraceError that it throws reaches the peer with its code and advice. */
  request(method: string, params: unknown): Promise<unknown>;
  notification<N extends keyof EngineNotifications>(method: N, params: EngineNotifications[N]): void;
}

export class RpcConnection {
  /** Aborted once the peer is gone. */
  readonly closed: AbortSignal;
  readonly #closing = new AbortController();
  readonly #socket: Socket;
  readonly #reader: BoundedMessageReader;
  readonly #connection: MessageConnection;

  constructor(socket: Socket, handlers: RpcHandlers) {
    this.closed = this.#closing.signal;
    this.#socket = socket;
    this.#reader = new BoundedMessageReader(socket, STRANGER_LIMIT);
    this.#connection = createMessageConnection(this.#reader, new WholeMessageWriter(socket), NullLogger);
    socket.setNoDelay(true);
    socket.on("error", () => this.close());
    this.#connection.onClose(() => this.close());
    this.#connection.onError(() => this.close());
    this.#connection.onRequest(async (method: string, params: unknown) => {
      try {
        return await handlers.request(method, params);
      } catch (error) {
        return errorResponse(error);
      }
    });
    this.#connection.onNotification((method: string, params: unknown) => dispatch(handlers, method, params));
    this.#connection.listen();
  }

  /** The peer has said who it is: from now on it may send large messages. */
  trust(): void {
    this.#reader.limit = MESSAGE_LIMIT;
  }

  async request<M extends keyof WorkerRequests>(
    method: M,
    params: WorkerRequests[M]["params"],
  ): Promise<WorkerRequests[M]["result"]> {
    if (this.#isGone()) throw peerGone(method);
    let answer: unknown;
    try {
      answer = await this.#connection.sendRequest<unknown>(method, params);
    } catch (error) {
      throw this.#isGone() ? peerGone(method) : requestError(method, error);
    }
    return checked(resultSchemas[method], answer, `The answer to "${method}"`);
  }

  notify<N extends keyof WorkerNotifications>(method: N, params: WorkerNotifications[N]): void {
    if (this.closed.aborted) return;
    // A peer that is going away can't be told anything; that it goes is noticed by `closed`.
    this.#connection.sendNotification(method, params).catch(() => undefined);
  }

  close(): void {
    if (this.closed.aborted) return;
    this.#closing.abort();
    this.#connection.dispose();
    this.#socket.destroy();
  }

  #isGone(): boolean {
    return this.closed.aborted;
  }
}

function dispatch(handlers: RpcHandlers, method: string, params: unknown): void {
  if (method !== "step.output" && method !== "step.progress") return;
  const parsed = v.safeParse(notificationSchemas[method], params);
  if (parsed.success) handlers.notification(method, parsed.output);
}

function peerGone(method: string): HeadraceError {
  return new HeadraceError("worker-lost", `The process was gone before it answered "${method}".`);
}

/** What a failed request of ours means: user code failed, or the peer itself did. */
function requestError(method: string, error: unknown): HeadraceError {
  if (error instanceof ResponseError) {
    const data = v.safeParse(failureDataSchema, error.data);
    if (data.success) return new UserCodeError(data.output.failure);
  }
  return new HeadraceError("internal", `"${method}" failed: ${messageOf(error)}`, { cause: error });
}

function errorResponse(error: unknown): ResponseError<EngineErrorData> {
  if (!HeadraceError.is(error)) return new ResponseError(ErrorCodes.InternalError, messageOf(error));
  return new ResponseError<EngineErrorData>(REQUEST_FAILED, error.message, {
    code: error.code,
    ...(error.advice === undefined ? {} : { advice: error.advice }),
    ...(error.location === undefined ? {} : { location: error.location }),
    ...(error.pythonType === undefined ? {} : { pythonType: error.pythonType }),
  });
}
