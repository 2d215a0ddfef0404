/** Over the name of a step: how it last went, and what it made. */
import type { StepRun } from "../core/entities";
import type { Json } from "../core/json";
import type { Preview } from "../core/preview";
import type { Discovery } from "../discovery/discovery";
import type { DiscoveredFile, Span } from "../discovery/model";
import type { Engine } from "../engine/api";
import { ago, duration, escapeMarkdown } from "../ui/format";
import { reasonText } from "../ui/reasons";
import { commandLink } from "../ui/registry";
import { statusCodicon, statusWord } from "../ui/status";
import { storedPreview } from "../ui/storedPreview";
import type {
  CancellationToken,
  Hover,
  HoverProvider,
  MarkdownString,
  Position,
  TextDocument,
  VSCode,
} from "../ui/vscodeTypes";
import type { LastRuns } from "./lastRuns";
import { foundIn, rangeOf } from "./source";

const ROWS = 5;
const COLUMNS = 6;
const CELL = 18;

interface Hovered {
  readonly span: Span;
  readonly step: StepRun;
  readonly engine: Engine;
}

export class Hovers implements HoverProvider {
  constructor(
    private readonly vscode: VSCode,
    private readonly discovery: Discovery,
    private readonly lastRuns: LastRuns,
  ) {}

  async provideHover(
    document: TextDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<Hover | null> {
    const found = foundIn(this.discovery, document);
    const hovered = found === null ? null : this.at(found, position);
    if (hovered === null) return null;
    const text = await this.describe(hovered);
    return token.isCancellationRequested
      ? null
      : new this.vscode.Hover(text, rangeOf(this.vscode, hovered.span));
  }

  private at(found: DiscoveredFile, position: Position): Hovered | null {
    for (const pipeline of found.pipelines) {
      const call = pipeline.calls.find((one) => holds(one.calleeSpan, position));
      const ran = call === undefined ? undefined : this.lastRuns.ofCall(pipeline, call)[0];
      if (call !== undefined && ran !== undefined)
        return { span: call.calleeSpan, step: ran.step, engine: ran.engine };
    }
    const definition = found.steps.find((one) => holds(one.nameSpan, position));
    const engine = this.lastRuns.engineOf(found.file);
    const last = definition === undefined ? null : this.lastRuns.ofStep(definition);
    return definition === undefined || engine === null || last === null
      ? null
      : { span: definition.nameSpan, step: last, engine };
  }

  private async describe({ step, engine }: Hovered): Promise<MarkdownString> {
    const { vscode } = this;
    const { l10n } = vscode;
    const text = new vscode.MarkdownString("", true);
    text.isTrusted = { enabledCommands: ["headrace.openLog", "headrace.openArtifact", "headrace.goToError"] };
    const ref = {
      kind: "step",
      workspace: engine.workspace,
      runId: step.runId,
      invocation: step.invocation,
    } as const;
    text.appendMarkdown(`${this.headline(step)}\n\n`);
    if (step.failure !== null) {
      text.appendMarkdown(`${escapeMarkdown(`${step.failure.type}: ${step.failure.message}`)}\n\n`);
    }
    if (step.cacheReason !== null)
      text.appendMarkdown(`${escapeMarkdown(reasonText(vscode.l10n, step.cacheReason))}\n\n`);
    for (const { output, artifactVersionId } of step.outputs) {
      const version = engine.reader.artifactVersion(artifactVersionId);
      if (version === null) continue;
      const open = commandLink("headrace.openArtifact", {
        kind: "artifactVersion",
        workspace: engine.workspace,
        id: version.id,
      });
      text.appendMarkdown(`[${escapeMarkdown(output)}](${open}) ${escapeMarkdown(version.summary)}\n\n`);
      // Without a preview the summary has to do.
      text.appendMarkdown(table(await storedPreview(engine, version.id).catch(() => null)));
    }
    text.appendMarkdown(`[$(output) ${l10n.t("Open Log")}](${commandLink("headrace.openLog", ref)})`);
    return text;
  }

  private headline(step: StepRun): string {
    const parts = [
      `$(${statusCodicon(step.status).replace("~spin", "")}) ${statusWord(this.vscode, step.status)}`,
      ...(step.started === null || step.finished === null ? [] : [duration(step.finished - step.started)]),
      ...(step.started === null ? [] : [ago(this.vscode, step.started)]),
    ];
    return `**${escapeMarkdown(step.step)}** · ${parts.join(" · ")}`;
  }
}

function holds(span: Span, { line, character }: Position): boolean {
  return line === span.line - 1 && character >= span.column - 1 && character <= span.endColumn - 1;
}

/** The first rows of a table, small enough for a hover. */
function table(preview: Preview | null): string {
  if (preview?.kind !== "table" || preview.head.length === 0) return "";
  const columns = preview.columns.slice(0, COLUMNS).map((column) => column.name);
  const more = preview.columnCount > columns.length ? ["…"] : [];
  const line = (cells: readonly string[]): string => `| ${[...cells, ...more].join(" | ")} |\n`;
  const rows = preview.head.slice(0, ROWS).map((row) => line(columns.map((_, at) => cell(row[at] ?? null))));
  const head = line(columns.map((name) => cell(name)));
  return `${head}${line(columns.map(() => "---")).replaceAll("…", "---")}${rows.join("")}\n`;
}

function cell(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return escapeMarkdown(text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text);
}
