/**
 * The lenses above pipelines and steps. Their number never changes while a definition stands, and they stay while the
 * text is broken, so that nothing jumps under the cursor.
 */
import type { Discovery } from "../discovery/discovery";
import type { DiscoveredPipeline, DiscoveredStep } from "../discovery/model";
import { ago, duration } from "../ui/format";
import type { Engines } from "../ui/engines";
import { Disposable, Paced, Settled } from "../ui/lifecycle";
import type { PipelineRef } from "../ui/refs";
import { asCommand, readSetting } from "../ui/registry";
import { isActive, statusCodicon, statusWord } from "../ui/status";
import type {
  CodeLens,
  CodeLensProvider,
  Command,
  EventEmitter,
  TextDocument,
  VSCode,
} from "../ui/vscodeTypes";
import type { LastRuns } from "./lastRuns";
import { LensCommands, type PlacedCommand } from "./lensCommands";
import { foundIn, lineRange } from "./source";

/**
 * While a run goes on. VS Code asks for lenses 250 ms after it was last told, and draws them after as much again: told more
 * often, it would not come to ask.
 */
const PACE_MS = 600;

/**
 * VS Code asks for lenses a moment after a document opens, and not at all when the focus goes elsewhere before (to the
 * side bar, say) until it comes back. It asks again when told that they changed.
 */
const OPENED_MS = 1000;

export class Lenses extends Disposable implements CodeLensProvider {
  private readonly changed: EventEmitter<void>;
  private readonly commands: LensCommands;
  private readonly changing = this.register(new Paced(() => this.changed.fire(), PACE_MS));

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
    private readonly lastRuns: LastRuns,
    /** Whether there is a debugger for a file's language. */
    private readonly canDebug: (file: string) => boolean,
  ) {
    super();
    this.changed = this.register(new vscode.EventEmitter<void>());
    this.commands = this.register(new LensCommands(vscode));
    const soon = (): void => this.changing.request();
    this.register(engines.onChange(soon));
    this.register(
      engines.onLive(({ event }) => {
        if (event.type === "run.finished") this.changing.now();
        else if (event.type !== "step.log") soon();
      }),
    );
    this.register(engines.onState(soon));
    this.register(discovery.onDidChange(soon));
    const opened = this.register(new Settled(() => this.changed.fire(), OPENED_MS));
    this.register(vscode.window.onDidChangeVisibleTextEditors(() => opened.request()));
    opened.request();
    this.register(vscode.workspace.onDidCloseTextDocument(({ fileName }) => this.commands.forget(fileName)));
    this.register(
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration("headrace.codeLens") && soon(),
      ),
    );
  }

  get onDidChangeCodeLenses(): EventEmitter<void>["event"] {
    return this.changed.event;
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const found = foundIn(this.discovery, document);
    if (found === null) return [];
    const folder = this.engines.folderOf(found.file);
    if (folder === null) return [];
    const pipelines = readSetting(this.vscode, "codeLens.pipelines", folder) ? found.pipelines : [];
    const steps = readSetting(this.vscode, "codeLens.steps", folder) ? found.steps : [];
    // The store is opened so that the last states can be shown; the lenses themselves wait for nothing.
    if (pipelines.length + steps.length > 0) void this.engines.getIfStored(folder).catch(() => null);
    const lenses = [
      ...pipelines.flatMap((pipeline) => this.ofPipeline(pipeline, folder)),
      ...steps.map((step) => this.ofStep(step, folder)),
    ];
    const commands = this.commands.of(document.fileName, lenses);
    return lenses.map(({ line }, i) => new this.vscode.CodeLens(lineRange(this.vscode, line), commands[i]));
  }

  private ofPipeline(pipeline: DiscoveredPipeline, workspace: string): Lens[] {
    const { vscode } = this;
    const { l10n } = vscode;
    const { name, file, functionName } = pipeline;
    const ref: PipelineRef = { kind: "pipeline", workspace, name, file, functionName };
    const lenses = {
      run: asCommand("headrace.runPipeline", withIcon("play", l10n.t("Run pipeline")), ref),
      ...(this.canDebug(file) && {
        debug: asCommand("headrace.debugPipeline", withIcon("debug-alt", l10n.t("Debug")), ref),
      }),
      dag: asCommand("headrace.showDag", withIcon("type-hierarchy-sub", l10n.t("Show DAG")), ref),
      state: this.stateOf(pipeline, ref),
    };
    return Object.entries(lenses).map(([what, command]) => lensOf(pipeline, what, command));
  }

  private stateOf(pipeline: DiscoveredPipeline, ref: PipelineRef): ReturnType<typeof asCommand> {
    const { vscode } = this;
    const run = this.lastRuns.of(pipeline);
    if (run === null) return asCommand("headrace.showDag", vscode.l10n.t("never run"), ref);
    const text = isActive(run.status)
      ? vscode.l10n.t("{0} of {1} steps", run.stepsDone, run.steps)
      : `${statusWord(vscode, run.status)} ${ago(vscode, run.created)}`;
    return asCommand("headrace.openRun", withIcon(statusCodicon(run.status), text), {
      kind: "run",
      workspace: ref.workspace,
      id: run.id,
    });
  }

  private ofStep(step: DiscoveredStep, workspace: string): Lens {
    const { vscode } = this;
    const last = this.lastRuns.ofStep(step);
    if (last === null) {
      const ref = {
        kind: "stepSource",
        workspace,
        file: step.file,
        line: step.line,
        name: step.name,
      } as const;
      return lensOf(step, "state", asCommand("headrace.goToSource", vscode.l10n.t("never run"), ref));
    }
    const took =
      last.started === null || last.finished === null ? "" : ` · ${duration(last.finished - last.started)}`;
    const word = statusWord(vscode, last.status);
    const title = withIcon(statusCodicon(last.status), `${word}${last.status === "cached" ? "" : took}`);
    const ref = { kind: "step", workspace, runId: last.runId, invocation: last.invocation } as const;
    return lensOf(step, "state", asCommand("headrace.openLog", title, ref));
  }
}

interface Lens extends PlacedCommand {
  readonly line: number;
}

/** At a place of its own, whatever line its definition has moved to. */
function lensOf(
  { kind, functionName, span }: DiscoveredPipeline | DiscoveredStep,
  what: string,
  command: Command,
): Lens {
  return { line: span.line, place: [kind, functionName, what].join("\n"), command };
}

/** VS Code lays the parts of a lens side by side, where a plain space would vanish. */
function withIcon(icon: string, text: string): string {
  return `$(${icon})\u00a0${text}`;
}
