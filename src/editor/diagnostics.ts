/** What the last run of a pipeline failed at, underlined at its line until that line is edited or it runs again. */
import * as path from "node:path";
import type { Failure } from "../core/entities";
import type { LiveEvent } from "../core/events";
import type { Engine } from "../engine/api";
import type { Engines } from "../ui/engines";
import { Disposable, Emitter } from "../ui/lifecycle";
import { withoutMarks } from "../ui/notify";
import type { Diagnostic, DiagnosticCollection, TextDocument, Uri, VSCode } from "../ui/vscodeTypes";

/** Something shown at a line, and the pipeline (or the ticket of a run that was refused) it belongs to. */
interface Shown {
  readonly uri: Uri;
  readonly owner: string;
  readonly diagnostic: Diagnostic;
}

export interface ShownFailure {
  readonly line: number;
  readonly message: string;
}

export class FailureDiagnostics extends Disposable {
  private readonly collection: DiagnosticCollection;
  private shown: readonly Shown[] = [];
  private readonly files = new Map<string, string>();
  private readonly changes = this.register(new Emitter<null>());
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly vscode: VSCode,
    engines: Engines,
  ) {
    super();
    this.collection = this.register(vscode.languages.createDiagnosticCollection("headrace"));
    this.register(engines.onLive(({ engine, event }) => this.onLive(engine, event)));
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        for (const { range } of contentChanges) this.edited(document, range.start.line, range.end.line);
      }),
    );
  }

  /** For the decoration after the line; lines count from 0. */
  of(document: TextDocument): readonly ShownFailure[] {
    return this.shown
      .filter(({ uri }) => uri.fsPath === document.uri.fsPath)
      .map(({ diagnostic }) => ({
        line: diagnostic.range.start.line,
        message: diagnostic.message.split("\n")[0] ?? "",
      }));
  }

  private onLive(engine: Engine, event: LiveEvent): void {
    switch (event.type) {
      case "run.preparing":
        this.files.set(event.ticket, event.file);
        this.remove(({ owner }) => owner === event.file);
        break;
      case "run.refused":
        this.add(engine, this.files.get(event.ticket) ?? event.ticket, event.failure);
        this.files.delete(event.ticket);
        break;
      case "run.created": {
        const run = engine.reader.run(event.runId);
        this.files.delete(event.ticket);
        if (run !== null) this.remove(({ owner }) => owner === run.pipeline);
        break;
      }
      case "run.finished":
        this.runFinished(engine, event.runId);
        break;
      default:
        break;
    }
  }

  private runFinished(engine: Engine, runId: string): void {
    const run = engine.reader.run(runId);
    if (run?.status !== "failed") return;
    const failures = engine.reader.steps(runId).flatMap((step) => step.failure ?? []);
    if (failures.length === 0 && run.failure !== null) failures.push(run.failure);
    for (const failure of failures) this.add(engine, run.pipeline, failure);
  }

  private add(engine: Engine, owner: string, failure: Failure): void {
    const { vscode } = this;
    if (failure.location === undefined) return;
    const { file, line } = failure.location;
    const uri = vscode.Uri.file(path.resolve(engine.workspace, file));
    const range = new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
    const text = [`${failure.type}: ${failure.message}`, withoutMarks(failure.advice ?? "")]
      .filter((line) => line !== "")
      .join("\n");
    const diagnostic = new vscode.Diagnostic(this.trimmed(uri, range), text, vscode.DiagnosticSeverity.Error);
    diagnostic.source = "Headrace";
    this.shown = [...this.shown, { uri, owner, diagnostic }];
    this.publish(uri);
  }

  /** Without the indentation, where the document is open. */
  private trimmed(uri: Uri, range: Diagnostic["range"]): Diagnostic["range"] {
    const document = this.vscode.workspace.textDocuments.find((open) => open.uri.fsPath === uri.fsPath);
    if (document === undefined || range.start.line >= document.lineCount) return range;
    const { text, firstNonWhitespaceCharacterIndex: start } = document.lineAt(range.start.line);
    return new this.vscode.Range(
      range.start.line,
      start,
      range.start.line,
      Math.max(text.trimEnd().length, start),
    );
  }

  private edited(document: TextDocument, from: number, to: number): void {
    this.remove(
      ({ uri, diagnostic: { range } }) =>
        uri.fsPath === document.uri.fsPath && range.start.line <= to && range.end.line >= from,
    );
  }

  private remove(which: (shown: Shown) => boolean): void {
    const gone = this.shown.filter(which);
    if (gone.length === 0) return;
    this.shown = this.shown.filter((shown) => !gone.includes(shown));
    for (const { uri } of gone) this.publish(uri);
  }

  private publish(uri: Uri): void {
    const here = this.shown.filter((shown) => shown.uri.fsPath === uri.fsPath);
    this.collection.set(
      uri,
      here.map(({ diagnostic }) => diagnostic),
    );
    this.changes.fire(null);
  }
}
