/**
 * Controls of VS Code's webview toolkit. The toolkit is archived: this is the only module that knows it, so that another
 * library can take its place here. What the rest of the pages use are the custom elements' tags below.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { codicon, element, type Child } from "./dom";

export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export interface ButtonOptions {
  readonly appearance?: "primary" | "secondary" | "icon";
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly class?: string;
}

export function button(label: string, press: () => void, options: ButtonOptions = {}): HTMLElement {
  const { appearance = "secondary" } = options;
  return element("vscode-button", { appearance, class: options.class ?? null, onclick: press }, label);
}

/** A button that is an icon; its label is its name for everyone who can't see it, and its tooltip. */
export function iconButton(
  icon: string,
  label: string,
  press: () => void,
  options: ButtonOptions = {},
): HTMLElement {
  return element(
    "vscode-button",
    {
      appearance: "icon",
      "aria-label": label,
      title: label,
      class: options.class ?? null,
      "aria-pressed": options.pressed === undefined ? null : String(options.pressed),
      onclick: press,
    },
    codicon(icon),
  );
}

export function setPressed(control: HTMLElement, pressed: boolean): void {
  control.setAttribute("aria-pressed", String(pressed));
  control.classList.toggle("pressed", pressed);
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function dropdown(
  label: string,
  choices: readonly Choice[],
  value: string,
  chosen: (value: string) => void,
): HTMLElement {
  const options: Child[] = choices.map((choice) =>
    element("vscode-option", { value: choice.value, selected: choice.value === value }, choice.label),
  );
  const made = element("vscode-dropdown", { "aria-label": label, title: label }, ...options);
  // The control reads its options only once it is in the document, and takes the first one until told otherwise.
  requestAnimationFrame(() => ((made as HTMLInputElement).value = value));
  made.addEventListener("change", () => chosen((made as HTMLInputElement).value));
  return made;
}

export function textField(label: string, typed: (value: string) => void): HTMLInputElement {
  const made = element("vscode-text-field", { "aria-label": label, placeholder: label });
  made.addEventListener("input", () => typed((made as HTMLInputElement).value));
  // Once it stands in the page, it calls itself "Text field".
  new MutationObserver(() => {
    if (made.getAttribute("aria-label") !== label) made.setAttribute("aria-label", label);
  }).observe(made, { attributeFilter: ["aria-label"] });
  return made as HTMLInputElement;
}

export function progressRing(): HTMLElement {
  return element("vscode-progress-ring", { "aria-hidden": "true" });
}
