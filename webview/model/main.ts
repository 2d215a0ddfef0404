/** The page of a model version. */
import type {
  LinkedArtifact,
  ModelContract,
  ModelField,
  ModelSnapshot,
} from "../../src/panels/model/messages";
import { fill } from "../../src/panels/messages";
import { lineChart } from "../ui/charts";
import { codicon, element, replaceChildren, type Child } from "../ui/dom";
import { formatBytes, formatMoment, visible } from "../ui/format";
import { Editable, tagBadges, tagsIn } from "../ui/editable";
import { link, metadataList, pairs, section } from "../ui/parts";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { statusGlyph } from "../ui/steps";
import { readStrings } from "../ui/strings";
import { button, dropdown, iconButton, registerControls } from "../ui/toolkit";
import "./model.css";
import { stageBadge, stageText, type PageStrings } from "./stages";
import { Versions } from "./versions";

/** Of each kind, until more are asked for. */
const ARTIFACTS_SHOWN = 200;

registerControls();

const strings = readStrings() as PageStrings;
const channel = new Channel<ModelContract>();
const root = document.getElementById("root") ?? document.body;
const content = element("div", { class: "page" });
const states = new States(root, content, channel, strings);
const tell = (command: ModelContract["command"]): void => channel.tell(command);

const edits = {
  description: new Editable(strings, {
    ...{ name: strings.description, help: strings.describe, none: strings.describe },
    show: (text) => element("p", { class: "text" }, text),
    save: (text) => channel.request("describe", { text }),
  }),
  note: new Editable(strings, {
    ...{ name: strings.note, help: strings.addNote, none: strings.noNote },
    save: (text) => channel.request("setNote", { text }),
  }),
  tags: new Editable(strings, {
    ...{ name: strings.tags, help: strings.tagsHelp, none: strings.noTags },
    show: tagBadges,
    save: (text) => channel.request("setTags", { tags: tagsIn(text) }),
  }),
};
const versions = new Versions(strings, {
  tell,
  compare: (ids, watching) => channel.request("compare", { ids }, watching),
  showOutput: () => channel.send({ kind: "showLog" }),
});

function show(snapshot: ModelSnapshot): void {
  const focused = document.activeElement?.getAttribute("data-action") ?? null;
  const { version } = snapshot;
  edits.description.update(version.description ?? "");
  edits.note.update(version.note);
  edits.tags.update(version.tags.join(", "));
  versions.update(snapshot);
  replaceChildren(
    content,
    header(snapshot),
    element(
      "div",
      { class: "columns" },
      element(
        "main",
        { class: "main-box", "aria-label": version.model },
        section(strings.description, edits.description.root),
        artifacts(snapshot),
        versions.root,
        metrics(snapshot),
      ),
      element(
        "aside",
        { class: "rail-box", "aria-label": strings.about },
        section(strings.note, edits.note.root),
        section(strings.tags, edits.tags.root),
        metadata(snapshot),
        runs(snapshot),
        history(snapshot),
        about(snapshot),
      ),
    ),
  );
  if (focused !== null) content.querySelector<HTMLElement>(`[data-action="${focused}"]`)?.focus();
}

function header({ version, versions: all }: ModelSnapshot): HTMLElement {
  const choices = all.map((one) => ({
    value: one.id,
    label: one.stage === null ? one.name : `${one.name} · ${stageText(one.stage, strings)}`,
  }));
  return element(
    "header",
    { class: "header" },
    element(
      "div",
      { class: "title-row" },
      codicon("package"),
      element("h1", {}, visible(version.model)),
      dropdown(strings.version, choices, version.id, (id) => tell({ do: "openVersion", modelVersionId: id })),
      stageBadge(version.stage, strings),
    ),
    element(
      "div",
      { class: "actions", role: "toolbar", "aria-label": version.model },
      named(
        "promote",
        button(strings.promote, () => tell({ do: "promote" }), { appearance: "primary" }),
      ),
      version.stage === "archived"
        ? null
        : named(
            "archive",
            button(strings.archive, () => tell({ do: "archive" })),
          ),
      named(
        "link",
        button(strings.link, () => tell({ do: "link" })),
      ),
      named(
        "delete",
        iconButton("trash", strings.remove, () => tell({ do: "delete" })),
      ),
    ),
  );
}

/** So that what has the keyboard keeps it when the page is drawn anew. */
function named(name: string, control: HTMLElement): HTMLElement {
  control.setAttribute("data-action", name);
  return control;
}

