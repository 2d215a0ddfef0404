/** Small helpers to make elements. Text is always text; styles go through the CSSOM, as the policy forbids style attributes. */

export type Child = Node | string | null;
type Listener = (event: never) => void;
type Attributes = Readonly<Record<string, string | number | boolean | null | Listener>>;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  ...children: Child[]
): HTMLElementTagNameMap[K];
export function element(tag: string, attributes?: Attributes, ...children: Child[]): HTMLElement;
export function element(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  assign(made, attributes);
  append(made, children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  assign(made, attributes);
  append(made, children);
  return made;
}

/** An icon of VS Code's own font; decoration only, its meaning is said in words beside it or in a label. */
export function codicon(name: string): HTMLElement {
  return element("span", { class: `codicon codicon-${name}`, "aria-hidden": "true" });
}

export function replaceChildren(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...children.filter((child) => child !== null));
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== null) parent.append(child);
}

/** `onclick` and the like are listeners; true is an attribute without value; false and null leave it out. */
function assign(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") target.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) target.setAttribute(name, "");
    else if (value !== false && value !== null) target.setAttribute(name, String(value));
  }
}
