/**
 * JSON-RPC messages in LSP framing over a socket. Read with a bound on their size: the reader of `vscode-jsonrpc` would buffer
 * whatever a peer announces. Written at once and in one piece: its writer queues, and wakes the peer for the header alone.
 */
import type { Socket } from "node:net";
import { AbstractMessageReader, AbstractMessageWriter } from "vscode-jsonrpc/node";
import type { DataCallback, Disposable, Message } from "vscode-jsonrpc/node";
import { HeadraceError } from "../core/errors";

const HEADER_END = "\r\n\r\n";
const HEADER_LIMIT = 4096;

export class BoundedMessageReader extends AbstractMessageReader {
  /** Bytes that a message body may have. Raised once a peer has said who it is. */
  limit: number;
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Length of the body that is being read; null while the header is. */
  #bodyLength: number | null = null;

  constructor(socket: Socket, limit: number) {
    super();
    this.#socket = socket;
    this.limit = limit;
  }

  override listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer): void => {
      this.#chunks.push(chunk);
      this.#buffered += chunk.length;
      try {
        for (let message = this.#next(); message !== null; message = this.#next()) callback(message);
      } catch (error) {
        this.#chunks = [];
        this.#buffered = 0;
        this.fireError(error);
      }
    };
    const onClose = (): void => this.fireClose();
    this.#socket.on("data", onData).on("close", onClose);
    return {
      dispose: () => this.#socket.off("data", onData).off("close", onClose),
    };
  }

  /** Takes one message off the buffer; null when it isn't complete yet. */
  #next(): Message | null {
    if (this.#bodyLength === null) {
      this.#bodyLength = this.#readHeader();
      if (this.#bodyLength === null) return null;
    }
    if (this.#buffered < this.#bodyLength) return null;
    const body = this.#take(this.#bodyLength);
    this.#bodyLength = null;
    return JSON.parse(body.toString("utf8")) as Message;
  }

  #readHeader(): number | null {
    if (this.#buffered === 0) return null;
    const bytes = this.#all();
    const end = bytes.subarray(0, HEADER_LIMIT).indexOf(HEADER_END);
    if (end < 0) {
      if (this.#buffered >= HEADER_LIMIT) throw new HeadraceError("invalid", "A message has no header.");
      return null;
    }
    const length = contentLength(bytes.toString("latin1", 0, end));
    if (length > this.limit) {
      const said = `A message of ${length} bytes is over the limit of ${this.limit} bytes.`;
      throw new HeadraceError("invalid", said);
    }
    this.#take(end + HEADER_END.length);
    return length;
  }

  #take(length: number): Buffer {
    const bytes = this.#all();
    const rest = bytes.subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
    return bytes.subarray(0, length);
  }

  #all(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const bytes = Buffer.concat(this.#chunks, this.#buffered);
    this.#chunks = [bytes];
    return bytes;
  }
}

export class WholeMessageWriter extends AbstractMessageWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  /** What becomes of a message on its way is seen by the connection's end, not here. */
  write(message: Message): Promise<void> {
    const body = Buffer.from(JSON.stringify(message), "utf8");
    this.#socket.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}${HEADER_END}`), body]));
    return Promise.resolve();
  }

  end(): void {
    this.#socket.end();
  }
}

function contentLength(header: string): number {
  for (const line of header.split("\r\n")) {
    const [name, value] = line.split(":");
    if (name?.trim().toLowerCase() !== "content-length") continue;
    const digits = value?.trim() ?? "";
    if (/^\d{1,15}$/.test(digits)) return Number(digits);
  }
  throw new HeadraceError("invalid", "A message's header names no content length.");
}
