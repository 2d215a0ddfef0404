/** How many lines a text has more and less than another: by the longest run of lines that both have in the same order. */

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** Of longer texts only what they begin and end with alike is taken for the same. */
const MOST_LINES = 2_000;

export function countLines(before: string, after: string): LineCounts {
  let [old, fresh] = [linesOf(before), linesOf(after)];
  let same = 0;
  while (same < old.length && same < fresh.length && old[same] === fresh[same]) same += 1;
  [old, fresh] = [old.slice(same), fresh.slice(same)];
  let end = 0;
  while (end < old.length && end < fresh.length && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  [old, fresh] = [old.slice(0, old.length - end), fresh.slice(0, fresh.length - end)];
  const common = Math.max(old.length, fresh.length) > MOST_LINES ? 0 : commonLines(old, fresh);
  return { added: fresh.length - common, removed: old.length - common };
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** The length of the longest common subsequence, row by row. */
function commonLines(one: readonly string[], other: readonly string[]): number {
  let above = new Uint32Array(other.length + 1);
  for (const line of one) {
    const row = new Uint32Array(other.length + 1);
    for (const [i, against] of other.entries()) {
      row[i + 1] = line === against ? (above[i] ?? 0) + 1 : Math.max(above[i + 1] ?? 0, row[i] ?? 0);
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}
