/** The log of a step or of all: rows in sight alone exist; older ones are fetched when they are scrolled to. */
import { fill } from "../../src/panels/messages";
import type { LogHits, LogPart, RunCommand, RunStrings } from "../../src/panels/run/messages";
import { plainLine, styledLine } from "../ui/ansi";
import { element } from "../ui/dom";
import { visible } from "../ui/format";
import { logText, matchesIn } from "../ui/logText";
import type { Watching } from "../ui/rpc";
import { Surface } from "../ui/surface";
import { iconButton, setPressed, textField } from "../ui/toolkit";
import { LogLines, type ShownLine } from "./logLines";

const ROW = 18;
const OVERSCAN = 20;
/** Fetches before the end of what is loaded comes into sight. */
const AHEAD = 40 * ROW;
const TYPING_MS = 150;

export interface LogHost {
  tell(command: RunCommand): void;
  watch(invocation: string | null, watching: Watching): Promise<LogPart>;
  before(at: number, watching?: Watching): Promise<LogPart>;
  after(at: number, watching?: Watching): Promise<LogPart>;
  find(text: string, watching: Watching): Promise<LogHits>;
  showOutput(): void;
  /** Whether more may come. */
  growing(): boolean;
}

export class LogView {
  readonly root: HTMLElement;
  readonly #title = element("h2", {});
  readonly #rows = element("div", { class: "log-rows" });
  readonly #scroller: HTMLElement;
  readonly #hint = element("p", { class: "log-hint note", role: "status" });
  readonly #count = element("span", { class: "log-count note", role: "status" });
  readonly #search: HTMLInputElement;
  readonly #followButton: HTMLElement;
  readonly #openButton: HTMLElement;
  #log = new LogLines(true);
  #invocation: string | null = null;
  #follow = true;
  readonly #open = (file: string, line: number): void => this.host.tell({ do: "openPlace", file, line });
  /** While a part of the log is read, and while all of it is searched. */
  readonly #reading: Surface;
  readonly #searching: Surface;
  #fetching = false;
  #frame = 0;
  #query = "";
  #hits: LogHits = { at: [], more: false };
  #hit = -1;
  #typing: number | undefined;

