import type { DagDetails, DagStrings } from "../../src/panels/dag/messages";
import { element } from "../ui/dom";

/** What the page keeps of a step that prints on and on. */
const KEPT = 64 * 1024;

/** Colours and cursor movements of terminals: `ESC [ … letter`, `ESC ] … BEL`. */
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007]*\u0007/g;

/** The end of a step's output, growing while it runs; it stays at the end unless someone scrolled up. */
export class LogTail {
  readonly #box = element("pre", { class: "log", tabindex: 0 });
  #text = "";

  constructor(private readonly strings: DagStrings) {}

  show(log: NonNullable<DagDetails["log"]>): HTMLElement {
    this.#text = plain(log.text);
    this.#box.setAttribute("aria-label", this.strings.log);
    this.#box.title = log.cut ? this.strings.logCut : "";
    this.#write();
    return this.#box;
  }

  append(text: string): void {
    this.#text = (this.#text + plain(text)).slice(-KEPT);
    this.#write();
  }

  #write(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 24;
    this.#box.textContent = this.#text === "" ? this.strings.noLog : this.#text;
    if (atEnd) requestAnimationFrame(() => (this.#box.scrollTop = this.#box.scrollHeight));
  }
}

function plain(text: string): string {
  return text.replace(ESCAPES, "").replace(/\r+\n/g, "\n");
}
