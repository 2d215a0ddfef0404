/** Starts runs and follows them to their end: trust, unsaved files, progress, cancel, and what is told when it is over. */
import type { Failure, Run } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { JsonObject } from "../core/json";
import type { Engine, RerunRequest, RunHandle, RunRequest } from "../engine/api";
import type { Panels } from "../panels/panels";
import { duration } from "../ui/format";
import type { Engines } from "../ui/engines";
import type { Action, Notifications } from "../ui/notify";
import { executeCommand, readSetting, type RunOutcome } from "../ui/registry";
import type { RunRef } from "../ui/refs";
import { runLabel } from "../ui/runLabel";
import type { VSCode } from "../ui/vscodeTypes";

/** What another interpreter would mend. */
const WRONG_INTERPRETER: ReadonlySet<string> = new Set([
  "interpreter-missing",
  "interpreter-too-old",
  "package-missing",
]);
const MISSING_MODULE = "ModuleNotFoundError";
/** What of these is missing is not to be had by installing it. */
const OURS: ReadonlySet<string> = new Set(["zenml", "headrace"]);

/** A run that takes longer is announced when nobody is looking. */
const LONG_RUN_MS = 10_000;

export interface StartOptions {
  readonly workspace: string;
  readonly file: string;
  readonly functionName: string | null;
  /** For progress and messages. */
  readonly label: string;
  readonly parameters?: JsonObject;
  readonly noCache?: boolean;
  readonly rerun?: RerunRequest;
  readonly origin?: RunRequest["origin"];
}

/** The Python that a run of a file uses. */
export interface UsedInterpreter {
  readonly path: string;
  readonly version: string;
}

