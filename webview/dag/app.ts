/** The page: holds the graph, the view on it, and the parts that show it, and keeps them in step. */
import { fill } from "../../src/panels/messages";
import {
  type DagContract,
  type DagDelta,
  type DagState,
  type DagStrings,
} from "../../src/panels/dag/messages";
import { element } from "../ui/dom";
import type { Channel } from "../ui/rpc";
import { isRunning } from "../ui/steps";
import { nodeContext, stepContext } from "./contexts";
import { spoken, tooltipLines } from "./describe";
import { Drawer } from "./drawer";
import type { DrawnNode } from "./drawing";
import { exportAs } from "./export";
import { Finder } from "./finder";
import { GraphStore } from "./graphStore";
import { listenToKeys } from "./keys";
import { Marking } from "./marking";
import { measureWith } from "./measure";
import { Notes } from "./notes";
import { Outline } from "./outline";
import { buildScene, type Scene, type SceneNode } from "./scene";
import { Stage } from "./stage";
import { isTooLarge, waysOut } from "./tooLarge";
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
  readonly #notes: Notes;
  #store: GraphStore | null = null;
  #view: ViewState = freshView("");
  readonly #finder: Finder;
  readonly #marking: Marking;
  /** Someone wants to see it, however long it takes. */
  #drawsAnySize = false;
  #ticking: number | undefined;

  constructor(
    private readonly channel: Channel<DagContract>,
    private readonly strings: DagStrings,
  ) {
    const style = getComputedStyle(document.body);
    const measure = measureWith(style.fontFamily, Number.parseFloat(style.fontSize) || 13, strings);
    this.#finder = new Finder(strings);
    this.#marking = new Marking(this.#finder);
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
      label: (node) => (this.#store === null ? "" : spoken(strings, this.#store, node.node, Date.now())),
      context: (node) => this.#context(node.node),
      activated: (id) => this.#activated(id),
      opened: (id) => this.#withNode(id, (node) => this.#open(node)),
      selected: (id) => this.#select(id),
      placeOf: (id) => this.#stage.screenPlace(id),
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
    this.#notes = new Notes(strings, {
      showAll: () => this.#change({ focus: null, hidden: [] }, true),
      clearSearch: () => this.#toolbar.search.clear(),
      stopComparing: () => channel.tell({ kind: "compare", runId: null }),
    });
    const graph = element(
      "div",
      { class: "graph-pane", role: "tabpanel", "aria-label": strings.graph },
      this.#stage.root,
      this.#outline.root,
      this.#toolbar.zoom,
    );
    this.root.append(
      this.#heading,
      this.#toolbar.root,
      this.#notes.root,
      element("div", { class: "panes" }, graph, this.#timeline.root, this.#drawer.root),
      this.#outline.live,
    );
    this.#listen();
  }

  /** For as long as there is nothing to show. */
  prepare(): void {
    this.#toolbar.prepare();
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
    this.#marking.point(nodes);
    this.#mark();
    const drawn = this.#stage.drawing?.scene.nodeOf.get(nodes[0] ?? "");
    if (drawn !== undefined) this.#stage.keepInSight(drawn);
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
    this.#change({ ...view, opened }, which !== "minimap" && which !== "critical");
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
    this.#notes.update(store, this.#view, this.#finder.query);
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
    const scene = this.#scene(store);
    if (this.#drawsAnySize || !isTooLarge(scene)) this.#stage.draw(scene, store, this.#view, keepOrder);
    else
      this.#stage.refuse(
        scene,
        waysOut(this.strings, this.#view, store.head, {
          change: (part) => this.#change(part, true),
          anyway: () => {
            this.#drawsAnySize = true;
            this.#draw(false);
          },
        }),
      );
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
    // The drawer takes room.
    if (this.#drawer.node !== null) this.#stage.settle();
    this.#findAgain();
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
    this.#notes.update(store, this.#view, this.#finder.query);
    this.#timeline.refresh();
    this.#outline.refresh();
    const selected = this.#drawer.node;
    if (selected !== null && drawn.has(selected.id)) this.#drawer.refresh();
    this.#findAgain();
    if (this.#view.critical || this.#finder.query !== "") this.#mark();
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
    const active = this.#outline.root.contains(document.activeElement) ? this.#outline.active : null;
    const marks = this.#marking.marks(store, drawing, this.#view, active);
    this.#stage.setMarks(marks);
    this.#timeline.setCritical(marks.critical);
    const offersMap = drawing.nodes.size >= MINIMAP_FROM;
    this.#toolbar.offerMinimap(offersMap, this.#view.minimap);
    this.#stage.showMinimap(offersMap && this.#view.minimap);
  }

  #hover(node: DrawnNode | null, whole: boolean): void {
    if (this.#marking.hover(node, whole)) this.#mark();
  }

  #clicked(node: DrawnNode | null): void {
    this.#select(node?.id ?? null);
    if (node === null) return;
    if (this.#stage.moved) this.#stage.keepInSight(node.id);
    this.#outline.focus(node.id);
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
    if (this.#store === null) return;
    this.#finder.ask(query, this.#store, this.#stage.drawing);
    this.#tellMatches();
    this.#mark();
  }

  #nextMatch(step: 1 | -1): void {
    const id = this.#finder.next(step);
    if (id === null) return;
    this.#reveal(id);
    this.#tellMatches();
  }

  #findAgain(): void {
    if (this.#store === null || this.#finder.query === "") return;
    this.#finder.refresh(this.#store, this.#stage.drawing);
    this.#tellMatches();
  }

  #tellMatches(): void {
    this.#notes.update(this.#store, this.#view, this.#finder.query);
    this.#toolbar.search.setMatches(this.#finder.words(), this.#finder.count > 1);
  }

  #listen(): void {
    listenToKeys({
      search: () => this.#toolbar.search.focus(),
      nextMatch: (step) => this.#nextMatch(step),
      back: () => this.#back(),
      graph: {
        fit: () => this.#stage.fit(true),
        actualSize: () => this.#stage.actualSize(),
        zoomToSelection: () => this.#stage.zoomTo(this.#view.selected ?? this.#outline.active),
        zoomIn: () => this.#stage.zoomBy(1.3),
        zoomOut: () => this.#stage.zoomBy(1 / 1.3),
        foldAround: () => {
          const frame = this.#frameAround(this.#view.selected) ?? this.#frameAround(this.#outline.active);
          if (frame !== null) this.#foldAgain(frame);
        },
        move: (event) => this.#outline.take(event),
      },
      graphShown: () => this.#store !== null && this.#view.tab === "graph",
    });
  }

  /** What was asked for last goes first. */
  #back(): void {
    if (this.#view.selected !== null) this.#select(null);
    else if (this.#finder.query !== "") this.#toolbar.search.clear();
    else if (this.#view.focus !== null) this.#change({ focus: null }, true);
    this.#outline.focus();
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
