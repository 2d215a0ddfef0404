/** Step cards, artifact pills and folds as SVG. Made once, then only what changed is written. */
import { svgElement } from "../ui/dom";
import { glyphs, isRunning, type Status } from "../ui/steps";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import type { DrawnNode } from "./drawing";
import type { GraphStore } from "./graphStore";
import { brief, elapsed, footer, isGhost, statusWord, tally } from "./look";
import { ARTIFACT_PADDING, foldTitle, STEP_PADDING, type Measure } from "./measure";
import { visible } from "../ui/format";
import { cardShape, inLines, isPill, type CardShape } from "./cardShape";
import { comparisonOf, differs } from "./compare";

/** A cube seen from a corner. */
const PACKAGE = "M8 1.8l5.6 3v6.4L8 14.2l-5.6-3V4.8zM2.4 4.8L8 7.9l5.6-3.1M8 7.9v6.3";
/** A sheet with plus and minus on it. */
const DIFFERENT = "M3 1.8h10v12.4H3zM8 4.3v4.4M5.8 6.5h4.4M5.8 11.3h4.4";

export class Card {
  readonly root: SVGGElement;
  readonly #glyphBox = svgElement("g");
  readonly #glyph = svgElement("path", { class: "glyph" });
  readonly #name = svgElement("text", { class: "name" });
  readonly #foot = svgElement("text", { class: "foot" });
  readonly #badge: SVGTextElement;
  readonly #bar: SVGGElement;
  #shape: CardShape;
  #far = false;
  #shown = "";

  constructor(
    readonly placed: DrawnNode,
    private readonly strings: DagStrings,
    private readonly measure: Measure,
  ) {
    const { width, height, node } = placed;
    const small = isPill(node);
    const left = -width / 2;
    this.#glyphBox.append(svgElement("g", { class: "spin" }, this.#glyph));
    this.#badge = svgElement("text", { class: "badge", x: -left - 10, y: 13 });
    this.#bar = svgElement("g", { class: "bar", transform: `translate(${left + 12} 17)` });
    this.#shape = this.#stand(false);
    const stacked = node.kind === "fold" ? this.#stack(small) : [];
    this.root = svgElement(
      "g",
      { class: "node", transform: `translate(${placed.x} ${placed.y})`, "data-id": placed.id },
      ...stacked,
      svgElement("rect", {
        class: "card",
        x: left,
        y: -height / 2,
        width,
        height,
        rx: small ? height / 2 : 4,
      }),
      this.#glyphBox,
      this.#name,
      this.#foot,
      this.#badge,
      this.#bar,
    );
  }

  /** From afar only the name is written, larger. What it says is written by the next update. */
  setFar(far: boolean): void {
    if (far === this.#far) return;
    this.#far = far;
    this.#shape = this.#stand(far);
  }

  #stand(far: boolean): CardShape {
    const shape = cardShape(this.placed.node, this.placed.width / 2, far);
    const { glyph, textX, nameY, footX, footY } = shape;
    this.#glyphBox.setAttribute("transform", `translate(${glyph.x} ${glyph.y}) scale(${glyph.scale})`);
    for (const [text, x, y] of [
      [this.#name, textX, nameY],
      [this.#foot, footX, footY],
    ] as const) {
      text.setAttribute("x", String(x));
      text.setAttribute("y", String(y));
    }
    return shape;
  }

  /** Two more edges behind the card: there are several. */
  #stack(small: boolean): SVGElement[] {
    const { width, height } = this.placed;
    return [6, 3].map((shift) =>
      svgElement("rect", {
        class: "card behind",
        x: -width / 2 + shift,
        y: -height / 2 + shift,
        width,
        height,
        rx: small ? height / 2 : 4,
      }),
    );
  }

  update(store: GraphStore, now: number, comparison: DagComparison | null): void {
    const { node } = this.placed;
    const classes = ["node"];
    let status: Status = store.status(node);
    let glyph: string | null = null;
    if (node.kind === "step") {
      const step = store.step(node.id) ?? node.step;
      status = step.status;
      if (isGhost(step)) classes.push("ghost");
      const compared = comparisonOf(this.strings, comparison, node.id, elapsed(step, now));
      if (compared !== null) classes.push(compared.kind);
      const words = compared === null ? footer : brief;
      this.#write(step.invocation, words(this.strings, step, now), compared?.short ?? "");
    } else if (node.kind === "artifact") {
      const artifact = store.artifact(node.id) ?? node.artifact;
      classes.push("pill");
      glyph = PACKAGE;
      if (artifact.versionId === null && store.head.run !== null) classes.push("missing");
      if (differs(comparison, artifact)) {
        classes.push("changed");
        glyph = DIFFERENT;
      }
      this.#writePill(artifact.name, artifact.summary ?? "");
    } else {
      this.#updateFold(store, node, classes);
    }
    classes.push(node.kind === "fold" ? `fold-${node.of}` : node.kind, `is-${status}`);
    if (isRunning(status)) classes.push("is-active");
    glyph ??= classes.includes("pill") ? PACKAGE : glyphs[status];
    const shown = `${classes.join(" ")}|${glyph}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.setAttribute("class", classes.join(" "));
    this.#glyph.setAttribute("d", glyph);
  }

  #updateFold(
    store: GraphStore,
    node: Extract<DrawnNode["node"], { kind: "fold" }>,
    classes: string[],
  ): void {
    const steps = store.stepsOf(node);
    if (node.of === "artifact") {
      classes.push("pill");
      this.#writePill(foldTitle(node), "");
      return;
    }
    const counts = tally(steps);
    const words = counts
      .map(({ status, count }) => `${count} ${statusWord(this.strings, status)}`)
      .join(" · ");
    this.#write(foldTitle(node), words, "");
    const room = this.placed.width - 24;
    let x = 0;
    this.#bar.replaceChildren(
      ...counts.map(({ status, count }) => {
        const width = (room * count) / steps.length;
        const piece = svgElement("rect", { class: `part is-${status}`, x, y: 0, width, height: 4 });
        x += width;
        return piece;
      }),
    );
  }

  #write(name: string, foot: string, badge: string): void {
    const { measure } = this;
    const room = this.placed.width - STEP_PADDING;
    if (this.#far) {
      const [first, second] = inLines(visible(name), room / this.#shape.enlarged, measure);
      setText(this.#name, first);
      setText(this.#foot, second);
      this.#name.setAttribute("y", String(this.#shape.nameY - (second === "" ? 0 : 11)));
      setText(this.#badge, "");
      return;
    }
    setText(this.#name, measure.fit(name, room));
    setText(this.#badge, badge);
    const taken = badge === "" ? 0 : measure.widthOf(badge, true) + 6;
    setText(this.#foot, measure.fit(foot, room - taken, true));
  }

  /** What it is stands behind the name, as far as there is room. */
  #writePill(name: string, summary: string): void {
    const { measure } = this;
    const room = this.placed.width - ARTIFACT_PADDING;
    if (this.#far) {
      setText(this.#name, measure.fit(name, room / this.#shape.enlarged));
      setText(this.#foot, "");
      return;
    }
    const needed = measure.widthOf(name, false);
    const gap = summary === "" ? 0 : 8;
    const forSummary = Math.max(room - needed - gap, room * 0.4);
    const fitted = measure.fit(summary, forSummary, true);
    const shown = measure.fit(name, room - gap - measure.widthOf(fitted, true));
    setText(this.#name, shown);
    setText(this.#foot, fitted);
    this.#foot.setAttribute("x", String(this.#shape.textX + measure.widthOf(shown, false) + gap));
  }
}

function setText(target: SVGTextElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
