/** The head of the page: which artifact and version, what it is in a line, and what can be done with it. */
import { brief } from "../../src/core/brief";
import { element } from "../ui/dom";
import { visible } from "../ui/format";
import { button, dropdown, iconButton } from "../ui/toolkit";
import { openAnswer } from "./answerCard";
import type { Context } from "./context";
import { lineageCard } from "./lineageCard";

function showLineage(context: Context): void {
  openAnswer(
    context,
    context.strings.readingLineage,
    (watching) => context.channel.request("lineage", null, watching),
    (lineage, close) => lineageCard(lineage, context, close),
  );
}

export function headerView(context: Context): HTMLElement {
  const { snapshot, strings, tell } = context;
  const { artifact } = snapshot;
  const versions = snapshot.versions.map((one) => ({ value: one.id, label: `v${one.version}` }));
  const title = artifact.alias ?? artifact.name;
  return element(
    "header",
    { class: "header" },
    element(
      "div",
      { class: "title-row" },
      element("h1", { title: artifact.name }, visible(title)),
      versions.length > 1
        ? dropdown(strings.version, versions, artifact.id, (id) =>
            tell({ do: "openVersion", artifactVersionId: id }),
          )
        : element("span", { class: "badge" }, `v${artifact.version}`),
      element(
        "span",
        { class: "summary", title: visible(artifact.summary) },
        visible(brief(artifact.summary)),
      ),
    ),
    element(
      "div",
      { class: "actions", role: "toolbar", "aria-label": title },
      button(strings.linkToModel, () => tell({ do: "link" }), { appearance: "primary" }),
      iconButton("type-hierarchy", strings.showLineage, () => showLineage(context)),
      iconButton("copy", strings.copyId, () => tell({ do: "copyId" })),
      iconButton("folder-opened", strings.reveal, () => tell({ do: "reveal" })),
      iconButton("trash", strings.remove, () => tell({ do: "delete" })),
    ),
  );
}
