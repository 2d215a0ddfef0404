/**
 * JSON-RPC messages in LSP framing over a socket. Read with a bound on their size, so that a peer can't make us buffer whatever it
 * announces; written at once and in one piece, so that the other side wakes once.
 */
import type { Socket } from "node:net";
import { HeadraceError } from "../core/errors";

const HEADER_END = "\r\n\r\n";
const HEADER_LIMIT = 4096;

export interface MessageListener {
  message(message: unknown): void;
  /** What came is no message; whatever follows can't be understood. */
  broken(error: unknown): void;
}

export class MessageReader {
  /** Bytes that a message body may have. Raised once a peer has said who it is. */
  limit: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Length of the body that is being read; null while the header is. */
  #bodyLength: number | null = null;

  constructor(socket: Socket, limit: number, listener: MessageListener) {
    this.limit = limit;
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#buffered += chunk.length;
      try {
        for (let body = this.#next(); body !== null; body = this.#next()) {
          listener.message(JSON.parse(body.toString("utf8")));
        }
      } catch (error) {
        this.#chunks = [];
        this.#buffered = 0;
        listener.broken(error);
      }
    });
  }

  /** Takes the body of one message off the buffer; null when it isn't complete yet. */
  #next(): Buffer | null {
    this.#bodyLength ??= this.#readHeader();
    if (this.#bodyLength === null || this.#buffered < this.#bodyLength) return null;
    const body = this.#take(this.#bodyLength);
    this.#bodyLength = null;
    return body;
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

/** What becomes of a message on its way is seen by the connection's end, not here. */
export function writeMessage(socket: Socket, message: object): void {
  const body = Buffer.from(JSON.stringify(message), "utf8");
  socket.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}${HEADER_END}`), body]));
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
