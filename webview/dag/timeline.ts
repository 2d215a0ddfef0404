/** The run in time: a bar for each step, in the order in which they began. Only the rows in sight exist. */
import { element } from "../ui/dom";
import { byName } from "../../src/core/naturalOrder";
import type { DagStep, DagStrings } from "../../src/panels/dag/messages";
import { formatDuration, visible } from "../ui/format";
import { scrollToRow } from "../ui/scrolling";
import { isRunning, statusGlyph } from "../ui/steps";
import { ticks } from "../ui/timeScale";
import { comparisonOf } from "./compare";
import type { GraphStore } from "./graphStore";
import { elapsed, footer } from "./look";

const ROW = 26;

export interface TimelineHost {
  selected(id: string): void;
  opened(id: string): void;
  context(step: DagStep): string;
}

export class Timeline {
  readonly root = element("div", { class: "timeline", hidden: true });
  readonly #axis = element("div", { class: "axis", "aria-hidden": "true" });
  readonly #rows: HTMLElement;
  readonly #scroller: HTMLElement;
  #store: GraphStore | null = null;
  #steps: readonly DagStep[] = [];
  #selected: string | null = null;
  #critical: ReadonlySet<string> | null = null;
  #active = 0;

  constructor(
    private readonly strings: DagStrings,
    private readonly host: TimelineHost,
  ) {
    this.#rows = element("div", { class: "rows", role: "listbox", "aria-label": strings.timeline });
    this.#scroller = element("div", { class: "rows-scroller" }, this.#rows);
    this.#scroller.addEventListener("scroll", () => this.#paint());
    this.#rows.addEventListener("keydown", (event) => this.#keydown(event));
    this.root.append(this.#axis, this.#scroller);
  }

  get shown(): boolean {
    return !this.root.hidden;
  }

  show(shown: boolean): void {
    const opens = shown && !this.shown;
    this.root.hidden = !shown;
    if (!shown) return;
    this.refresh();
    if (opens) this.#showSelected();
  }

  setStore(store: GraphStore): void {
    this.#store = store;
    this.refresh();
  }

  select(id: string | null): void {
    this.#selected = id;
    if (!this.shown) return;
    this.#showSelected();
    this.#paint();
  }

  /** The steps that the run's length is made of; null while nobody asks for them. */
  setCritical(critical: ReadonlySet<string> | null): void {
    this.#critical = critical;
    if (this.shown) this.#paint();
  }

  #showSelected(): void {
    const row = this.#steps.findIndex((step) => step.id === this.#selected);
    if (row < 0) return;
    this.#active = row;
    scrollToRow(this.#scroller, row * ROW, ROW);
  }

  /** After steps changed or time passed. */
  refresh(): void {
    if (!this.shown || this.#store === null) return;
    this.#steps = [...this.#store.steps()]
      .filter((step) => step.started !== null)
      .sort((a, b) => (a.started ?? 0) - (b.started ?? 0) || byName(a.invocation, b.invocation));
    this.#rows.style.height = `${this.#steps.length * ROW}px`;
    this.#active = Math.min(this.#active, Math.max(0, this.#steps.length - 1));
    this.#paint();
  }

  focus(): void {
    this.#rows.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  #paint(): void {
    if (!this.shown || this.#store === null) return;
    if (this.#steps.length === 0) {
      this.#axis.replaceChildren();
      this.#rows.removeAttribute("role");
      this.#rows.replaceChildren(element("p", { class: "hint" }, this.strings.noTimes));
      return;
    }
    this.#rows.setAttribute("role", "listbox");
    const now = Date.now();
    const begin = this.#steps[0]?.started ?? 0;
    const end = this.#steps.reduce(
      (last, step) => Math.max(last, step.finished ?? now, (step.started ?? 0) + (this.#before(step) ?? 0)),
      begin + 1,
    );
    const focused = this.#rows.contains(document.activeElement);
    const from = Math.max(0, Math.floor(this.#scroller.scrollTop / ROW) - 4);
    const to = Math.min(
      this.#steps.length,
      Math.ceil((this.#scroller.scrollTop + this.#scroller.clientHeight) / ROW) + 4,
    );
    const rows = this.#steps.slice(from, to).map((step, i) => this.#row(step, from + i, begin, end, now));
    if (this.#active < from || this.#active >= to) rows[0]?.setAttribute("tabindex", "0");
    this.#rows.replaceChildren(...rows);
    this.#axis.replaceChildren(...ticks(end - begin));
    if (focused) this.focus();
  }

  /** How long it took in the run that is compared with. */
  #before(step: DagStep): number | null {
    return this.#store?.head.comparison?.durations[step.id] ?? null;
  }

  #row(step: DagStep, index: number, begin: number, end: number, now: number): HTMLElement {
    const name = visible(step.invocation);
    const compared = comparisonOf(
      this.strings,
      this.#store?.head.comparison ?? null,
      step.id,
      elapsed(step, now),
    );
    const words = [footer(this.strings, step, now), compared?.long]
      .filter((part) => part !== undefined)
      .join(" · ");
    const row = element(
      "div",
      {
        class: this.#critical?.has(step.id) === true ? "row critical" : "row",
        role: "option",
        tabindex: index === this.#active ? 0 : -1,
        "aria-selected": String(step.id === this.#selected),
        "aria-posinset": index + 1,
        "aria-setsize": this.#steps.length,
        title: `${name} · ${words}`,
        "data-vscode-context": this.host.context(step),
        onclick: () => this.host.selected(step.id),
        ondblclick: () => this.host.opened(step.id),
      },
      element("div", { class: "row-name" }, statusGlyph(step.status), element("span", {}, name)),
      element("span", { class: "visually-hidden" }, `, ${words}`),
      element("div", { class: "row-time", "aria-hidden": "true" }, ...this.#bars(step, begin, end, now)),
    );
    row.style.top = `${index * ROW}px`;
    return row;
  }

  #bars(step: DagStep, begin: number, end: number, now: number): readonly HTMLElement[] {
    const started = step.started ?? begin;
    const finished = step.finished ?? (isRunning(step.status) ? now : started);
    const bar = (classes: string, took: number): HTMLElement => {
      const made = element("div", { class: classes });
      made.style.left = `${(100 * (started - begin)) / (end - begin)}%`;
      made.style.width = `${(100 * took) / (end - begin)}%`;
      return made;
    };
    const before = this.#before(step);
    return [
      ...(before === null ? [] : [bar("time-before", before)]),
      bar(`time-bar is-${step.status}`, finished - started),
      timeLabel(step, begin, end, now),
    ];
  }

  #keydown(event: KeyboardEvent): void {
    const last = this.#steps.length - 1;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / ROW) - 1);
    const moves: Readonly<Record<string, number | undefined>> = {
      PageDown: Math.min(last, this.#active + page),
      PageUp: Math.max(0, this.#active - page),
      ArrowDown: Math.min(last, this.#active + 1),
      ArrowUp: Math.max(0, this.#active - 1),
      Home: 0,
      End: last,
    };
    const target = moves[event.key];
    const step = this.#steps[target ?? this.#active];
    if (step === undefined) return;
    if (target !== undefined) {
      this.#active = target;
      scrollToRow(this.#scroller, target * ROW, ROW);
      this.#paint();
      this.focus();
    } else if (event.key === "Enter") this.host.opened(step.id);
    else if (event.key === " ") this.host.selected(step.id);
    else return;
    event.preventDefault();
  }
}

/** Beside the bar, on the side where there is room. */
function timeLabel(step: DagStep, begin: number, end: number, now: number): HTMLElement {
  const started = step.started ?? begin;
  const finished = step.finished ?? now;
  const text = element("span", { class: "time-label" }, formatDuration(finished - started));
  const after = (finished - begin) / (end - begin);
  if (after < 0.85) text.style.left = `calc(${100 * after}% + 6px)`;
  else text.style.right = `calc(${100 - (100 * (started - begin)) / (end - begin)}% + 6px)`;
  return text;
}
