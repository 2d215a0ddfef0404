/** The page of a model version. */
import type {
  LinkedArtifact,
  ModelContract,
  ModelField,
  ModelSnapshot,
  ModelStrings,
  VersionRow,
} from "../../src/panels/model/messages";
import { fill } from "../../src/panels/messages";
import { lineChart } from "../ui/charts";
import { codicon, element, replaceChildren, type Child } from "../ui/dom";
import { formatBytes, formatMoment, visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";
import { link, metadataList, pairs, section } from "../ui/parts";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { readStrings } from "../ui/strings";
import { button, dropdown, iconButton, registerControls } from "../ui/toolkit";
import "./model.css";

type Strings = Omit<ModelStrings, "fields"> & Readonly<Record<`field.${ModelField}`, string>>;

registerControls();

const strings = readStrings() as Strings;
const channel = new Channel<ModelContract>();
const root = document.getElementById("root") ?? document.body;
const content = element("div", { class: "page" });
const states = new States(root, content, channel, strings);
const tell = (command: ModelContract["command"]): void => channel.tell(command);

function show(snapshot: ModelSnapshot): void {
  replaceChildren(
    content,
    header(snapshot),
    element(
      "div",
      { class: "columns" },
      element(
        "main",
        { class: "main-box", "aria-label": snapshot.version.model },
        description(snapshot),
        artifacts(snapshot),
        comparison(snapshot),
        metrics(snapshot),
      ),
      element(
        "aside",
        { class: "rail-box", "aria-label": strings.about },
        metadata(snapshot),
        runs(snapshot),
        history(snapshot),
        about(snapshot),
      ),
    ),
  );
}

function header({ version, versions }: ModelSnapshot): HTMLElement {
  const choices = versions.map((one) => ({
    value: one.id,
    label: one.stage === null ? one.name : `${one.name} · ${one.stage}`,
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
      stageBadge(version.stage),
    ),
    element(
      "div",
      { class: "actions", role: "toolbar", "aria-label": version.model },
      button(strings.promote, () => tell({ do: "promote" }), { appearance: "primary" }),
      version.stage === "archived" ? null : button(strings.archive, () => tell({ do: "archive" })),
      button(strings.link, () => tell({ do: "link" })),
      iconButton("trash", strings.remove, () => tell({ do: "delete" })),
    ),
  );
}

function stageBadge(stage: string | null): HTMLElement {
  return stage === null
    ? element("span", { class: "note" }, strings.noStage)
    : element("span", { class: `badge stage-${stage}` }, stage);
}

/** Read until someone wants to write. */
function description({ version }: ModelSnapshot): HTMLElement {
  const box = element("div", {});
  const read = (): void =>
    replaceChildren(
      box,
      element(
        "p",
        { class: version.description === null ? "note" : "text" },
        version.description ?? strings.describe,
      ),
      button(strings.edit, write),
    );
  const save = (text: string): void => {
    channel.request("describe", { text }).catch((error: unknown) => {
      box.prepend(element("p", { role: "alert" }, error instanceof Error ? error.message : String(error)));
    });
  };
  const write = (): void => {
    const area = element(
      "textarea",
      { rows: 4, "aria-label": strings.description },
      version.description ?? "",
    );
    replaceChildren(
      box,
      area,
      button(strings.save, () => save(area.value), { appearance: "primary" }),
      button(strings.cancel, read),
    );
    area.focus();
  };
  read();
  return section(strings.description, box);
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
    return some.length === 0
      ? []
      : [element("h3", {}, title), element("ul", { class: "rows" }, ...some.map(artifactRow))];
  });
  return section(strings.artifacts, ...groups);
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

/** Versions as rows, what was logged on any of them as columns. */
function comparison({ version, versions, versionCount }: ModelSnapshot): HTMLElement {
  const keys = [...new Set(versions.flatMap((one) => Object.keys(one.metadata)))].slice(0, 12);
  const head = [strings.version, strings.stage, strings.made, ...keys].map((title) =>
    element("th", { scope: "col" }, visible(title)),
  );
  const rows = versions.map((one) =>
    element(
      "tr",
      { "aria-current": one.id === version.id ? "true" : null },
      element(
        "th",
        { scope: "row" },
        link(visible(one.name), () => tell({ do: "openVersion", modelVersionId: one.id })),
      ),
      element("td", {}, one.stage === null ? "" : stageBadge(one.stage)),
      element("td", {}, formatMoment(one.created)),
      ...keys.map((key) => element("td", { class: "numeric" }, cellText(one.metadata[key]))),
    ),
  );
  const older = versionCount - versions.length;
  return section(
    strings.versions,
    element(
      "div",
      { class: "scroll", tabindex: 0 },
      element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
    ),
    older > 0 ? element("p", { class: "note" }, fill(strings.moreVersions, older)) : null,
  );
}

function cellText(value: VersionRow["metadata"][string] | undefined): string {
  if (value === undefined) return "—";
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? visible(value) : JSON.stringify(value);
}

/** Numbers that at least two versions have, as lines. */
function metrics({ versions }: ModelSnapshot): HTMLElement {
  const oldestFirst = [...versions].reverse();
  const keys = [...new Set(versions.flatMap((one) => Object.keys(one.metadata)))];
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
      element("span", { class: `status status-${run.status}` }, run.status),
      link(visible(run.name), () => tell({ do: "openRun", runId: run.id }), formatMoment(run.started)),
    ),
  );
  return section(strings.runs, element("ul", { class: "rows" }, ...rows));
}

function history({ stages }: ModelSnapshot): HTMLElement {
  if (stages.length === 0)
    return section(strings.history, element("p", { class: "note" }, strings.noHistory));
  return section(
    strings.history,
    pairs(stages.map(({ stage, time }) => [formatMoment(time), stageBadge(stage)])),
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

channel.listen((message) => {
  switch (message.kind) {
    case "loading":
      states.loading(message.label, message.since);
      return;
    case "empty":
      states.empty(message.title, message.text, message.actions);
      return;
    case "failed":
      states.failed(message.reason, message.advice, message.actions);
      return;
    case "snapshot":
      states.ready();
      show(message.state);
      return;
    case "delta":
      show(message.delta);
      return;
    case "event":
  }
});
