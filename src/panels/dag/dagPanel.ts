/** The graph of a pipeline: from source before it ran, live while it runs, the record afterwards. */
import type { WebviewPanel } from "vscode";
import type { Change, LiveEvent } from "../../core/events";
import type { SourceLocation } from "../../core/errors";
import type { Json } from "../../core/json";
import type { SourceGraph } from "../../discovery/sourceGraph";
import type { Engine } from "../../engine/api";
import { Coalesced } from "../../ui/lifecycle";
import { executeCommand } from "../../ui/registry";
import { Listening } from "../listening";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import type { DagTarget } from "../panels";
import { obey } from "./commands";
import { plannedDetails, stepDetails } from "./details";
import { artifactsOfRun, withRun } from "./graph";
import {
  dagStrings,
  invocationOf,
  stepNode,
  type DagArtifact,
  type DagCommand,
  type DagContract,
  type DagState,
  type DagStep,
} from "./messages";
import { SourceMark } from "./sourceMark";
import { dagRun, shownRun, shownSource, type Shown, type ShownPipeline } from "./snapshot";

export const DAG_VIEW = "headrace.dag";

/** Offered in place of a run that was deleted. */
const NEWEST = "newest";
/** Offered where there is nothing to draw. */
const SOURCE = "source";

/** Changes that come together are told together; far below what the eye notices. */
const TOGETHER_MS = 40;

export interface DagPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
  /** The graph as source tells it; null when the pipeline isn't found there. */
  staticGraph(file: string, functionName: string): Promise<SourceGraph | null>;
}

/** `name` is the pipeline's. */
export type DagPanelTarget = DagTarget & { readonly workspace: string; readonly name: string };

type Choice =
  { readonly kind: "newest" } | { readonly kind: "source" } | { readonly kind: "run"; readonly id: string };

export class DagPanel extends Panel<DagContract> {
  protected readonly loadingLabel: string;
  protected readonly answers: Answers<DagContract> = {
    details: async ({ node }) => {
      const invocation = invocationOf(node) ?? node;
      const place = this.#placeOf(node);
      const runId = this.#shown?.runId ?? null;
      if (runId === null) return plannedDetails(invocation, place);
      return stepDetails(await this.#engine(), runId, invocation, place);
    },
  };
  readonly #services: DagPanelServices;
  #target: DagPanelTarget;
  readonly #listening = this.register(
    new Listening(
      (engine, change) => this.#storeChanged(engine, change),
      (event) => this.#happened(event),
    ),
  );
  readonly #steps = new Map<string, DagStep>();
  readonly #artifacts = new Map<string, DagArtifact>();
  readonly #changed = new Set<string>();
  readonly #sourceMark: SourceMark;
  readonly #telling = new Coalesced(() => this.#tell(), TOGETHER_MS);
  #shown: Shown | null = null;
  /** Chosen on the page; `newest` follows the pipeline. */
  #choice: Choice;
  #compareWith: string | null = null;
  #watched: string | null = null;
  #pointed = "";

