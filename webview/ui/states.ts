/** What every page shows when it has no content: waiting (with the time, and a way out), nothing there, or what went wrong. */
import { fill, type CommonStrings, type PanelContract, type StateAction } from "../../src/panels/messages";
import { codicon, element, replaceChildren, type Child } from "./dom";
import type { Channel } from "./rpc";
import { button, progressRing } from "./toolkit";
import { Waiting } from "./waiting";

/** A page's own part of the conversation; what it isn't interested in it leaves out. */
export interface Follower<C extends PanelContract> {
  snapshot(state: C["state"]): void;
  delta?(delta: C["delta"]): void;
  event?(event: C["event"]): void;
}

export class States<C extends PanelContract> {
  readonly #words = element("div", { class: "state-words" });
  readonly #box = element(
    "main",
    { class: "state", hidden: true },
    element("h1", { class: "visually-hidden" }, document.title),
    this.#words,
  );
  readonly #waiting = new Waiting();

  constructor(
    parent: Element,
    private readonly content: HTMLElement,
    private readonly channel: Channel<C>,
    private readonly strings: CommonStrings,
  ) {
    parent.append(this.#box, content);
  }

  /** Says `ready`. Waiting, nothing there and failure are shown here; the rest is the page's. */
  follow(page: Follower<C>): void {
    this.channel.listen((message) => {
      switch (message.kind) {
        case "loading":
          this.#loading(message.label, message.since);
          return;
        case "empty":
          this.#empty(message.title, message.text, message.actions);
          return;
        case "failed":
          this.#failed(message.reason, message.advice, message.actions);
          return;
        case "snapshot":
          this.#ready();
          page.snapshot(message.state);
          return;
        case "delta":
          page.delta?.(message.delta);
          return;
        case "event":
          page.event?.(message.event);
      }
    });
  }

  #loading(label: string, since: number): void {
    const time = element("p", { class: "state-text" });
    this.#waiting.begin(
      (seconds) => (time.textContent = fill(this.strings.loadingFor, label, seconds)),
      () => this.#show("status", progressRing(), time, this.#buttons([], "cancel")),
      since,
    );
  }

  #empty(title: string, text: string, actions: readonly StateAction[]): void {
    this.#waiting.end();
    this.#show(
      "status",
      element("h2", {}, title),
      element("p", { class: "state-text" }, text),
      this.#buttons(actions, null),
    );
  }

  #failed(reason: string, advice: string | null, actions: readonly StateAction[]): void {
    this.#waiting.end();
    this.#show(
      "alert",
      codicon("error"),
      element("p", { class: "state-text" }, reason),
      advice === null ? null : element("p", { class: "state-advice" }, advice),
      this.#buttons(actions, "retry"),
    );
  }

  #ready(): void {
    this.#waiting.end();
    this.#box.hidden = true;
    this.content.hidden = false;
  }

  #show(role: string, ...children: Child[]): void {
    this.#words.setAttribute("role", role);
    replaceChildren(this.#words, ...children);
    this.#box.hidden = false;
    this.content.hidden = true;
  }

  #buttons(actions: readonly StateAction[], standard: "cancel" | "retry" | null): HTMLElement {
    const { channel, strings } = this;
    const made = actions.map((action, i) =>
      button(action.title, () => channel.send({ kind: "action", id: action.id }), {
        appearance: i === 0 ? "primary" : "secondary",
      }),
    );
    if (standard === "cancel") made.push(button(strings.cancel, () => channel.send({ kind: "cancel" })));
    if (standard === "retry") {
      made.push(
        button(strings.retry, () => channel.send({ kind: "retry" }), { appearance: "primary" }),
        button(strings.showLog, () => channel.send({ kind: "showLog" })),
      );
    }
    return element("div", { class: "state-actions" }, ...made);
  }
}
