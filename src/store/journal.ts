/**
 * The journal: what happened, one line per transaction, in files `journal-<first sequence number>.ndjson`.
 *
 *     {"crc":"1c291ca3","seq":7,"time":1700000000000,"group":6,"events":[…]}
 *
 * `crc` is CRC-32 (8 hexadecimal digits) over all bytes of the line after the comma that follows it, without the line feed.
 * `group` is the first sequence number that was written together with this one: when a crash leaves a bad line, lines of the same
 * group after it were never reported as done, and lines of a later group prove damage. Each file begins with
 * `{"crc":"…","journal":1,"first":6}`. Closed files may be compressed (`.ndjson.gz`); the last one never is.
 */
import path from "node:path";
import { crc32, gunzipSync } from "node:zlib";
import type { Transaction } from "../core/events";
import { HeadraceError, messageOf } from "../core/errors";
import { isMissing, readWhole, type FileLayer } from "./files";
import { STORE_VERSION } from "./schema";

/** A file that has grown beyond this is closed at the next transaction. */
const SEGMENT_BYTES = 8 << 20;
const PREFIX_BYTES = '{"crc":"00000000",'.length;

/** Up to where a journal was read. */
export interface Place {
  /** First sequence number of the file. */
  readonly segment: number;
  readonly offset: number;
  readonly lines: number;
  /** Begin of the last record and its checksum: found unchanged as long as the file is the one that was read. */
  readonly mark: { readonly at: number; readonly text: string } | null;
}

export interface Damage {
  readonly file: string;
  readonly line: number;
  readonly offset: number;
  readonly problem: string;
}

export interface Reading {
  readonly place: Place;
  readonly seq: number;
  /** A last record that was not written to its end; nothing of its group was reported as done. */
  readonly torn: Damage | null;
  readonly damage: Damage | null;
  /** The last transaction that was found in the files, applied now or before; 0 when there was none. */
  readonly found: number;
}

export interface Segment {
  readonly first: number;
  readonly file: string;
  readonly compressed: boolean;
}

export type Apply = (transaction: Transaction) => void;

/** The file is not the one that was read before: restored, rebuilt or deleted by someone else. */
export class HistoryChanged extends Error {}

export const startOf = (segment: number): Place => ({ segment, offset: 0, lines: 0, mark: null });

export function encodeLine(body: object): Buffer {
  const rest = Buffer.from(`${JSON.stringify(body).slice(1)}\n`);
  const crc = crc32(rest.subarray(0, -1)).toString(16).padStart(8, "0");
  return Buffer.concat([Buffer.from(`{"crc":"${crc}",`), rest]);
}

export const headerOf = (first: number): Buffer => encodeLine({ journal: STORE_VERSION, first });

