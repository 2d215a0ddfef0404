/** Output of terminals as pieces of text with classes: the colours are the theme's, and nothing of the text is markup. */

/** How text looks from some place on; immutable, so that lines can keep it. */
export interface Look {
  readonly fore: number | null;
  readonly back: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export const PLAIN: Look = {
  ...{ fore: null, back: null, bold: false, dim: false },
  ...{ italic: false, underline: false, inverse: false },
};

export interface Styled {
  readonly text: string;
  /** Empty for plain text. */
  readonly classes: string;
}

/** `ESC [ … letter`, `ESC ] … BEL`, and other short sequences. */
const ESCAPE = /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;

/** A line as it reads once printed: without escapes, and with only the last of what carriage returns overwrote. */
export function plainLine(line: string): string {
  return withoutOverwritten(line).replace(ESCAPE, "");
}

export function styledLine(line: string, start: Look): readonly Styled[] {
  const shown = withoutOverwritten(line);
  // Colours that were set in what was overwritten hold on.
  let look = shown.length === line.length ? start : lookAfter(line.slice(0, -shown.length), start);
  const pieces: Styled[] = [];
  let from = 0;
  const add = (to: number): void => {
    if (to > from) pieces.push({ text: shown.slice(from, to), classes: classesOf(look) });
  };
  for (const escape of shown.matchAll(ESCAPE)) {
    add(escape.index);
    from = escape.index + escape[0].length;
    if (escape[2] === "m") look = changed(look, escape[1] ?? "");
  }
  add(shown.length);
  return pieces;
}

/** How the next line begins. */
export function lookAfter(line: string, start: Look): Look {
  if (!line.includes("\u001b")) return start;
  let look = start;
  for (const escape of line.matchAll(ESCAPE)) if (escape[2] === "m") look = changed(look, escape[1] ?? "");
  return look;
}

function withoutOverwritten(line: string): string {
  const end = line.replace(/\r+$/, "");
  return end.slice(end.lastIndexOf("\r") + 1);
}

function changed(look: Look, codes: string): Look {
  const list = codes.split(/[;:]/).map(Number);
  let next = look;
  for (let i = 0; i < list.length; i++) {
    const code = list[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(list.slice(i + 1));
      next = code === 38 ? { ...next, fore: colour } : { ...next, back: colour };
      i += used;
    } else next = simple(next, code);
  }
  return next;
}

function simple(look: Look, code: number): Look {
  if (code >= 30 && code <= 37) return { ...look, fore: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, fore: code - 82 };
  if (code >= 40 && code <= 47) return { ...look, back: code - 40 };
  if (code >= 100 && code <= 107) return { ...look, back: code - 92 };
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...look, bold: true };
    case 2:
      return { ...look, dim: true };
    case 3:
      return { ...look, italic: true };
    case 4:
      return { ...look, underline: true };
    case 7:
      return { ...look, inverse: true };
    case 22:
      return { ...look, bold: false, dim: false };
    case 23:
      return { ...look, italic: false };
    case 24:
      return { ...look, underline: false };
    case 27:
      return { ...look, inverse: false };
    case 39:
      return { ...look, fore: null };
    case 49:
      return { ...look, back: null };
    default:
      return look;
  }
}

/** Of 256 or 16 million colours the nearest of the theme's sixteen; and how many codes said it. */
function extended(codes: readonly number[]): readonly [number | null, number] {
  const [kind, first = 0, second = 0, third = 0] = codes;
  if (kind === 2) return [nearest(first, second, third), 4];
  if (kind !== 5) return [null, 0];
  if (first < 16) return [first, 2];
  if (first >= 232) {
    const grey = 8 + (first - 232) * 10;
    return [nearest(grey, grey, grey), 2];
  }
  const level = (n: number): number => (n === 0 ? 0 : 55 + n * 40);
  const cube = first - 16;
  return [nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
}

/** Which of red, green and blue are strong names the colour; how strong the strongest is, whether it is a bright one. */
function nearest(red: number, green: number, blue: number): number {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 32) return most < 64 ? 0 : most < 144 ? 8 : most < 224 ? 7 : 15;
  const middle = (most + least) / 2;
  const hue = (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0);
  return hue + (most > 192 ? 8 : 0);
}

function classesOf(look: Look): string {
  const fore = look.inverse ? (look.back ?? "default") : look.fore;
  const back = look.inverse ? (look.fore ?? "default") : look.back;
  return [
    fore === null ? "" : `ansi-fore-${fore}`,
    back === null ? "" : `ansi-back-${back}`,
    look.bold ? "ansi-bold" : "",
    look.dim ? "ansi-dim" : "",
    look.italic ? "ansi-italic" : "",
    look.underline ? "ansi-underline" : "",
  ]
    .filter(Boolean)
    .join(" ");
}
