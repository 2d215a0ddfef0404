/** What can be done with the drawing as a whole. */
import { fill } from "../../src/panels/messages";
import type { DagRun, DagState, DagStrings } from "../../src/panels/dag/messages";
import { codicon, element, replaceChildren } from "../ui/dom";
import { dropdown, iconButton, setPressed } from "../ui/toolkit";
import { Menu, type MenuSection } from "./menu";
import { statusWord } from "./look";
import { SearchBox } from "./searchBox";

export type Switch = "artifacts" | "fold" | "minimap" | "critical" | "wrap";
/** Those with a button of their own in the toolbar; the menu has all. */
type Button = Exclude<Switch, "minimap" | "wrap">;
export type Export = "svg" | "png" | "mermaid" | "dot" | "json";

export interface ToolbarHost {
  tab(tab: "graph" | "timeline"): void;
  toggled(which: Switch): void;
  turn(): void;
  fit(): void;
  zoom(factor: number): void;
  searched(query: string): void;
  nextMatch(step: 1 | -1): void;
  leaveSearch(): void;
  menu(): readonly MenuSection[];
  showRun(runId: string | null): void;
  compare(runId: string | null): void;
  run(): void;
  stop(): void;
  rerunFailed(): void;
}

const SOURCE = "";

export class Toolbar {
  readonly root: HTMLElement;
  /** Stands in the corner of the drawing. */
  readonly zoom: HTMLElement;
  readonly #searchOpener: HTMLElement;
  readonly #picker = element("div", { class: "pickers" });
  readonly #actions = element("div", { class: "tool-group" });
  readonly #tabs: Readonly<Record<"graph" | "timeline", HTMLElement>>;
  readonly #switches: Readonly<Record<Button, HTMLElement>>;
  readonly search: SearchBox;
  readonly #graphTools: HTMLElement;
  readonly #map: HTMLElement;
  readonly #progress = element("span", { class: "progress-text" });
  #actionsKey = "";
  #pickerKey = "";

