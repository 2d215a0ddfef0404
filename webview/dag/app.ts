/** The page: holds the graph, the view on it, and the parts that show it, and keeps them in step. */
import { fill } from "../../src/panels/messages";
import {
  invocationOf,
  type DagContract,
  type DagDelta,
  type DagState,
  type DagStrings,
} from "../../src/panels/dag/messages";
import { element } from "../ui/dom";
import type { Channel } from "../ui/rpc";
import { isRunning } from "../ui/steps";
import { nodeContext, stepContext } from "./contexts";
import { criticalPath } from "./critical";
import { label, tooltipLines } from "./describe";
import { Drawer } from "./drawer";
import type { DrawnNode } from "./drawing";
import { exportAs } from "./export";
import { GraphStore } from "./graphStore";
import { lineage, nextTo } from "./lineage";
import { measureWith } from "./measure";
import { Outline } from "./outline";
import { search } from "./query";
import { buildScene, type Scene, type SceneNode } from "./scene";
import { Stage } from "./stage";
import { Timeline } from "./timeline";
import { Toolbar, type Switch } from "./toolbar";
import { viewMenu } from "./viewMenu";
import { freshView, restoredView, type ViewState } from "./viewState";

/** Fewer nodes than this are seen at once anyway. */
const MINIMAP_FROM = 20;

export class DagApp {
  readonly root = element("main", { class: "dag", hidden: true });
  readonly #toolbar: Toolbar;
  readonly #stage: Stage;
  readonly #outline: Outline;
  readonly #drawer: Drawer;
  readonly #timeline: Timeline;
  readonly #heading = element("h1", { class: "visually-hidden" });
  readonly #focusNote = element("div", { class: "focus-note", hidden: true });
  #store: GraphStore | null = null;
  #view: ViewState = freshView("");
  #matches: ReadonlySet<string> | null = null;
  #matchList: readonly string[] = [];
  #matchAt = 0;
  #hovered: { readonly id: string; readonly whole: boolean } | null = null;
  #pointed: ReadonlySet<string> = new Set();
  #ticking: number | undefined;

