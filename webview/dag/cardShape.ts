/** Where the parts of a card stand: from near with two lines, from afar with the name alone, as large as there is room for. */
import type { Measure } from "./measure";
import type { SceneNode } from "./scene";

export interface CardShape {
  readonly glyph: { readonly x: number; readonly y: number; readonly scale: number };
  readonly textX: number;
  readonly nameY: number;
  readonly footX: number;
  readonly footY: number;
  /** How much larger than usual the name is. */
  readonly enlarged: number;
}

/** As in the style sheet. */
const FAR_STEP = 20 / 13;
const FAR_PILL = 18 / 13;

export function isPill(node: SceneNode): boolean {
  return node.kind === "artifact" || (node.kind === "fold" && node.of === "artifact");
}

/** Around the card's middle; `right` is where it ends. */
export function cardShape(node: SceneNode, right: number, far: boolean): CardShape {
  const left = -right;
  if (isPill(node)) {
    return {
      glyph: { x: left + 12, y: -7, scale: 0.875 },
      textX: left + 32,
      nameY: far ? 6 : 4.5,
      footX: right - 12,
      footY: 4,
      enlarged: far ? FAR_PILL : 1,
    };
  }
  const up = node.kind === "fold" ? 4 : 0;
  if (!far) {
    return {
      glyph: { x: left + 12, y: -19 - up, scale: 1 },
      textX: left + 36,
      nameY: -6.5 - up,
      footX: left + 36,
      footY: (node.kind === "fold" ? 11 : 13) - up,
      enlarged: 1,
    };
  }
  return {
    glyph: { x: left + 8, y: -13 - up, scale: 1.6 },
    textX: left + 40,
    nameY: 7 - up,
    footX: left + 40,
    footY: 18 - up,
    enlarged: FAR_STEP,
  };
}

/** In two lines where it is too long for one, broken where its words end. */
export function inLines(name: string, room: number, measure: Measure): readonly [string, string] {
  if (measure.widthOf(name, false) <= room) return [name, ""];
  const words = name.split(/(?<=[_.\s-])/);
  let first = "";
  for (const word of words) {
    if (measure.widthOf(first + word, false) > room) break;
    first += word;
  }
  if (first === "") return [measure.fit(name, room), ""];
  return [first, measure.fit(name.slice(first.length), room)];
}
