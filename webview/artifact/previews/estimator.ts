/** A fitted estimator: how it is built, its parameters, and what fitting gave it. */
import type { JsonObject } from "../../../src/core/json";
import type { EstimatorNode, Preview } from "../../../src/core/preview";
import type { ArtifactStrings } from "../../../src/panels/artifact/messages";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { pairs, section } from "../../ui/parts";

type Estimator = Extract<Preview, { readonly kind: "estimator" }>;

export function estimatorView(preview: Estimator, strings: ArtifactStrings): HTMLElement {
  return element(
    "div",
    {},
    element(
      "p",
      { class: "estimator-name" },
      element("strong", {}, preview.className),
      element("span", { class: "note" }, ` ${preview.module}`),
    ),
    preview.steps.length > 0
      ? section(strings.structure, element("ul", { class: "estimator-tree" }, ...preview.steps.map(tree)))
      : null,
    section(strings.parameters, parameters(preview.parameters)),
    preview.fitted.length > 0
      ? section(strings.fitted, pairs(preview.fitted.map(({ name, summary }) => [name, visible(summary)])))
      : null,
  );
}

function tree(node: EstimatorNode): HTMLElement {
  const given = Object.entries(node.parameters)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ");
  return element(
    "li",
    {},
    element(
      "span",
      { class: "estimator-node", title: given },
      element("span", { class: "note" }, `${visible(node.name)} `),
      node.className,
    ),
    node.children.length > 0 ? element("ul", {}, ...node.children.map(tree)) : null,
  );
}

function parameters(given: JsonObject): HTMLElement {
  return pairs(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "string" ? visible(value) : JSON.stringify(value),
    ]),
  );
}
