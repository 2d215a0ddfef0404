/** Places in source that printed text names, as something to click on. */
import { element, type Child } from "./dom";

/** Python's `File "x.py", line 3` and Node's `(x.ts:3:5)`. */
const PLACE = /File "([^"]+)", line (\d+)|\(?((?:\/|[A-Za-z]:\\)[^\s():]+(?:\.[a-z]+)):(\d+)(?::\d+)?\)?/;

/** A traceback in which places can be clicked. */
export function traceLines(traceback: string, open: (file: string, line: number) => void): readonly Child[] {
  return traceback
    .trimEnd()
    .split("\n")
    .flatMap((text): Child[] => {
      const place = placeIn(text);
      if (place === null) return [`${text}\n`];
      const { from, to, file, line } = place;
      return [
        text.slice(0, from),
        element("button", { class: "link", onclick: () => open(file, line) }, text.slice(from, to)),
        `${text.slice(to)}\n`,
      ];
    });
}

export interface Place {
  readonly from: number;
  readonly to: number;
  readonly file: string;
  readonly line: number;
}

/** The first place that a line names. */
export function placeIn(text: string): Place | null {
  const found = PLACE.exec(text);
  const file = found?.[1] ?? found?.[3];
  if (found === null || file === undefined) return null;
  const line = Number(found[2] ?? found[4]);
  return { from: found.index, to: found.index + found[0].length, file, line };
}
