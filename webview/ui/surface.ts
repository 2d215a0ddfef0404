/**
 * A part of a page that waits for answers: it says what is waited for, how long already and how far it is, with a way out; then
 * why nothing came, with a way to try again and to the log. Short waits say nothing, so that quick answers don't flicker.
 */
import { messageOf } from "../../src/core/errors";
import { fill, type CommonStrings } from "../../src/panels/messages";
import { codicon, element, replaceChildren } from "./dom";
import { GivenUp, type Watching } from "./rpc";
import { button, progressRing } from "./toolkit";
import { Waiting } from "./waiting";

export interface Question<T> {
  /** What goes on: "Sorting". */
  readonly label: string;
  readonly ask: (watching: Watching) => Promise<T>;
  readonly show: (answer: T) => void;
}

interface Wait {
  readonly controller: AbortController;
  readonly label: string;
  fraction: number | null;
}

export class Surface {
  readonly root = element("div", { class: "surface", hidden: true });
  #wait: Wait | null = null;
  readonly #waiting = new Waiting();

  constructor(
    private readonly strings: CommonStrings,
    private readonly showLog: () => void,
  ) {}

  /** A new question takes the place of one that is waited for. */
  async ask<T>(question: Question<T>): Promise<void> {
    this.leave();
    const wait: Wait = {
      controller: new AbortController(),
      label: question.label,
      fraction: null,
    };
    this.#wait = wait;
    this.#speakOf(wait, question);
    try {
      const answer = await question.ask({
        signal: wait.controller.signal,
        progress: (fraction) => {
          wait.fraction = fraction;
        },
      });
      if (this.#wait !== wait) return;
      this.#rest();
      question.show(answer);
    } catch (error) {
      if (this.#wait !== wait) return;
      this.#rest();
      const reason = error instanceof GivenUp ? this.strings.givenUp : messageOf(error);
      this.#showReason(reason, !(error instanceof GivenUp), () => void this.ask(question));
    }
  }

  /** Nothing is waited for any more, and nothing said. */
  leave(): void {
    const wait = this.#wait;
    this.#rest();
    wait?.controller.abort();
  }

  #rest(): void {
    this.#wait = null;
    this.#waiting.end();
    this.root.hidden = true;
    replaceChildren(this.root);
  }

  #speakOf<T>(wait: Wait, question: Question<T>): void {
    const time = element("span", { class: "surface-text", role: "status" });
    const cancel = button(this.strings.cancel, () => {
      wait.controller.abort();
      if (this.#wait === wait) {
        this.#rest();
        this.#showReason(this.strings.givenUp, false, () => void this.ask(question));
      }
    });
    const say = (seconds: number): void => {
      const { fraction, label } = wait;
      time.textContent =
        fraction === null
          ? fill(this.strings.loadingFor, label, seconds)
          : fill(this.strings.loadingPart, label, seconds, Math.floor(fraction * 100));
    };
    this.#waiting.begin(say, () => {
      replaceChildren(this.root, progressRing(), time, cancel);
      this.root.hidden = false;
    });
  }

  #showReason(reason: string, isFailure: boolean, retry: () => void): void {
    replaceChildren(
      this.root,
      isFailure ? codicon("error") : null,
      element("span", { class: "surface-text", role: isFailure ? "alert" : "status" }, reason),
      button(this.strings.retry, retry),
      isFailure ? button(this.strings.showLog, this.showLog) : null,
    );
    this.root.hidden = false;
  }
}