  constructor(
    private readonly strings: DagStrings,
    private readonly host: ToolbarHost,
  ) {
    this.#tabs = {
      graph: this.#tab("graph", strings.graph),
      timeline: this.#tab("timeline", strings.timeline),
    };
    const toggle = (which: Switch, icon: string, label: string): HTMLElement =>
      iconButton(icon, label, () => host.toggled(which), { pressed: false });
    this.#switches = {
      artifacts: toggle("artifacts", "package", strings.artifacts),
      fold: toggle("fold", "fold", strings.fold),
      critical: toggle("critical", "flame", strings.critical),
    };
    this.search = new SearchBox(strings, {
      searched: (query) => host.searched(query),
      nextMatch: (step) => host.nextMatch(step),
      leaveSearch: () => host.leaveSearch(),
      searching: (on) => this.#searching(on),
    });
    this.#searchOpener = iconButton("search", strings.openSearch, () => this.search.focus(), {
      class: "search-opener",
    });
    this.#graphTools = element(
      "div",
      { class: "tool-group", role: "group", "aria-label": strings.graph },
      element(
        "div",
        { class: "tool-group wide-only" },
        this.#switches.artifacts,
        this.#switches.fold,
        iconButton("arrow-swap", strings.orientation, () => host.turn(), { class: "turn" }),
      ),
      new Menu("ellipsis", strings.viewOptions, () => host.menu()).root,
    );
    this.#map = iconButton("map", strings.hideMinimap, () => host.toggled("minimap"), { pressed: true });
    this.zoom = element(
      "div",
      { class: "zoom", role: "group", "aria-label": strings.layout },
      iconButton("zoom-in", strings.zoomIn, () => host.zoom(1.3)),
      iconButton("zoom-out", strings.zoomOut, () => host.zoom(1 / 1.3)),
      iconButton("screen-full", strings.fit, () => host.fit()),
      this.#map,
    );
    this.root = element(
      "header",
      { class: "toolbar" },
      element("div", { class: "tabs", role: "tablist" }, this.#tabs.graph, this.#tabs.timeline),
      this.#picker,
      this.#actions,
      this.#progress,
      element("span", { class: "spacer" }),
      this.search.root,
      this.#searchOpener,
      element("div", { class: "wide-only" }, this.#switches.critical),
      this.#graphTools,
    );
  }

  /** The first control of its kind takes many times as long as those after it: it is made while the host still reads. */
  prepare(): void {
    if (this.#pickerKey !== "") return;
    replaceChildren(
      this.#picker,
      dropdown(this.strings.shownRun, [{ value: SOURCE, label: "" }], SOURCE, () => undefined),
    );
  }

  update(state: DagState, done: number): void {
    this.#updatePicker(state);
    this.#updateActions(state);
    const total = state.steps.length;
    const text =
      state.run === null
        ? ""
        : `${statusWord(this.strings, state.run.status)} · ${fill(this.strings.progress, done, total)}`;
    if (this.#progress.textContent !== text) this.#progress.textContent = text;
  }

  setTab(tab: "graph" | "timeline"): void {
    for (const [name, control] of Object.entries(this.#tabs)) {
      control.setAttribute("aria-selected", String(name === tab));
      control.tabIndex = name === tab ? 0 : -1;
    }
    this.#graphTools.hidden = tab !== "graph";
    this.zoom.hidden = tab !== "graph";
  }

  setSwitch(which: Button, on: boolean): void {
    setPressed(this.#switches[which], on);
  }

  /** A small drawing is seen whole anyway. */
  offerMinimap(offered: boolean, shown: boolean): void {
    this.#map.hidden = !offered;
    setPressed(this.#map, shown);
    const label = shown ? this.strings.hideMinimap : this.strings.showMinimap;
    this.#map.title = label;
    this.#map.setAttribute("aria-label", label);
  }

  /** Only a run has a critical path. */
  offerCritical(offered: boolean): void {
    this.#switches.critical.hidden = !offered;
  }

  /** In a narrow column the field lies over the toolbar while it is used. */
  #searching(on: boolean): void {
    this.root.classList.toggle("searching", on);
    setPressed(this.#searchOpener, this.search.query !== "");
  }

  #tab(tab: "graph" | "timeline", label: string): HTMLElement {
    const made = element(
      "button",
      {
        class: "tab",
        role: "tab",
        "aria-selected": "false",
        "aria-label": label,
        title: label,
        onclick: () => this.host.tab(tab),
      },
      codicon(tab === "graph" ? "type-hierarchy-sub" : "list-tree"),
      element("span", { class: "tab-label" }, label),
    );
    made.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = tab === "graph" ? "timeline" : "graph";
      this.host.tab(other);
      this.#tabs[other].focus();
    });
    return made;
  }

  #updatePicker(state: DagState): void {
    const key = JSON.stringify([state.run?.id, state.runs, state.comparison?.run.id, state.hasSource]);
    if (key === this.#pickerKey) return;
    this.#pickerKey = key;
    const { strings, host } = this;
    const runs = state.runs.map((run) => ({ value: run.id, label: runLabel(strings, run) }));
    const source = state.hasSource ? [{ value: SOURCE, label: strings.fromSource }] : [];
    const shown = dropdown(strings.shownRun, [...source, ...runs], state.run?.id ?? SOURCE, (value) =>
      host.showRun(value === SOURCE ? null : value),
    );
    const others = runs.filter((run) => run.value !== state.run?.id);
    const none = { value: SOURCE, label: strings.noComparison };
    const compared = dropdown(
      strings.compareWith,
      [none, ...others],
      state.comparison?.run.id ?? SOURCE,
      (value) => host.compare(value === SOURCE ? null : value),
    );
    compared.classList.add("wide-only");
    replaceChildren(this.#picker, shown, state.run === null || others.length === 0 ? null : compared);
  }

  #updateActions(state: DagState): void {
    const running =
      state.run !== null && (state.run.status === "running" || state.run.status === "initializing");
    const failed = state.run !== null && !running && state.run.status !== "completed";
    const key = JSON.stringify([running, failed, state.canRun]);
    if (key === this.#actionsKey) return;
    this.#actionsKey = key;
    const { strings, host } = this;
    replaceChildren(
      this.#actions,
      running ? iconButton("debug-stop", strings.stop, () => host.stop(), { class: "stop" }) : null,
      !running && state.canRun ? iconButton("play", strings.run, () => host.run(), { class: "play" }) : null,
      failed && state.canRun
        ? iconButton("debug-rerun", strings.rerunFailed, () => host.rerunFailed())
        : null,
    );
  }
}

function runLabel(strings: DagStrings, run: DagRun): string {
  return fill(strings.runLabel, run.index, statusWord(strings, run.status));
}
