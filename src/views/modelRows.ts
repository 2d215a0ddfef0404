/** Models, their versions, and what belongs to these. */
import type { ModelVersion } from "../core/entities";
import type { ModelRef, ModelVersionRef } from "../ui/refs";
import { ago, escapeMarkdown, moment, visible } from "../ui/format";
import { asCommand } from "../ui/registry";
import { stageIcon, stageWord } from "../ui/status";
import type { MarkdownString, TreeItem } from "../ui/vscodeTypes";
import { ArtifactVersionRow } from "./artifactRows";
import { FactRow, GroupRow, Row, type RowContext } from "./row";
import { RunRow } from "./runRows";

export class ModelRow extends Row implements ModelRef {
  readonly kind = "model";
  readonly workspace: string;

  constructor(
    private readonly context: RowContext,
    parent: Row | null,
    readonly id: string,
  ) {
    super(parent, `model:${id}`);
    this.workspace = context.engine.workspace;
  }

  item(): TreeItem {
    const { vscode, engine } = this.context;
    const model = engine.reader.model(this.id);
    const item = new vscode.TreeItem(
      visible(model?.name ?? this.id),
      vscode.TreeItemCollapsibleState.Collapsed,
    );
    const count = model?.versions ?? 0;
    item.description = count === 1 ? vscode.l10n.t("1 version") : vscode.l10n.t("{0} versions", count);
    item.iconPath = new vscode.ThemeIcon("symbol-class");
    item.contextValue = "model";
    return item;
  }

  override children(): readonly Row[] {
    const limit = this.context.limit(this.key);
    const page = this.context.engine.reader.modelVersions(this.id, { limit });
    const rows: Row[] = page.items.map((version) =>
      this.context.keep(new ModelVersionRow(this.context, this, version.id)),
    );
    if (page.total > limit) rows.push(this.context.loadMore(this, this.key, page.total - limit));
    return rows;
  }

  override tooltip(): MarkdownString | undefined {
    const { vscode, engine } = this.context;
    const model = engine.reader.model(this.id);
    if (model === null) return undefined;
    const text = new vscode.MarkdownString(`**${escapeMarkdown(model.name)}**\n\n`);
    for (const line of [model.description, model.license, model.useCases]) {
      if (line !== null && line !== "") text.appendMarkdown(`${escapeMarkdown(line)}\n\n`);
    }
    return text;
  }
}

export class ModelVersionRow extends Row implements ModelVersionRef {
  readonly kind = "modelVersion";
  readonly workspace: string;

  constructor(
    private readonly context: RowContext,
    parent: Row | null,
    readonly id: string,
  ) {
    super(parent, `modelVersion:${id}`);
    this.workspace = context.engine.workspace;
  }

  private get version(): ModelVersion | null {
    return this.context.engine.reader.modelVersion(this.id);
  }

  item(): TreeItem {
    const { vscode } = this.context;
    const { version } = this;
    if (version === null) return new vscode.TreeItem(vscode.l10n.t("deleted"));
    const item = new vscode.TreeItem(visible(version.name), vscode.TreeItemCollapsibleState.Collapsed);
    const artifacts =
      version.artifacts === 1
        ? vscode.l10n.t("1 artifact")
        : vscode.l10n.t("{0} artifacts", version.artifacts);
    const parts = [artifacts, ago(vscode, version.created)];
    if (version.stage !== null) parts.unshift(stageWord(vscode, version.stage));
    item.description = parts.join(" · ");
    item.iconPath = stageIcon(vscode, version.stage);
    item.contextValue = `modelVersion+${version.stage ?? "noStage"}`;
    item.command = asCommand("headrace.openModelVersion", vscode.l10n.t("Open Model"), {
      kind: "modelVersion",
      workspace: this.workspace,
      id: this.id,
    });
    item.accessibilityInformation = {
      label: vscode.l10n.t("Model {0}, version {1}, {2}", version.model, version.name, item.description),
    };
    return item;
  }

  override children(): readonly Row[] {
    const { vscode, engine } = this.context;
    const { l10n } = vscode;
    const linked = engine.reader.linkedArtifacts(this.id);
    const groups = [
      this.artifacts("models", l10n.t("Model artifacts"), "symbol-class", (type) => type === "ModelArtifact"),
      this.artifacts("data", l10n.t("Data"), "table", (type) => type === "DataArtifact"),
      this.artifacts(
        "other",
        l10n.t("Other artifacts"),
        "package",
        (type) => type !== "ModelArtifact" && type !== "DataArtifact",
      ),
    ];
    const rows: Row[] = linked.length === 0 ? [] : groups.filter((group) => group.children().length > 0);
    const runs = engine.reader.runsOfModelVersion(this.id);
    if (runs.length > 0) {
      rows.push(
        new GroupRow(vscode, this, "runs", l10n.t("Runs"), new vscode.ThemeIcon("history"), (group) =>
          engine.reader
            .runsOfModelVersion(this.id)
            .map((run) => this.context.keep(new RunRow(this.context, group, run.id))),
        ),
      );
    }
    return [...rows, ...this.metadata()];
  }

  private artifacts(key: string, label: string, icon: string, belongs: (type: string) => boolean): GroupRow {
    const { vscode, engine } = this.context;
    return new GroupRow(vscode, this, key, label, new vscode.ThemeIcon(icon), (group) =>
      engine.reader
        .linkedArtifacts(this.id)
        .filter((version) => belongs(version.type))
        .map((version) =>
          this.context.keep(
            new ArtifactVersionRow(this.context, group, version.id, "name", { modelVersionId: this.id }),
          ),
        ),
    );
  }

  private metadata(): readonly Row[] {
    const { vscode, engine } = this.context;
    return Object.entries(engine.reader.metadata("model_version", this.id)).map(
      ([key, value]) =>
        new FactRow(vscode, this, `metadata:${key}`, {
          label: visible(key),
          description: visible(typeof value === "string" ? value : JSON.stringify(value)),
          icon: new vscode.ThemeIcon(typeof value === "number" ? "symbol-numeric" : "symbol-field"),
        }),
    );
  }

  override tooltip(): MarkdownString | undefined {
    const { vscode } = this.context;
    const { version } = this;
    if (version === null) return undefined;
    const text = new vscode.MarkdownString(`**${escapeMarkdown(`${version.model} ${version.name}`)}**\n\n`);
    text.appendMarkdown(
      `${stageWord(vscode, version.stage ?? "none")} · ${escapeMarkdown(moment(vscode, version.created))}\n\n`,
    );
    if (version.description !== null) text.appendMarkdown(escapeMarkdown(version.description));
    return text;
  }
}
