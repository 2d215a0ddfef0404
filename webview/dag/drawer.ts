/** What is known about the selected node, beside the drawing. */
import { fill } from "../../src/panels/messages";
import type {
  DagCommand,
  DagComparison,
  DagDetails,
  DagPort,
  DagStep,
  DagStrings,
} from "../../src/panels/dag/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { failureCard } from "../ui/failure";
import { visible } from "../ui/format";
import { button, iconButton } from "../ui/toolkit";
import { Waiting } from "../ui/waiting";
import { statusGlyph } from "../ui/steps";
import { comparisonOf, differs } from "./compare";
import { label, nameOf } from "./describe";
import type { GraphStore } from "./graphStore";
import { elapsed, footer } from "./look";
import { LogTail } from "./logTail";
import type { SceneNode } from "./scene";

export interface DrawerHost {
  tell(command: DagCommand): void;
  details(node: string): Promise<DagDetails>;
  select(node: string): void;
  closed(): void;
  focusPath(node: string): void;
  unfold(node: string): void;
  /** The frame of what was unfolded, around a node. */
  frameAround(node: string): string | null;
  foldAgain(frame: string): void;
  canRun(): boolean;
}

export class Drawer {
  readonly root = element("aside", { class: "drawer", hidden: true });
  readonly #head = element("div", { class: "drawer-head" });
  readonly #summary = element("div", { class: "drawer-summary" });
  readonly #body = element("div", { class: "drawer-body" });
  readonly #log: LogTail;
  #node: SceneNode | null = null;
  #store: GraphStore | null = null;
  #comparison: DagComparison | null = null;
  #asked = "";

  constructor(
    private readonly strings: DagStrings,
    private readonly host: DrawerHost,
  ) {
    this.root.setAttribute("aria-label", strings.details);
    this.#log = new LogTail(strings, (file, line) => this.#openPlace(file, line));
    this.root.append(
      this.#head,
      element(
        "div",
        { class: "drawer-scroll", tabindex: 0, role: "region", "aria-label": strings.details },
        this.#summary,
        this.#body,
      ),
    );
  }

  get node(): SceneNode | null {
    return this.#node;
  }

  show(node: SceneNode, store: GraphStore, comparison: DagComparison | null): void {
    const other = this.#node?.id !== node.id;
    this.#node = node;
    this.#store = store;
    this.#comparison = comparison;
    this.root.hidden = false;
    this.#writeHead(node);
    this.refresh(other);
    if (other) this.host.tell({ kind: "watch", node: node.kind === "step" ? node.id : null });
  }

