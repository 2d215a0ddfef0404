/** Shows in the editor which function the selected step is: only where its file is in sight, and without taking the keyboard. */
import type { SourceLocation } from "../../core/errors";
import { Disposable } from "../../ui/lifecycle";
import { readSetting } from "../../ui/registry";
import type { VSCode } from "../../ui/vscodeTypes";

export class SourceMark extends Disposable {
  readonly #line: ReturnType<VSCode["window"]["createTextEditorDecorationType"]>;

  constructor(
    private readonly vscode: VSCode,
    private readonly workspace: string,
  ) {
    super();
    this.#line = this.register(
      vscode.window.createTextEditorDecorationType({
        isWholeLine: true,
        backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
      }),
    );
  }

  /** Null takes the mark away. */
  show(place: SourceLocation | null): void {
    const { vscode } = this;
    const wanted = readSetting(vscode, "dag.revealSource", this.workspace) ? place : null;
    for (const editor of vscode.window.visibleTextEditors) {
      if (wanted === null || editor.document.uri.fsPath !== wanted.file) {
        editor.setDecorations(this.#line, []);
        continue;
      }
      const line = Math.max(0, wanted.line - 1);
      const range = new vscode.Range(line, 0, line, 0);
      editor.setDecorations(this.#line, [range]);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}
