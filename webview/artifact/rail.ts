/** The side of the page: details, metadata, models, lineage and versions. */
import { brief } from "../../src/core/brief";
import { DRAGGED_VERSIONS, draggedVersions } from "../../src/core/draggedVersions";
import type { StepReference, VersionReference } from "../../src/panels/artifact/messages";
import { fill } from "../../src/panels/messages";
import { codicon, element, type Child } from "../ui/dom";
import { formatBytes, formatMoment, visible } from "../ui/format";
import { dropdown, iconButton, textField } from "../ui/toolkit";
import { Surface } from "../ui/surface";
import type { Context } from "./context";
import { compareVersions } from "./diffCard";
import { link, metadataList, pairs, section } from "../ui/parts";

export function railView(context: Context): HTMLElement {
  return element(
    "aside",
    { class: "rail", "aria-label": context.strings.details },
    details(context),
    metadata(context),
    models(context),
    versions(context),
    lineage(context),
    loading(context),
  );
}

function details(context: Context): HTMLElement {
  const { artifact } = context.snapshot;
  const { strings } = context;
  const rows: (readonly [string, Child])[] = [
    [strings.name, visible(artifact.name)],
    [strings.type, artifact.dataType],
    [strings.kind, artifact.type],
    [strings.size, formatBytes(artifact.bytes)],
    [strings.made, formatMoment(artifact.created)],
    [
      strings.materializer,
      element("span", { title: artifact.materializer }, artifact.materializer.split(".").at(-1) ?? ""),
    ],
    [
      strings.digest,
      element("code", { title: artifact.digest }, artifact.digest.replace("sha256:", "").slice(0, 12)),
    ],
    [strings.tags, tags(context)],
  ];
  return section(strings.details, pairs(rows));
}

function tags({ snapshot, strings, channel, say }: Context): HTMLElement {
  const given = snapshot.artifact.tags;
  const set = (next: readonly string[]): void => {
    channel
      .request("setTags", { tags: next })
      .catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
  };
  const chips = given.map((tag) =>
    element(
      "span",
      { class: "tag" },
      visible(tag),
      iconButton("close", fill(strings.removeTag, tag), () => set(given.filter((other) => other !== tag)), {
        class: "tag-remove",
      }),
    ),
  );
  const field = textField(strings.addTag, () => undefined);
  field.classList.add("tag-field");
  field.addEventListener("keydown", (event: KeyboardEvent) => {
    const tag = field.value.trim();
    if (event.key === "Enter" && tag !== "") set([...given, tag]);
  });
  return element("div", { class: "tags" }, ...chips, field);
}

function metadata({ snapshot, strings }: Context): HTMLElement {
  return section(
    strings.metadata,
    metadataList(snapshot.metadata) ?? element("p", { class: "note" }, strings.noMetadata),
  );
}

function models({ snapshot, strings, tell }: Context): HTMLElement {
  if (snapshot.links.length === 0)
    return section(strings.models, element("p", { class: "note" }, strings.notLinked));
  const rows = snapshot.links.map((one) => {
    const name = `${visible(one.model)} ${visible(one.version)}`;
    return element(
      "li",
      {},
      codicon("package"),
      link(name, () => tell({ do: "openModelVersion", modelVersionId: one.modelVersionId })),
      one.stage === null ? null : element("span", { class: "badge" }, one.stage),
      iconButton("debug-disconnect", fill(strings.unlink, name), () =>
        tell({ do: "unlink", modelVersionId: one.modelVersionId }),
      ),
    );
  });
  return section(strings.models, element("ul", { class: "rows" }, ...rows));
}

