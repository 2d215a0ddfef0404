/** Tells menus and keybindings whether the active editor holds a pipeline, and discovery what changes on the disk. */
import type { Discovery } from "../discovery/discovery";
import type { DiscoveredPipeline } from "../discovery/model";
import type { TextEdit } from "../discovery/shift";
import type { Engines } from "../ui/engines";
import { Coalesced, Disposable } from "../ui/lifecycle";
import { setContext } from "../ui/registry";
import type { TextDocumentContentChangeEvent, VSCode } from "../ui/vscodeTypes";
import { foundIn, sourceOf } from "./source";

export class EditorContext extends Disposable {
  private readonly updating = this.register(new Coalesced(() => this.update(), 100));

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
  ) {
    super();
    const soon = (): void => this.updating.request();
    this.register(vscode.window.onDidChangeActiveTextEditor(soon));
    this.register(discovery.onDidChange(soon));
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.uri.scheme === "file") discovery.edited(document.fileName, contentChanges.map(editOf));
        if (document === vscode.window.activeTextEditor?.document) soon();
      }),
    );
    this.watchFiles();
    soon();
  }

  /** Files that are not open change on the disk: by git, by generators, in other programs. */
  private watchFiles(): void {
    const watcher = this.register(
      this.vscode.workspace.createFileSystemWatcher("**/*.{py,ts,mts,cts,js,mjs,cjs}"),
    );
    const isOpen = (file: string): boolean =>
      this.vscode.workspace.textDocuments.some((document) => document.fileName === file);
    const read = (file: string): void => {
      const folder = this.engines.folderOf(file);
      // What was never scanned is read by the scan.
      if (folder === null || !this.discovery.hasScanned(folder) || isOpen(file)) return;
      void this.discovery.refresh(file).catch(() => null);
    };
    this.register(watcher.onDidCreate((uri) => read(uri.fsPath)));
    this.register(watcher.onDidChange((uri) => read(uri.fsPath)));
    this.register(watcher.onDidDelete((uri) => this.discovery.forget(uri.fsPath)));
  }

  private update(): void {
    const document = this.vscode.window.activeTextEditor?.document;
    const found =
      document === undefined || sourceOf(document) === null ? null : foundIn(this.discovery, document);
    const pipelines = found?.pipelines ?? [];
    setContext(this.vscode, "headrace.pipelineInEditor", pipelines.length > 0);
    setContext(this.vscode, "headrace.pipelineLines", pipelines.flatMap(headOf));
  }
}

function editOf({ range, rangeOffset, rangeLength, text }: TextDocumentContentChangeEvent): TextEdit {
  const { start, end } = range;
  return {
    start: { line: start.line, column: start.character },
    end: { line: end.line, column: end.character },
    offset: rangeOffset,
    length: rangeLength,
    text,
  };
}

/** From the first decorator to the line of the name: where the gutter's menu offers to run it. */
function headOf({ span, line }: DiscoveredPipeline): readonly number[] {
  return Array.from({ length: line - span.line + 1 }, (_, at) => span.line + at);
}