/** The value of a line without its line feed, or what is wrong with it. */
export function decodeLine(line: Buffer): { readonly value: unknown } | { readonly problem: string } {
  const prefix = line.toString("latin1", 0, PREFIX_BYTES);
  const crc = /^\{"crc":"([0-9a-f]{8})",$/.exec(prefix)?.[1];
  if (crc === undefined) return { problem: "it is no record" };
  if (crc32(line.subarray(PREFIX_BYTES)) !== Number.parseInt(crc, 16)) {
    return { problem: "its checksum does not match" };
  }
  try {
    return { value: JSON.parse(line.toString("utf8")) as unknown };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

type Entry =
  | { readonly kind: "record"; readonly record: JournalRecord }
  | { readonly kind: "header"; readonly version: number }
  | { readonly kind: "bad"; readonly problem: string };

/** `lost`: stands for a transaction that was damaged beyond repair. */
export type JournalRecord = Transaction & { readonly group: number; readonly lost?: true };

/** Every record of a segment that is whole, and how many lines are not. */
export function salvage(bytes: Buffer): { readonly records: readonly JournalRecord[]; readonly bad: number } {
  const records: JournalRecord[] = [];
  let bad = 0;
  for (const { entry } of linesOf(bytes)) {
    if (entry.kind === "record") records.push(entry.record);
    if (entry.kind === "bad") bad += 1;
  }
  return { records, bad };
}

/** A segment with other events in its records; what is no record stays as it is. */
export function withEvents(
  bytes: Buffer,
  change: (events: Transaction["events"]) => Transaction["events"],
): Buffer {
  const lines: Buffer[] = [];
  for (const { line, entry } of linesOf(bytes)) {
    const events = entry.kind === "record" ? change(entry.record.events) : [];
    const isOther = entry.kind === "record" && events.length !== entry.record.events.length;
    lines.push(isOther ? encodeLine({ ...entry.record, events }) : line);
  }
  return Buffer.concat(lines);
}

/** Each with its line feed; the last one may have none. */
function* linesOf(bytes: Buffer): Generator<{ readonly line: Buffer; readonly entry: Entry }> {
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 ? bytes.length : found;
    yield { line: bytes.subarray(at, end + 1), entry: toEntry(bytes.subarray(at, end)) };
    at = end + 1;
  }
}

function toEntry(line: Buffer): Entry {
  const decoded = decodeLine(line);
  if ("problem" in decoded) return { kind: "bad", problem: decoded.problem };
  const value = decoded.value as Partial<Record<string, unknown>>;
  if (typeof value["journal"] === "number") return { kind: "header", version: value["journal"] };
  const { seq, time, group, events } = value;
  const whole = typeof seq === "number" && typeof time === "number" && typeof group === "number";
  if (!whole || !Array.isArray(events)) return { kind: "bad", problem: "it is no transaction" };
  const record = { seq, time, group, events: events as Transaction["events"] };
  return { kind: "record", record: value["lost"] === true ? { ...record, lost: true } : record };
}

export class Journal {
  constructor(
    private readonly files: FileLayer,
    readonly folder: string,
  ) {}

  fileOf(segment: number): string {
    return path.join(this.folder, `journal-${segment}.ndjson`);
  }

  /** In order. Of a file that is there plain and compressed (a crash while compressing), the plain one counts. */
  segments(): readonly Segment[] {
    const found = new Map<number, Segment>();
    for (const name of [...this.files.list(this.folder)].sort()) {
      const match = /^journal-(\d+)\.ndjson(\.gz)?$/.exec(name);
      const first = Number(match?.[1]);
      if (match === null || found.has(first)) continue;
      found.set(first, { first, file: path.join(this.folder, name), compressed: match[2] !== undefined });
    }
    return [...found.values()].sort((a, b) => a.first - b.first);
  }

  content(segment: Segment): Buffer {
    const bytes = readWhole(this.files, segment.file);
    return segment.compressed ? gunzipSync(bytes) : bytes;
  }

  /** Applies every transaction after `seq`, from whichever files hold them. */
  replay(seq: number, apply: Apply): Reading {
    const all = this.segments();
    let found = 0;
    const start = Math.max(
      0,
      all.findLastIndex((segment) => segment.first <= seq + 1),
    );
    let reading: Reading = { place: startOf(seq + 1), seq, torn: null, damage: null, found: 0 };
    for (const [index, segment] of all.slice(start).entries()) {
      if (segment.first > reading.seq + 1) {
        return { ...reading, damage: this.gap(segment, reading.seq) };
      }
      let bytes: Buffer;
      try {
        bytes = this.content(segment);
      } catch (error) {
        if (isMissing(error)) throw new HistoryChanged();
        const problem = `it can't be read: ${messageOf(error)}`;
        return { ...reading, damage: { file: segment.file, line: 1, offset: 0, problem } };
      }
      const place = placeAfter(bytes, segment.first, seq) ?? startOf(segment.first);
      reading = this.scan(bytes.subarray(place.offset), place, reading.seq, apply);
      found = Math.max(found, place.offset > 0 ? seq : segment.first - 1, reading.found);
      const isLast = start + index === all.length - 1;
      if (reading.torn !== null && !isLast) reading = { ...reading, torn: null, damage: reading.torn };
      if (reading.damage !== null) return reading;
    }
    return found < seq ? { ...reading, damage: this.shortfall(reading.place, found, seq) } : reading;
  }

  /** Applies what was appended since `place`, in this file and those after it. */
  follow(place: Place, seq: number, apply: Apply): Reading {
    let reading: Reading = { place, seq, torn: null, damage: null, found: 0 };
    for (;;) {
      const bytes = this.tail(reading.place);
      if (bytes !== null) reading = this.scan(bytes, reading.place, reading.seq, apply);
      if (reading.torn !== null || reading.damage !== null) return reading;
      const next = reading.seq + 1;
      if (next === reading.place.segment || !this.files.exists(this.fileOf(next))) {
        if (bytes === null && reading.place.offset > 0) throw new HistoryChanged();
        return reading;
      }
      reading = { ...reading, place: startOf(next) };
    }
  }

  /** What follows `place` in its file; null when there is no such file. */
  private tail(place: Place): Buffer | null {
    let fd: number;
    try {
      fd = this.files.open(this.fileOf(place.segment), "r");
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      const size = this.files.size(fd);
      if (size < place.offset) throw new HistoryChanged();
      if (place.mark !== null) {
        const found = this.files.read(fd, place.mark.at, PREFIX_BYTES).toString("latin1");
        if (found !== place.mark.text) throw new HistoryChanged();
      }
      return this.files.read(fd, place.offset, size - place.offset);
    } finally {
      this.files.close(fd);
    }
  }

  private scan(bytes: Buffer, from: Place, seq: number, apply: Apply): Reading {
    let place = from;
    let previous: number | null = null;
    let applied = seq;
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(10, at);
      const stop = (problem: string, certain: boolean): Reading => {
        const where = {
          file: this.fileOf(from.segment),
          line: place.lines + 1,
          offset: place.offset,
          problem,
        };
        const isDamage = certain || (end >= 0 && provesDamage(bytes.subarray(end + 1), applied + 1));
        return isDamage
          ? { place, seq: applied, torn: null, damage: where, found: previous ?? 0 }
          : { place, seq: applied, torn: where, damage: null, found: previous ?? 0 };
      };
      if (end < 0) return stop("it was not written to its end", false);
      const entry = toEntry(bytes.subarray(at, end));
      if (entry.kind === "bad") return stop(entry.problem, false);
      if (entry.kind === "header" && entry.version > STORE_VERSION) throw tooNew(this.folder);
      let mark = place.mark;
      if (entry.kind === "record") {
        const { record } = entry;
        const expected: number = previous === null ? Math.min(record.seq, applied + 1) : previous + 1;
        if (record.seq !== expected)
          return stop(`transaction ${expected} was expected, not ${record.seq}`, true);
        previous = record.seq;
        if (record.seq > applied) {
          try {
            apply(record);
          } catch (error) {
            return stop(`transaction ${record.seq} can't be applied: ${messageOf(error)}`, true);
          }
          applied = record.seq;
        }
        mark = { at: from.offset + at, text: bytes.toString("latin1", at, at + PREFIX_BYTES) };
      }
      place = { segment: from.segment, offset: from.offset + end + 1, lines: place.lines + 1, mark };
      at = end + 1;
    }
    return { place, seq: applied, torn: null, damage: null, found: previous ?? 0 };
  }

  private shortfall(place: Place, found: number, seq: number): Damage {
    const problem = `the journal ends with transaction ${found}, but a snapshot holds ${seq}`;
    return { file: this.fileOf(place.segment), line: place.lines + 1, offset: place.offset, problem };
  }

  private gap(segment: Segment, seq: number): Damage {
    const problem = `transactions ${seq + 1} to ${segment.first - 1} are missing before it`;
    return { file: segment.file, line: 1, offset: 0, problem };
  }

  /** Removes what a torn record left. Only under the lock. What has whole lines is kept aside: it may be a damaged record. */
  async cut(torn: Damage): Promise<void> {
    const fd = this.files.open(torn.file, "r+");
    try {
      const rest = this.files.read(fd, torn.offset, this.files.size(fd) - torn.offset);
      if (rest.includes(10)) this.keepAside(`${torn.file}.cut-${torn.offset}`, rest);
      this.files.truncate(fd, torn.offset);
      await this.files.sync(fd);
    } finally {
      this.files.close(fd);
    }
  }

  private keepAside(file: string, bytes: Buffer): void {
    const fd = this.files.open(file, "a+");
    try {
      this.files.write(fd, bytes);
    } finally {
      this.files.close(fd);
    }
  }

  /**
   * Writes transactions after `place`, durably: one write, one sync. Only under the lock, at the very end of the journal.
   * When it throws, nothing of them is in the file, as far as the disk obeys; `onUnsure` is told when it may not.
   */
  async append(
    place: Place,
    transactions: readonly Transaction[],
    onUnsure: (error: unknown) => void,
  ): Promise<Place> {
    const group = transactions[0]?.seq ?? 0;
    const target = place.offset < SEGMENT_BYTES ? place : await this.close(place, group);
    const lines = transactions.map(({ seq, time, events }) => encodeLine({ seq, time, group, events }));
    const header = target.offset === 0 ? [headerOf(target.segment)] : [];
    const fd = this.files.open(this.fileOf(target.segment), "a+");
    try {
      await this.writeAll(fd, target.offset, Buffer.concat([...header, ...lines]), onUnsure);
    } finally {
      this.files.close(fd);
    }
    if (target.offset === 0) await this.files.syncFolder(this.folder);
    const size = [...header, ...lines].reduce((sum, line) => sum + line.length, 0);
    const last = lines.at(-1) ?? Buffer.alloc(0);
    const offset = target.offset + size;
    return {
      segment: target.segment,
      offset,
      lines: target.lines + header.length + lines.length,
      mark: { at: offset - last.length, text: last.toString("latin1", 0, PREFIX_BYTES) },
    };
  }

  private async writeAll(
    fd: number,
    offset: number,
    bytes: Buffer,
    onUnsure: (error: unknown) => void,
  ): Promise<void> {
    try {
      this.files.write(fd, bytes);
    } catch (error) {
      this.takeBack(fd, offset, onUnsure);
      throw error;
    }
    try {
      await this.files.sync(fd);
    } catch (error) {
      onUnsure(error);
      this.takeBack(fd, offset, onUnsure);
      throw error;
    }
  }

  private takeBack(fd: number, offset: number, onUnsure: (error: unknown) => void): void {
    try {
      this.files.truncate(fd, offset);
    } catch (error) {
      onUnsure(error);
    }
  }

  /** A dead writer may have left the file unsynced; what follows in another file must not outlive it. */
  private async close(place: Place, next: number): Promise<Place> {
    await this.sync(place);
    return startOf(next);
  }

  async sync(place: Place): Promise<void> {
    let fd: number;
    try {
      fd = this.files.open(this.fileOf(place.segment), "r+");
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    try {
      await this.files.sync(fd);
    } finally {
      this.files.close(fd);
    }
  }
}

/**
 * Right behind the record of transaction `seq`, so that what a snapshot holds need not be read again. Null when it is not in the
 * file, whole; then all of the file is read.
 */
function placeAfter(bytes: Buffer, segment: number, seq: number): Place | null {
  const needle = `","seq":${seq},"time":`;
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
    const start = at + 2 - PREFIX_BYTES;
    const end = bytes.indexOf(10, at);
    if (end < 0 || (start !== 0 && bytes[start - 1] !== 10)) continue;
    const entry = toEntry(bytes.subarray(start, end));
    if (entry.kind !== "record" || entry.record.seq !== seq) continue;
    const mark = { at: start, text: bytes.toString("latin1", start, start + PREFIX_BYTES) };
    return { segment, offset: end + 1, lines: linesIn(bytes.subarray(0, end + 1)), mark };
  }
  return null;
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Whether a whole record of a group later than the one at `expected` follows. */
function provesDamage(rest: Buffer, expected: number): boolean {
  for (let at = 0; at < rest.length;) {
    const end = rest.indexOf(10, at);
    if (end < 0) return false;
    const entry = toEntry(rest.subarray(at, end));
    if (entry.kind === "record" && entry.record.group > expected) return true;
    at = end + 1;
  }
  return false;
}

export function tooNew(folder: string): HeadraceError {
  return new HeadraceError(
    "store-too-new",
    `The store in ${folder} was written by a newer version of Headrace.`,
    {
      advice: "Update Headrace. The store was left as it is.",
    },
  );
}

export function describeDamage(damage: Damage): string {
  return `${damage.file}, line ${damage.line}: ${damage.problem}`;
}
