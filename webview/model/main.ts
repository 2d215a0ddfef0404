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
import { button, dropdown, iconButton, registerControls, setPressed } from "../ui/toolkit";
import "./model.css";

const MOST_KEYS = 12;

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
        "div",
        { class: "editable" },
        element(
          "p",
          { class: version.description === null ? "note" : "text" },
          version.description ?? strings.describe,
        ),
        iconButton("edit", strings.edit, write),
      ),
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

/** Which versions are compared, kept while the page is there; fewer than two compare nothing, and all are shown. */
const chosen = new Set<string>();
let comparing = false;

/** Versions as rows, what was logged on any of them as columns; compared, only those that are chosen and what they differ in. */
function comparison(snapshot: ModelSnapshot): HTMLElement {
  const { version, versions, versionCount } = snapshot;
  for (const id of chosen) if (!versions.some((one) => one.id === id)) chosen.delete(id);
  const isComparing = comparing && chosen.size > 1;
  const shown = isComparing ? versions.filter((one) => chosen.has(one.id)) : versions;
  const all = [...new Set(shown.flatMap((one) => Object.keys(one.metadata)))];
  const keys = all.filter((key) => !isComparing || differs(key, shown)).slice(0, MOST_KEYS);
  const head = [strings.version, strings.stage, strings.made, ...keys].map((title) =>
    element("th", { scope: "col" }, visible(title)),
  );
  const compare = button(
    strings.compareVersions,
    () => {
      comparing = !comparing;
      show(snapshot);
    },
    { pressed: isComparing },
  );
  setPressed(compare, isComparing);
  compare.toggleAttribute("disabled", chosen.size < 2);
  const rows = shown.map((one) =>
    element(
      "tr",
      { "aria-current": one.id === version.id ? "true" : null },
      element("td", { class: "check" }, checkbox(one, compare)),
      element(
        "th",
        { scope: "row" },
        link(visible(one.name), () => tell({ do: "openVersion", modelVersionId: one.id })),
      ),
      element("td", {}, one.stage === null ? "" : stageBadge(one.stage)),
      element("td", {}, formatMoment(one.created)),
      ...keys.map((key) => valueCell(key, one, isComparing ? shown.at(-1) : undefined)),
    ),
  );
  const older = versionCount - versions.length;
  return section(
    strings.versions,
    versions.length > 1 ? element("div", { class: "tools" }, compare) : null,
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "group", "aria-label": strings.versions },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, element("td", {}), ...head)),
        element("tbody", {}, ...rows),
      ),
    ),
    older > 0 ? element("p", { class: "note" }, fill(strings.moreVersions, older)) : null,
  );
}

function checkbox(one: VersionRow, compare: HTMLElement): HTMLElement {
  const box = element("input", {
    type: "checkbox",
    checked: chosen.has(one.id),
    "aria-label": `${strings.compareVersions}: ${visible(one.name)}`,
  });
  box.addEventListener("change", () => {
    if (box.checked) chosen.add(one.id);
    else chosen.delete(one.id);
    compare.toggleAttribute("disabled", chosen.size < 2);
  });
  return box;
}

function differs(key: string, versions: readonly VersionRow[]): boolean {
  return new Set(versions.map((one) => cellText(one.metadata[key]))).size > 1;
}

/** Compared, a number says how far it is from that of the oldest version. */
function valueCell(key: string, one: VersionRow, oldest: VersionRow | undefined): HTMLElement {
  const value = one.metadata[key];
  const base = oldest?.metadata[key];
  const difference =
    typeof value === "number" && typeof base === "number" && one !== oldest ? value - base : 0;
  const sign = difference > 0 ? "+" : "−";
  return element(
    "td",
    { class: "numeric" },
    cellText(value),
    difference === 0
      ? null
      : element("span", { class: "note" }, ` ${sign}${formatNumber(Math.abs(difference))}`),
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

states.follow({ snapshot: show, delta: show });
