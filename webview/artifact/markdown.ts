/** The Markdown that reports are written in: headings, lists, quotes, code, tables, emphasis. Made as elements, never as HTML. */
import { element, type Child } from "../ui/dom";

export function markdown(text: string): HTMLElement[] {
  const lines = text.split(/\r?\n/);
  const blocks: HTMLElement[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [block, next] = readBlock(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

type Read = readonly [HTMLElement, number];

function readBlock(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? "";
  if (line.startsWith("```")) return code(lines, at);
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  // The page's own headings come first: those of the text begin below them.
  if (heading !== null)
    return [
      element(`h${String(Math.min(6, (heading[1]?.length ?? 1) + 1))}`, {}, ...inline(heading[2] ?? "")),
      at + 1,
    ];
  if (/^(\*\s*){3,}$|^(-\s*){3,}$/.test(line)) return [element("hr"), at + 1];
  if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) return list(lines, at);
  if (line.startsWith(">"))
    return run(lines, at, /^>/, (part) =>
      element("blockquote", {}, ...inline(part.map((one) => one.replace(/^>\s?/, "")).join(" "))),
    );
  if (line.includes("|") && /^\s*\|?\s*:?-{2,}/.test(lines[at + 1] ?? "")) return table(lines, at);
  return run(lines, at, /^(?!\s*$|#{1,6}\s|```|>|\s*([-*+]|\d+[.)])\s)/, (part) =>
    element("p", {}, ...inline(part.join(" "))),
  );
}

/** The lines from `at` on that match, as one block. */
function run(
  lines: readonly string[],
  at: number,
  pattern: RegExp,
  make: (part: readonly string[]) => HTMLElement,
): Read {
  let end = at + 1;
  while (end < lines.length && pattern.test(lines[end] ?? "")) end += 1;
  return [make(lines.slice(at, end)), end];
}

function code(lines: readonly string[], at: number): Read {
  const close = lines.findIndex((line, i) => i > at && line.startsWith("```"));
  const end = close < 0 ? lines.length : close;
  return [element("pre", { class: "code", tabindex: 0 }, lines.slice(at + 1, end).join("\n")), end + 1];
}

function list(lines: readonly string[], at: number): Read {
  const ordered = /^\s*\d/.test(lines[at] ?? "");
  return run(lines, at, /^\s*([-*+]|\d+[.)])\s+/, (part) =>
    element(
      ordered ? "ol" : "ul",
      {},
      ...part.map((line) => element("li", {}, ...inline(line.replace(/^\s*([-*+]|\d+[.)])\s+/, "")))),
    ),
  );
}

function table(lines: readonly string[], at: number): Read {
  const cells = (line: string): string[] =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  return run(lines, at, /\|/, (part) => {
    const [head = "", , ...rows] = part;
    const row = (line: string, tag: "th" | "td"): HTMLElement =>
      element("tr", {}, ...cells(line).map((cell) => element(tag, {}, ...inline(cell))));
    return element(
      "table",
      {},
      element("thead", {}, row(head, "th")),
      element("tbody", {}, ...rows.map((line) => row(line, "td"))),
    );
  });
}

const INLINE = /(`[^`]+`)|(\*\*[^*]+\*\*|__[^_]+__)|(\*[^*\s][^*]*\*|\b_[^_]+_\b)|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** Links are shown with their address, and lead nowhere: content may not take the user away. */
function inline(text: string): Child[] {
  const parts: Child[] = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(last, match.index));
    const [whole, codeText, strong, emphasis, label, address] = match;
    if (codeText !== undefined) parts.push(element("code", {}, codeText.slice(1, -1)));
    else if (strong !== undefined) parts.push(element("strong", {}, strong.slice(2, -2)));
    else if (emphasis !== undefined) parts.push(element("em", {}, emphasis.slice(1, -1)));
    else parts.push(element("span", { class: "address", title: address ?? "" }, label ?? ""));
    last = match.index + whole.length;
  }
  parts.push(text.slice(last));
  return parts;
}