  hide(): void {
    if (this.#node === null) return;
    this.#node = null;
    this.#asked = "";
    this.root.hidden = true;
    this.host.tell({ kind: "watch", node: null });
  }

  /** After the node changed or time passed; details are asked for again only when the step's state is another. */
  refresh(fresh = false): void {
    const node = this.#node;
    const store = this.#store;
    if (node === null || store === null) return;
    this.#writeSummary(node, store);
    if (node.kind === "step") {
      const step = store.step(node.id) ?? node.step;
      const key = `${node.id}|${step.status}|${step.stepRunId ?? ""}`;
      if (fresh || key !== this.#asked) void this.#askDetails(node.id, key, fresh);
    } else if (fresh) {
      this.#asked = node.id;
      replaceChildren(
        this.#body,
        ...(node.kind === "artifact" ? this.#artifactParts(node.id, store) : this.#foldParts(node, store)),
      );
    }
  }

  appendLog(node: string, text: string): void {
    if (this.#node?.id === node) this.#log.append(text);
  }

  #writeHead(node: SceneNode): void {
    const { strings, host } = this;
    const buttons: HTMLElement[] = [];
    if (node.kind === "step") {
      buttons.push(
        iconButton("go-to-file", strings.goToSource, () =>
          host.tell({ kind: "openSource", node: node.id, location: null }),
        ),
      );
      if (this.#store?.head.run != null && host.canRun()) {
        buttons.push(
          iconButton("debug-rerun", strings.rerunFrom, () => host.tell({ kind: "rerunFrom", node: node.id })),
        );
      }
    }
    const frame = host.frameAround(node.id);
    if (frame !== null) buttons.push(iconButton("fold", strings.foldAgain, () => host.foldAgain(frame)));
    buttons.push(
      iconButton("list-tree", strings.focusPath, () => host.focusPath(node.id)),
      iconButton("close", strings.close, () => host.closed()),
    );
    replaceChildren(this.#head, element("h2", { title: nameOf(node) }, nameOf(node)), ...buttons);
  }

  #writeSummary(node: SceneNode, store: GraphStore): void {
    const { strings } = this;
    const now = Date.now();
    if (node.kind !== "step") {
      replaceChildren(this.#summary, element("p", { class: "hint" }, label(strings, store, node, now)));
      return;
    }
    const step = store.step(node.id) ?? node.step;
    const compared = comparisonOf(strings, this.#comparison, node.id, elapsed(step, now));
    replaceChildren(
      this.#summary,
      element(
        "p",
        { class: `drawer-status is-${step.status}` },
        statusGlyph(step.status),
        element("span", {}, footer(strings, step, now)),
      ),
      compared === null ? null : element("p", { class: "hint" }, compared.long),
      facts([
        [strings.step.replace(/\s*\{.*$/, ""), step.step === step.invocation ? null : step.step],
        [strings.started, step.started === null ? null : new Date(step.started).toLocaleTimeString()],
        [strings.attempt, step.attempt > 1 ? String(step.attempt) : null],
        [strings.cache, step.cacheReason],
      ]),
    );
  }

  async #askDetails(node: string, key: string, fresh: boolean): Promise<void> {
    this.#asked = key;
    if (fresh) replaceChildren(this.#body);
    const waiting = new Waiting();
    if (fresh) this.#speakOf(waiting, key);
    const parts = await this.host.details(node).then(
      (details) => this.#stepParts(node, details),
      (error: unknown) => this.#refused(error, () => void this.#askDetails(node, key, true)),
    );
    waiting.end();
    if (this.#asked === key) replaceChildren(this.#body, ...parts);
  }

  #refused(error: unknown, again: () => void): readonly Child[] {
    const reason = error instanceof Error ? error.message : String(error);
    return [element("p", { class: "problem", role: "alert" }, reason), button(this.strings.retry, again)];
  }

  /** What takes longer than a moment is spoken of; closing the drawer gives it up. */
  #speakOf(waiting: Waiting, key: string): void {
    const words = element("p", { class: "hint", role: "status" });
    waiting.begin(
      (seconds) => (words.textContent = fill(this.strings.loadingFor, this.strings.readingDetails, seconds)),
      () => {
        if (this.#asked === key && this.#body.childElementCount === 0) this.#body.append(words);
      },
    );
  }

  #stepParts(node: string, details: DagDetails): readonly Child[] {
    const { strings, host } = this;
    const parameters = Object.entries(details.parameters);
    return [
      this.#failure(details),
      section(strings.inputs, this.#ports(details.inputs)),
      section(strings.outputs, this.#ports(details.outputs)),
      section(
        strings.parameters,
        parameters.length === 0
          ? null
          : facts(parameters.map(([name, value]) => [name, JSON.stringify(value)])),
      ),
      details.log === null
        ? null
        : section(
            strings.log,
            element(
              "div",
              {},
              this.#log.show(details.log),
              button(strings.openLog, () => host.tell({ kind: "openLog", node }), {
                class: "section-button",
              }),
            ),
          ),
      details.source === null ? null : section(strings.source, this.#source(node, details.source)),
    ];
  }

  #failure({ failure }: DagDetails): Child {
    const { strings } = this;
    return failure === null
      ? null
      : section(
          strings.error,
          failureCard(failure, strings, (file, line) => this.#openPlace(file, line)),
        );
  }

  /** A place that the selected step's output or failure names. */
  #openPlace(file: string, line: number): void {
    if (this.#node !== null)
      this.host.tell({ kind: "openSource", node: this.#node.id, location: { file, line } });
  }

  #ports(ports: readonly DagPort[]): Child {
    const { strings, host } = this;
    if (ports.length === 0) return null;
    return element(
      "ul",
      { class: "ports" },
      ...ports.map((port) => {
        const { node, versionId } = port;
        const known = node !== null;
        const name = visible(port.name);
        return element(
          "li",
          {},
          known
            ? element("button", { class: "link", onclick: () => host.select(node) }, name)
            : element("span", {}, name),
          element("span", { class: "port-summary", title: port.artifact ?? "" }, port.summary),
          versionId === null
            ? null
            : iconButton("preview", `${strings.openArtifact}: ${name}`, () =>
                host.tell({ kind: "openArtifact", versionId }),
              ),
        );
      }),
    );
  }

  #source(node: string, source: NonNullable<DagDetails["source"]>): HTMLElement {
    const { strings, host } = this;
    const lines = source.lines.map((text, i) => {
      const line = source.location.line + i;
      const marked = line === source.highlight ? " marked" : "";
      return element(
        "span",
        { class: `code-line${marked}` },
        element("span", { class: "line-number", "aria-hidden": "true" }, String(line)),
        `${text}\n`,
      );
    });
    return element(
      "div",
      {},
      element("pre", { class: "code", tabindex: 0 }, ...lines),
      button(strings.goToSource, () => host.tell({ kind: "openSource", node, location: source.location }), {
        class: "section-button",
      }),
    );
  }

  #artifactParts(id: string, store: GraphStore): readonly Child[] {
    const { strings, host } = this;
    const artifact = store.artifact(id);
    if (artifact === null) return [];
    const { versionId } = artifact;
    const maker = store.producerOf(id);
    const users = store.head.edges.filter((edge) => edge.from === id).map((edge) => edge.to);
    const other = this.#comparison;
    return [
      other !== null && differs(other, artifact)
        ? element("p", { class: "hint" }, fill(strings.changed, other.run.index))
        : null,
      facts([
        [strings.type, artifact.summary],
        [strings.version, artifact.version],
      ]),
      versionId === null
        ? null
        : button(strings.openArtifact, () => host.tell({ kind: "openArtifact", versionId }), {
            class: "section-button",
            appearance: "primary",
          }),
      maker === null ? null : section(strings.producedBy, this.#stepList([maker], store)),
      users.length === 0 ? null : section(strings.usedBy, this.#stepList(users, store)),
    ];
  }

  #foldParts(node: Extract<SceneNode, { kind: "fold" }>, store: GraphStore): readonly Child[] {
    const { strings, host } = this;
    return [
      node.of === "step"
        ? button(strings.expand, () => host.unfold(node.id), {
            class: "section-button",
            appearance: "primary",
          })
        : null,
      node.of === "step" ? section(strings.steps, this.#stepList(node.members, store)) : null,
    ];
  }

  #stepList(ids: readonly string[], store: GraphStore): HTMLElement {
    const steps = ids.flatMap((id): readonly DagStep[] => {
      const step = store.step(id);
      return step === null ? [] : [step];
    });
    const now = Date.now();
    return element(
      "ul",
      { class: "ports" },
      ...steps.map((step) =>
        element(
          "li",
          {},
          statusGlyph(step.status),
          element(
            "button",
            { class: "link", onclick: () => this.host.select(step.id) },
            visible(step.invocation),
          ),
          element("span", { class: "port-summary" }, footer(this.strings, step, now)),
        ),
      ),
    );
  }
}

function section(title: string, content: Child): Child {
  if (content === null) return null;
  return element("section", {}, element("h3", {}, title), content);
}

function facts(pairs: readonly (readonly [string, string | null])[]): Child {
  const known = pairs.filter(([, value]) => value !== null && value !== "");
  if (known.length === 0) return null;
  const cells = known.flatMap(([name, value]) => [
    element("dt", {}, visible(name)),
    element("dd", {}, visible(value ?? "")),
  ]);
  return element("dl", { class: "facts" }, ...cells);
}
