/** The engine: runs pipelines and changes what the store remembers. Composes its parts and hands everything on to them. */
import { existsSync } from "node:fs";
import type { Language, Stage } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { LiveEvent } from "../core/events";
import type { JsonObject } from "../core/json";
import type { PipelineSpec } from "../core/spec";
import type { EngineNotifications } from "../runtimes/protocol";
import type { Peer, PeerService, Runtime } from "../runtimes/runtime";
import type { CheckReport, CleanReport } from "../store/maintenance";
import type { StoreReader } from "../store/reader";
import type { Store } from "../store/writer";
import type { DeletionPlan, Engine, LinkTarget, RunHandle, RunRequest, Undo } from "./api";
import { Changes } from "./changes";
import { decideIn, type EngineContext, type PayloadFolders, type RunningStep } from "./context";
import { Emitter } from "./emitter";
import { deleteAll, planDeletion, type Deletable } from "./manage/deletion";
import {
  createModel,
  invalidateCache,
  setDescription,
  setNote,
  setTags,
  type NoteOwner,
  type TagOwner,
} from "./manage/labels";
import { link, promote, unlink } from "./manage/links";
import { readablePlacesOf } from "./places";
import { RequestService } from "./requests/service";
import { LogBook } from "./run/logs";
import { runForPeer } from "./run/forPeer";
import { Runs } from "./runs";
import { defaultSettings, type EngineSettings } from "./settings";

export interface EngineParts {
  readonly workspace: string;
  readonly store: Store;
  readonly payloads: PayloadFolders;
  /** After payloads were recorded that have no folder yet. */
  readonly onHeld?: () => void;
  /** `<store>/logs`. */
  readonly logs: string;
  readonly runtimes: readonly Runtime[];
  readonly settings?: () => Partial<EngineSettings>;
  /** Why no code may run (an untrusted workspace); null when it may. */
  readonly refusal?: () => string | null;
  /** Looking after what is stored; a store that lives in memory alone has none. */
  readonly maintenance?: Maintenance;
  /** What terminals and child processes need to find this engine. */
  readonly environment?: () => Promise<Readonly<Record<string, string>>>;
  /** Closes what the parts stand on, after the last run is recorded. */
  readonly dispose?: () => Promise<void>;
}

export interface Maintenance {
  check(): Promise<CheckReport>;
  clean(options: { readonly dryRun: boolean }): Promise<CleanReport>;
}

export class LocalEngine implements Engine {
  readonly workspace: string;
  readonly onChange: Engine["onChange"];
  readonly onLive: Engine["onLive"];
  /** Answers what peers ask. */
  readonly peers: PeerService;
  readonly #parts: EngineParts;
  readonly #context: EngineContext;
  readonly #live = new Emitter<LiveEvent>();
  readonly #changes: Changes;
  readonly #logs: LogBook;
  readonly #runs: Runs;
  #closed: Promise<void> | null = null;

