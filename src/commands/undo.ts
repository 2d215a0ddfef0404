/** What can be taken back: offered when it was done, and by `Headrace: Undo Last Change` after that. */
import type { Undo } from "../engine/api";
import type { Notifications } from "../ui/notify";
import { setContext } from "../ui/registry";
import type { VSCode } from "../ui/vscodeTypes";

const DEPTH = 20;

export class UndoHistory {
  private readonly done: Undo[] = [];

  constructor(
    private readonly vscode: VSCode,
    private readonly notify: Notifications,
  ) {}

  /** Remembers a change, and says what was done with the offer to take it back. */
  offer(message: string, undo: Undo): void {
    this.done.push(undo);
    if (this.done.length > DEPTH) this.done.shift();
    this.tell();
    const title = this.vscode.l10n.t("Undo");
    void this.notify.info(message, [{ title, run: () => this.take(undo) }]);
  }

  async last(): Promise<void> {
    const undo = this.done.at(-1);
    if (undo === undefined) {
      await this.notify.info(this.vscode.l10n.t("There is nothing to undo."));
      return;
    }
    await this.take(undo);
  }

  private async take(undo: Undo): Promise<void> {
    const at = this.done.indexOf(undo);
    // Already taken back by the other way.
    if (at === -1) return;
    this.done.splice(at, 1);
    this.tell();
    await this.notify.guard("Undo failed", () => undo.undo());
    this.vscode.window.setStatusBarMessage(this.vscode.l10n.t("Undone: {0}", undo.label), 5000);
  }

  private tell(): void {
    setContext(this.vscode, "headrace.canUndo", this.done.length > 0);
  }
}
