/** Step cards, artifact pills and folds as SVG. Made once, then only what changed is written. */
import { svgElement } from "../ui/dom";
import { glyphs, isRunning, type Status } from "../ui/steps";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import type { DrawnNode } from "./drawing";
import type { GraphStore } from "./graphStore";
import { elapsed, footer, isGhost, statusWord, tally } from "./look";
import { ARTIFACT_PADDING, foldTitle, STEP_PADDING, type Measure } from "./measure";
import { comparisonOf } from "./compare";

/** A cube seen from a corner. */
const PACKAGE = "M8 1.8l5.6 3v6.4L8 14.2l-5.6-3V4.8zM2.4 4.8L8 7.9l5.6-3.1M8 7.9v6.3";

export class Card {
  readonly root: SVGGElement;
  readonly #glyph: SVGPathElement;
  readonly #name: SVGTextElement;
  readonly #foot: SVGTextElement;
  readonly #badge: SVGTextElement;
  readonly #bar: SVGGElement;
  #shown = "";

  constructor(
    readonly placed: DrawnNode,
    private readonly strings: DagStrings,
    private readonly measure: Measure,
  ) {
    const { width, height, node } = placed;
    const small = node.kind === "artifact" || (node.kind === "fold" && node.of === "artifact");
    const left = -width / 2;
    this.#glyph = svgElement("path", { class: "glyph" });
    const scale = small ? "scale(.875)" : "";
    const glyphTop = small ? -7 : node.kind === "fold" ? -23 : -19;
    const glyphBox = svgElement(
      "g",
      { transform: `translate(${left + 12} ${glyphTop}) ${scale}` },
      svgElement("g", { class: "spin" }, this.#glyph),
    );
    const textX = left + (small ? 32 : 36);
    this.#name = svgElement("text", {
      class: "name",
      x: textX,
      y: small ? 4.5 : node.kind === "fold" ? -10.5 : -6.5,
    });
    this.#foot = svgElement("text", {
      class: "foot",
      x: small ? -left - 12 : textX,
      y: small ? 4 : node.kind === "fold" ? 7 : 13,
    });
    this.#badge = svgElement("text", { class: "badge", x: -left - 10, y: small ? 4 : -6.5 });
    this.#bar = svgElement("g", { class: "bar", transform: `translate(${left + 12} 17)` });
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
      glyphBox,
      this.#name,
      this.#foot,
      this.#badge,
      this.#bar,
    );
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
    if (node.kind === "step") {
      const step = store.step(node.id) ?? node.step;
      status = step.status;
      if (isGhost(step)) classes.push("ghost");
      this.#write(step.invocation, footer(this.strings, step, now), this.placed.width - STEP_PADDING);
      this.#note(comparisonOf(this.strings, comparison, node.id, elapsed(step, now))?.short ?? "");
    } else if (node.kind === "artifact") {
      const artifact = store.artifact(node.id) ?? node.artifact;
      classes.push("pill");
      if (artifact.versionId === null && store.head.run !== null) classes.push("missing");
      if (comparison !== null && artifact.digest !== null && comparison.digests[node.id] !== undefined) {
        if (comparison.digests[node.id] !== artifact.digest) classes.push("changed");
      }
      this.#writePill(artifact.name, artifact.summary ?? "");
    } else {
      this.#updateFold(store, node, classes);
    }
    classes.push(node.kind === "fold" ? `fold-${node.of}` : node.kind, `is-${status}`);
    if (isRunning(status)) classes.push("is-active");
    const glyph = classes.includes("pill") ? PACKAGE : glyphs[status];
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
    this.#write(foldTitle(node), words, this.placed.width - STEP_PADDING);
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

  #write(name: string, foot: string, room: number): void {
    setText(this.#name, this.measure.fit(name, room));
    setText(this.#foot, this.measure.fit(foot, room, true));
  }

  #writePill(name: string, summary: string): void {
    const room = this.placed.width - ARTIFACT_PADDING;
    const needed = this.measure.widthOf(name, false);
    const gap = summary === "" ? 0 : 8;
    const forSummary = Math.max(room - needed - gap, room * 0.4);
    const fitted = this.measure.fit(summary, forSummary, true);
    setText(this.#foot, fitted);
    setText(this.#name, this.measure.fit(name, room - gap - this.measure.widthOf(fitted, true)));
  }

  #note(text: string): void {
    setText(this.#badge, text);
  }
}

function setText(target: SVGTextElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
