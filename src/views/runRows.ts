/** Runs and their steps. */
import type { Run, StepRun } from "../core/entities";
import type { RunRef, StepRef } from "../ui/refs";
import { reasonText } from "../ui/reasons";
import { runLabel } from "../ui/runLabel";
import { ago, duration, escapeMarkdown, moment, visible } from "../ui/format";
import { asCommand, commandLink } from "../ui/registry";
import { isActive, statusCodicon, statusIcon, statusWord } from "../ui/status";
import type { MarkdownString, TreeItem } from "../ui/vscodeTypes";
import { ArtifactVersionRow } from "./artifactRows";
import { Row, type RowContext } from "./row";

export class RunRow extends Row implements RunRef {
  readonly kind = "run";
  readonly workspace: string;

  constructor(
    private readonly context: RowContext,
    parent: Row | null,
    readonly id: string,
  ) {
    super(parent, `run:${id}`);
    this.workspace = context.engine.workspace;
  }

  private get run(): Run | null {
    return this.context.engine.reader.run(this.id);
  }

  item(): TreeItem {
    const { vscode } = this.context;
    const { run } = this;
    if (run === null) return new vscode.TreeItem(vscode.l10n.t("deleted"));
    const item = new vscode.TreeItem(visible(runLabel(run)), vscode.TreeItemCollapsibleState.Collapsed);
    item.description = this.describe(run);
    item.iconPath = statusIcon(vscode, run.status);
    const rerunnable = run.source === null ? "" : "+rerunnable";
    item.contextValue = `run+${isActive(run.status) ? "active" : "ended"}+${run.status}${rerunnable}`;
    item.command = asCommand("headrace.showDag", vscode.l10n.t("Show DAG"), {
      kind: "run",
      workspace: this.workspace,
      id: this.id,
    });
    const details = isActive(run.status) ? [this.describe(run)] : this.details(run);
    item.accessibilityInformation = {
      label: [visible(runLabel(run)), statusWord(vscode, run.status), ...details].join(", "),
    };
    return item;
  }

  private describe(run: Run): string {
    const { vscode } = this.context;
    if (isActive(run.status)) return vscode.l10n.t("{0} of {1} steps", run.stepsDone, run.steps);
    const word = run.status === "completed" ? [] : [statusWord(vscode, run.status)];
    return [...word, ...this.details(run)].join(" · ");
  }

  /** A note comes first: someone wrote it to be seen. */
  private details(run: Run): readonly string[] {
    const note = run.note === "" ? [] : [visible(run.note)];
    const took = duration((run.finished ?? run.started) - run.started);
    return [...note, ago(this.context.vscode, run.created), took];
  }

  override children(): readonly Row[] {
    return this.context.engine.reader
      .steps(this.id)
      .map((step) => this.context.keep(new StepRow(this.context, this, this.id, step.invocation)));
  }

  override tooltip(): MarkdownString | undefined {
    const { run } = this;
    return run === null ? undefined : runTooltip(this.context, run);
  }
}

function runTooltip({ vscode, engine }: RowContext, run: Run): MarkdownString {
  const { l10n } = vscode;
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = { enabledCommands: ["headrace.openRun", "headrace.showDag", "headrace.goToError"] };
  const icon = statusCodicon(run.status).replace("~spin", "");
  text.appendMarkdown(`**${escapeMarkdown(run.name)}** · $(${icon}) ${statusWord(vscode, run.status)}\n\n`);
  if (run.failure !== null) {
    text.appendMarkdown(`${escapeMarkdown(`${run.failure.type}: ${run.failure.message}`)}\n\n`);
  }
  const model = run.modelVersionId === null ? null : engine.reader.modelVersion(run.modelVersionId);
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t("Pipeline"), run.pipeline],
    [l10n.t("Started"), moment(vscode, run.started)],
    [l10n.t("Duration"), run.finished === null ? "" : duration(run.finished - run.started)],
    [l10n.t("Steps"), `${run.stepsDone}/${run.steps}`],
    [
      l10n.t("Parameters"),
      Object.entries(run.parameters)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(", "),
    ],
    [l10n.t("Model"), model === null ? "" : `${model.model} ${model.name}`],
    [l10n.t("Tags"), run.tags.join(", ")],
    [l10n.t("Note"), run.note],
  ];
  text.appendMarkdown("| | |\n|---|---|\n");
  for (const [name, value] of facts) {
    if (value !== "") text.appendMarkdown(`| ${escapeMarkdown(name)} | ${escapeMarkdown(value)} |\n`);
  }
  const ref: RunRef = { kind: "run", workspace: engine.workspace, id: run.id };
  const links = [
    `[$(type-hierarchy-sub) ${l10n.t("DAG")}](${commandLink("headrace.showDag", ref)})`,
    `[$(list-unordered) ${l10n.t("Details")}](${commandLink("headrace.openRun", ref)})`,
  ];
  if (run.failure !== null)
    links.push(`[$(error) ${l10n.t("Go to Error")}](${commandLink("headrace.goToError", ref)})`);
  text.appendMarkdown(`\n${links.join(" · ")}`);
  return text;
}

