/** Artifacts, their versions, and where these come from and go. */
import type { ArtifactVersion, StepRun } from "../core/entities";
import type { Engine } from "../engine/api";
import type { ArtifactRef, ArtifactVersionRef } from "../ui/refs";
import { artifactLabel } from "../ui/artifactLabel";
import { ago, briefly, bytes, escapeMarkdown, moment, visible } from "../ui/format";
import { asCommand, commandLink } from "../ui/registry";
import { runLabel } from "../ui/runLabel";
import { artifactIcon, stageIcon, stageWord, statusIcon } from "../ui/status";
import type { MarkdownString, TreeItem } from "../ui/vscodeTypes";
import { FactRow, Row, type RowContext } from "./row";

export class ArtifactRow extends Row implements ArtifactRef {
  readonly kind = "artifact";
  readonly workspace: string;

  constructor(
    private readonly context: RowContext,
    parent: Row | null,
    readonly id: string,
  ) {
    super(parent, `artifact:${id}`);
    this.workspace = context.engine.workspace;
  }

  item(): TreeItem {
    const { vscode, engine } = this.context;
    const artifact = engine.reader.artifact(this.id);
    const latest =
      artifact?.latestVersionId == null ? null : engine.reader.artifactVersion(artifact.latestVersionId);
    const name = artifact?.name ?? this.id;
    const known = artifact?.customName === false ? (latest?.alias ?? name) : name;
    const item = new vscode.TreeItem(visible(known), vscode.TreeItemCollapsibleState.Collapsed);
    const count = artifact?.versions ?? 0;
    const versions = count === 1 ? vscode.l10n.t("1 version") : vscode.l10n.t("{0} versions", count);
    item.description = latest === null ? versions : `${briefly(latest.summary)} · ${versions}`;
    item.iconPath = latest === null ? new vscode.ThemeIcon("package") : artifactIcon(vscode, latest);
    item.contextValue = "artifact";
    item.command = asCommand("headrace.openArtifact", vscode.l10n.t("Open Artifact"), {
      kind: "artifact",
      workspace: this.workspace,
      id: this.id,
    });
    return item;
  }

  override children(): readonly Row[] {
    const { engine } = this.context;
    const limit = this.context.limit(this.key);
    const page = engine.reader.artifactVersions(this.id, { limit });
    const rows: Row[] = page.items.map((version) =>
      this.context.keep(new ArtifactVersionRow(this.context, this, version.id, "version")),
    );
    if (page.total > limit) rows.push(this.context.loadMore(this, this.key, page.total - limit));
    return rows;
  }

  override tooltip(): MarkdownString {
    const { vscode, engine } = this.context;
    const artifact = engine.reader.artifact(this.id);
    const text = new vscode.MarkdownString(`**${escapeMarkdown(artifact?.name ?? "")}**\n\n`);
    if (artifact !== null && artifact.tags.length > 0)
      text.appendMarkdown(artifact.tags.map(escapeMarkdown).join(" · "));
    return text;
  }
}

/** How an artifact version is called where it stands: under its artifact by number, elsewhere by name. */
export type VersionLabel = "version" | "name" | "output";

export class ArtifactVersionRow extends Row implements ArtifactVersionRef {
  readonly kind = "artifactVersion";
  readonly workspace: string;
  readonly modelVersionId?: string;

  constructor(
    private readonly context: RowContext,
    parent: Row | null,
    readonly id: string,
    private readonly labelled: VersionLabel,
    place: { readonly output?: string; readonly modelVersionId?: string } = {},
  ) {
    super(parent, `version:${place.output ?? ""}:${id}`);
    this.workspace = context.engine.workspace;
    this.output = place.output ?? null;
    if (place.modelVersionId !== undefined) this.modelVersionId = place.modelVersionId;
  }

  private readonly output: string | null;

  private get version(): ArtifactVersion | null {
    return this.context.engine.reader.artifactVersion(this.id);
  }

  item(): TreeItem {
    const { vscode, engine } = this.context;
    const { version } = this;
    const { TreeItemCollapsibleState: state } = vscode;
    if (version === null) return new vscode.TreeItem(vscode.l10n.t("deleted"), state.None);
    const item = new vscode.TreeItem(
      this.label(version),
      this.labelled === "version" ? state.Collapsed : state.None,
    );
    const when = ago(vscode, version.created);
    const summary = briefly(version.summary);
    item.description =
      this.labelled === "version" ? `${summary} · ${when}` : `v${visible(version.version)} · ${summary}`;
    item.iconPath = artifactIcon(vscode, version);
    const linked = engine.reader.linkedModels(this.id).length > 0 ? "+linked" : "";
    item.contextValue = `artifactVersion${linked}${this.modelVersionId === undefined ? "" : "+inModel"}`;
    item.command = asCommand("headrace.openArtifact", vscode.l10n.t("Open Artifact"), this.ref());
    item.accessibilityInformation = {
      label: vscode.l10n.t(
        "Artifact {0}, version {1}, {2}, {3}",
        artifactLabel(version),
        version.version,
        version.summary,
        when,
      ),
    };
    return item;
  }