  constructor(services: DagPanelServices, panel: WebviewPanel, target: DagPanelTarget) {
    const { vscode } = services;
    super(services, panel, { name: "dag", title: "DAG", strings: dagStrings(vscode.l10n) });
    this.#services = services;
    this.#target = target;
    this.#choice = choiceOf(target);
    this.loadingLabel = vscode.l10n.t("Reading the graph");
    this.register(this.#telling);
    this.#sourceMark = this.register(new SourceMark(vscode, target.workspace));
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        const line = selections[0]?.active.line;
        if (line !== undefined) this.#point(textEditor.document.uri.fsPath, line + 1);
      }),
    );
  }

  /** Shows another run of the pipeline, or its newest, in the same place. */
  retarget(target: DagPanelTarget): void {
    const choice = choiceOf(target);
    const runId = this.#shown?.runId ?? null;
    this.#target = target;
    this.#choice = choice;
    if (!this.shown || choice.kind !== "run" || choice.id !== runId) void this.reload();
  }

  protected target(): Json {
    return { ...this.#target };
  }

  protected async load(): Promise<Loaded<DagState>> {
    const engine = await this.#engine();
    this.#listening.to(engine);
    const pipeline = this.#pipeline(engine);
    this.title = pipeline.name;
    const options = { canRun: this.#services.vscode.workspace.isTrusted, compareWith: this.#compareWith };
    const runId = this.#runToShow(engine, pipeline);
    if (runId !== null && engine.reader.run(runId) === null) return this.#deleted(engine);
    const shown =
      runId === null
        ? await this.#fromSource(engine, pipeline, options)
        : shownRun(engine, runId, pipeline, options, this.#services.vscode.l10n);
    if (shown === null || shown.state.steps.length === 0) return this.#nothing(pipeline);
    this.#remember(shown);
    return { kind: "ready", state: shown.state };
  }

  protected async told(command: DagCommand): Promise<void> {
    switch (command.kind) {
      case "watch":
        this.#watched = command.node;
        this.#sourceMark.show(command.node === null ? null : this.#placeOf(command.node));
        return;
      case "showRun":
        this.#choice = command.runId === null ? { kind: "source" } : { kind: "run", id: command.runId };
        return this.reload();
      case "compare":
        this.#compareWith = command.runId;
        return this.reload();
      default: {
        const engine = await this.#engine();
        const place = "node" in command ? this.#placeOf(command.node) : null;
        const { workspace } = engine;
        const runId = this.#shown?.runId ?? null;
        return obey(
          this.#services.vscode,
          { workspace, runId, pipeline: this.#pipeline(engine), place },
          command,
        );
      }
    }
  }

  protected async acted(id: string): Promise<void> {
    if (id === NEWEST) {
      this.#choice = { kind: "newest" };
      return this.reload();
    }
    if (id !== SOURCE) return;
    const engine = await this.#engine();
    const { workspace } = engine;
    const { name, file, functionName } = this.#pipeline(engine);
    const ref = { kind: "pipeline", workspace, name, file, functionName } as const;
    await executeCommand(this.#services.vscode, "headrace.goToSource", ref);
  }

  #engine(): Promise<Engine> {
    return this.#services.engine(this.#target.workspace);
  }

  #pipeline(engine: Engine): ShownPipeline {
    if (this.#target.kind === "pipeline") return this.#target;
    const { runId, name } = this.#target;
    const functionName = engine.reader.spec(runId)?.pipeline.functionName ?? null;
    return { name, file: engine.reader.run(runId)?.source?.file ?? null, functionName };
  }

  #runToShow(engine: Engine, pipeline: ShownPipeline): string | null {
    if (this.#choice.kind === "run") return this.#choice.id;
    if (this.#choice.kind === "source") return null;
    return engine.reader.runs({ pipeline: pipeline.name, limit: 1 }).items[0]?.id ?? null;
  }

  async #fromSource(
    engine: Engine,
    pipeline: ShownPipeline,
    options: Parameters<typeof shownSource>[3],
  ): Promise<Shown | null> {
    const { file, functionName } = pipeline;
    if (file === null || functionName === null) return null;
    const source = await this.#services.staticGraph(file, functionName);
    return source === null ? null : shownSource(engine, source, pipeline, options);
  }

  #placeOf(node: string): SourceLocation | null {
    return this.#shown?.places.get(node)?.[0] ?? null;
  }

  #nothing(pipeline: ShownPipeline): Loaded<DagState> {
    const { l10n } = this.#services.vscode;
    // What was pointed at and watched before is gone with the graph.
    this.#shown = null;
    return {
      kind: "empty",
      title: l10n.t("No steps found in {0}", pipeline.name),
      text: l10n.t("Call a function decorated with @step in the pipeline's body, and it is drawn here."),
      actions:
        pipeline.file === null || pipeline.functionName === null
          ? []
          : [{ id: SOURCE, title: l10n.t("Go to Source") }],
    };
  }

  #deleted(engine: Engine): Loaded<DagState> {
    const { l10n } = this.#services.vscode;
    this.#shown = null;
    const others = engine.reader.runs({ pipeline: this.#target.name, limit: 1 }).items.length > 0;
    return {
      kind: "empty",
      title: l10n.t("This run was deleted"),
      text: l10n.t("It is no longer in the store; another window may have deleted it."),
      actions: others ? [{ id: NEWEST, title: l10n.t("Show the Newest Run") }] : [],
    };
  }

  #remember(shown: Shown): void {
    this.#shown = shown;
    this.#changed.clear();
    this.#steps.clear();
    this.#artifacts.clear();
    for (const step of shown.state.steps) this.#steps.set(step.id, step);
    for (const artifact of shown.state.artifacts) this.#artifacts.set(artifact.id, artifact);
  }

  #storeChanged(engine: Engine, change: Change): void {
    const runId = this.#shown?.runId ?? null;
    for (const { kind, id } of change.entities) {
      if (kind === "step_run") {
        const step = engine.reader.step(id);
        if (step !== null && step.runId === runId) this.#changed.add(id);
      } else if (kind === "run" && id === runId) this.#changed.add(id);
      else if (kind === "run" && this.#isNewer(engine, id)) {
        void this.reload();
        return;
      }
    }
    if (this.#changed.size > 0) this.#telling.request();
  }

  /** Whether a run just began that this panel should go over to. */
  #isNewer(engine: Engine, runId: string): boolean {
    if (this.#choice.kind !== "newest") return false;
    const run = engine.reader.run(runId);
    return (
      run !== null &&
      run.pipeline === this.#pipeline(engine).name &&
      run.id === this.#runToShow(engine, this.#pipeline(engine))
    );
  }

  /** Tells the page what is different: as much work as there are changes, whatever the size of the graph. */
  #tell(): void {
    const engine = this.#listening.engine;
    const runId = this.#shown?.runId ?? null;
    if (engine === null || runId === null) return;
    const steps: DagStep[] = [];
    const artifacts: DagArtifact[] = [];
    for (const id of this.#changed) {
      const run = id === runId ? null : engine.reader.step(id);
      const before = run === null ? undefined : this.#steps.get(stepNode(run.invocation));
      if (run === null || before === undefined) continue;
      const step = withRun(before, run, this.#services.vscode.l10n);
      this.#steps.set(step.id, step);
      steps.push(step);
      for (const artifact of artifactsOfRun(run, this.#artifacts, (version) =>
        engine.reader.artifactVersion(version),
      )) {
        this.#artifacts.set(artifact.id, artifact);
        artifacts.push(artifact);
      }
    }
    this.#changed.clear();
    const run = engine.reader.run(runId);
    if (run === null) void this.reload();
    else this.patch({ run: dagRun(run), steps, artifacts });
  }

  #happened(event: LiveEvent): void {
    if (event.type !== "step.log" || event.runId !== this.#shown?.runId) return;
    const node = stepNode(event.invocation);
    if (node === this.#watched) this.emit({ kind: "log", node, text: event.text });
  }

  /** Shows which steps the editor's cursor stands in. */
  #point(file: string, line: number): void {
    const places = this.#shown?.places;
    if (places === undefined || !this.shown) return;
    const nodes = [...places].flatMap(([node, written]) =>
      written.some((place) => holds(place, file, line)) ? [node] : [],
    );
    const pointed = nodes.join("\n");
    if (pointed === this.#pointed) return;
    this.#pointed = pointed;
    this.emit({ kind: "highlight", nodes });
  }
}

function choiceOf(target: DagPanelTarget): Choice {
  return target.kind === "run" ? { kind: "run", id: target.runId } : { kind: "newest" };
}

function holds(place: SourceLocation, file: string, line: number): boolean {
  return place.file === file && line >= place.line && line <= (place.endLine ?? place.line);
}
