/**
 * The log of one step, or of several one after the other, read from its files by ranges: what is shown is read, whatever the
 * size. Places are bytes from the beginning; they stay true while the log grows, because growth is only ever added at the end.
 */
import { open, type FileHandle } from "node:fs/promises";
import { goOn, unattended, type Asking } from "../../core/asking";
import { plainOutput } from "../../ui/format";
import type { LogHits, LogLine, LogPart } from "./messages";

const CHUNK = 64 * 1024;
const SEARCH_CHUNK = 1 << 20;
/** Of one line, in characters: what a screen shows of it at most. */
const LONGEST = 16 * 1024;
const MOST_HITS = 10_000;
const NEWLINE = 0x0a;

export interface LogSource {
  readonly invocation: string;
  readonly file: string;
}

/** A piece of a file, and where on the tape it lies. */
interface Segment {
  readonly source: LogSource;
  readonly from: number;
  to: number;
  readonly at: number;
}

interface Piece {
  readonly segment: Segment;
  readonly bytes: Buffer;
  /** On the tape. */
  readonly at: number;
}

export class LogTape {
  readonly #segments: Segment[] = [];
  readonly #sources: LogSource[];
  readonly #read = new Map<string, number>();

  private constructor(sources: readonly LogSource[]) {
    this.#sources = [...sources];
  }

  static async open(sources: readonly LogSource[]): Promise<LogTape> {
    const tape = new LogTape(sources);
    for (const source of sources) await tape.#take(source);
    return tape;
  }

  get total(): number {
    const last = this.#segments.at(-1);
    return last === undefined ? 0 : last.at + last.to - last.from;
  }

  /** Adds what a file has grown by; a source that is new is added with it. */
  async grow(source: LogSource): Promise<LogPart | null> {
    const start = this.total;
    const known = this.#sources.find(({ invocation }) => invocation === source.invocation);
    if (known === undefined) this.#sources.push(source);
    const continues = this.#segments.at(-1)?.source.invocation === source.invocation;
    await this.#take(source);
    if (this.total === start) return null;
    // A flood is shown by its end; what was jumped over is there to be scrolled to.
    const from = Math.max(start, this.total - 4 * CHUNK);
    const part = await this.#range(from, this.total);
    return { ...part, continued: from > start || (continues && start > 0 && part.continued) };
  }

  tail(): Promise<LogPart> {
    return this.before(this.total);
  }

  before(at: number): Promise<LogPart> {
    const to = Math.min(at, this.total);
    return this.#range(Math.max(0, to - CHUNK), to, "start");
  }

  after(at: number): Promise<LogPart> {
    return this.#range(at, Math.min(this.total, at + CHUNK), "end");
  }

  /** Lines that hold a text, whatever its case and the colours within it. */
  async find(text: string, asking: Asking = unattended): Promise<LogHits> {
    const wanted = text.toLowerCase();
    const at: number[] = [];
    if (wanted === "") return { at, more: false };
    for (let from = 0; from < this.total;) {
      goOn(asking, from / this.total);
      const pieces = await this.#pieces(from, Math.min(this.total, from + SEARCH_CHUNK));
      const read = wholeLines(pieces, from + SEARCH_CHUNK < this.total);
      for (const piece of read) {
        // Most of a large log is passed over as a whole.
        if (!plainOutput(piece.bytes.toString("utf8")).toLowerCase().includes(wanted)) continue;
        for (const line of linesOf(piece, Number.POSITIVE_INFINITY)) {
          if (!plainOutput(line.text).toLowerCase().includes(wanted)) continue;
          if (at.length === MOST_HITS) return { at, more: true };
          at.push(line.at);
        }
      }
      const last = read.at(-1);
      from = last === undefined ? this.total : last.at + last.bytes.length;
    }
    return { at, more: false };
  }

