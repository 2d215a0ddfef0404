/** A printed line as it is shown: in its colours, matches marked, and places in source to click on. */
import type { Styled } from "./ansi";
import { element, type Child } from "./dom";
import { placeIn } from "./trace";

export type OpenPlace = (file: string, line: number) => void;
type Span = readonly [from: number, to: number];

/** Cuts a line's pieces where a match or a place in source begins and ends. */
export function logText(pieces: readonly Styled[], query: string, open: OpenPlace): readonly Child[] {
  const text = pieces.map((piece) => piece.text).join("");
  const place = placeIn(text);
  const matches = matchesIn(text, query);
  const cuts = [...new Set([...matches.flat(), ...(place === null ? [] : [place.from, place.to])])];
  const parts: Child[] = [];
  let inPlace: HTMLElement | null = null;
  let at = 0;
  for (const { text: piece, classes } of pieces) {
    const inner = cuts.filter((cut) => cut > at && cut < at + piece.length).sort((a, b) => a - b);
    const edges = [at, ...inner, at + piece.length];
    for (const [i, from] of edges.slice(0, -1).entries()) {
      const to = edges[i + 1] ?? from;
      const matched = matches.some(([begin, end]) => begin <= from && to <= end);
      const names = [classes, matched ? "log-match" : ""].filter(Boolean).join(" ");
      const shown = piece.slice(from - at, to - at);
      const part = names === "" ? shown : element("span", { class: names }, shown);
      if (place === null || from < place.from || to > place.to) parts.push(part);
      else if (inPlace === null) {
        const press = (): void => open(place.file, place.line);
        parts.push((inPlace = element("button", { class: "link", type: "button", onclick: press }, part)));
      } else inPlace.append(part);
    }
    at += piece.length;
  }
  return parts;
}

export function matchesIn(text: string, query: string): Span[] {
  if (query === "") return [];
  const found: Span[] = [];
  const lower = text.toLowerCase();
  const wanted = query.toLowerCase();
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length)) {
    found.push([at, at + wanted.length]);
  }
  return found;
}
