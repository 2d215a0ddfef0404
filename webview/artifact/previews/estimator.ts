/** A fitted estimator: how it is built, its parameters, and what fitting gave it. */
import type { Language } from "../../../src/core/entities";
import type { Json, JsonObject } from "../../../src/core/json";
import type { EstimatorNode, Preview } from "../../../src/core/preview";
import { element } from "../../ui/dom";
import { visible } from "../../ui/format";
import { pairs, section } from "../../ui/parts";
import type { Context } from "../context";

type Estimator = Extract<Preview, { readonly kind: "estimator" }>;

export function estimatorView(preview: Estimator, { strings, snapshot }: Context): HTMLElement {
  const { language } = snapshot.artifact;
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
      ? section(
          strings.structure,
          element("ul", { class: "estimator-tree" }, ...preview.steps.map((node) => tree(node, language))),
        )
      : null,
    section(strings.parameters, parameters(preview.parameters, language)),
    preview.fitted.length > 0
      ? section(strings.fitted, pairs(preview.fitted.map(({ name, summary }) => [name, visible(summary)])))
      : null,
  );
}

function tree(node: EstimatorNode, language: Language): HTMLElement {
  const given = Object.entries(node.parameters)
    .map(([name, value]) => `${name}=${literal(value, language)}`)
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
    node.children.length > 0
      ? element("ul", {}, ...node.children.map((child) => tree(child, language)))
      : null,
  );
}

function parameters(given: JsonObject, language: Language): HTMLElement {
  return pairs(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "string" ? visible(value) : literal(value, language),
    ]),
  );
}

/** As it is written in the language that made it. */
function literal(value: Json, language: Language): string {
  if (language === "python" && value === null) return "None";
  if (language === "python" && typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
