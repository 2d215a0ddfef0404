/** The drawing surface: chooses between SVG and blocks, follows the viewport, and tells what the pointer does. */
import type { DagStrings } from "../../src/panels/dag/messages";
import { fill } from "../../src/panels/messages";
import { element } from "../ui/dom";
import { BlockView } from "./blockView";
import { boxOf, Drawing, type DrawnNode } from "./drawing";
import { edgeName, fittedName, NAME_HEIGHT } from "./edgeShape";
import type { PictureParts } from "./exportPicture";
import type { GraphStore } from "./graphStore";
import { firstView, OF_FEW, OF_MANY } from "./firstView";
import { GraphView } from "./graphView";
import { withNames, withoutNames, type EdgeName } from "./layout/labels";
import { defaultOptions, type Direction, type Point } from "./layout/types";
import { LayoutRunner } from "./layoutRunner";
import { noMarks, type Marks } from "./marks";
import { placesBefore } from "./motion";
import type { Measure } from "./measure";
import { Minimap } from "./minimap";
import { Notice, type NoticeAction } from "./notice";
import { readPalette, type Palette } from "./palette";
import type { Scene } from "./scene";
import { Tooltip } from "./tooltip";
import { Viewport } from "./viewport";

/** More in sight than this, or smaller than this, and blocks are drawn instead. */
const MOST_IN_SVG = 1_500;
const READABLE = 0.35;
/** Small graphs stay SVG at any scale. */
const ALWAYS_SVG = 250;
/** First sight: up to this many nodes their names can be read, whether all fits or not; of more, the cards are seen. */
const SHOWN_READABLE = 60;

export interface StageHost {
  hovered(node: DrawnNode | null, whole: boolean): void;
  clicked(node: DrawnNode | null): void;
  opened(node: DrawnNode): void;
  /** The name of a frame was clicked. */
  folded(frame: string): void;
  context(node: DrawnNode | null): string;
  tooltip(node: DrawnNode): readonly string[];
  moved(): void;
  drawn(): void;
}

export interface Place {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** How someone wants to see it. */
export interface StageView {
  readonly direction: Direction;
  /** Where it was looked at in the page's former life. */
  readonly place: Place | null;
  readonly wrap: boolean;
}

export class Stage {
  readonly root = element("div", { class: "stage-root" });
  readonly #view: GraphView;
  readonly #blocks = new BlockView();
  readonly #viewport: Viewport;
  readonly #minimap: Minimap;
  readonly #tooltip = new Tooltip();
  readonly #notice: Notice;
  readonly #runner = new LayoutRunner();
  #palette: Palette;
  #drawing: Drawing | null = null;
  #store: GraphStore | null = null;
  #marks: Marks = noMarks;
  #frame = 0;
  #asBlocks = false;
  #movedTimer: number | undefined;
  #windowSize = "";
  /** Whether it was ever shown: before, it has no size. */
  #seen = false;