export class Runner {
  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly notify: Notifications,
    private readonly panels: () => Promise<Panels>,
    private readonly interpreter: (folder: string, file: string) => Promise<UsedInterpreter>,
  ) {}

  /** Null when it was refused, which the user has then been told. */
  async start(options: StartOptions): Promise<RunOutcome | null> {
    return await this.notify.guard(`Running ${options.label} failed`, async () => {
      if (!this.mayRun()) return null;
      await this.save(options.workspace);
      const engine = await this.engines.get(options.workspace);
      const handle = engine.run(this.request(options));
      return await this.follow(engine, handle, options);
    });
  }

  /** Trust is asked at the moment of the click, whatever menus showed. */
  private mayRun(): boolean {
    const { vscode } = this;
    if (vscode.workspace.isTrusted) return true;
    void this.notify.warn(
      vscode.l10n.t(
        "This workspace is in Restricted Mode, so no code of it is run. You can look at pipelines, runs and artifacts; trust the workspace to run.",
      ),
      [
        {
          title: vscode.l10n.t("Manage Workspace Trust"),
          run: () => vscode.commands.executeCommand("workbench.trust.manage"),
        },
      ],
    );
    return false;
  }

  /** What runs is what is on the disk, so the editor's text goes there first. */
  async save(workspace: string): Promise<void> {
    if (readSetting(this.vscode, "run.saveFiles", workspace) === "none") return;
    const dirty = this.vscode.workspace.textDocuments.filter(
      (document) =>
        document.isDirty &&
        document.uri.scheme === "file" &&
        this.engines.folderOf(document.fileName) === workspace,
    );
    const saved = await Promise.all(dirty.map((document) => document.save()));
    const failed = dirty.find((_, at) => saved[at] === false);
    if (failed !== undefined) {
      const { l10n } = this.vscode;
      throw new HeadraceError(
        "conflict",
        l10n.t("{0} could not be saved, so the run was not started.", failed.fileName),
        { advice: l10n.t("Save it, or set headrace.run.saveFiles to none to run what is on the disk.") },
      );
    }
  }

  private request(options: StartOptions): RunRequest {
    return {
      file: options.file,
      pipeline: options.functionName,
      origin: options.origin ?? "editor",
      ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
      ...(options.noCache === undefined ? {} : { noCache: options.noCache }),
      ...(options.rerun === undefined ? {} : { rerun: options.rerun }),
    };
  }

  /** The view of runs shows the progress; Cancel is in its rows, in the status bar and in the palette. */
  private async follow(engine: Engine, handle: RunHandle, options: StartOptions): Promise<RunOutcome | null> {
    const started = Date.now();
    const progress = this.vscode.window.withProgress(
      { location: { viewId: "headrace.runs" }, title: options.label },
      async () => {
        void handle.created.then((runId) => this.showDag(engine, runId)).catch(() => null);
        try {
          return await handle.finished;
        } catch (error) {
          await this.refused(error, engine, options);
          return null;
        }
      },
    );
    const run = await progress;
    if (run === null) return null;
    await this.ended(engine, run, Date.now() - started, options);
    return { runId: run.id, status: run.status };
  }

  private async showDag(engine: Engine, runId: string): Promise<void> {
    if (!readSetting(this.vscode, "run.openDag", engine.workspace)) return;
    const panels = await this.panels();
    await panels.openDag(engine, { kind: "run", runId }, { preserveFocus: true });
  }

  private async refused(error: unknown, engine: Engine, { label, file }: StartOptions): Promise<void> {
    const { vscode } = this;
    const missing = HeadraceError.is(error) ? await this.missingModule(error, engine, file) : null;
    const actions: Action[] = [];
    if (HeadraceError.is(error)) {
      const { location, pythonType, code } = error;
      if (location !== undefined) {
        const ref = { kind: "stepSource", workspace: engine.workspace, name: label, ...location } as const;
        actions.push({
          title: vscode.l10n.t("Go to Error"),
          run: () => executeCommand(vscode, "headrace.goToSource", ref),
        });
      }
      if (WRONG_INTERPRETER.has(code) || pythonType === MISSING_MODULE)
        actions.push(this.selectInterpreter());
    }
    // Not awaited: the message may stay on screen, the command has ended.
    void this.notify.error(
      `${label} was not run`,
      named(error),
      actions,
      missing === null ? null : vscode.l10n.t("{0} can’t be run: {1}", label, missing),
    );
  }

  private async ended(engine: Engine, run: Run, took: number, { file }: StartOptions): Promise<void> {
    const { vscode } = this;
    const ref: RunRef = { kind: "run", workspace: engine.workspace, id: run.id };
    if (run.status === "failed") {
      const failure = this.failureOf(engine, run);
      const missing = failure === null ? null : await this.missingModule(failure, engine, file);
      void this.notify.failure(this.failureMessage(engine, run, missing), [
        { title: vscode.l10n.t("Go to Error"), run: () => executeCommand(vscode, "headrace.goToError", ref) },
        { title: vscode.l10n.t("Open Log"), run: () => executeCommand(vscode, "headrace.openLog", ref) },
        ...(failure?.type === MISSING_MODULE ? [this.selectInterpreter()] : []),
      ]);
      return;
    }
    const unseen = took >= LONG_RUN_MS && !vscode.window.state.focused;
    if (run.status !== "completed" || !unseen || !readSetting(vscode, "notifications.longRun")) return;
    void this.notify.info(vscode.l10n.t("{0} completed in {1}.", runLabel(run), duration(took)), [
      { title: vscode.l10n.t("Show DAG"), run: () => executeCommand(vscode, "headrace.showDag", ref) },
    ]);
  }

  private selectInterpreter(): Action {
    const { vscode } = this;
    return {
      title: vscode.l10n.t("Select Interpreter"),
      run: () => executeCommand(vscode, "headrace.selectInterpreter"),
    };
  }

  private failureOf(engine: Engine, run: Run): Failure | null {
    const failed = engine.reader.steps(run.id).find((step) => step.status === "failed");
    return failed?.failure ?? run.failure;
  }

  private failureMessage(engine: Engine, run: Run, missing: string | null): string {
    const { l10n } = this.vscode;
    const failed = engine.reader.steps(run.id).find((step) => step.status === "failed");
    const failure = this.failureOf(engine, run);
    const reason = missing ?? (failure === null ? "" : `${failure.type}: ${failure.message}`);
    const message =
      failed === undefined
        ? l10n.t("{0} failed. {1}", run.pipeline, reason)
        : l10n.t("{0} failed in step {1}. {2}", run.pipeline, failed.invocation, reason);
    return failure?.advice === undefined || missing !== null ? message : `${message} ${failure.advice}`;
  }

  /** In a sentence, where the error's own advice would fill the message: the problem's hover and the log have that. */
  private async missingModule(
    {
      message,
      ...error
    }: { readonly message: string; readonly type?: string; readonly pythonType?: string | undefined },
    engine: Engine,
    file: string,
  ): Promise<string | null> {
    const module = /^No module named '([^'.]+)'/.exec(message)?.[1];
    if ((error.type ?? error.pythonType) !== MISSING_MODULE || module === undefined) return null;
    if (OURS.has(module)) return null;
    try {
      const { path, version } = await this.interpreter(engine.workspace, file);
      return this.vscode.l10n.t("Python {0} at {1} has no module {2}.", version, path, module);
    } catch {
      // It was there for the run, and is gone: the error's own words will do.
      return null;
    }
  }
}

/** An exception of the user's code by its class too: the message of a KeyError is only the key. */
function named(error: unknown): unknown {
  if (!HeadraceError.is(error, "compile-failed") || error.pythonType === undefined) return error;
  const { code, message, pythonType, advice } = error;
  const text = /[.!?]$/.test(message) ? message : `${message}.`;
  return new HeadraceError(code, `${pythonType}: ${text}`, {
    pythonType,
    cause: error,
    ...(advice === undefined ? {} : { advice }),
  });
}
