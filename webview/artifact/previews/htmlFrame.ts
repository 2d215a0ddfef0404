/**
 * HTML in a frame without scripts, forms and navigation. The page's policy forbids inline styles there too, so they are taken out
 * and put back through the CSSOM, which it allows: a report looks as it was made, and can do nothing.
 */
import { element } from "../../ui/dom";

/** What would run, load or lead elsewhere. */
const REMOVED = "script, base, link, meta, iframe, object, embed, frame, frameset, template";
const STYLE = "data-headrace-style";
const SHEET = "text/headrace-style";

export function htmlFrame(text: string, title: string): HTMLIFrameElement {
  const parsed = new DOMParser().parseFromString(withoutStyles(text), "text/html");
  const sheets = [...parsed.querySelectorAll(`script[type="${SHEET}"]`)].map((sheet) => sheet.textContent);
  for (const one of parsed.querySelectorAll(REMOVED)) one.remove();
  restoreWords(parsed);
  for (const one of parsed.querySelectorAll("*")) harmless(one);
  const frame = element("iframe", {
    class: "html-frame",
    // Its own origin lets this page reach in to set styles; without allow-scripts nothing inside can use it.
    sandbox: "allow-same-origin",
    referrerpolicy: "no-referrer",
    title,
  });
  frame.addEventListener("load", () => dress(frame, sheets));
  frame.srcdoc = parsed.documentElement.outerHTML;
  return frame;
}

/** Even a parser that shows nothing reports inline styles to the policy: they go under other names before it reads them. */
function withoutStyles(text: string): string {
  return text
    .replace(/<style\b/gi, `<script type="${SHEET}"`)
    .replace(/<\/style\b/gi, "</script")
    .replace(/(\s)style(\s*=)/gi, `$1${STYLE}$2`);
}

/** Where the other name came into the words of the report, it goes again. */
function restoreWords(parsed: Document): void {
  const texts = parsed.createTreeWalker(parsed, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    const node = texts.currentNode;
    if (node.nodeValue?.includes(STYLE) === true) node.nodeValue = node.nodeValue.replaceAll(STYLE, "style");
  }
}

function harmless(one: Element): void {
  for (const { name } of [...one.attributes]) {
    if (name.startsWith("on") || name === "formaction" || name === "srcdoc") one.removeAttribute(name);
  }
  // Only to places in the report itself.
  if (one.hasAttribute("href") && !one.getAttribute("href")?.startsWith("#")) one.removeAttribute("href");
}

function dress(frame: HTMLIFrameElement, sheets: readonly string[]): void {
  const { contentDocument: inside, contentWindow } = frame;
  if (inside === null || contentWindow === null) return;
  const { CSSStyleSheet: Sheet } = contentWindow as unknown as { CSSStyleSheet: typeof CSSStyleSheet };
  inside.adoptedStyleSheets = sheets.map((text) => {
    const sheet = new Sheet();
    sheet.replaceSync(text);
    return sheet;
  });
  for (const one of inside.querySelectorAll(`[${STYLE}]`)) {
    if ("style" in one) (one.style as CSSStyleDeclaration).cssText = one.getAttribute(STYLE) ?? "";
  }
}
