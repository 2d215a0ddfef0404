/** The part of a log that is loaded: a run of lines in the middle of the file, which may grow at both of its ends. */
import type { LogPart } from "../../src/panels/run/messages";
import { lookAfter, PLAIN, type Look } from "../ui/ansi";

export interface ShownLine {
  /** Its place in the log, in bytes; null for the title above a step's lines. */
  readonly at: number | null;
  text: string;
  readonly invocation: string;
  /** How its text begins: colours go on over ends of lines. */
  look: Look;
}

/** More are let go of at the far end, so that a page never holds a whole large log. */
const MOST_LINES = 40_000;

export class LogLines {
  #lines: ShownLine[] = [];
  #start = 0;
  #end = 0;
  #total = 0;

  /** With titles where lines of another step begin. */
  constructor(readonly titled: boolean) {}

  get lines(): readonly ShownLine[] {
    return this.#lines;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  get hasOlder(): boolean {
    return this.#start > 0;
  }

  get hasNewer(): boolean {
    return this.#end < this.#total;
  }

  replace(part: LogPart): void {
    this.#lines = [];
    this.#start = part.start;
    this.#end = part.start;
    this.append(part);
  }

  /** Adds what comes next; false when something lies between, which is then to be fetched. */
  append(part: LogPart): boolean {
    this.#total = Math.max(this.#total, part.total);
    if (part.start !== this.#end) return false;
    this.#end = part.end;
    this.#add(part);
    if (this.#lines.length > MOST_LINES) {
      this.#lines = this.#lines.slice(-MOST_LINES / 2);
      this.#start = this.#lines.find((line) => line.at !== null)?.at ?? this.#start;
    }
    return true;
  }

  /** Adds older lines; answers how many rows were put above the others. */
  prepend(part: LogPart): number {
    if (part.end !== this.#start) return 0;
    const before = this.#lines;
    this.#lines = [];
    this.#start = part.start;
    this.#add(part);
    const added = this.#lines.length;
    const [first] = before;
    const repeated = first?.at === null && this.#lines.at(-1)?.invocation === first.invocation ? 1 : 0;
    for (const line of before.slice(repeated)) this.#push(line);
    if (this.#lines.length > MOST_LINES) {
      // The last line is let go of too: where it begins is where to go on from.
      const kept = this.#lines.slice(0, MOST_LINES / 2);
      while (kept.length > 0 && kept.at(-1)?.at === null) kept.pop();
      this.#end = kept.pop()?.at ?? this.#end;
      this.#lines = kept;
    }
    return added - repeated;
  }

  /** The row of the line that begins at a place; -1 when it isn't loaded. */
  rowOf(at: number): number {
    return at < this.#start || at >= this.#end ? -1 : this.#lines.findIndex((line) => line.at === at);
  }

  #add(part: LogPart): void {
    const [first, ...rest] = part.lines;
    if (first === undefined) return;
    const last = this.#lines.at(-1);
    if (part.continued && last?.invocation === first.invocation && last.at !== null) {
      // A progress bar overwrites its line again and again: only the last of it is kept.
      const text = last.text + first.text;
      last.text = text.slice(text.lastIndexOf("\r", text.length - 2) + 1);
    } else this.#line(first.at, first.text, first.invocation);
    for (const line of rest) this.#line(line.at, line.text, line.invocation);
  }

  #line(at: number, text: string, invocation: string): void {
    if (this.titled && this.#lines.at(-1)?.invocation !== invocation) {
      this.#lines.push({ at: null, text: invocation, invocation, look: PLAIN });
    }
    this.#push({ at, text, invocation, look: PLAIN });
  }

  #push(line: ShownLine): void {
    const last = this.#lines.at(-1);
    const goesOn = last !== undefined && last.at !== null && last.invocation === line.invocation;
    line.look = goesOn ? lookAfter(last.text, last.look) : PLAIN;
    this.#lines.push(line);
  }
}
