/** What a step was given and has made, and what was chosen for it alone. */
import { fill } from "../../src/panels/messages";
import type { ConfigValue, RunInput, RunOutput, RunStep, RunStrings } from "../../src/panels/run/messages";
import { element, type Child } from "../ui/dom";
import { visible } from "../ui/format";
import { link } from "../ui/parts";
import { valueText } from "./values";

/** Of a list of artifacts, as many are named. */
const MOST_VERSIONS = 8;

export function stepFacts(
  { inputs, outputs, config }: RunStep,
  strings: RunStrings,
  open: (versionId: string) => void,
): HTMLElement | null {
  const groups: readonly (readonly [string, readonly Child[]])[] = [
    [strings.inputs, inputs.map((input) => inputRow(input, strings, open))],
    [
      strings.outputs,
      outputs.map((output) => element("li", {}, ...version(output, output.name, strings, open))),
    ],
    [strings.configuration, config.map((value) => configRow(value, strings))],
  ];
  const shown = groups.filter(([, rows]) => rows.length > 0);
  if (shown.length === 0) return null;
  return element(
    "div",
    { class: "step-facts" },
    ...shown.map(([title, rows]) => element("div", {}, element("h3", {}, title), element("ul", {}, ...rows))),
  );
}

function inputRow(
  { name, versions, value }: RunInput,
  strings: RunStrings,
  open: (versionId: string) => void,
): HTMLElement {
  if (versions.length === 0) return element("li", {}, named(name), valueText(value));
  const shown = versions.slice(0, MOST_VERSIONS).flatMap((one) => version(one, one.name, strings, open));
  const more = versions.length - MOST_VERSIONS;
  return element(
    "li",
    {},
    named(name),
    ...shown,
    more > 0 ? element("span", { class: "note" }, ` +${more}`) : null,
  );
}

function named(name: string): HTMLElement {
  return element("span", { class: "note" }, `${visible(name)}: `);
}

function version(
  { versionId, version: number, summary }: RunOutput,
  name: string,
  strings: RunStrings,
  open: (versionId: string) => void,
): readonly Child[] {
  return [
    link(visible(name), () => open(versionId), fill(strings.openArtifact, visible(name))),
    element("span", { class: "note" }, ` v${visible(number)} · ${visible(summary)} `),
  ];
}

function configRow({ name, value, origin }: ConfigValue, strings: RunStrings): HTMLElement {
  return element(
    "li",
    {},
    named(name),
    element("span", { class: "value" }, valueText(value)),
    element("span", { class: "note" }, ` ${fill(strings.origin, visible(origin ?? strings.fromCode))}`),
  );
}
