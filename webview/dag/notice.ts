/** Words in place of the drawing, or beside it while one is made: with the time that it takes, and always a way on. */
import { fill } from "../../src/panels/messages";
import type { DagStrings } from "../../src/panels/dag/messages";
import { element, replaceChildren } from "../ui/dom";
import { button } from "../ui/toolkit";
import { Waiting } from "../ui/waiting";

export interface NoticeAction {
  readonly label: string;
  readonly act: () => void;
}

export class Notice {
  readonly root = element("div", { class: "notice", hidden: true });
  readonly #waiting = new Waiting();

  constructor(private readonly strings: DagStrings) {}

  /** Something is being done; in a corner, as the last drawing may still be there. */
  busy(label: string, cancel: () => void): void {
    this.clear();
    const words = element("span");
    const stop = this.#buttons([{ label: this.strings.cancel, act: cancel }]);
    this.#waiting.begin(
      (seconds) => (words.textContent = fill(this.strings.loadingFor, label, seconds)),
      () => this.#show("status", "notice busy", words, stop),
    );
  }

  /** Nothing is drawn, and why. */
  say(role: "status" | "alert", title: string, text: string | null, actions: readonly NoticeAction[]): void {
    this.clear();
    const words = text === null ? [] : [element("p", {}, text)];
    this.#show(role, "notice", element("h2", {}, title), ...words, this.#buttons(actions));
  }

  clear(): void {
    this.#waiting.end();
    this.root.hidden = true;
  }

  #show(role: string, classes: string, ...children: HTMLElement[]): void {
    this.root.setAttribute("role", role);
    this.root.className = classes;
    replaceChildren(this.root, ...children);
    this.root.hidden = false;
  }

  #buttons(actions: readonly NoticeAction[]): HTMLElement {
    return element(
      "div",
      { class: "notice-actions" },
      ...actions.map(({ label, act }, i) =>
        button(label, act, { appearance: i === 0 ? "primary" : "secondary" }),
      ),
    );
  }
}
