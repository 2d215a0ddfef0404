/** What everything above the engine (editor, views, panels, commands, CLI) may ask of it. */
import type { Run, RunOrigin, Stage } from "../core/entities";
import type { Change, LiveEvent } from "../core/events";
import type { JsonObject } from "../core/json";
import type { PipelineSpec } from "../core/spec";
import type { CheckReport, CleanReport } from "../store/maintenance";
import type { StoreReader } from "../store/reader";

export interface Subscription {
  dispose(): void;
}
export type Listen<T> = (listener: (event: T) => void) => Subscription;

export interface RunRequest {
  /** Absolute path of the file that holds the pipeline. */
  readonly file: string;
  /** Function or pipeline name; null when the file has just one. */
  readonly pipeline: string | null;
  readonly parameters?: JsonObject;
  readonly configPath?: string;
  readonly noCache?: boolean;
  readonly origin: RunOrigin;
  /** Chosen interpreter; else the engine's resolution. */
  readonly python?: string;
  readonly rerun?: RerunRequest;
}

export interface RerunRequest {
  readonly runId: string;
  /** `from`: these and all below run again; `only`: these alone; `failed`: what did not complete. The rest is reused. */
  readonly mode: "from" | "only" | "failed";
  readonly invocations: readonly string[];
}

export interface RunHandle {
  /** Before a run exists: what progress and the lens refer to. */
  readonly ticket: string;
  /** The run's id once it was created; rejects with the reason when it is refused (compile error, cycle, no interpreter …). */
  readonly created: Promise<string>;
  /** Resolves when the run has ended, however; rejects only if it was refused. */
  readonly finished: Promise<Run>;
  cancel(): void;
}

export interface Undo {
  readonly label: string;
  undo(): Promise<void>;
}

/** Which model version to link to; `version: null` makes a new one. */
export interface LinkTarget {
  readonly model: string;
  readonly version: string | number | null;
}

export interface DeletionPlan {
  readonly runs: number;
  readonly artifactVersions: number;
  readonly modelVersions: number;
  readonly links: number;
  readonly bytes: number;
  readonly blockedBy: readonly string[];
  /** Steps of runs that made or took an artifact version: while they are recorded, it stays. */
  readonly usedBy: readonly UsingStep[];
}

export interface UsingStep {
  readonly runId: string;
  readonly invocation: string;
}

export interface Engine {
  readonly workspace: string;
  readonly reader: StoreReader;
  /** Null while the store can be written; else why not. */
  readonly readOnly: string | null;
  /** After every transaction, this process's or another's. Coalesced. */
  readonly onChange: Listen<Change>;
  readonly onLive: Listen<LiveEvent>;

  run(request: RunRequest): RunHandle;
  /** Compiles without running: parameters and the graph as the runtime sees it. */
  compile(request: RunRequest, signal?: AbortSignal): Promise<PipelineSpec>;
  cancel(runId: string): boolean;
  /** Runs that this process executes now. */
  active(): readonly string[];

  link(
    artifactVersionId: string,
    target: LinkTarget,
  ): Promise<Undo & { readonly modelVersionId: string; readonly alreadyLinked: boolean }>;
  unlink(modelVersionId: string, artifactVersionId: string): Promise<Undo>;
  promote(modelVersionId: string, stage: Stage | "none", force: boolean): Promise<Undo>;
  createModel(name: string, fields?: JsonObject): Promise<string>;
  setTags(
    kind: "artifact_version" | "run" | "model_version" | "artifact" | "model",
    id: string,
    tags: readonly string[],
  ): Promise<Undo>;
  setNote(kind: "run" | "model_version", id: string, note: string): Promise<Undo>;
  setDescription(modelVersionId: string, text: string): Promise<Undo>;
  invalidateCache(stepRunIds: readonly string[]): Promise<void>;
  planDeletion(
    kind: "run" | "artifact_version" | "artifact" | "model" | "model_version" | "pipeline",
    ids: readonly string[],
  ): DeletionPlan;
  delete(
    kind: "run" | "artifact_version" | "artifact" | "model" | "model_version" | "pipeline",
    ids: readonly string[],
  ): Promise<void>;

  /** Reads everything that is stored and says what is wrong with it; changes nothing. */
  checkStore(): Promise<CheckReport>;
  /** Removes payloads that nothing refers to any more; with `dryRun`, only says which and how large. */
  cleanStore(options: { readonly dryRun: boolean }): Promise<CleanReport>;

  /** Folder of a payload; null when it is missing. Throws when one has to be made first (a small payload's) and can't be. */
  payloadFolder(artifactVersionId: string): string | null;
  logFile(runId: string, invocation: string): string;
  /** What a terminal or child process needs to reach this engine: `HEADRACE_ENDPOINT`, `PYTHONPATH` … */
  environment(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}
