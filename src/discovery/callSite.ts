/**
 * The call that a place in a text is in, by its brackets and quotes alone: while someone types, the text is broken, and no
 * parse would tell.
 */
import type { Language } from "../core/entities";

/** A string literal, between its quotes. Offsets in the text. */
export interface Literal {
  readonly start: number;
  readonly end: number;
}

export interface CallSite {
  /** What is called, as written: `z.step`, `Client().get_model`, `new Model`. */
  readonly callee: string;
  readonly isDecorator: boolean;
  /** The argument: its name, or its place among those without. In TypeScript the key of an options object. */
  readonly argument: string | number;
  /** The values of arguments before this one, as written, by name or place. */
  readonly before: ReadonlyMap<string | number, string>;
  /** Names that are given already, before and after. */
  readonly given: ReadonlySet<string>;
  /** The literal that the place is in. */
  readonly literal: Literal | null;
  /** Whether a name of an argument can begin here; `word` is what is typed of it. */
  readonly atName: boolean;
  readonly word: string;
}

interface Frame {
  readonly bracket: string;
  /** Where its content begins. */
  readonly start: number;
  /** Where the part that is being read begins, after the last comma. */
  part: number;
  readonly parts: string[];
}

/** `(`, with what is called before it: a dotted name, whose parts may be calls themselves. */
const CALLEE =
  /(@\s*)?((?:new\s+)?[A-Za-z_$][\w$]*(?:\([^()]*\))?(?:\s*\.\s*[A-Za-z_$][\w$]*(?:\([^()]*\))?)*)\s*(?:<[^()]*>)?$/;
const LONGEST_CALLEE = 300;
const NAMED: Readonly<Record<Language, RegExp>> = {
  python: /^\s*([A-Za-z_]\w*)\s*=(?!=)\s*/,
  node: /^\s*["']?([A-Za-z_$][\w$]*)["']?\s*:\s*/,
};

export function callSiteAt(text: string, offset: number, language: Language): CallSite | null {
  const { frames, literal } = scanned(text, offset, language);
  const at = frames.findLastIndex((frame) => frame.bracket === "(");
  const call = frames[at];
  if (call === undefined) return null;
  const callee = CALLEE.exec(text.slice(Math.max(0, call.start - 1 - LONGEST_CALLEE), call.start - 1));
  if (callee === null) return null;
  const inner = frames.slice(at);
  // In TypeScript options are the keys of an object; containers in an argument belong to it.
  const holder = (language === "node" ? inner.find((frame) => frame.bracket === "{") : undefined) ?? call;
  const part = text.slice(holder.part, offset);
  const name = NAMED[language].exec(part)?.[1];
  const end = literal === null ? offset : endOfLiteral(text, literal, offset);
  // After the quote that closes it.
  const rest = literal === null ? offset : end + 1;
  return {
    callee: (callee[2] ?? "").replace(/\s+/g, " "),
    isDecorator: callee[1] !== undefined,
    argument: name ?? placeOf(holder, language),
    before: argumentsBefore(call, language),
    given: new Set(namesIn([...holder.parts, ...partsAfter(text, rest, language)], language)),
    literal: literal === null ? null : { start: literal, end },
    atName: literal === null && holder === inner.at(-1) && /^\s*\w*$/.test(part),
    word: /\w*$/.exec(part)?.[0] ?? "",
  };
}

/** Reads from the beginning: only so it is known what is a quote, and what stands in one. */
function scanned(
  text: string,
  offset: number,
  language: Language,
): { readonly frames: readonly Frame[]; readonly literal: number | null } {
  const frames: Frame[] = [];
  let literal: number | null = null;
  for (let at = 0; at < offset;) {
    const skipped = skip(text, at, language);
    if (skipped !== null) {
      // A place after the opening quote and not after the closing one is in the literal.
      if (skipped.end > offset || (skipped.end === offset && !skipped.closed)) {
        literal = skipped.content;
        if (literal === null || literal > offset) return { frames: [], literal: null };
      }
      at = skipped.end;
      continue;
    }
    const char = text.charAt(at);
    at += 1;
    if ("([{".includes(char)) frames.push({ bracket: char, start: at, part: at, parts: [] });
    else if (")]}".includes(char)) frames.pop();
    else if (char === ",") {
      const frame = frames.at(-1);
      frame?.parts.push(text.slice(frame.part, at - 1));
      if (frame !== undefined) frame.part = at;
    }
  }
  return { frames, literal };
}

interface Skipped {
  readonly end: number;
  /** Where a literal's content begins; null for a comment. */
  readonly content: number | null;
  readonly closed: boolean;
}

/** A literal or a comment that begins here. What isn't closed ends with its line. */
function skip(text: string, at: number, language: Language): Skipped | null {
  const char = text.charAt(at);
  const comment = language === "python" ? "#" : "//";
  if (text.startsWith(comment, at)) return { end: lineEnd(text, at), content: null, closed: false };
  if (language === "node" && text.startsWith("/*", at)) {
    const end = text.indexOf("*/", at + 2);
    return { end: end === -1 ? text.length : end + 2, content: null, closed: true };
  }
  if (char !== '"' && char !== "'" && (char !== "`" || language === "python")) return null;
  const long = language === "python" && text.startsWith(char.repeat(3), at);
  const quote = long ? char.repeat(3) : char;
  const content = at + quote.length;
  const last = long || char === "`" ? text.length : lineEnd(text, at);
  for (let end = content; end < last; end += 1) {
    if (text.charAt(end) === "\\") end += 1;
    else if (text.startsWith(quote, end)) return { end: end + quote.length, content, closed: true };
  }
  return { end: last, content, closed: false };
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** Up to its quote, or, where it has none yet, as far as a name goes on. */
function endOfLiteral(text: string, start: number, offset: number): number {
  const quote = text.charAt(start - 1);
  const rest = text.slice(offset, lineEnd(text, offset));
  const closing = rest.indexOf(quote);
  return offset + (closing === -1 ? (/^[\w.:-]*/.exec(rest)?.[0].length ?? 0) : closing);
}

function placeOf({ parts }: Frame, language: Language): number {
  return parts.filter((part) => !NAMED[language].test(part)).length;
}

function argumentsBefore({ parts }: Frame, language: Language): ReadonlyMap<string | number, string> {
  const values = new Map<string | number, string>();
  let place = 0;
  for (const part of parts) {
    const name = language === "python" ? NAMED.python.exec(part) : null;
    const key = name?.[1] ?? place;
    if (name === null) place += 1;
    values.set(key, part.slice(name?.[0].length ?? 0).trim());
  }
  return values;
}

function namesIn(parts: readonly string[], language: Language): readonly string[] {
  return parts.flatMap((part) => NAMED[language].exec(part)?.[1] ?? []);
}

/** The rest of the arguments, as far as the text goes on in the same brackets. */
function partsAfter(text: string, offset: number, language: Language): readonly string[] {
  const parts: string[] = [];
  let [depth, from] = [0, offset];
  for (let at = offset; at < text.length;) {
    const skipped = skip(text, at, language);
    if (skipped !== null) {
      at = skipped.end;
      continue;
    }
    const char = text.charAt(at);
    if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
    if (depth < 0) break;
    if (depth === 0 && char === ",") {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    at += 1;
    if (at - offset > LONGEST_REST) break;
  }
  return [...parts, text.slice(from, from + LONGEST_REST)];
}

/** Arguments further away are not looked at. */
const LONGEST_REST = 2000;