  async #take(source: LogSource): Promise<void> {
    const known = this.#read.get(source.invocation) ?? 0;
    const size = await withFile(source.file, async (handle) => (await handle.stat()).size);
    if (size === null || size <= known) return;
    this.#read.set(source.invocation, size);
    const last = this.#segments.at(-1);
    if (last?.source.invocation === source.invocation) last.to = size;
    else this.#segments.push({ source, from: known, to: size, at: this.total });
  }

  /** Lines of a range, cut to whole lines at the side where more is to come. */
  async #range(from: number, to: number, cut?: "start" | "end"): Promise<LogPart> {
    let pieces = await this.#pieces(from, to);
    if (cut === "start" && from > 0) pieces = withoutFirstLine(pieces);
    if (cut === "end") pieces = wholeLines(pieces, to < this.total);
    const first = pieces[0];
    const last = pieces.at(-1);
    const start = first?.at ?? from;
    return {
      lines: pieces.flatMap((piece) => linesOf(piece, LONGEST)),
      start,
      end: last === undefined ? start : last.at + last.bytes.length,
      total: this.total,
      continued: first !== undefined && !(await this.#beginsLine(first)),
    };
  }

  async #beginsLine({ segment, at }: Piece): Promise<boolean> {
    if (at === segment.at) return segment.from === 0 || (await this.#byteBefore(segment, segment.from));
    return this.#byteBefore(segment, segment.from + at - segment.at);
  }

  async #byteBefore({ source }: Segment, offset: number): Promise<boolean> {
    const byte = await withFile(source.file, (handle) => readRange(handle, offset - 1, offset));
    return byte?.[0] === NEWLINE;
  }

  async #pieces(from: number, to: number): Promise<readonly Piece[]> {
    const pieces: Piece[] = [];
    for (const segment of this.#segments) {
      const end = segment.at + segment.to - segment.from;
      if (end <= from || segment.at >= to) continue;
      const at = Math.max(from, segment.at);
      const first = segment.from + at - segment.at;
      const last = segment.from + Math.min(to, end) - segment.at;
      const bytes = await withFile(segment.source.file, (handle) => readRange(handle, first, last));
      if (bytes !== null && bytes.length > 0) pieces.push({ segment, bytes, at });
    }
    return pieces;
  }
}

/** Begins at the first line that is whole; one that is longer than the range stays as it is. */
function withoutFirstLine(pieces: readonly Piece[]): readonly Piece[] {
  const [first, ...rest] = pieces;
  if (first === undefined || first.at === first.segment.at) return pieces;
  const end = first.bytes.indexOf(NEWLINE) + 1;
  if (end === 0) return rest.length === 0 ? pieces : rest;
  if (end === first.bytes.length) return rest.length === 0 ? pieces : rest;
  return [{ ...first, bytes: first.bytes.subarray(end), at: first.at + end }, ...rest];
}

/** Ends after the last line that is whole, when more follows. */
function wholeLines(pieces: readonly Piece[], more: boolean): readonly Piece[] {
  const last = pieces.at(-1);
  if (!more || last === undefined) return pieces;
  const end = last.bytes.lastIndexOf(NEWLINE) + 1;
  if (end > 0) return [...pieces.slice(0, -1), { ...last, bytes: last.bytes.subarray(0, end) }];
  return pieces.length > 1 ? pieces.slice(0, -1) : pieces;
}

function linesOf({ segment, bytes, at }: Piece, longest: number): LogLine[] {
  const { invocation } = segment.source;
  const lines: LogLine[] = [];
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline === -1 ? bytes.length : newline;
    const whole = bytes.toString("utf8", from, to);
    const text = whole.length > longest ? `${whole.slice(0, longest)}…` : whole;
    lines.push({ at: at + from, text, invocation });
    from = to + 1;
  }
  return lines;
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const length = Math.max(0, to - from);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** Null when there is no such file: a step that has printed nothing has no log. */
async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T | null> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return null;
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
