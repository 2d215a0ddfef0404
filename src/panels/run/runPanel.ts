/** The panel of one run: live while it goes on, afterwards its record. */
import type { WebviewPanel } from "vscode";
import type { Change, LiveEvent } from "../../core/events";
import type { Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import { Coalesced } from "../../ui/lifecycle";
import { runLabel } from "../../ui/runLabel";
import { Listening } from "../listening";
import { Panel, type Answers, type Loaded, type PanelServices } from "../panel";
import { obey } from "./commands";
import { LogTape, type LogSource } from "./logTape";
import { runStrings, type LogPart, type RunCommand, type RunContract, type RunSnapshot } from "./messages";
import { runHead, runSnapshot, runStep } from "./snapshot";

export const RUN_VIEW = "headrace.run";

/** Changes that come together are told together; far below what the eye notices. */
const TOGETHER_MS = 40;

export interface RunTarget {
  readonly workspace: string;
  readonly runId: string;
}

export interface RunPanelServices extends PanelServices {
  engine(workspace: string): Promise<Engine>;
}

export class RunPanel extends Panel<RunContract> {
  protected readonly loadingLabel: string;
  protected readonly answers: Answers<RunContract> = {
    watchLog: ({ invocation }) => this.#watch(invocation),
    logBefore: async ({ at }) => (await this.#log()).before(at),
    logAfter: async ({ at }) => (await this.#log()).after(at),
    findInLog: async ({ text }, asking) => (await this.#log()).find(text, asking),
    setNote: async ({ text }) => {
      await (await this.#engine()).setNote("run", this.#target.runId, text);
      return null;
    },
    setTags: async ({ tags }) => {
      await (await this.#engine()).setTags("run", this.#target.runId, tags);
      return null;
    },
  };
  readonly #services: RunPanelServices;
  readonly #target: RunTarget;
  readonly #listening = this.register(
    new Listening(
      (engine, change) => this.#storeChanged(engine, change),
      (event) => this.#happened(event),
    ),
  );
  readonly #changed = new Set<string>();
  readonly #telling = new Coalesced(() => this.#tell(), TOGETHER_MS);
  readonly #grown = new Set<string>();
  readonly #growing = new Coalesced(() => this.#grow(), TOGETHER_MS);
  /** Nothing was there to show: the first change tries again. */
  #empty = false;
  /** Null is the log of all steps. */
  #watched: string | null = null;
  #tape: Promise<LogTape> | null = null;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(services: RunPanelServices, panel: WebviewPanel, target: RunTarget) {
    const { l10n } = services.vscode;
    super(services, panel, { name: "run", title: l10n.t("Run"), strings: runStrings(l10n) });
    this.#services = services;
    this.#target = target;
    this.loadingLabel = l10n.t("Reading the run");
    this.register(this.#telling);
    this.register(this.#growing);
  }

  protected target(): Json {
    return { ...this.#target };
  }

  protected async load(): Promise<Loaded<RunSnapshot>> {
    const engine = await this.#engine();
    this.#listening.to(engine);
    const state = runSnapshot(engine, this.#target.runId, this.#services.vscode.l10n);
    this.title = state.head.label;
    this.#changed.clear();
    this.#empty = state.steps.length === 0 && state.head.failure === null;
    if (!this.#empty) return { kind: "ready", state };
    const { l10n } = this.#services.vscode;
    return {
      kind: "empty",
      title: l10n.t("{0} has no steps yet", state.head.label),
      text: l10n.t("They are shown here as soon as the pipeline is compiled."),
      actions: state.head.live ? [{ id: "cancel", title: l10n.t("Cancel Run") }] : [],
    };
  }

  protected async told(command: RunCommand): Promise<void> {
    await obey(this.#services.vscode, await this.#engine(), this.#target.runId, command);
  }

  protected acted(): Promise<void> {
    return this.told({ do: "cancel" });
  }

  #engine(): Promise<Engine> {
    return this.#services.engine(this.#target.workspace);
  }

  #storeChanged(engine: Engine, change: Change): void {
    const { runId } = this.#target;
    for (const { kind, id } of change.entities) {
      if (kind === "run" && id === runId) this.#changed.add(id);
      else if (kind === "step_run" && engine.reader.step(id)?.runId === runId) this.#changed.add(id);
    }
    if (this.#changed.size > 0) this.#telling.request();
  }

  /** Tells the page what is different: as much work as there are changes, whatever the size of the run. */
  #tell(): void {
    const engine = this.#listening.engine;
    if (engine === null) return;
    const run = engine.reader.run(this.#target.runId);
    if (run === null || this.#empty) {
      this.#changed.clear();
      if (this.shown || this.#empty) void this.reload();
      return;
    }
    const { l10n } = this.#services.vscode;
    const steps = [...this.#changed].flatMap((id) => {
      const step = id === run.id ? null : engine.reader.step(id);
      return step === null ? [] : [runStep(engine, step, engine.reader.spec(run.id), l10n)];
    });
    this.#changed.clear();
    this.title = runLabel(run);
    this.patch({ head: runHead(engine, run), steps });
  }

  #happened(event: LiveEvent): void {
    if (!("runId" in event) || event.runId !== this.#target.runId) return;
    if (event.type === "run.finished") {
      this.#changed.add(event.runId);
      this.#telling.request();
      for (const { invocation } of this.#logSources()) this.#grown.add(invocation);
    } else if (event.type === "step.log" || event.type === "step.finished") {
      this.#grown.add(event.invocation);
    }
    if (this.#grown.size > 0) this.#growing.request();
  }

  #logSources(): readonly LogSource[] {
    const engine = this.#listening.engine;
    if (engine === null) return [];
    const { runId } = this.#target;
    const steps = engine.reader.steps(runId).filter(({ started }) => started !== null);
    return steps
      .sort((a, b) => (a.started ?? 0) - (b.started ?? 0))
      .filter(({ invocation }) => this.#watched === null || invocation === this.#watched)
      .map(({ invocation }) => ({ invocation, file: engine.logFile(runId, invocation) }));
  }

  #watch(invocation: string | null): Promise<LogPart> {
    this.#watched = invocation;
    this.#grown.clear();
    this.#tape = LogTape.open(this.#logSources());
    return this.#inTurn(async () => (await this.#log()).tail());
  }

  #log(): Promise<LogTape> {
    return (this.#tape ??= LogTape.open(this.#logSources()));
  }

  /** Output is read from the files, where it is whole, when the engine says that there is more. */
  #grow(): void {
    const engine = this.#listening.engine;
    const tape = this.#tape;
    if (engine === null || tape === null || !this.shown) return;
    const grown = [...this.#grown].filter((one) => this.#watched === null || one === this.#watched);
    this.#grown.clear();
    const read = this.#inTurn(async () => {
      for (const invocation of grown) {
        const file = engine.logFile(this.#target.runId, invocation);
        const part = await (await tape).grow({ invocation, file });
        if (part !== null && tape === this.#tape) this.emit({ kind: "log", part });
      }
    });
    // What failed was said in the output; what comes next is read again from where this stopped.
    read.catch(() => undefined);
  }

  /** One after the other, so that what the log has grown by comes after its end was told. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const turn = this.#reading.then(read);
    this.#reading = turn.catch((error: unknown) => {
      this.#services.log.error("A log could not be read", error);
    });
    return turn;
  }
}