  constructor(
    private readonly strings: RunStrings,
    private readonly host: LogHost,
  ) {
    const showOutput = (): void => host.showOutput();
    this.#reading = new Surface(strings, showOutput);
    this.#searching = new Surface(strings, showOutput);
    this.#search = textField(strings.search, (text) => this.#typed(text));
    this.#search.classList.add("log-search");
    this.#search.addEventListener("keydown", (event) => this.#searchKey(event));
    this.#followButton = iconButton("arrow-down", strings.follow, () => this.#setFollow(!this.#follow), {
      pressed: true,
    });
    this.#openButton = iconButton("go-to-file", strings.openLog, () => {
      if (this.#invocation !== null) host.tell({ do: "openLog", invocation: this.#invocation });
    });
    this.#scroller = element(
      "div",
      { class: "log-scroller", tabindex: 0, role: "region", onscroll: () => this.#scrolled() },
      this.#rows,
    );
    this.root = element(
      "section",
      { class: "log" },
      element(
        "div",
        { class: "log-head" },
        this.#title,
        element(
          "div",
          { class: "log-tools" },
          this.#search,
          this.#count,
          iconButton("arrow-small-up", strings.previous, () => this.#step(-1)),
          iconButton("arrow-small-down", strings.next, () => this.#step(1)),
          this.#followButton,
          iconButton("copy", strings.copyLog, () => this.#copy()),
          this.#openButton,
        ),
      ),
      this.#searching.root,
      this.#reading.root,
      this.#hint,
      this.#scroller,
    );
    new ResizeObserver(() => this.#schedule()).observe(this.#scroller);
    this.#setFollow(true);
  }

  get invocation(): string | null {
    return this.#invocation;
  }

  focusSearch(): void {
    this.#search.focus();
  }

  async show(invocation: string | null): Promise<void> {
    const { strings, host } = this;
    this.#invocation = invocation;
    this.#log = new LogLines(invocation === null);
    this.#hits = { at: [], more: false };
    this.#hint.textContent = "";
    this.#searching.leave();
    this.#title.textContent = invocation === null ? strings.log : fill(strings.logOf, visible(invocation));
    this.#scroller.setAttribute("aria-label", this.#title.textContent);
    this.#openButton.hidden = invocation === null;
    this.#schedule();
    await this.#reading.ask({
      label: strings.readingLog,
      ask: (watching) => host.watch(invocation, watching),
      show: (part) => {
        this.#log.replace(part);
        this.#setFollow(true);
        this.#sayIfEmpty();
        if (this.#query !== "") void this.#find();
      },
    });
  }

  /** What the log has grown by. */
  append(part: LogPart): void {
    const adjacent = this.#log.append(part);
    if (!adjacent && this.#follow) {
      void this.#toEnd();
      return;
    }
    if (adjacent && this.#query !== "") this.#countNew(part);
    this.#sayIfEmpty();
    this.#schedule();
  }

  refresh(): void {
    this.#sayIfEmpty();
  }

  #sayIfEmpty(): void {
    const { noLog, noLogYet } = this.strings;
    const empty = this.#log.lines.length === 0;
    this.#hint.textContent = empty ? (this.host.growing() ? noLogYet : noLog) : "";
  }

  #setFollow(follow: boolean): void {
    this.#follow = follow;
    setPressed(this.#followButton, follow);
    if (follow && this.#log.hasNewer) void this.#toEnd();
    this.#schedule();
  }

  #toEnd(): Promise<void> {
    return this.#read(
      (watching) => this.host.before(Number.MAX_SAFE_INTEGER, watching),
      (part) => this.#log.replace(part),
    );
  }

  /** Of the log that is shown now. */
  async #read(ask: (watching: Watching) => Promise<LogPart>, show: (part: LogPart) => void): Promise<void> {
    await this.#reading.ask({
      label: this.strings.readingLog,
      ask,
      show: (part) => {
        show(part);
        this.#schedule();
      },
    });
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 2 * ROW;
    if (this.#follow && !atEnd && this.#frame === 0) this.#setFollow(false);
    else if (!this.#follow && atEnd && !this.#log.hasNewer) this.#setFollow(true);
    this.#schedule();
    if (scrollTop < AHEAD && this.#log.hasOlder) void this.#fetch("older");
    else if (scrollTop + clientHeight > scrollHeight - AHEAD && this.#log.hasNewer) void this.#fetch("newer");
  }

  async #fetch(which: "older" | "newer"): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    const log = this.#log;
    await (which === "older"
      ? this.#read(
          (watching) => this.host.before(log.start, watching),
          (part) => {
            const added = log.prepend(part);
            this.#rows.style.height = `${log.lines.length * ROW}px`;
            this.#scroller.scrollTop += added * ROW;
          },
        )
      : this.#read(
          (watching) => this.host.after(log.end, watching),
          (part) => {
            const before = log.lines.length;
            log.append(part);
            const gone = Math.max(0, before + part.lines.length - log.lines.length);
            if (gone > ROW) this.#scroller.scrollTop -= gone * ROW;
          },
        ));
    this.#fetching = false;
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#paint();
      this.#frame = 0;
    });
  }

  #paint(): void {
    const { lines } = this.#log;
    this.#rows.style.height = `${lines.length * ROW}px`;
    if (this.#follow) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, Math.floor(scrollTop / ROW) - OVERSCAN);
    const to = Math.min(lines.length, Math.ceil((scrollTop + clientHeight) / ROW) + OVERSCAN);
    const current = this.#hits.at[this.#hit];
    const rows = lines
      .slice(from, to)
      .map((line) => this.#row(line, line.at !== null && line.at === current));
    const body = element("div", { class: "log-window" }, ...rows);
    body.style.transform = `translateY(${from * ROW}px)`;
    this.#rows.replaceChildren(body);
  }

  #row(line: ShownLine, current: boolean): HTMLElement {
    if (line.at === null) return element("div", { class: "log-line log-title" }, visible(line.text));
    return element(
      "div",
      { class: current ? "log-line current" : "log-line" },
      ...logText(styledLine(line.text, line.look), this.#query, this.#open),
    );
  }

  #typed(text: string): void {
    this.#query = text;
    window.clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => void this.#find(), TYPING_MS);
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      this.#search.value = "";
      this.#typed("");
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async #find(): Promise<void> {
    const query = this.#query;
    // What was typed last is searched for now: not once more in a moment.
    window.clearTimeout(this.#typing);
    this.#hit = -1;
    this.#hits = { at: [], more: false };
    this.#count.textContent = "";
    if (query === "") {
      this.#searching.leave();
      this.#schedule();
      return;
    }
    await this.#searching.ask({
      label: this.strings.searching,
      ask: (watching) => this.host.find(query, watching),
      show: (hits) => {
        this.#hits = hits;
        this.#sayCount();
        // The last one: that is where one looks first in a log.
        if (hits.at.length > 0) this.#step(-1);
        this.#schedule();
      },
    });
  }

  #countNew(part: LogPart): void {
    const found = part.lines.filter((line) => matchesIn(plainLine(line.text), this.#query).length > 0);
    if (found.length === 0) return;
    this.#hits = { ...this.#hits, at: [...this.#hits.at, ...found.map((line) => line.at)] };
    this.#sayCount();
  }

  #sayCount(): void {
    const { at, more } = this.#hits;
    const { matches, noMatches } = this.strings;
    const total = `${at.length}${more ? "+" : ""}`;
    this.#count.textContent =
      this.#query === "" ? "" : at.length === 0 ? noMatches : fill(matches, this.#hit + 1, total);
  }

  #step(by: 1 | -1): void {
    const { at } = this.#hits;
    if (at.length === 0) return;
    const from = this.#hit === -1 && by === -1 ? 0 : this.#hit;
    this.#hit = (from + by + at.length) % at.length;
    this.#sayCount();
    void this.#reveal(at[this.#hit] ?? 0);
  }

  async #reveal(at: number): Promise<void> {
    const log = this.#log;
    this.#setFollow(false);
    if (log.rowOf(at) === -1) {
      await this.#read(
        (watching) => this.host.after(at, watching),
        (part) => log.replace(part),
      );
      await this.#read(
        (watching) => this.host.before(at, watching),
        (part) => log.prepend(part),
      );
    }
    const row = log.rowOf(at);
    if (row === -1) return;
    this.#rows.style.height = `${log.lines.length * ROW}px`;
    this.#frame ||= -1;
    this.#scroller.scrollTop = row * ROW - this.#scroller.clientHeight / 2;
    this.#frame = 0;
    this.#schedule();
  }

  #copy(): void {
    this.host.tell({ do: "copy", text: this.#log.lines.map((line) => plainLine(line.text)).join("\n") });
  }
}
