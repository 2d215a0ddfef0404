/** Finds and splits the rows of a CSV file (RFC 4180, and what people write instead) without reading more than it must. */
import { TextDecoder } from "node:util";
import { type FileBytes, invalid } from "./file";

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CHUNK = 1024 * 1024;
/** The place of every so many rows is remembered. */
const STEP = 64;
/** A row longer than this is a quotation mark that nobody closed. */
const LONGEST_ROW = 8 * 1024 * 1024;

/** Where the scanner is inside a row; kept between chunks. */
type Place = "start" | "plain" | "quoted" | "after-quote";

/** Where rows begin, found as far as somebody asked. */
export class CsvIndex {
  /** Offset of row 0, 64, 128, … */
  private readonly marks: number[];
  private position: number;
  private rowStart: number;
  private place: Place = "start";
  private afterReturn = false;
  /** Rows whose end has been seen. */
  rows = 0;
  complete = false;

  constructor(
    private readonly file: FileBytes,
    private readonly delimiter: number,
    start: number,
  ) {
    this.marks = [start];
    this.position = start;
    this.rowStart = start;
  }

  /** Bytes of the file that have been looked at. */
  get scanned(): number {
    return this.rowStart;
  }

  /** Looks on until `row` rows are known, or the file ends. */
  async reach(row: number): Promise<void> {
    while (this.rows < row && !this.complete) {
      const chunk = await this.file.read(this.position, CHUNK);
      if (chunk.length === 0) this.finish();
      else this.scan(chunk);
    }
  }

  /** Offsets that surely hold rows `from` to `to`, and the number of the first row there. */
  span(from: number, to: number): { start: number; end: number; first: number } {
    const mark = Math.min(Math.floor(from / STEP), this.marks.length - 1);
    const after = this.marks[Math.ceil(to / STEP)];
    return { start: this.marks[mark] ?? 0, end: after ?? this.rowStart, first: mark * STEP };
  }

  private scan(chunk: Uint8Array): void {
    const base = this.position;
    let place = this.place;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.afterReturn) {
        this.afterReturn = false;
        if (byte === LINE_FEED) {
          this.moveRowStart(base + at + 1);
          continue;
        }
      }
      if (place === "quoted") {
        if (byte === QUOTE) place = "after-quote";
        continue;
      }
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        this.endRow(base + at + 1);
        this.afterReturn = byte === CARRIAGE_RETURN;
        place = "start";
      } else if (byte === QUOTE && (place === "start" || place === "after-quote")) place = "quoted";
      else place = byte === this.delimiter ? "start" : "plain";
    }
    this.place = place;
    this.position = base + chunk.length;
    if (this.position - this.rowStart > LONGEST_ROW) {
      throw invalid(
        `Row ${this.rows + 1} of the CSV file is longer than 8 MB; a quotation mark may not be closed.`,
      );
    }
  }

  private endRow(next: number): void {
    this.rows += 1;
    this.rowStart = next;
    if (this.rows % STEP === 0) this.marks.push(next);
  }

  /** The line feed of a pair belongs to the row before it. */
  private moveRowStart(next: number): void {
    this.rowStart = next;
    if (this.rows % STEP === 0) this.marks[this.marks.length - 1] = next;
  }

  private finish(): void {
    if (this.rowStart < this.position) this.endRow(this.position);
    this.complete = true;
  }
}

/** Splits bytes into rows of fields; the last row may lack its line end. */
export function splitRows(data: Uint8Array, delimiter: number): (string | null)[][] {
  // All that matters to the format is ASCII, so the text is decoded at once and not field by field.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    const field = readField(text, at, delimiter);
    row.push(field.text);
    at = field.next;
    const code = text.charCodeAt(at);
    if (code === delimiter) {
      at += 1;
      if (at < text.length) continue;
      row.push(null);
    }
    if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) at += 2;
    else if (code === CARRIAGE_RETURN || code === LINE_FEED) at += 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

/** One field; null when there is nothing in it, not even quotation marks. */
function readField(text: string, start: number, delimiter: number): { text: string | null; next: number } {
  if (text.charCodeAt(start) !== QUOTE) {
    const next = endOfField(text, start, delimiter);
    return { text: next === start ? null : text.slice(start, next), next };
  }
  let value = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { text: value + text.slice(at), next: text.length };
    value += text.slice(at, quote);
    at = quote + 1;
    if (text.charCodeAt(at) !== QUOTE) break;
    value += '"';
    at += 1;
  }
  const next = endOfField(text, at, delimiter);
  return { text: value + text.slice(at, next), next };
}

function endOfField(text: string, start: number, delimiter: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === delimiter || code === LINE_FEED || code === CARRIAGE_RETURN) break;
    at += 1;
  }
  return at;
}
