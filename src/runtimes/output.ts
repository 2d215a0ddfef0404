/**
 * Tells apart whose output is whose in a stream that a worker and all its children write to. What comes before a
 * request's marker is the request's, byte for byte; bytes are never read as text.
 */
import type { Readable } from "node:stream";

/** Output that comes while nobody listens (a warning at start, a thread left behind) waits for the next listener. */
const UNCLAIMED_LIMIT = 64 * 1024;
/** What is kept of a stream's end, to explain the death of the process. */
const TAIL_LIMIT = 8 * 1024;

type Sink = (bytes: Uint8Array) => void;

interface Claim {
  readonly marker: Buffer;
  readonly sink: Sink;
  readonly over: () => void;
}

export class MarkedStream {
  /** True once nothing more can come. */
  ended = false;
  /** When something came last, by a clock that never goes back. */
  lastActivity = performance.now();
  #claim: Claim | null = null;
  /** The end of what came, where it may be the beginning of a marker. */
  #held: Buffer = Buffer.alloc(0);
  #unclaimed: Buffer[] = [];
  #unclaimedBytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    const end = (): void => {
      this.ended = true;
      this.#finish();
    };
    stream.on("end", end).on("close", end).on("error", end);
  }

  /** Gives what comes to `sink` until the marker has passed or the stream ends; then the promise resolves. */
  claim(marker: string, sink: Sink): Promise<void> {
    return new Promise((resolve) => {
      this.#claim = { marker: Buffer.from(`${marker}\n`, "utf8"), sink, over: resolve };
      const unclaimed = Buffer.concat(this.#unclaimed);
      this.#unclaimed = [];
      this.#unclaimedBytes = 0;
      if (unclaimed.length > 0) this.#split(unclaimed);
      if (this.ended) this.#finish();
    });
  }

  /** Ends the claim without its marker: what came so far is the claim's. */
  release(): void {
    this.#finish();
  }

  /** The last lines, as text to show. */
  tail(): string {
    return this.#tail.toString("utf8").trimEnd();
  }

  #take(chunk: Buffer): void {
    this.lastActivity = performance.now();
    if (this.#claim === null) this.#keep(chunk);
    else this.#split(chunk);
  }

  #split(chunk: Buffer): void {
    const claim = this.#claim;
    if (claim === null) return;
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(claim.marker);
    if (at < 0) {
      const held = beginningAtEnd(bytes, claim.marker);
      this.#held = bytes.subarray(bytes.length - held);
      this.#pass(bytes.subarray(0, bytes.length - held));
      return;
    }
    this.#held = Buffer.alloc(0);
    this.#pass(bytes.subarray(0, at));
    this.#claim = null;
    claim.over();
    const rest = bytes.subarray(at + claim.marker.length);
    if (rest.length > 0) this.#keep(rest);
  }

  #finish(): void {
    const claim = this.#claim;
    if (claim === null) return;
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    this.#pass(held);
    this.#claim = null;
    claim.over();
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#remember(bytes);
    this.#claim?.sink(bytes);
  }

  #keep(bytes: Buffer): void {
    this.#remember(bytes);
    if (this.#unclaimedBytes >= UNCLAIMED_LIMIT) return;
    this.#unclaimed.push(bytes);
    this.#unclaimedBytes += bytes.length;
  }

  #remember(bytes: Buffer): void {
    const joined = bytes.length >= TAIL_LIMIT ? bytes : Buffer.concat([this.#tail, bytes]);
    this.#tail = Buffer.from(joined.subarray(Math.max(0, joined.length - TAIL_LIMIT)));
  }
}

/** How many bytes at the end of `bytes` may be the beginning of `marker`. */
function beginningAtEnd(bytes: Buffer, marker: Buffer): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(marker.subarray(0, length))) return length;
  }
  return 0;
}
