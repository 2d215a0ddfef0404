/** The steps of a run as a table with one axis of time. Only the rows in sight exist; a change writes the rows it is about. */
import { fill } from "../../src/panels/messages";
import type { RunCommand, RunHead, RunStep, RunStrings } from "../../src/panels/run/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { formatDuration, formatElapsed, visible } from "../ui/format";
import { scrollToRow } from "../ui/scrolling";
import { isRunning, statusGlyph } from "../ui/steps";
import { ticks } from "../ui/timeScale";

const ROW = 28;
const OVERSCAN = 6;

export interface TableHost {
  tell(command: RunCommand): void;
  /** Null: none, which means all. */
  selected(invocation: string | null): void;
}

export class StepTable {
  readonly root: HTMLElement;
  readonly #axis = element("div", { class: "steps-axis", "aria-hidden": "true" });
  readonly #body = element("div", { class: "steps-body", role: "rowgroup" });
  readonly #scroller: HTMLElement;
  #head: RunHead | null = null;
  #steps: RunStep[] = [];
  readonly #index = new Map<string, number>();
  readonly #drawn = new Map<number, HTMLElement>();
  #selected: string | null = null;
  #active = 0;
  #scale = "";

  constructor(
    private readonly strings: RunStrings,
    private readonly host: TableHost,
  ) {
    const title = (text: string, name: string): HTMLElement =>
      element("div", { class: `steps-${name}`, role: "columnheader" }, text);
    const header = element(
      "div",
      { class: "steps-header", role: "row" },
      title(strings.step, "name"),
      title(strings.state, "state"),
      element(
        "div",
        { class: "steps-time", role: "columnheader" },
        element("span", { class: "visually-hidden" }, strings.time),
        this.#axis,
      ),
      title(strings.outputs, "outputs"),
    );
    this.#scroller = element(
      "div",
      { class: "steps-scroller", role: "presentation", onscroll: () => this.#paint() },
      this.#body,
    );
    this.root = element(
      "div",
      {
        class: "steps",
        role: "grid",
        "aria-label": strings.steps,
        onkeydown: (event: KeyboardEvent) => this.#keydown(event),
      },
      element("div", { role: "rowgroup" }, header),
      this.#scroller,
    );
    new ResizeObserver(() => this.#paint()).observe(this.#scroller);
  }

  show(head: RunHead, steps: readonly RunStep[]): void {
    this.#head = head;
    this.#steps = [...steps];
    this.#index.clear();
    steps.forEach((step, i) => this.#index.set(step.invocation, i));
    this.#body.style.height = `${steps.length * ROW}px`;
    this.#scroller.style.setProperty("--rows", `${steps.length * ROW}px`);
    this.root.setAttribute("aria-rowcount", String(steps.length + 1));
    this.#repaint();
  }

  /** Rows of these steps alone are written again, unless the axis has grown. */
  update(head: RunHead, steps: readonly RunStep[]): void {
    this.#head = head;
    for (const step of steps) {
      const index = this.#index.get(step.invocation);
      if (index === undefined) continue;
      this.#steps[index] = step;
      this.#redraw(index);
    }
    this.tick();
  }

  /** Time has passed: bars of what runs grow, and with them the axis. */
  tick(): void {
    const [begin, end] = this.#span();
    if (`${begin}-${end}` !== this.#scale) {
      this.#repaint();
      return;
    }
    for (const index of this.#drawn.keys()) {
      if (isRunning(this.#steps[index]?.status ?? "waiting")) this.#redraw(index);
    }
  }

  select(invocation: string | null): void {
    const before = this.#selected;
    this.#selected = invocation;
    for (const one of [before, invocation]) {
      const index = one === null ? undefined : this.#index.get(one);
      if (index !== undefined) this.#redraw(index);
    }
    const index = invocation === null ? undefined : this.#index.get(invocation);
    if (index !== undefined) this.#moveTo(index);
  }

  step(invocation: string): RunStep | null {
    return this.#steps[this.#index.get(invocation) ?? -1] ?? null;
  }

  /** While the run goes on the axis has room ahead, so that it seldom changes and with it every row. */
  #span(): readonly [number, number] {
    const begin = this.#head?.started ?? 0;
    if (this.#head?.finished === null) return [begin, begin + roomFor(Date.now() - begin)];
    let end = begin + 1;
    for (const { finished } of this.#steps) if (finished !== null && finished > end) end = finished;
    return [begin, end];
  }

  #repaint(): void {
    const [begin, end] = this.#span();
    this.#scale = `${begin}-${end}`;
    this.#drawn.clear();
    replaceChildren(this.#axis, ...ticks(end - begin));
    this.#paint();
  }

  #paint(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, Math.floor(scrollTop / ROW) - OVERSCAN);
    const to = Math.min(this.#steps.length, Math.ceil((scrollTop + clientHeight) / ROW) + OVERSCAN);
    const focused = this.#body.contains(document.activeElement);
    for (const [index] of this.#drawn) if (index < from || index >= to) this.#drawn.delete(index);
    for (let index = from; index < to; index++) {
      const step = this.#steps[index];
      if (step !== undefined && !this.#drawn.has(index)) this.#drawn.set(index, this.#row(step, index));
    }
    const rows = [...this.#drawn].sort(([a], [b]) => a - b).map(([, row]) => row);
    this.#body.replaceChildren(...rows);
    // Something must be reachable by keyboard also while the active row is out of sight.
    if (!this.#drawn.has(this.#active)) rows[0]?.setAttribute("tabindex", "0");
    if (focused) this.#drawn.get(this.#active)?.focus({ preventScroll: true });
  }

  #redraw(index: number): void {
    const before = this.#drawn.get(index);
    const step = this.#steps[index];
    if (before === undefined || step === undefined) return;
    const focused = before.contains(document.activeElement);
    const row = this.#row(step, index);
    this.#drawn.set(index, row);
    before.replaceWith(row);
    if (focused) row.focus({ preventScroll: true });
  }

  #row(step: RunStep, index: number): HTMLElement {
    const [begin, end] = this.#span();
    const now = Date.now();
    const name = visible(step.invocation);
    const words = stateWords(this.strings, step, now);
    const cell = (kind: string, title: string | null, ...children: Child[]): HTMLElement =>
      element("div", { class: `steps-${kind}`, role: "gridcell", title }, ...children);
    const row = element(
      "div",
      {
        class: `steps-row is-${step.status}`,
        role: "row",
        tabindex: index === this.#active ? 0 : -1,
        "aria-rowindex": index + 2,
        "aria-selected": String(step.invocation === this.#selected),
        "data-step": step.invocation,
        onclick: () => this.host.selected(step.invocation),
        ondblclick: () => this.host.tell({ do: "goToStep", invocation: step.invocation }),
      },
      cell("name", name, statusGlyph(step.status), element("span", { class: "ellipsis" }, name)),
      cell("state", words, words),
      cell("time", null, ...this.#bar(step, begin, end, now)),
      cell("outputs", null, ...this.#outputs(step)),
    );
    row.style.top = `${index * ROW}px`;
    return row;
  }

  #bar(step: RunStep, begin: number, end: number, now: number): readonly Child[] {
    if (step.started === null) return [];
    const finished = step.finished ?? (isRunning(step.status) ? now : step.started);
    const percent = (time: number): number => (100 * Math.max(0, time - begin)) / (end - begin);
    const bar = element("div", { class: "time-bar" });
    bar.style.left = `min(${percent(step.started)}%, calc(100% - 3px))`;
    bar.style.width = `${percent(finished) - percent(step.started)}%`;
    const took = finished - step.started;
    const label = element(
      "span",
      { class: "time-label" },
      isRunning(step.status) ? formatElapsed(took) : formatDuration(took),
    );
    if (percent(finished) < 80) label.style.left = `calc(${percent(finished)}% + 7px)`;
    else label.style.right = `calc(${100 - percent(step.started)}% + 6px)`;
    return percent(finished) >= 80 && percent(step.started) < 20 ? [bar] : [bar, label];
  }

  #outputs(step: RunStep): readonly Child[] {
    return step.outputs.map((output) =>
      element(
        "button",
        {
          class: "link ellipsis",
          type: "button",
          tabindex: -1,
          title: `${visible(output.name)} · ${visible(output.summary)}`,
          onclick: (event: MouseEvent) => {
            event.stopPropagation();
            this.host.tell({ do: "openArtifact", versionId: output.versionId });
          },
        },
        visible(output.name),
      ),
    );
  }

  #moveTo(index: number): void {
    const before = this.#drawn.get(this.#active);
    before?.setAttribute("tabindex", "-1");
    this.#active = index;
    scrollToRow(this.#scroller, index * ROW, ROW);
    this.#paint();
    this.#drawn.get(index)?.setAttribute("tabindex", "0");
  }

  #keydown(event: KeyboardEvent): void {
    const last = this.#steps.length - 1;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / ROW) - 1);
    const moves: Readonly<Record<string, number | undefined>> = {
      ArrowDown: Math.min(last, this.#active + 1),
      ArrowUp: Math.max(0, this.#active - 1),
      PageDown: Math.min(last, this.#active + page),
      PageUp: Math.max(0, this.#active - page),
      Home: 0,
      End: last,
    };
    const target = moves[event.key];
    const step = this.#steps[this.#active];
    if (target !== undefined) {
      this.#moveTo(target);
      this.#drawn.get(target)?.focus({ preventScroll: true });
    } else if (step !== undefined && (event.key === "Enter" || event.key === " ")) {
      this.host.selected(step.invocation);
    } else if (event.key === "Escape") this.host.selected(null);
    else return;
    event.preventDefault();
  }
}

/** The next round span of time. */
function roomFor(elapsed: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(elapsed, 1000)));
  const size = [1, 2, 3, 5, 10].find((round) => round * magnitude > elapsed) ?? 10;
  return size * magnitude;
}

/** What happened to a step, and why. */
export function stateWords(strings: RunStrings, step: RunStep, now: number): string {
  const word = strings[step.status];
  if (step.status === "skipped")
    return step.skippedBecause === null ? strings.notReached : fill(strings.because, step.skippedBecause);
  if (step.failure !== null) return `${word}: ${firstLine(step.failure.type, step.failure.message)}`;
  const tried = step.attempt > 1 ? fill(strings.attempt, step.attempt) : null;
  const time = step.started !== null && isRunning(step.status) ? formatElapsed(now - step.started) : null;
  return [word, tried, time, step.cacheReason].filter((part) => part !== null && part !== "").join(" · ");
}

function firstLine(type: string, message: string): string {
  return visible(`${type}: ${message.split("\n")[0] ?? ""}`);
}
