/** Marks in the editor: the last state of pipelines and steps in the gutter, and a failure's message after its line. */
import type { RunStatus, StepStatus } from "../core/entities";
import type { Discovery } from "../discovery/discovery";
import type { Engines } from "../ui/engines";
import { visible } from "../ui/format";
import { Coalesced, Disposable } from "../ui/lifecycle";
import { readSetting } from "../ui/registry";
import type { DecorationOptions, TextEditor, TextEditorDecorationType, Uri, VSCode } from "../ui/vscodeTypes";
import type { FailureDiagnostics } from "./diagnostics";
import type { LastRuns } from "./lastRuns";
import { foundIn, lineRange, sourceOf } from "./source";

const marks = ["completed", "cached", "failed", "running"] as const;
type Mark = (typeof marks)[number];
const LONGEST = 160;

function markOf(status: RunStatus | StepStatus): Mark | null {
  if (status === "completed" || status === "cached" || status === "failed") return status;
  return status === "running" || status === "retrying" || status === "initializing" ? "running" : null;
}

export class Decorations extends Disposable {
  private readonly gutter: Readonly<Record<Mark, TextEditorDecorationType>>;
  private readonly message: TextEditorDecorationType;
  private readonly updating = this.register(new Coalesced(() => this.update(), 150));

  constructor(
    private readonly vscode: VSCode,
    media: Uri,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
    private readonly lastRuns: LastRuns,
    private readonly failures: FailureDiagnostics,
  ) {
    super();
    const icon = (mark: Mark): TextEditorDecorationType =>
      this.register(
        vscode.window.createTextEditorDecorationType({
          gutterIconPath: vscode.Uri.joinPath(media, `gutter-${mark}.svg`),
          gutterIconSize: "contain",
          overviewRulerLane: vscode.OverviewRulerLane.Left,
        }),
      );
    this.gutter = {
      completed: icon("completed"),
      cached: icon("cached"),
      failed: icon("failed"),
      running: icon("running"),
    };
    this.message = this.register(
      vscode.window.createTextEditorDecorationType({
        after: {
          color: new vscode.ThemeColor("editorCodeLens.foreground"),
          margin: "0 0 0 3em",
          fontStyle: "italic",
        },
        isWholeLine: true,
      }),
    );
    this.listen();
  }

  private listen(): void {
    const { vscode, engines, discovery } = this;
    const soon = (): void => this.updating.request();
    this.register(engines.onChange(soon));
    this.register(engines.onState(soon));
    this.register(discovery.onDidChange(soon));
    this.register(this.failures.onDidChange(soon));
    this.register(vscode.window.onDidChangeVisibleTextEditors(soon));
    this.register(
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration("headrace.gutter") && soon(),
      ),
    );
    soon();
  }

  private update(): void {
    for (const editor of this.vscode.window.visibleTextEditors) {
      if (sourceOf(editor.document) !== null) this.decorate(editor);
    }
  }

  private decorate(editor: TextEditor): void {
    const { vscode } = this;
    const states = this.states(editor);
    for (const mark of marks) {
      const lines = states
        .filter((state) => state.mark === mark)
        .map((state) => lineRange(vscode, state.line));
      editor.setDecorations(this.gutter[mark], lines);
    }
    const messages = this.failures.of(editor.document).map(({ line, message }): DecorationOptions => ({
      range: lineRange(vscode, line + 1),
      renderOptions: { after: { contentText: shortened(message) } },
    }));
    editor.setDecorations(this.message, messages);
  }

  private states({ document }: TextEditor): readonly { readonly line: number; readonly mark: Mark }[] {
    const found = foundIn(this.discovery, document);
    const folder = found === null ? null : this.engines.folderOf(found.file);
    if (found === null || folder === null || !readSetting(this.vscode, "gutter.enabled", folder)) return [];
    const last = [
      ...found.pipelines.map((pipeline) => ({
        line: pipeline.line,
        status: this.lastRuns.of(pipeline)?.status,
      })),
      ...found.steps.map((step) => ({ line: step.line, status: this.lastRuns.ofStep(step)?.status })),
    ];
    return last.flatMap(({ line, status }) => {
      const mark = status === undefined ? null : markOf(status);
      return mark === null ? [] : [{ line, mark }];
    });
  }
}

function shortened(message: string): string {
  const text = visible(message);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
