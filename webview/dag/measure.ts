/** Sizes of nodes and what of their texts fits: measured once per text, as measuring is slow. */
import type { DagStrings } from "../../src/panels/dag/messages";
import { visible } from "../ui/format";
import { footer, isGhost } from "./look";
import type { SceneNode } from "./scene";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Measure {
  readonly size: (node: SceneNode) => Size;
  readonly fit: (text: string, width: number, small?: boolean) => string;
  readonly widthOf: (text: string, small: boolean) => number;
}

export const STEP_HEIGHT = 52;
export const FOLD_HEIGHT = 60;
export const ARTIFACT_HEIGHT = 28;
export const STEP_MIN = 168;
const STEP_MAX = 260;
const ARTIFACT_MAX = 300;
const USUAL_SUMMARY = "DataFrame (120, 4)";
/** Beside the text: the glyph and the padding. */
export const STEP_PADDING = 46;
export const ARTIFACT_PADDING = 42;

export function measureWith(fontFamily: string, fontSize: number, strings: DagStrings): Measure {
  const usual = rulerOf(`${fontSize}px ${fontFamily}`);
  const smaller = rulerOf(`${fontSize - 2}px ${fontFamily}`);
  const width = (text: string, small: boolean): number => (small ? smaller : usual)(text);
  const fit = (raw: string, room: number, small = false): string => {
    const text = visible(raw);
    if (width(text, small) <= room) return text;
    let [low, high] = [0, text.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (width(shortened(text, middle), small) <= room) low = middle;
      else high = middle - 1;
    }
    return shortened(text, low);
  };
  const size = (node: SceneNode): Size => {
    switch (node.kind) {
      case "step": {
        const name = width(node.step.invocation, false);
        // Why it was not run is worth room; other second lines are short, and change while nothing should move.
        const reason = isGhost(node.step) ? width(footer(strings, node.step, 0), true) : 0;
        return {
          width: between(STEP_MIN, Math.max(name, reason) + STEP_PADDING, STEP_MAX),
          height: STEP_HEIGHT,
        };
      }
      case "fold": {
        const height = node.of === "step" ? FOLD_HEIGHT : ARTIFACT_HEIGHT;
        return {
          width:
            node.of === "step" ? 240 : between(96, width(foldTitle(node), false) + ARTIFACT_PADDING, 240),
          height,
        };
      }
      case "artifact": {
        const { name, summary, versionId } = node.artifact;
        // What it will be is mostly longer than its annotation, and nothing moves while a run goes on.
        const least = versionId === null ? width(USUAL_SUMMARY, true) : 0;
        const text = width(name, false) + (summary === null ? 0 : Math.max(width(summary, true), least) + 8);
        return { width: between(72, text + ARTIFACT_PADDING, ARTIFACT_MAX), height: ARTIFACT_HEIGHT };
      }
    }
  };
  return { size, fit, widthOf: width };
}

/** One for each font: a canvas that is given another font between two texts takes several times as long. */
function rulerOf(font: string): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d");
  if (context !== null) context.font = font;
  const measured = new Map<string, number>();
  const whole = (text: string): number => {
    let found = measured.get(text);
    if (found === undefined) {
      found = context?.measureText(text).width ?? text.length * 7;
      measured.set(text, found);
    }
    return found;
  };
  return (text) => {
    if (!PLAIN.test(text)) return whole(text);
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum += whole(text.charAt(i));
    return sum;
  };
}

/** Letters that stand beside each other as they are: their widths add up, but for what pairs of them are drawn together. */
const PLAIN = /^[ -~]*$/;

export function foldTitle(node: Extract<SceneNode, { kind: "fold" }>): string {
  return `${node.name} ×${node.members.length}`;
}

/** Keeps the beginning and the end, where names of a family differ. */
function shortened(text: string, length: number): string {
  const end = Math.floor(length / 3);
  return `${text.slice(0, length - end)}…${end === 0 ? "" : text.slice(-end)}`;
}

function between(low: number, value: number, high: number): number {
  return Math.ceil(Math.min(high, Math.max(low, value)) / 2) * 2;
}
