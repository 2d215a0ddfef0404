/** What steps print: appended to their log files byte for byte, and told live in small portions. Never slows a step down. */
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import path from "node:path";
import type { LiveEvent } from "../../core/events";
import type { OutputChunk } from "../../runtimes/runtime";

export interface LogOptions {
  /** `<store>/logs`. */
  readonly folder: string;
  /** Per step; what comes after is dropped, and one line says so. */
  readonly limitBytes: () => number;
  readonly emit: (event: LiveEvent) => void;
}

export interface LogOwner {
  readonly runId: string;
  readonly invocation: string;
  readonly stepRunId: string;
  readonly attempt: number;
  /** False shows output without keeping it. */
  readonly keep: boolean;
  /** Nothing is told before; without it, at once. */
  readonly recorded?: Promise<unknown>;
}

export interface StepLog {
  write(chunk: OutputChunk): void;
  end(): void;
}

const LIVE_INTERVAL_MS = 50;
/** Of one live event, in characters: a flood is shown by its end. */
const LIVE_LIMIT = 64 * 1024;
/** Buffered for a slow disk before output is dropped rather than kept in memory. */
const BACKLOG_LIMIT = 64 * 1024 * 1024;

export class LogBook {
  readonly #options: LogOptions;
  readonly #writing = new Set<Promise<void>>();

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Where a step's output is, of all its attempts. */
  fileOf(runId: string, invocation: string): string {
    return path.join(this.#options.folder, fileName(runId), `${fileName(invocation)}.log`);
  }

  open(owner: LogOwner): StepLog {
    const file = owner.keep
      ? new LogFile(this.fileOf(owner.runId, owner.invocation), this.#options.limitBytes())
      : null;
    const { runId, invocation, stepRunId } = owner;
    const tell = (text: string): void =>
      this.#options.emit({ type: "step.log", runId, invocation, stepRunId, text });
    const live = new LiveText((text) => {
      if (owner.recorded === undefined) tell(text);
      else
        owner.recorded.then(
          () => tell(text),
          () => undefined,
        );
    });
    if (owner.attempt > 1) file?.write(Buffer.from(`── attempt ${owner.attempt} ──\n`));
    return {
      write: ({ stream, bytes }) => {
        file?.write(bytes);
        live.write(stream, bytes);
      },
      end: () => {
        live.end();
        if (file === null) return;
        const closed = file.close();
        this.#writing.add(closed);
        void closed.then(() => this.#writing.delete(closed));
      },
    };
  }

  /** Resolves when everything that was printed so far is in its file. */
  async flushed(): Promise<void> {
    await Promise.all(this.#writing);
  }
}

class LogFile {
  readonly #path: string;
  #left: number;
  readonly #limit: number;
  #stream: WriteStream | null = null;
  #failed = false;
  #full = false;

  constructor(file: string, limit: number) {
    this.#path = file;
    this.#left = limit;
    this.#limit = limit;
  }

  write(bytes: Uint8Array): void {
    if (this.#full || this.#failed || bytes.length === 0) return;
    const stream = (this.#stream ??= this.#open());
    if (stream === null) return;
    this.#full = bytes.length > this.#left || stream.writableLength > BACKLOG_LIMIT;
    stream.write(bytes.subarray(0, this.#left));
    this.#left -= bytes.length;
    if (this.#full) stream.write(`\n[headrace] output over ${readable(this.#limit)} is not kept\n`);
  }

  close(): Promise<void> {
    const stream = this.#stream;
    if (stream === null || this.#failed) return Promise.resolve();
    return new Promise((resolve) => {
      stream.once("close", resolve);
      stream.end();
    });
  }

  /** A log that can't be written (full disk, no permission) never fails the step. */
  #open(): WriteStream | null {
    try {
      mkdirSync(path.dirname(this.#path), { recursive: true });
    } catch {
      this.#failed = true;
      return null;
    }
    const stream = createWriteStream(this.#path, { flags: "a" });
    stream.on("error", () => {
      this.#failed = true;
      stream.destroy();
    });
    return stream;
  }
}

/** Gathers what is printed within an interval into one event; of too much, the end. */
class LiveText {
  readonly #tell: (text: string) => void;
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  #text = "";
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  /** By a clock that never goes back. */
  #last = -LIVE_INTERVAL_MS;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  write(stream: "stdout" | "stderr", bytes: Uint8Array): void {
    this.#text += this.#decoders[stream].decode(bytes, { stream: true });
    if (this.#text.length > LIVE_LIMIT * 2) this.#cut();
    const due = this.#last + LIVE_INTERVAL_MS - performance.now();
    this.#timer ??= setTimeout(() => this.#flush(), Math.max(0, due));
  }

  end(): void {
    this.#text += this.#decoders.stdout.decode() + this.#decoders.stderr.decode();
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    if (this.#text.length > LIVE_LIMIT) this.#cut();
    const text =
      this.#dropped > 0 ? `[… ${this.#dropped} characters: see the log file …]\n${this.#text}` : this.#text;
    this.#text = "";
    this.#dropped = 0;
    if (text !== "") this.#tell(text);
  }

  #cut(): void {
    this.#dropped += this.#text.length - LIVE_LIMIT;
    this.#text = this.#text.slice(-LIVE_LIMIT);
  }
}

/** Ids are user text, or come from a store that someone else wrote: whatever a file name may not hold is escaped. */
function fileName(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9_-]/gu, (found) =>
    Array.from(Buffer.from(found), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  return safe.length <= 120 ? safe : `${safe.slice(0, 100)}~${checksum(id)}`;
}

function readable(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / (1024 * 1024))} MB` : `${bytes} bytes`;
}

/** FNV-1a: tells long names with the same beginning apart. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}