function lineage(context: Context): HTMLElement {
  const { snapshot, strings, tell } = context;
  const inputs = snapshot.inputs.map((input) =>
    element(
      "li",
      {},
      codicon("symbol-field"),
      link(
        `${visible(input.name)} v${visible(input.version)}`,
        () => tell({ do: "openVersion", artifactVersionId: input.id }),
        input.summary,
      ),
    ),
  );
  return section(
    strings.lineage,
    element("h3", {}, strings.madeBy),
    snapshot.producer === null
      ? element("p", { class: "note" }, strings.notMadeByStep)
      : element("ul", { class: "rows" }, stepRow(snapshot.producer, context)),
    inputs.length === 0 ? null : element("h3", {}, strings.madeFrom),
    inputs.length === 0 ? null : element("ul", { class: "rows" }, ...inputs),
    element("h3", {}, strings.usedBy),
    snapshot.consumers.length === 0
      ? element("p", { class: "note" }, strings.notUsed)
      : element(
          "ul",
          { class: "rows" },
          ...snapshot.consumers.slice(0, 50).map((step) => stepRow(step, context)),
        ),
  );
}

function stepRow(step: StepReference, { strings, tell }: Context): HTMLElement {
  return element(
    "li",
    {},
    codicon("symbol-method"),
    link(visible(step.invocation), () => tell({ do: "openRun", runId: step.runId }), step.run),
    element("span", { class: "note ellipsis" }, visible(step.run)),
    iconButton("output", strings.openLog, () =>
      tell({ do: "openLog", runId: step.runId, invocation: step.invocation }),
    ),
  );
}

/** The lines that load it in the user's own code, in the language that is chosen; they can be dragged into an editor, or onto a model. */
function loading({ snapshot, strings, channel, tell, showLog }: Context): HTMLElement {
  let language = snapshot.artifact.language;
  const code = element("pre", {
    ...{ class: "code snippet", tabindex: 0, draggable: "true", title: strings.dragSnippet },
  });
  code.addEventListener("dragstart", ({ dataTransfer }) => {
    dataTransfer?.setData(DRAGGED_VERSIONS, draggedVersions([snapshot.artifact.id]));
    dataTransfer?.setData("text/plain", code.textContent);
  });
  const surface = new Surface(strings, showLog);
  const show = (): void => {
    void surface.ask({
      label: strings.readingSnippet,
      ask: (watching) => channel.request("snippet", { language }, watching),
      show: (text) => {
        code.textContent = text.trimEnd();
      },
    });
  };
  show();
  const languages = [
    { value: "python", label: "Python" },
    { value: "node", label: "TypeScript" },
  ];
  return section(
    strings.load,
    surface.root,
    code,
    element(
      "div",
      { class: "tools snippet-tools" },
      dropdown(strings.snippetLanguage, languages, language, (value) => {
        language = value === "python" ? "python" : "node";
        show();
      }),
      iconButton("copy", strings.copySnippet, () => tell({ do: "copySnippet", language })),
      iconButton("insert", strings.insertSnippet, () => tell({ do: "insertSnippet", language })),
    ),
  );
}

function versions(context: Context): HTMLElement {
  const { snapshot, strings } = context;
  const rows = snapshot.versions.map((one) => versionRow(one, context));
  const older = snapshot.versionCount - snapshot.versions.length;
  return section(
    strings.versions,
    element("ul", { class: "rows versions" }, ...rows),
    older > 0 ? element("p", { class: "note" }, fill(strings.moreVersions, older)) : null,
  );
}

function versionRow(one: VersionReference, context: Context): HTMLElement {
  const { snapshot, strings, tell } = context;
  const shown = one.id === snapshot.artifact.id;
  return element(
    "li",
    { "aria-current": shown ? "true" : null },
    codicon(shown ? "circle-filled" : "circle-outline"),
    shown
      ? element("strong", {}, `v${visible(one.version)}`)
      : link(`v${visible(one.version)}`, () => tell({ do: "openVersion", artifactVersionId: one.id })),
    element(
      "span",
      { class: "note ellipsis", title: formatMoment(one.created) },
      shown ? strings.current : visible(brief(one.summary)),
    ),
    shown
      ? null
      : iconButton("diff", `${strings.compare}: v${one.version}`, () =>
          compareVersions({ oneId: snapshot.artifact.id, otherId: one.id }, context),
        ),
  );
}
