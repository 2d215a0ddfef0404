/** One item: what runs now, else which Python would. Shown while it can matter. */
import type { Run } from "../core/entities";
import { messageOf } from "../core/errors";
import type { Engines } from "../ui/engines";
import type { Interpreters } from "../ui/interpreters";
import { escapeMarkdown, visible } from "../ui/format";
import { Coalesced, Disposable } from "../ui/lifecycle";
import { asCommand } from "../ui/registry";
import { runLabel } from "../ui/runLabel";
import type { StatusBarItem, VSCode } from "../ui/vscodeTypes";

interface Described {
  readonly path: string;
  readonly version: string;
  readonly origin: string;
}

export class StatusBar extends Disposable {
  private readonly item: StatusBarItem;
  private readonly updating = this.register(new Coalesced(() => void this.update(), 100));
  private interpreter: { readonly folder: string; readonly text: string; readonly tooltip: string } | null =
    null;
  /** Runs that are still being compiled, by ticket. */
  private readonly preparing = new Map<string, string>();

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    interpreters: Interpreters,
    /** Looks at the disk and may start a short process: only in a trusted workspace, and not before it is shown. */
    private readonly describe: (folder: string) => Promise<Described>,
  ) {
    super();
    const { l10n } = vscode;
    this.item = this.register(
      vscode.window.createStatusBarItem("headrace.status", vscode.StatusBarAlignment.Left, 10),
    );
    this.item.name = "Headrace";
    this.item.command = asCommand("headrace.showStatusMenu", l10n.t("Headrace actions"));
    const soon = (): void => this.updating.request();
    this.register(
      interpreters.onDidChange(() => {
        this.interpreter = null;
        soon();
      }),
    );
    this.register(vscode.window.onDidChangeActiveTextEditor(soon));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(soon));
    this.register(engines.onChange(soon));
    this.register(
      engines.onLive(({ event }) => {
        if (event.type === "run.preparing") this.preparing.set(event.ticket, event.label);
        if (event.type === "run.created" || event.type === "run.refused") this.preparing.delete(event.ticket);
        if (event.type !== "step.log") soon();
      }),
    );
    soon();
  }

  private async update(): Promise<void> {
    if (this.disposed) return;
    const running = this.engines
      .all()
      .flatMap((engine) => engine.active().map((id) => engine.reader.run(id)))
      .filter((run) => run !== null);
    const [label] = this.preparing.values();
    if (running.length > 0 || label !== undefined) this.showRunning(running, label ?? "");
    else await this.showInterpreter();
  }

  private showRunning(runs: readonly Run[], preparing: string): void {
    const { l10n } = this.vscode;
    const [run] = runs;
    const what = run === undefined ? "" : (this.onlyStep(run) ?? run.pipeline);
    const text =
      run === undefined
        ? l10n.t("{0} starting", visible(preparing))
        : runs.length === 1
          ? `${visible(what)} ${run.stepsDone}/${run.steps}`
          : l10n.t("{0} runs", runs.length);
    this.item.text = `$(loading~spin) ${text}`;
    const names = runs.map((one) => visible(runLabel(one))).join("\n");
    this.item.tooltip = `${names}\n${l10n.t("Click to cancel, or to do something else")}`.trimStart();
    this.item.show();
  }

  /** The step that runs, when there is just one. */
  private onlyStep(run: Run): string | null {
    const { found: steps } = this.engines.find(({ reader }) =>
      reader.run(run.id) === null ? null : reader.steps(run.id),
    ) ?? { found: [] };
    const running = steps.filter((step) => step.status === "running" || step.status === "retrying");
    return running.length === 1 ? (running[0]?.invocation ?? null) : null;
  }

  private async showInterpreter(): Promise<void> {
    const folder = this.folder();
    if (folder === null || !this.vscode.workspace.isTrusted) {
      this.item.hide();
      return;
    }
    if (this.interpreter?.folder !== folder) this.interpreter = { folder, ...(await this.read(folder)) };
    if (this.disposed) return;
    this.item.text = this.interpreter.text;
    this.item.tooltip = new this.vscode.MarkdownString(this.interpreter.tooltip);
    this.item.show();
  }

  private async read(folder: string): Promise<{ readonly text: string; readonly tooltip: string }> {
    const { l10n } = this.vscode;
    try {
      const { path, version, origin } = await this.describe(folder);
      const tooltip = l10n.t("Pipelines run with Python {0}: {1}, from {2}.", version, path, origin);
      return { text: `$(play-circle) Python ${version}`, tooltip: escapeMarkdown(tooltip) };
    } catch (error) {
      return { text: `$(warning) ${l10n.t("No Python")}`, tooltip: escapeMarkdown(messageOf(error)) };
    }
  }

  /** The folder of the Python file that is looked at. */
  private folder(): string | null {
    const document = this.vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "python") return null;
    return this.engines.folderOf(document.fileName);
  }
}