  constructor(
    private readonly strings: DagStrings,
    private readonly measure: Measure,
    private readonly host: StageHost,
  ) {
    this.#palette = readPalette();
    this.#view = new GraphView(strings, measure);
    this.#viewport = new Viewport(this.root, () => this.#viewMoved());
    this.#minimap = new Minimap(this.#viewport);
    this.#notice = new Notice(strings);
    this.root.append(this.#blocks.root, this.#view.root, this.#minimap.root, this.#tooltip.root);
    this.root.append(this.#notice.root);
    this.#listen();
    new ResizeObserver(() => this.#resized()).observe(this.root);
    new MutationObserver(() => this.#themeChanged()).observe(document.body, {
      attributes: true,
      attributeFilter: ["class", "data-vscode-theme-id"],
    });
  }

  get pane(): HTMLElement {
    return this.root.parentElement ?? this.root;
  }

  get drawing(): Drawing | null {
    return this.#drawing;
  }

  /** Whether someone moved it: then it doesn't move by itself to show all. */
  get moved(): boolean {
    return this.#viewport.moved;
  }

  get place(): Place | null {
    if (this.#drawing === null || !this.#viewport.moved) return null;
    return { scale: this.#viewport.scale, x: this.#viewport.x, y: this.#viewport.y };
  }

  draw(scene: Scene, store: GraphStore, { direction, place, wrap }: StageView, keepOrder: boolean): void {
    const nodes = scene.nodes.map((node) => ({ id: node.id, ...this.measure.size(node) }));
    const previous = keepOrder && this.#drawing?.direction === direction ? positions(this.#drawing) : null;
    const groups = Object.fromEntries(scene.frames.map(({ id, members }) => [id, members]));
    const options = { ...defaultOptions, ...gaps(direction), direction, previous, groups, wrap };
    const again = (): void => this.draw(scene, store, { direction, place, wrap }, keepOrder);
    const stopped = (title: string, text: string | null): void => {
      this.root.setAttribute("aria-busy", "false");
      this.#notice.say("alert", title, text, [{ label: this.strings.retry, act: again }]);
    };
    this.#notice.busy(fill(this.strings.laidOut, nodes.length), () => {
      this.#runner.cancel();
      stopped(this.strings.notDrawn, null);
    });
    this.root.setAttribute("aria-busy", "true");
    const names = namesOf(scene, this.measure);
    this.#runner.run(
      withNames({ nodes, edges: scene.edges, options }, names),
      (laidOut) => {
        this.#notice.clear();
        this.#put(new Drawing(scene, withoutNames(laidOut, names), direction), store, place);
        this.root.setAttribute("aria-busy", "false");
        this.host.drawn();
      },
      (reason) => stopped(this.strings.notDrawn, reason),
    );
  }

  /** Nothing is drawn before someone has chosen how. */
  refuse({ nodes, edges }: Scene, actions: readonly NoticeAction[]): void {
    const { strings } = this;
    this.#runner.cancel();
    this.#drawing = null;
    this.#view.clear();
    this.#blocks.root.hidden = true;
    this.#minimap.root.hidden = true;
    this.root.setAttribute("aria-busy", "false");
    const [n, m] = [nodes.length, edges.length].map((count) =>
      count.toLocaleString(document.documentElement.lang),
    );
    this.#notice.say("status", fill(strings.tooLarge, n ?? "", m ?? ""), strings.tooLargeAdvice, actions);
  }

  #put(drawing: Drawing, store: GraphStore, place: Place | null): void {
    const old = this.#drawing;
    const before = old === null ? null : placesBefore(old, this.#viewport);
    this.#store = store;
    this.#drawing = drawing;
    this.#view.setDrawing(drawing, store, store.head.comparison);
    this.#viewport.reach(drawing.width, drawing.height);
    if (old === null) this.#restore(place);
    else if (this.#viewport.moved && old.direction === drawing.direction) this.#hold(old, drawing);
    else this.#firstSight(drawing);
    this.#minimap.refresh(drawing, store, this.#palette);
    // With what will be marked in it; only what moves from where it was has to be there to begin with.
    if (before === null) this.#paintSoon();
    else {
      this.#paint();
      if (!this.#asBlocks) this.#view.moveFrom(before, this.#viewport);
    }
  }

  /** Looks at what was looked at, unless nothing of the graph would be seen there. */
  #restore(place: Place | null): void {
    const drawing = this.#drawing;
    if (drawing === null) return;
    if (place !== null) {
      this.#viewport.hold(place.scale, place.x, place.y);
      // On another tab nothing is seen anywhere: that says nothing about the place.
      if (this.root.clientWidth === 0 || drawing.nodesIn(this.#viewport.visible()).length > 0) return;
    }
    this.#firstSight(drawing);
  }

  /** Keeps in its place on the screen what was in the middle and still is there. */
  #hold(old: Drawing, drawing: Drawing): void {
    const { scale, x, y } = this.#viewport;
    const seen = this.#viewport.visible();
    const [midX, midY] = [(seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2];
    let nearest = Infinity;
    let shift = { x: 0, y: 0 };
    for (const [id, was] of old.nodes) {
      const is = drawing.nodes.get(id);
      const distance = Math.hypot(was.x - midX, was.y - midY);
      if (is === undefined || distance >= nearest) continue;
      nearest = distance;
      shift = { x: was.x - is.x, y: was.y - is.y };
    }
    this.#viewport.hold(scale, x + shift.x * scale, y + shift.y * scale);
  }

  update(ids: ReadonlySet<string>): void {
    this.#view.update(ids);
    this.#blocks.stale();
    if (this.#drawing !== null && this.#store !== null)
      this.#minimap.refresh(this.#drawing, this.#store, this.#palette);
    this.#paintSoon();
  }

  /** A second passed: only what counts it is written. */
  tick(ids: ReadonlySet<string>): void {
    if (!this.#asBlocks) this.#view.update(ids);
  }

  setMarks(marks: Marks): void {
    this.#marks = marks;
    this.#view.setMarks(marks);
    if (this.#asBlocks) this.#paintSoon();
  }

  showMinimap(shown: boolean): void {
    this.#minimap.root.hidden = !shown;
  }

  fit(animate: boolean): void {
    const drawing = this.#drawing;
    if (drawing !== null)
      this.#viewport.fit({ left: 0, top: 0, right: drawing.width, bottom: drawing.height }, 1, animate);
  }

  actualSize(): void {
    this.#viewport.zoomBy(1 / this.#viewport.scale);
  }

  zoomBy(factor: number): void {
    this.#viewport.zoomBy(factor);
  }

  zoomTo(id: string | null): void {
    const node = id === null ? undefined : this.#drawing?.nodes.get(id);
    if (node !== undefined) this.#viewport.fit(boxOf(node), 1.5, true);
  }

  reveal(id: string): void {
    const node = this.#drawing?.nodes.get(id);
    if (node === undefined) return;
    if (this.#viewport.scale < READABLE && this.#asBlocks) this.zoomTo(id);
    else this.#viewport.show(boxOf(node));
  }

  /** Without coming nearer: nobody asked for that. */
  keepInSight(id: string): void {
    const node = this.#drawing?.nodes.get(id);
    if (node !== undefined && !this.#asBlocks) this.#viewport.show(boxOf(node));
  }

  /** The middle of a node on the screen, from the corner of the drawing surface. */
  screenPlace(id: string): Point | null {
    const node = this.#drawing?.nodes.get(id);
    const { scale, x, y } = this.#viewport;
    return node === undefined ? null : { x: x + node.x * scale, y: y + node.y * scale };
  }

  picture(): (PictureParts & { readonly host: Element }) | null {
    if (this.#drawing === null || this.#store === null) return null;
    const { strings, measure } = this;
    const store = this.#store;
    return {
      drawing: this.#drawing,
      store,
      strings,
      measure,
      palette: this.#palette,
      comparison: store.head.comparison,
      // What the pointer and the keyboard are at is of this moment; the critical path was asked for.
      marks: { ...noMarks, critical: this.#marks.critical },
      host: this.root,
    };
  }

  /** Moves by hand are over: all is shown as it was at first. */
  #firstSight(drawing: Drawing, animate = false): void {
    this.#viewport.release();
    this.#seen = this.root.clientWidth > 0;
    const { size } = drawing.nodes;
    if (!this.#seen || size > ALWAYS_SVG) {
      this.fit(animate);
      return;
    }
    const roots = [...drawing.nodes.values()].filter((node) => node.rank === 0).map(boxOf);
    const surface = { width: this.root.clientWidth, height: this.root.clientHeight };
    const scales = size <= SHOWN_READABLE ? OF_FEW : OF_MANY;
    const { scale, x, y } = firstView(drawing, roots, surface, scales);
    this.#viewport.set(scale, x, y, animate);
  }

  #viewMoved(): void {
    this.#tooltip.hide();
    this.#paintSoon();
    window.clearTimeout(this.#movedTimer);
    this.#movedTimer = window.setTimeout(() => this.host.moved(), 250);
  }

  #paintSoon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const drawing = this.#drawing;
    const store = this.#store;
    if (drawing === null || store === null) return;
    const { scale, x, y } = this.#viewport;
    const seen = this.#viewport.visible();
    const blocks = this.#blocksAt(drawing, scale);
    if (blocks !== this.#asBlocks) {
      this.#asBlocks = blocks;
      this.#view.clear();
    }
    this.#view.root.toggleAttribute("hidden", blocks);
    this.#blocks.root.hidden = !blocks;
    if (blocks)
      this.#blocks.paint({ drawing, store, palette: this.#palette, marks: this.#marks }, { x, y, scale });
    else {
      this.#view.place(x, y, scale);
      this.#view.cover(seen);
    }
    this.#minimap.show(this.#palette);
  }

  #blocksAt(drawing: Drawing, scale: number): boolean {
    if (drawing.nodes.size <= ALWAYS_SVG) return false;
    return (
      scale < READABLE ||
      (drawing.nodes.size > MOST_IN_SVG && drawing.nodesIn(this.#viewport.visible()).length > MOST_IN_SVG)
    );
  }

  /** All of it stays in sight while nobody moved it; beside a drawer that opens it goes there smoothly. */
  #resized(): void {
    const size = `${window.innerWidth} ${window.innerHeight}`;
    const drawing = this.#drawing;
    if (drawing !== null) {
      this.#viewport.reach(drawing.width, drawing.height);
      this.settle(this.#seen && size === this.#windowSize);
    }
    this.#windowSize = size;
    this.#paintSoon();
  }

  /** Unless someone moved it: shows all as at first. */
  settle(animate = false): void {
    if (this.#drawing !== null && !this.#viewport.moved) this.#firstSight(this.#drawing, animate);
  }

  #themeChanged(): void {
    this.#palette = readPalette();
    if (this.#drawing !== null && this.#store !== null)
      this.#minimap.refresh(this.#drawing, this.#store, this.#palette);
    this.#paintSoon();
  }

  #listen(): void {
    const { root } = this;
    // A name that stays in sight may lie over a node.
    const under = (event: MouseEvent): DrawnNode | null => {
      if (event.target === this.#minimap.root || nameUnder(event) !== null) return null;
      const { x, y } = this.#viewport.toDrawing(event.clientX, event.clientY);
      return this.#drawing?.nodeAt(x, y) ?? null;
    };
    const nameUnder = (event: MouseEvent): string | null => {
      if (this.#asBlocks) return null;
      const { x, y } = this.#viewport.toDrawing(event.clientX, event.clientY);
      return this.#view.frameNamedAt(x, y)?.id ?? null;
    };
    root.addEventListener("pointermove", (event) => {
      const node = event.buttons === 0 ? under(event) : null;
      const onName = event.buttons === 0 && nameUnder(event) !== null;
      root.classList.toggle("over-node", node !== null || onName);
      this.host.hovered(node, event.altKey);
      if (node === null) this.#tooltip.hide();
      else this.#tooltip.show(node.id, event.clientX, event.clientY, () => this.host.tooltip(node));
    });
    root.addEventListener("pointerleave", () => {
      this.host.hovered(null, false);
      this.#tooltip.hide();
    });
    // What the first click of two opens may move the graph from under the pointer: both are meant for the node of the first.
    let clicked: DrawnNode | null = null;
    root.addEventListener("click", (event) => {
      if (event.target === this.#minimap.root || event.detail > 1) return;
      clicked = under(event);
      const frame = nameUnder(event);
      if (frame === null) this.host.clicked(clicked);
      else this.host.folded(frame);
    });
    root.addEventListener("dblclick", () => {
      if (clicked !== null) this.host.opened(clicked);
    });
    // Asked by VS Code when its menu opens: it reads the attribute from the element under the pointer upwards.
    root.addEventListener(
      "contextmenu",
      (event) => {
        this.#tooltip.hide();
        root.dataset["vscodeContext"] = this.host.context(under(event));
      },
      { capture: true },
    );
  }
}

function positions(drawing: Drawing): Readonly<Record<string, Point>> {
  return Object.fromEntries([...drawing.nodes.values()].map(({ id, x, y }) => [id, { x, y }]));
}

function namesOf({ nodes, edges }: Scene, measure: Measure): readonly EdgeName[] {
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  return edges.flatMap((edge): EdgeName[] => {
    const name = edgeName(edge, nodeOf.get(edge.from));
    return name === null ? [] : [{ edge, width: fittedName(name, measure).width, height: NAME_HEIGHT }];
  });
}

function gaps(direction: Direction): { readonly nodeGap: number; readonly rankGap: number } {
  return direction === "TB" ? { nodeGap: 24, rankGap: 32 } : { nodeGap: 14, rankGap: 52 };
}