  constructor(parts: EngineParts) {
    const { workspace, store, payloads, runtimes } = parts;
    const settings = (): EngineSettings => ({ ...defaultSettings(), ...parts.settings?.() });
    const running = new Map<string, RunningStep>();
    const emit = (event: LiveEvent): void => this.#live.emit(event);
    this.workspace = workspace;
    this.#parts = parts;
    this.#changes = new Changes(store);
    this.onChange = this.#changes.on;
    this.onLive = this.#live.on;
    this.#logs = new LogBook({ folder: parts.logs, limitBytes: () => settings().logLimitBytes, emit });
    this.#context = {
      workspace,
      store,
      payloads,
      running,
      emit,
      decide: (rule) => decideIn(store, rule, parts.onHeld),
      runFile: (request, peer) => runForPeer(request, peer, this),
      runScript: (spec, peer, options) => this.#runs.runScript(spec, peer, options),
    };
    this.#runs = new Runs({
      context: this.#context,
      running,
      runtimes: new Map<Language, Runtime>(runtimes.map((runtime) => [runtime.language, runtime])),
      logs: this.#logs,
      settings,
      refusal: () => parts.refusal?.() ?? null,
    });
    this.peers = this.#peerService(running);
  }

  get reader(): StoreReader {
    return this.#parts.store.reader;
  }

  get readOnly(): string | null {
    return this.#parts.store.readOnly;
  }

  run(request: RunRequest): RunHandle {
    return this.#runs.start(request);
  }

  compile(request: RunRequest, signal?: AbortSignal): Promise<PipelineSpec> {
    return this.#runs.compile(request, signal ?? new AbortController().signal);
  }

  cancel(runId: string): boolean {
    return this.#runs.cancel(runId);
  }

  active(): readonly string[] {
    return this.#runs.active;
  }

  link(artifactVersionId: string, target: LinkTarget): ReturnType<Engine["link"]> {
    return link(this.#context, artifactVersionId, target);
  }

  unlink(modelVersionId: string, artifactVersionId: string): Promise<Undo> {
    return unlink(this.#context, modelVersionId, artifactVersionId);
  }

  promote(modelVersionId: string, stage: Stage | "none", force: boolean): Promise<Undo> {
    return promote(this.#context, modelVersionId, stage, force);
  }

  createModel(name: string, fields: JsonObject = {}): Promise<string> {
    return createModel(this.#context, name, fields);
  }

  setTags(kind: TagOwner, id: string, tags: readonly string[]): Promise<Undo> {
    return setTags(this.#context, kind, id, tags);
  }

  setNote(kind: NoteOwner, id: string, note: string): Promise<Undo> {
    return setNote(this.#context, kind, id, note);
  }

  setDescription(modelVersionId: string, text: string): Promise<Undo> {
    return setDescription(this.#context, modelVersionId, text);
  }

  invalidateCache(stepRunIds: readonly string[]): Promise<void> {
    return invalidateCache(this.#context, stepRunIds);
  }

  planDeletion(kind: Deletable, ids: readonly string[]): DeletionPlan {
    return planDeletion(this.reader, kind, ids);
  }

  delete(kind: Deletable, ids: readonly string[]): Promise<void> {
    return deleteAll(this.#context, kind, ids);
  }

  async checkStore(): Promise<CheckReport> {
    return this.#maintenance().check();
  }

  async cleanStore(options: { readonly dryRun: boolean }): Promise<CleanReport> {
    return this.#maintenance().clean(options);
  }

  payloadFolder(artifactVersionId: string): string | null {
    const version = this.reader.artifactVersion(artifactVersionId);
    const place = version === null ? null : readablePlacesOf(this.#context)(version);
    return place !== null && existsSync(place) ? place : null;
  }

  logFile(runId: string, invocation: string): string {
    return this.#logs.fileOf(runId, invocation);
  }

  environment(): Promise<Readonly<Record<string, string>>> {
    return this.#parts.environment?.() ?? Promise.resolve({});
  }

  /** Cancels what runs, records it, and lets go of everything. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#runs.close();
    await this.#logs.flushed();
    this.#changes.dispose();
    this.#live.clear();
    await this.#parts.dispose?.();
  }

  #maintenance(): Maintenance {
    if (this.#parts.maintenance !== undefined) return this.#parts.maintenance;
    throw new HeadraceError(
      "unsupported",
      "This store is not kept in files, so there is nothing to check or clean.",
    );
  }

  #peerService(running: ReadonlyMap<string, RunningStep>): PeerService {
    const requests = new RequestService(this.#context, (runId, invocation) =>
      this.logFile(runId, invocation),
    );
    return {
      request: (method: string, params: unknown, peer: Peer) => requests.request(method, params, peer),
      progress: ({ stepRunId, value }: EngineNotifications["step.progress"]) => {
        const step = running.get(stepRunId);
        if (step === undefined) return;
        const { runId, invocation, recorded } = step;
        const tell = (): void => this.#live.emit({ type: "step.progress", runId, invocation, value });
        recorded.then(tell, () => undefined);
      },
    };
  }
}
