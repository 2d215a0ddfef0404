import type { DagDetails, DagStrings } from "../../src/panels/dag/messages";
import { lookAfter, PLAIN, styledLine, type Look } from "../ui/ansi";
import { element } from "../ui/dom";
import { logText, type OpenPlace } from "../ui/logText";

/** What the page keeps of a step that prints on and on. */
const MOST_LINES = 500;

/** The end of a step's output, growing while it runs; it stays at the end unless someone scrolled up. */
export class LogTail {
  readonly #box = element("pre", { class: "log", tabindex: 0 });
  /** What was printed of the last line so far, and how it begins. */
  #last = "";
  #look: Look = PLAIN;

  constructor(
    private readonly strings: DagStrings,
    private readonly open: OpenPlace,
  ) {}

  show(log: NonNullable<DagDetails["log"]>): HTMLElement {
    this.#box.setAttribute("aria-label", this.strings.log);
    this.#box.title = log.cut ? this.strings.logCut : "";
    this.#box.replaceChildren();
    this.#last = "";
    this.#look = PLAIN;
    if (log.text === "") this.#box.textContent = this.strings.noLog;
    else this.append(log.text);
    return this.#box;
  }

  append(text: string): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 24;
    // The last line goes on, or nothing was there but the word that nothing was printed.
    if (this.#box.firstElementChild === null) this.#box.replaceChildren();
    else this.#box.lastElementChild?.remove();
    const lines = (this.#last + text).split("\n");
    this.#last = lines.pop() ?? "";
    const kept = lines.slice(-MOST_LINES).map((line) => this.#line(line));
    const goesOn = element("span", {}, ...logText(styledLine(this.#last, this.#look), "", this.open));
    this.#box.append(...kept, goesOn);
    while (this.#box.childElementCount > MOST_LINES) this.#box.firstElementChild?.remove();
    if (atEnd) requestAnimationFrame(() => (this.#box.scrollTop = this.#box.scrollHeight));
  }

  #line(line: string): HTMLElement {
    const shown = element("span", {}, ...logText(styledLine(line, this.#look), "", this.open), "\n");
    this.#look = lookAfter(line, this.#look);
    return shown;
  }
}
