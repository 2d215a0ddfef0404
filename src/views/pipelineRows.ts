/** Pipelines: those in source, and those that only past runs know. */
import type { PipelineSummary } from "../store/reader";
import type { Discovery } from "../discovery/discovery";
import type { DiscoveredPipeline, DiscoveredStep, StepCall } from "../discovery/model";
import type { Engine } from "../engine/api";
import type { PipelineRef, StepSourceRef } from "../ui/refs";
import { ago, duration, escapeMarkdown, visible } from "../ui/format";
import { asCommand } from "../ui/registry";
import { statusIcon, statusWord } from "../ui/status";
import type { MarkdownString, TreeItem, VSCode } from "../ui/vscodeTypes";
import { Row } from "./row";

export interface PipelineRowContext {
  readonly vscode: VSCode;
  readonly discovery: Discovery;
  engine(): Engine | null;
}

export class PipelineRow extends Row implements PipelineRef {
  readonly kind = "pipeline";

  constructor(
    private readonly context: PipelineRowContext,
    parent: Row | null,
    readonly workspace: string,
    readonly name: string,
    readonly file: string | null,
    readonly functionName: string | null,
  ) {
    super(parent, `pipeline:${name}:${file ?? ""}:${functionName ?? ""}`);
  }

  private get source(): DiscoveredPipeline | null {
    if (this.file === null) return null;
    const found = this.context.discovery.latest(this.file)?.pipelines;
    return found?.find((pipeline) => pipeline.functionName === this.functionName) ?? null;
  }

  private get summary(): PipelineSummary | null {
    return this.context.engine()?.reader.pipeline(this.name) ?? null;
  }

  item(): TreeItem {
    const { vscode } = this.context;
    const { summary, source } = this;
    const { TreeItemCollapsibleState: state } = vscode;
    const item = new vscode.TreeItem(visible(this.name), source === null ? state.None : state.Collapsed);
    const last = summary?.lastRun ?? null;
    item.iconPath = last === null ? new vscode.ThemeIcon("play-circle") : statusIcon(vscode, last.status);
    item.description = this.describe(summary);
    item.contextValue = `pipeline+${source === null ? "recorded" : "source"}${last === null ? "" : "+ran"}`;
    if (source !== null)
      item.command = asCommand("headrace.goToSource", vscode.l10n.t("Go to Source"), this.ref());
    return item;
  }

  private ref(): PipelineRef {
    const { workspace, name, file, functionName } = this;
    return { kind: "pipeline", workspace, name, file, functionName };
  }

  private describe(summary: PipelineSummary | null): string {
    const { vscode } = this.context;
    const last = summary?.lastRun ?? null;
    if (summary === null || last === null) return vscode.l10n.t("never run");
    const runs = summary.runs === 1 ? vscode.l10n.t("1 run") : vscode.l10n.t("{0} runs", summary.runs);
    const parts = [statusWord(vscode, last.status), ago(vscode, last.created), runs];
    if (this.source === null) parts.push(vscode.l10n.t("not in source"));
    return parts.join(" · ");
  }

  override children(): readonly Row[] {
    const { source } = this;
    if (source === null) return [];
    const { discovery } = this.context;
    return discovery
      .callsOf(source)
      .map((call) => new StepSourceRow(this.context, this, source, call, discovery.stepOf(source, call)));
  }

  override tooltip(): MarkdownString | undefined {
    const { vscode } = this.context;
    const { source, summary } = this;
    const text = new vscode.MarkdownString(`**${escapeMarkdown(this.name)}**\n\n`);
    if (source?.docstring != null) text.appendMarkdown(`${escapeMarkdown(source.docstring)}\n\n`);
    if (source !== null) {
      const parameters = source.parameters.map((parameter) => parameter.name).join(", ");
      text.appendMarkdown(`${escapeMarkdown(`${source.functionName}(${parameters})`)}\n\n`);
    }
    if (summary?.lastSuccess != null) {
      text.appendMarkdown(
        escapeMarkdown(vscode.l10n.t("Last completed {0}", ago(vscode, summary.lastSuccess))),
      );
    }
    return text;
  }
}

class StepSourceRow extends Row implements StepSourceRef {
  readonly kind = "stepSource";
  readonly workspace: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;

  constructor(
    private readonly context: PipelineRowContext,
    parent: PipelineRow,
    pipeline: DiscoveredPipeline,
    call: StepCall,
    definition: DiscoveredStep | null,
  ) {
    // A call that is reached again under another line is the same row: only its place in the body tells it apart.
    super(parent, `call:${call.index}:${call.invocation}:${call.span.line}`);
    this.workspace = parent.workspace;
    this.file = definition?.file ?? pipeline.file;
    this.line = definition?.line ?? call.span.line;
    this.name = call.invocation;
    this.pipeline = parent.name;
  }

  private readonly pipeline: string;

  item(): TreeItem {
    const { vscode } = this.context;
    const item = new vscode.TreeItem(visible(this.name));
    const reader = this.context.engine()?.reader;
    const run = reader?.pipeline(this.pipeline)?.lastRun ?? null;
    const step = run === null ? undefined : reader?.steps(run.id).find((one) => one.invocation === this.name);
    item.iconPath =
      step === undefined ? new vscode.ThemeIcon("circle-outline") : statusIcon(vscode, step.status);
    if (step !== undefined) {
      const took =
        step.started === null || step.finished === null ? "" : duration(step.finished - step.started);
      item.description = step.status === "completed" ? took : statusWord(vscode, step.status);
    }
    item.contextValue = "stepSource";
    item.command = asCommand("headrace.goToSource", vscode.l10n.t("Go to Source"), {
      kind: "stepSource",
      workspace: this.workspace,
      file: this.file,
      line: this.line,
      name: this.name,
    });
    return item;
  }
}
