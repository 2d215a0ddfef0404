/**
 * When to speak up: success is silent (the views and the status bar show it), a failure is told once with what can be
 * done about it, and what can be undone offers so.
 */
import { HeadraceError, messageOf } from "../core/errors";
import type { Log } from "./log";
import type { VSCode } from "./vscodeTypes";

export interface Action {
  readonly title: string;
  run(): unknown;
}

export class Notifications {
  /** Messages on screen: the same failure from two places is told once. */
  private readonly shown = new Set<string>();

  constructor(
    private readonly vscode: VSCode,
    private readonly log: Log,
  ) {}

  /** `what` is for the log; the user reads the error's own words. */
  async error(
    what: string,
    error: unknown,
    actions: readonly Action[] = [],
    /** Said in place of the error's own words. */
    message: string | null = null,
  ): Promise<void> {
    if (HeadraceError.is(error, "cancelled")) return;
    this.log.error(what, error);
    await this.show("error", message ?? sentences(error), [...actions, this.logAction()]);
  }

  async failure(message: string, actions: readonly Action[]): Promise<void> {
    await this.show("error", message, actions);
  }

  async warn(message: string, actions: readonly Action[] = []): Promise<void> {
    await this.show("warning", message, actions);
  }

  async info(message: string, actions: readonly Action[] = []): Promise<void> {
    await this.show("info", message, actions);
  }

  /** A modal question; true when the user agrees. */
  async confirm(question: string, detail: string, yes: string): Promise<boolean> {
    const answer = await this.vscode.window.showWarningMessage(question, { modal: true, detail }, yes);
    return answer === yes;
  }

  /** Runs `act`; what it throws is told. */
  async guard<T>(what: string, act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (error) {
      void this.error(what, error);
      return null;
    }
  }

  private logAction(): Action {
    return { title: this.vscode.l10n.t("Show Output"), run: () => this.log.show() };
  }

  private async show(
    level: "error" | "warning" | "info",
    text: string,
    actions: readonly Action[],
  ): Promise<void> {
    const message = withoutMarks(text);
    if (this.shown.has(message)) return;
    this.shown.add(message);
    const { window } = this.vscode;
    const titles = actions.map((action) => action.title);
    try {
      const answer =
        level === "error"
          ? await window.showErrorMessage(message, ...titles)
          : level === "warning"
            ? await window.showWarningMessage(message, ...titles)
            : await window.showInformationMessage(message, ...titles);
      await actions.find((action) => action.title === answer)?.run();
    } catch (error) {
      this.log.error("An action of a message failed", error);
    } finally {
      this.shown.delete(message);
    }
  }
}

/** Messages are plain text: what sources and the SDK write as `code` would show its marks. */
export function withoutMarks(text: string): string {
  return text.replace(/`([^`\n]+)`/g, "$1");
}

function sentences(error: unknown): string {
  const message = messageOf(error);
  return HeadraceError.is(error) && error.advice !== undefined ? `${message} ${error.advice}` : message;
}
