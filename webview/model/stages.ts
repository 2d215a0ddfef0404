/** How a version's stage is said. */
import type { ModelField, ModelStrings } from "../../src/panels/model/messages";
import { element } from "../ui/dom";
import { visible } from "../ui/format";

/** As the host hands them over: a flat list. */
export type PageStrings = Omit<ModelStrings, "fields"> & Readonly<Record<`field.${ModelField}`, string>>;

export function stageText(stage: string, strings: PageStrings): string {
  const key = `stage.${stage}`;
  return key in strings ? strings[key as keyof PageStrings] : visible(stage);
}

export function stageBadge(stage: string | null, strings: PageStrings): HTMLElement {
  return stage === null
    ? element("span", { class: "note" }, strings.noStage)
    : element("span", { class: `badge stage-${stage}` }, stageText(stage, strings));
}
