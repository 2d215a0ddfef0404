import { element, type Child } from "../ui/dom";

/** Python's `File "x.py", line 3` and Node's `(x.ts:3:5)`. */
const PLACE = /File "([^"]+)", line (\d+)|\(?((?:\/|[A-Za-z]:\\)[^\s():]+(?:\.[a-z]+)):(\d+)(?::\d+)?\)?/;

/** A traceback in which places can be clicked. */
export function traceLines(traceback: string, open: (file: string, line: number) => void): readonly Child[] {
  return traceback
    .trimEnd()
    .split("\n")
    .flatMap((text): Child[] => {
      const place = PLACE.exec(text);
      const file = place?.[1] ?? place?.[3];
      const line = Number(place?.[2] ?? place?.[4]);
      if (place === null || file === undefined) return [`${text}\n`];
      return [
        text.slice(0, place.index),
        element("button", { class: "link", onclick: () => open(file, line) }, place[0]),
        `${text.slice(place.index + place[0].length)}\n`,
      ];
    });
}