function artifacts({ artifacts: all }: ModelSnapshot): HTMLElement {
  if (all.length === 0)
    return section(strings.artifacts, element("p", { class: "note" }, strings.noArtifacts));
  const kinds: readonly (readonly [string, (one: LinkedArtifact) => boolean])[] = [
    [strings.modelArtifacts, (one) => one.type === "ModelArtifact"],
    [strings.dataArtifacts, (one) => one.type === "DataArtifact"],
    [strings.otherArtifacts, (one) => one.type !== "ModelArtifact" && one.type !== "DataArtifact"],
  ];
  const groups = kinds.flatMap(([title, belongs]): Child[] => {
    const some = all.filter(belongs);
    return some.length === 0 ? [] : [element("h3", {}, title), ...artifactRows(some)];
  });
  return section(strings.artifacts, ...groups);
}

/** Thousands come only when they are asked for. */
function artifactRows(all: readonly LinkedArtifact[]): readonly HTMLElement[] {
  const list = element("ul", { class: "rows" }, ...all.slice(0, ARTIFACTS_SHOWN).map(artifactRow));
  const rest = all.slice(ARTIFACTS_SHOWN);
  if (rest.length === 0) return [list];
  const more = link(fill(strings.moreArtifacts, rest.length), () => {
    list.append(...rest.map(artifactRow));
    more.remove();
  });
  return [list, more];
}

function artifactRow(one: LinkedArtifact): HTMLElement {
  return element(
    "li",
    {},
    codicon(one.type === "ModelArtifact" ? "symbol-class" : "symbol-field"),
    link(visible(one.name), () => tell({ do: "openArtifact", artifactVersionId: one.id })),
    element("span", { class: "note" }, `v${visible(one.version)}`),
    element("span", { class: "note ellipsis" }, visible(one.summary)),
    element("span", { class: "note" }, formatBytes(one.bytes)),
    iconButton("debug-disconnect", fill(strings.unlink, one.name), () =>
      tell({ do: "unlink", artifactVersionId: one.id }),
    ),
  );
}

/** Numbers that at least two versions have, as lines. */
function metrics({ versions: all }: ModelSnapshot): HTMLElement {
  const oldestFirst = [...all].reverse();
  const keys = [...new Set(all.flatMap((one) => Object.keys(one.metadata)))];
  const charts = keys.flatMap((key) => {
    const points = oldestFirst.flatMap((one) => {
      const value = one.metadata[key];
      return typeof value === "number" ? [{ label: one.name, value }] : [];
    });
    return points.length < 2 ? [] : [section(fill(strings.overVersions, key), lineChart(points, key))];
  });
  return element("div", { class: "charts" }, ...charts);
}

function metadata(snapshot: ModelSnapshot): HTMLElement {
  return section(
    strings.metadata,
    metadataList(snapshot.metadata) ?? element("p", { class: "note" }, strings.noMetadata),
  );
}

function runs({ runs: all }: ModelSnapshot): HTMLElement {
  if (all.length === 0) return section(strings.runs, element("p", { class: "note" }, strings.noRuns));
  const rows = all.map((run) =>
    element(
      "li",
      {},
      element(
        "span",
        { class: `run-status is-${run.status}` },
        statusGlyph(run.status === "initializing" ? "waiting" : run.status),
        element("span", { class: "visually-hidden" }, strings[run.status]),
      ),
      link(visible(run.label), () => tell({ do: "openRun", runId: run.id }), formatMoment(run.started)),
      element("span", { class: "note ellipsis" }, visible(run.note)),
    ),
  );
  return section(strings.runs, element("ul", { class: "rows" }, ...rows));
}

function history({ stages }: ModelSnapshot): HTMLElement {
  if (stages.length === 0)
    return section(strings.history, element("p", { class: "note" }, strings.noHistory));
  return section(
    strings.history,
    pairs(stages.map(({ stage, time }) => [formatMoment(time), stageBadge(stage, strings)])),
  );
}

function about({ fields }: ModelSnapshot): HTMLElement | null {
  const given = Object.entries(fields) as [ModelField, string][];
  if (given.length === 0) return null;
  return section(
    strings.about,
    pairs(given.map(([name, text]) => [strings[`field.${name}`], visible(text)])),
  );
}

states.follow({ snapshot: show, delta: show });