  constructor(
    private readonly channel: Channel<DagContract>,
    private readonly strings: DagStrings,
  ) {
    const style = getComputedStyle(document.body);
    const measure = measureWith(style.fontFamily, Number.parseFloat(style.fontSize) || 13, strings);
    this.#toolbar = this.#makeToolbar();
    this.#stage = new Stage(strings, measure, {
      hovered: (node, whole) => this.#hover(node, whole),
      clicked: (node) => this.#clicked(node),
      opened: (node) => this.#open(node.node),
      folded: (frame) => this.#foldAgain(frame),
      context: (node) => this.#context(node?.node ?? null),
      tooltip: (node) => this.#tooltip(node),
      moved: () => this.#keepSoon(),
      drawn: () => this.#drawn(),
    });
    this.#outline = new Outline(strings.graph, {
      label: (node) => (this.#store === null ? "" : label(strings, this.#store, node.node, Date.now())),
      context: (node) => this.#context(node.node),
      activated: (id) => this.#activated(id),
      opened: (id) => this.#withNode(id, (node) => this.#open(node)),
      selected: (id) => this.#select(id),
      placeOf: (id) => this.#stage.screenPlace(id),
      key: (event) => this.#key(event),
    });
    this.#drawer = new Drawer(strings, {
      tell: (command) => channel.tell(command),
      details: (node) => channel.request("details", { node }),
      select: (node) => this.#reveal(node),
      closed: () => this.#select(null),
      focusPath: (node) => this.#change({ focus: node }, true),
      unfold: (id) => this.#change({ opened: [...this.#view.opened, id], selected: null }, true),
      frameAround: (node) => this.#frameAround(node),
      foldAgain: (frame) => this.#foldAgain(frame),
      canRun: () => this.#store?.head.canRun ?? false,
    });
    this.#timeline = new Timeline(strings, {
      selected: (id) => this.#reveal(id),
      opened: (id) => channel.tell({ kind: "openSource", node: id, location: null }),
      context: (step) => (this.#store === null ? "{}" : stepContext(this.#store.head, step)),
    });
    const graph = element(
      "div",
      { class: "graph-pane", role: "tabpanel", "aria-label": strings.graph },
      this.#stage.root,
      this.#outline.root,
      this.#focusNote,
      this.#toolbar.zoom,
    );
    this.root.append(
      this.#heading,
      this.#toolbar.root,
      element("div", { class: "panes" }, graph, this.#timeline.root, this.#drawer.root),
      this.#outline.live,
    );
    graph.addEventListener("keydown", (event) => {
      if (event.target === this.#stage.root) this.#key(event);
    });
  }

  show(state: DagState): void {
    const again = this.#store !== null && this.#view.key === state.key;
    if (!again) this.#view = restoredView(this.channel.kept(), state.key);
    this.#store = new GraphStore(state);
    this.#heading.textContent = fill(this.strings.graphOf, state.pipeline);
    // The layout goes first: a large one is worked out elsewhere while the rest of the page is written.
    this.#draw(again);
    this.#timeline.setStore(this.#store);
    this.#syncControls();
    this.#tick();
  }

  apply(delta: DagDelta): void {
    const store = this.#store;
    if (store === null) return;
    const before = store.head.run?.status;
    const changed = new Set(store.apply(delta));
    this.#refresh(changed);
    const failed = delta.steps.filter((step) => step.status === "failed");
    const [first] = failed;
    if (first !== undefined)
      this.#outline.announce(fill(this.strings.announced, first.invocation, this.strings.failed));
    const status = store.head.run?.status;
    if (status !== before && status !== undefined) {
      this.#outline.announce(fill(this.strings.announced, store.head.pipeline, this.strings[status]));
    }
    this.#tick();
  }

  highlight(nodes: readonly string[]): void {
    const drawn = this.#stage.drawing?.scene.nodeOf;
    this.#pointed = new Set(nodes.flatMap((id) => drawn?.get(id) ?? []));
    this.#mark();
    const [first] = this.#pointed;
    if (first !== undefined) this.#stage.reveal(first);
  }

  log(node: string, text: string): void {
    this.#drawer.appendLog(node, text);
  }

  #makeToolbar(): Toolbar {
    return new Toolbar(this.strings, {
      tab: (tab) => this.#change({ tab }, false),
      toggled: (which) => this.#toggle(which),
      turn: () => this.#turn(),
      fit: () => this.#stage.fit(true),
      zoom: (factor) => this.#stage.zoomBy(factor),
      searched: (query) => this.#search(query),
      nextMatch: (step) => this.#nextMatch(step),
      leaveSearch: () => this.#outline.focus(),
      menu: () => this.#menu(),
      showRun: (runId) => this.channel.tell({ kind: "showRun", runId }),
      compare: (runId) => this.channel.tell({ kind: "compare", runId }),
      run: () => this.channel.tell({ kind: "run" }),
      stop: () => this.channel.tell({ kind: "stop" }),
      rerunFailed: () => this.channel.tell({ kind: "rerunFailed" }),
    });
  }

  #menu(): ReturnType<typeof viewMenu> {
    const store = this.#store;
    if (store === null) return [];
    return viewMenu(this.strings, store.state, this.#view, {
      toggled: (which) => this.#toggle(which),
      turn: () => this.#turn(),
      expandAll: () => this.#change({ fold: false, grouping: "none", opened: [], focus: null }, true),
      group: (grouping) => this.#change({ grouping, opened: [] }, true),
      hide: (what, hidden) => {
        const others = this.#view.hidden.filter((known) => known !== what);
        this.#change({ hidden: hidden ? [...others, what] : others }, true);
      },
      compare: (runId) => this.channel.tell({ kind: "compare", runId }),
      export: (what) => void this.#export(what),
    });
  }

  #turn(): void {
    this.#change({ direction: this.#view.direction === "TB" ? "LR" : "TB" }, true);
  }

  #toggle(which: Switch): void {
    const view = { ...this.#view, [which]: !this.#view[which] };
    // What was opened by hand is closed with the rest.
    const opened = which === "fold" ? [] : view.opened;
    this.#change({ ...view, opened }, which === "artifacts" || which === "fold");
  }

  #change(part: Partial<ViewState>, redraw: boolean): void {
    this.#view = { ...this.#view, ...part };
    this.#syncControls();
    if (redraw) this.#draw(false);
    else this.#mark();
    this.#keepSoon();
  }

  #syncControls(): void {
    const { tab, artifacts, fold, critical } = this.#view;
    const store = this.#store;
    this.#toolbar.setTab(tab);
    this.#toolbar.setSwitch("artifacts", artifacts);
    this.#toolbar.setSwitch("fold", fold);
    this.#toolbar.setSwitch("critical", critical);
    this.#timeline.show(tab === "timeline");
    this.#stage.pane.hidden = tab !== "graph";
    if (store !== null) this.#updateToolbar(store);
    this.#noteWhatIsLeftOut();
  }

  /** Says what is not drawn and why, with the way back. */
  #noteWhatIsLeftOut(): void {
    const { focus, hidden } = this.#view;
    const { strings } = this;
    const store = this.#store;
    const filtered = [...(store?.steps() ?? [])].filter((step) => hidden.includes(step.status)).length;
    const notes: string[] = [];
    if (focus !== null)
      notes.push(fill(strings.focused, invocationOf(focus) ?? store?.artifact(focus)?.name ?? focus));
    if (filtered > 0) notes.push(fill(strings.hiddenSteps, filtered));
    this.#focusNote.hidden = notes.length === 0;
    const all = element(
      "button",
      { class: "link", onclick: () => this.#change({ focus: null, hidden: [] }, true) },
      strings.showAll,
    );
    this.#focusNote.replaceChildren(notes.join(" · "), " ", all);
  }

  #updateToolbar(store: GraphStore): void {
    let done = 0;
    for (const step of store.steps()) {
      if (step.status === "skipped" || step.status === "planned" || step.status === "waiting") continue;
      if (!isRunning(step.status) && step.started !== null) done++;
    }
    this.#toolbar.update(store.head, done);
    this.#toolbar.offerCritical(store.head.run !== null);
  }

  #draw(keepOrder: boolean): void {
    const store = this.#store;
    if (store === null) return;
    const { direction, place } = this.#view;
    this.#stage.draw(this.#scene(store), store, direction, place, keepOrder);
  }

  #scene(store: GraphStore): Scene {
    const { artifacts, fold, grouping, opened, hidden, focus } = this.#view;
    return buildScene(store.state, {
      artifacts,
      fold,
      grouping,
      opened: new Set(opened),
      hidden: new Set(hidden),
      focus,
    });
  }

  /** The layout is there, at once or from its worker. */
  #drawn(): void {
    const drawing = this.#stage.drawing;
    if (drawing === null) return;
    this.#outline.setDrawing(drawing);
    this.#showSelected();
    this.#mark();
  }

  #refresh(changed: ReadonlySet<string>): void {
    const store = this.#store;
    if (store === null) return;
    const drawn = new Set<string>();
    for (const id of changed) {
      drawn.add(this.#stage.drawing?.scene.nodeOf.get(id) ?? id);
    }
    this.#stage.update(drawn);
    this.#updateToolbar(store);
    this.#timeline.refresh();
    this.#outline.refresh();
    const selected = this.#drawer.node;
    if (selected !== null && drawn.has(selected.id)) this.#drawer.refresh();
    if (this.#view.critical) this.#mark();
  }

  /** One clock for everything that counts seconds; it stands still while nothing runs. */
  #tick(): void {
    const running = this.#store?.anyRunning() ?? false;
    if (running === (this.#ticking !== undefined)) return;
    window.clearInterval(this.#ticking);
    this.#ticking = running ? window.setInterval(() => this.#second(), 1000) : undefined;
  }

  #second(): void {
    const store = this.#store;
    if (store === null || document.hidden) return;
    const nodeOf = this.#stage.drawing?.scene.nodeOf;
    const running = new Set(store.runningSteps().map((id) => nodeOf?.get(id) ?? id));
    this.#stage.tick(running);
    this.#timeline.refresh();
    const selected = this.#drawer.node;
    if (selected !== null && running.has(selected.id)) this.#drawer.refresh();
  }

  #mark(): void {
    const store = this.#store;
    const drawing = this.#stage.drawing;
    if (store === null || drawing === null) return;
    const { critical, selected } = this.#view;
    const path = critical ? criticalPath(store.state, Date.now()) : null;
    this.#stage.setMarks({
      selected,
      active:
        this.root.contains(document.activeElement) && this.#outline.root.contains(document.activeElement)
          ? this.#outline.active
          : null,
      lit: this.#lit(),
      dims: this.#hovered === null || this.#hovered.whole,
      critical: path === null ? null : new Set([...path].flatMap((id) => drawing.scene.nodeOf.get(id) ?? [])),
      pointed: this.#pointed,
    });
    this.#stage.showMinimap(this.#view.minimap && drawing.nodes.size >= MINIMAP_FROM);
  }

  #lit(): ReadonlySet<string> | null {
    const drawing = this.#stage.drawing;
    if (drawing === null) return null;
    const arrows = drawing.scene.edges;
    if (this.#hovered !== null) {
      const { id, whole } = this.#hovered;
      return whole ? lineage(arrows, id, "both") : nextTo(arrows, id);
    }
    if (this.#matches === null) return null;
    return new Set([...this.#matches].flatMap((id) => drawing.scene.nodeOf.get(id) ?? []));
  }

  #hover(node: DrawnNode | null, whole: boolean): void {
    const same =
      (this.#hovered?.id ?? null) === (node?.id ?? null) && (this.#hovered?.whole ?? whole) === whole;
    if (same) return;
    this.#hovered = node === null ? null : { id: node.id, whole };
    this.#mark();
  }

  #clicked(node: DrawnNode | null): void {
    this.#select(node?.id ?? null);
    if (node !== null) this.#outline.focus(node.id);
  }

  #select(id: string | null): void {
    this.#view = { ...this.#view, selected: id };
    this.#showSelected();
    this.#mark();
    this.#keepSoon();
    if (id === null) this.#outline.focus();
  }

  #showSelected(): void {
    const { selected } = this.#view;
    const store = this.#store;
    const node = selected === null ? undefined : this.#stage.drawing?.nodes.get(selected)?.node;
    this.#timeline.select(selected);
    if (node === undefined || store === null) this.#drawer.hide();
    else this.#drawer.show(node, store, store.head.comparison);
  }

  /** Selects a node of the graph wherever it is drawn, and brings it into sight. */
  #reveal(id: string): void {
    const drawn = this.#stage.drawing?.scene.nodeOf.get(id) ?? id;
    this.#select(drawn);
    this.#stage.reveal(drawn);
  }

  #activated(id: string | null): void {
    this.#mark();
    if (id !== null) this.#stage.reveal(id);
  }

  #open(node: SceneNode): void {
    if (node.kind === "fold") {
      this.#change(
        { opened: [...this.#view.opened, node.of === "step" ? node.id : node.id.replace(/\/[^/]*$/, "")] },
        true,
      );
    } else if (node.kind === "step") {
      this.channel.tell({ kind: "openSource", node: node.id, location: null });
    } else {
      const versionId = this.#store?.artifact(node.id)?.versionId ?? null;
      if (versionId !== null) this.channel.tell({ kind: "openArtifact", versionId });
    }
  }

  /** What was opened by hand becomes one node again. */
  #foldAgain(id: string): void {
    this.#change({ opened: this.#view.opened.filter((opened) => opened !== id), selected: id }, true);
    this.#outline.focus(id);
  }

  #frameAround(node: string | null): string | null {
    const frames = this.#stage.drawing?.scene.frames ?? [];
    return frames.find(({ members }) => node !== null && members.includes(node))?.id ?? null;
  }

  #withNode(id: string, act: (node: SceneNode) => void): void {
    const node = this.#stage.drawing?.nodes.get(id)?.node;
    if (node !== undefined) act(node);
  }

  #search(query: string): void {
    const store = this.#store;
    if (store === null) return;
    this.#matches = search(store.state, query);
    const drawing = this.#stage.drawing;
    const drawn = new Set([...(this.#matches ?? [])].flatMap((id) => drawing?.scene.nodeOf.get(id) ?? []));
    this.#matchList = [...(drawing?.nodes.keys() ?? [])].filter((id) => drawn.has(id));
    this.#matchAt = -1;
    this.#tellMatches();
    this.#mark();
  }

  #nextMatch(step: 1 | -1): void {
    const count = this.#matchList.length;
    if (count === 0) return;
    this.#matchAt = (Math.max(this.#matchAt, step === 1 ? -1 : 0) + step + count) % count;
    const id = this.#matchList[this.#matchAt];
    if (id !== undefined) this.#reveal(id);
    this.#tellMatches();
  }

  #tellMatches(): void {
    const { strings } = this;
    const count = this.#matchList.length;
    const text =
      count === 0 ? strings.noMatches : fill(strings.matches, Math.max(1, this.#matchAt + 1), count);
    this.#toolbar.setMatches(this.#matches === null ? "" : text);
  }

  #key(event: KeyboardEvent): void {
    const acts: Readonly<Record<string, (() => void) | undefined>> = {
      "/": () => this.#toolbar.focusSearch(),
      n: () => this.#nextMatch(1),
      N: () => this.#nextMatch(-1),
      f: () => this.#stage.fit(true),
      "0": () => this.#stage.fit(true),
      "!": () => this.#stage.fit(true),
      "1": () => this.#stage.actualSize(),
      "2": () => this.#stage.zoomTo(this.#view.selected ?? this.#outline.active),
      "+": () => this.#stage.zoomBy(1.3),
      "=": () => this.#stage.zoomBy(1.3),
      "-": () => this.#stage.zoomBy(1 / 1.3),
      Backspace: () => {
        const frame = this.#frameAround(this.#outline.active);
        if (frame !== null) this.#foldAgain(frame);
      },
      Escape: () => (this.#view.focus === null ? this.#select(null) : this.#change({ focus: null }, true)),
    };
    const act = acts[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  #tooltip(node: DrawnNode): readonly string[] {
    const store = this.#store;
    return store === null
      ? []
      : tooltipLines(this.strings, store, node.node, store.head.comparison, Date.now());
  }

  #context(node: SceneNode | null): string {
    return this.#store === null ? "{}" : nodeContext(this.#store, node);
  }

  async #export(what: Parameters<typeof exportAs>[0]): Promise<void> {
    const store = this.#store;
    const parts = store === null ? null : this.#stage.picture();
    if (parts !== null) this.channel.tell(await exportAs(what, parts));
  }

  #keepSoon(): void {
    this.#view = { ...this.#view, place: this.#stage.place };
    this.channel.keep(this.#view);
  }
}