export class StepRow extends Row implements StepRef {
  readonly kind = "step";
  readonly workspace: string;

  constructor(
    private readonly context: RowContext,
    parent: Row | null,
    readonly runId: string,
    readonly invocation: string,
  ) {
    super(parent, `step:${invocation}`);
    this.workspace = context.engine.workspace;
  }

  private get step(): StepRun | null {
    const steps = this.context.engine.reader.steps(this.runId);
    return steps.find((step) => step.invocation === this.invocation) ?? null;
  }

  item(): TreeItem {
    const { vscode } = this.context;
    const { step } = this;
    const { TreeItemCollapsibleState: state } = vscode;
    if (step === null) return new vscode.TreeItem(visible(this.invocation));
    const item = new vscode.TreeItem(
      visible(this.invocation),
      step.outputs.length > 0 ? state.Collapsed : state.None,
    );
    item.description = describeStep(this.context, step);
    item.iconPath = statusIcon(vscode, step.status);
    item.contextValue = `step+${step.status}${step.source === null ? "" : "+source"}`;
    item.command = asCommand("headrace.openLog", vscode.l10n.t("Open Log"), {
      kind: "step",
      workspace: this.workspace,
      runId: this.runId,
      invocation: this.invocation,
    });
    item.accessibilityInformation = {
      label: [
        vscode.l10n.t("Step {0}", visible(this.invocation)),
        ...new Set([statusWord(vscode, step.status), describeStep(this.context, step)]),
      ].join(", "),
    };
    return item;
  }

  override children(): readonly Row[] {
    return (this.step?.outputs ?? []).map(({ output, artifactVersionId }) =>
      this.context.keep(new ArtifactVersionRow(this.context, this, artifactVersionId, "output", { output })),
    );
  }

  override tooltip(): MarkdownString | undefined {
    const { vscode } = this.context;
    const { step } = this;
    if (step === null) return undefined;
    const text = new vscode.MarkdownString(
      `**${escapeMarkdown(step.invocation)}** · ${statusWord(vscode, step.status)}\n\n`,
    );
    for (const line of [
      step.cacheReason === null ? null : reasonText(vscode.l10n, step.cacheReason),
      step.failure === null ? null : `${step.failure.type}: ${step.failure.message}`,
    ]) {
      if (line !== null) text.appendMarkdown(`${escapeMarkdown(line)}\n\n`);
    }
    return text;
  }
}

function describeStep({ vscode }: RowContext, step: StepRun): string {
  const { l10n } = vscode;
  const took =
    step.started === null || step.finished === null ? null : duration(step.finished - step.started);
  switch (step.status) {
    case "completed":
      return took ?? "";
    case "cached":
      return l10n.t("cached");
    case "failed":
      return visible([took, step.failure?.type].filter(Boolean).join(" · "));
    case "skipped":
      return step.skippedBecause === null
        ? l10n.t("skipped")
        : l10n.t("skipped: {0} failed", visible(step.skippedBecause));
    default:
      return statusWord(vscode, step.status);
  }
}