  private ref(): ArtifactVersionRef {
    return { kind: "artifactVersion", workspace: this.workspace, id: this.id };
  }

  private label(version: ArtifactVersion): string {
    if (this.labelled === "version") return `v${visible(version.version)}`;
    const name = artifactLabel(version);
    return visible(this.labelled === "output" && version.alias === null ? (this.output ?? name) : name);
  }

  override children(): readonly Row[] {
    return this.labelled === "version" ? lineage(this.context, this, this.id) : [];
  }

  override tooltip(): MarkdownString | undefined {
    const { version } = this;
    return version === null ? undefined : artifactTooltip(this.context, version);
  }
}

export function artifactTooltip({ vscode, engine }: RowContext, version: ArtifactVersion): MarkdownString {
  const { l10n } = vscode;
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = {
    enabledCommands: ["headrace.openArtifact", "headrace.linkArtifactToModel", "headrace.copyLoaderSnippet"],
  };
  text.appendMarkdown(`**${escapeMarkdown(version.artifact)}** v${escapeMarkdown(version.version)}\n\n`);
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t("Value"), version.summary],
    [l10n.t("Type"), version.dataType],
    [l10n.t("Size"), bytes(version.bytes)],
    [l10n.t("Created"), moment(vscode, version.created)],
    [l10n.t("Id"), version.id],
    [
      l10n.t("Models"),
      engine.reader
        .linkedModels(version.id)
        .map((linked) => `${linked.model} ${linked.name}`)
        .join(", "),
    ],
    [l10n.t("Tags"), version.tags.join(", ")],
  ];
  text.appendMarkdown("| | |\n|---|---|\n");
  for (const [name, value] of facts) {
    if (value !== "") text.appendMarkdown(`| ${escapeMarkdown(name)} | ${escapeMarkdown(value)} |\n`);
  }
  const ref: ArtifactVersionRef = { kind: "artifactVersion", workspace: engine.workspace, id: version.id };
  const links = [
    `[$(eye) ${l10n.t("Open")}](${commandLink("headrace.openArtifact", ref)})`,
    `[$(link) ${l10n.t("Link to Model…")}](${commandLink("headrace.linkArtifactToModel", ref)})`,
    `[$(copy) ${l10n.t("Copy Loader Snippet")}](${commandLink("headrace.copyLoaderSnippet", ref)})`,
  ];
  text.appendMarkdown(`\n${links.join(" · ")}`);
  return text;
}

/** Who made it, who took it, and the models it is linked to. */
function lineage(context: RowContext, parent: Row, id: string): readonly Row[] {
  const { vscode, engine } = context;
  const { l10n } = vscode;
  const version = engine.reader.artifactVersion(id);
  const { workspace } = engine;
  const rows: Row[] = [];
  const stepRow = (key: string, label: string, step: StepRun): Row =>
    new FactRow(vscode, parent, key, {
      label,
      description: runName(engine, step.runId),
      icon: statusIcon(vscode, step.status),
      command: asCommand("headrace.openRun", l10n.t("Open Run"), { kind: "run", workspace, id: step.runId }),
    });
  const producer = version?.producerStepRunId == null ? null : engine.reader.step(version.producerStepRunId);
  if (producer !== null)
    rows.push(stepRow("producer", l10n.t("from {0}", visible(producer.invocation)), producer));
  for (const consumer of engine.reader.consumers(id)) {
    const label = l10n.t("used by {0}", visible(consumer.invocation));
    rows.push(stepRow(`consumer:${consumer.id}`, label, consumer));
  }
  for (const linked of engine.reader.linkedModels(id)) {
    rows.push(
      new FactRow(vscode, parent, `model:${linked.id}`, {
        label: l10n.t("in model {0}", visible(linked.model)),
        description:
          linked.stage === null
            ? visible(linked.name)
            : `${visible(linked.name)} · ${stageWord(vscode, linked.stage)}`,
        icon: stageIcon(vscode, linked.stage),
        command: asCommand("headrace.openModelVersion", l10n.t("Open Model"), {
          kind: "modelVersion",
          workspace,
          id: linked.id,
        }),
      }),
    );
  }
  return rows;
}

function runName({ reader }: Engine, id: string): string {
  const run = reader.run(id);
  return run === null ? "" : visible(runLabel(run));
}
