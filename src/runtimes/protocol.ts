/**
 * What the engine and a language's worker say to each other: JSON-RPC 2.0 with LSP framing, over the engine's endpoint
 * (a socket that only this user can open), never over stdin or stdout, which belong to user code.
 *
 * A connection begins with `hello`. Three roles: a `worker` was started by the engine and waits for `compile` and
 * `execute`; a `script` is the user's own process (terminal, notebook, `headrace exec`) that asks for things and, after
 * `run.execute`, executes the steps of its own pipeline; a `client` only asks.
 */
import type { ArtifactType, Failure, SaveType } from "../core/entities";
import type { ErrorCode, SourceLocation } from "../core/errors";
import type { LiveEvent } from "../core/events";
import type { Json, JsonObject } from "../core/json";
import type { FileTexts } from "../core/manifest";
import type { InputSpec, InvocationSpec, ModelConfig, PipelineSpec, StepDefinition } from "../core/spec";

export const PROTOCOL_VERSION = 1;

// ── finding the engine ──────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Environment variables. A worker gets `address` (`unix:/path` or `tcp:127.0.0.1:port`) and a `token` that is good for one
 * `hello`, and removes both from its environment before it runs user code. Everyone else follows `endpoint`: the path of
 * a file that holds an {@link EndpointFile}.
 */
export const ENVIRONMENT = {
  address: "HEADRACE_ENDPOINT_ADDRESS",
  token: "HEADRACE_TOKEN",
  endpoint: "HEADRACE_ENDPOINT",
} as const;

/** `<store>/endpoint.json`, readable by its owner alone. */
export interface EndpointFile {
  readonly protocol: number;
  readonly address: string;
  readonly token: string;
  readonly pid: number;
  /** With the id, says which process it was: ids are used again (src/store/processes.ts). */
  readonly started: string;
  readonly host: string;
}

// ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The JSON-RPC code of every error that a handler answers on purpose; `data` says the rest. Others are the standard's. */
export const REQUEST_FAILED = -32803;

/** `error.data` of what the engine answers: a HeadraceError. SDKs raise `pythonType` if they have it. */
export interface EngineErrorData {
  readonly code: ErrorCode;
  readonly advice?: string;
  readonly location?: SourceLocation;
  readonly pythonType?: string;
}

/** `error.data` of what a peer answers when user code (or its absence) made `compile` fail. */
export interface PeerErrorData {
  readonly failure: Failure;
}

// ── peer → engine ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface HelloParams {
  readonly protocol: number;
  readonly token: string;
  readonly role: "worker" | "script" | "client";
  readonly language: "python" | "node";
  readonly languageVersion: string;
  readonly pid: number;
}
export interface HelloResult {
  readonly protocol: number;
  readonly workspace: string;
  readonly store: string;
  /** Where payloads are: `<artifacts>/ab/cdef…`. */
  readonly artifacts: string;
  /** For temporary folders of payloads; same file system as `artifacts`. */
  readonly tmp: string;
  readonly settings: JsonObject;
}

/** Requests that a peer may make of the engine; the same for workers, scripts and clients. `scope` is who asks, inside a step. */
export interface EngineRequests {
  hello: { params: HelloParams; result: HelloResult };

  /** Runs a pipeline that the peer traced; answers when the run has ended. Meanwhile the engine sends `execute` to the peer. */
  "run.execute": {
    params: { spec: PipelineSpec; noCache?: boolean; origin: "script" };
    result: { run: JsonObject };
  };

  /** Runs a pipeline of a file on workers, as the editor does; answers when the run has ended. `run.event` tells meanwhile. */
  "run.file": {
    params: { file: string; pipeline: string | null; parameters: JsonObject };
    result: { run: JsonObject };
  };

  /** Reads and merges a YAML configuration file: parsing lives here, so that SDKs need no YAML library. */
  "config.read": {
    /** `environment`: the asking process's own variables that the file refers to; they go before the engine's. */
    params: { path: string; environment?: Readonly<Record<string, string>> };
    result: { value: Json };
  };

  /**
   * One entity by id, unique id prefix or name. `version` is for artifact versions and model versions. Answers the entity
   * as JSON (the fields of core/entities.ts), its metadata and tags merged in as `metadata`, `tags`.
   */
  "entity.get": {
    params: { kind: EntityName; key: Json; version?: Json; scope?: Scope };
    result: { entity: JsonObject };
  };
  /** Filters, sorting and paging as `Client().list_*` takes them (zenml-semantics §4.10). */
  "entity.list": {
    params: {
      kind: EntityName;
      filters: JsonObject;
      sort?: string;
      page: number;
      size: number;
      scope?: Scope;
    };
    result: { items: readonly JsonObject[]; total: number };
  };
  "entity.create": {
    params: { kind: "model" | "model_version" | "tag"; fields: JsonObject };
    result: { entity: JsonObject };
  };
  "entity.update": {
    params: {
      kind: EntityName;
      key: Json;
      version?: Json;
      fields: JsonObject;
      addTags?: readonly string[];
      removeTags?: readonly string[];
    };
    result: { entity: JsonObject };
  };
  "entity.delete": {
    params: { kind: EntityName; key: Json; version?: Json; options?: JsonObject };
    result: { deleted: number };
  };
  /** Related things that responses load late: `run.steps`, `artifact_version.visualizations`, `step_run.logs`, `model_version.artifacts` … */
  "entity.related": {
    params: { kind: EntityName; id: string; relation: string; options?: JsonObject };
    result: { value: Json };
  };

  /** Get-or-create of a model version by the rules of zenml-semantics §4.2. `create: false` never creates (reading). */
  "model.resolve": {
    params: { model: JsonObject; create: boolean; scope?: Scope };
    result: { entity: JsonObject };
  };
  "model.stage": {
    params: { modelVersionId: string; stage: string; force: boolean };
    result: { entity: JsonObject };
  };
  "link.create": {
    params: { artifactVersionId: string; modelVersionId: string };
    result: { created: boolean };
  };
  "link.remove": {
    params: { modelVersionId: string; artifactVersionId?: string; all?: boolean };
    result: { removed: number };
  };
  "metadata.log": {
    params: { target: string; targetId: string; values: JsonObject; scope?: Scope };
    result: { skipped: readonly string[] };
  };

  /** A folder under `tmp` for a payload, which the SDK makes. */
  "payload.prepare": { params: Record<string, never>; result: { folder: string } };
  /** `save_artifact`, `ExternalArtifact(value=)`: makes a prepared payload an artifact version (and links it, inside a step). */
  "artifact.save": {
    params: {
      name: string;
      version: string | number | null;
      payload: Payload;
      saveType: SaveType;
      tags: readonly string[];
      metadata: JsonObject;
      customName: boolean;
      type?: ArtifactType;
      scope?: Scope;
    };
    result: { entity: JsonObject };
  };
  "artifact.register": {
    params: {
      name: string;
      version: string | number | null;
      uri: string;
      type?: string;
      tags: readonly string[];
      metadata: JsonObject;
      customName: boolean;
      scope?: Scope;
    };
    result: { entity: JsonObject };
  };
  /** Says that user code loaded this by itself (lineage of inputs); `input`: for this parameter, by a recorded chain. */
  "artifact.loaded": {
    params: { artifactVersionId: string; input?: string; scope?: Scope };
    result: Record<string, never>;
  };
}
export type EntityName =
  | "pipeline"
  | "run"
  | "step_run"
  | "artifact"
  | "artifact_version"
  | "model"
  | "model_version"
  | "tag"
  | "link"
  | "run_link";
/** In which step the request was made: `ExecuteParams.stepRunId`. */
export interface Scope {
  readonly stepRunId?: string;
  readonly runId?: string;
}

export interface EngineNotifications {
  /** What a step prints in a `script` peer, where the engine holds no pipe. Workers print to their stdout and stderr. */
  "step.output": { stepRunId: string; stream: "stdout" | "stderr"; text: string };
  "step.progress": { stepRunId: string; value: Json };
}

// ── engine → peer ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface WorkerRequests {
  /** Imports the file's third-party modules ahead of need. Never the user's own. */
  warm: { params: { modules: readonly string[] }; result: { failed: readonly string[] } };
  /** Imports the file and calls the pipeline function once with tracing steps. Fails with {@link PeerErrorData}. */
  compile: { params: CompileParams & Marked; result: CompileResult };
  /** Imports the files of steps that a pipeline in another language calls, to execute them here. Fails like `compile`. */
  steps: { params: CompileStepsParams & Marked; result: CompileStepsResult };
  /** Executes one invocation of what was compiled last (or, for a script, of the run it asked for). */
  execute: { params: ExecuteParams; result: ExecuteResult };
  /** Pipeline-level hooks, once per run. */
  hook: { params: { hook: "init" | "cleanup" } & Marked; result: { failure: Failure | null } };
  /** Loads an artifact version and prints its preview again: for payloads that were written without one. */
  preview: { params: { payload: PayloadReference }; result: { preview: Json } };
}

/**
 * How output is told apart. When user code is over, and before it answers, a worker flushes its streams and writes the
 * marker and one newline to file descriptor 1 and to 2, each in a single write and with nothing before it. What came
 * before the marker belongs to the request, byte for byte; the marker itself is shown to nobody. An empty marker asks for
 * none: a script's output goes where its user sees it, and reaches the engine as `step.output`.
 */
export interface Marked {
  readonly marker: string;
}

export interface CompileParams {
  readonly file: string;
  /** Name of the function, or of the pipeline; null when the file has just one. */
  readonly pipeline: string | null;
  readonly parameters: JsonObject;
  readonly configPath: string | null;
  readonly runName?: string;
  /**
   * True when another worker has compiled this for the same run already, and this one only gets ready to execute: nothing
   * that leaves a trace is done twice (values of `ExternalArtifact` are not saved again). The answer's `spec` is then ignored.
   */
  readonly replica?: boolean;
}
export interface CompileResult {
  readonly spec: PipelineSpec;
  /** Third-party modules that the import pulled in, for the next spare worker. */
  readonly modules: readonly string[];
}

/** A call of a step that another language's pipeline makes, for the worker of the step's own language. */
export interface ForeignCall {
  readonly invocation: string;
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  /** Where the pipeline's function calls it: the place of errors in its inputs. */
  readonly call: SourceLocation | null;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly model: ModelConfig | null;
}
export interface CompileStepsParams {
  readonly pipeline: { readonly name: string; readonly model: ModelConfig | null };
  readonly calls: readonly ForeignCall[];
}
export interface CompileStepsResult {
  readonly definitions: readonly StepDefinition[];
  readonly sources?: Readonly<Record<string, string>>;
  /**
   * One for each call, in the same order: the step as its own language declares it. Of its inputs, values count: parameters
   * as they were checked, and defaults; what the call gives besides stands in the pipeline's spec.
   */
  readonly invocations: readonly InvocationSpec[];
  readonly modules: readonly string[];
}

export interface PayloadReference {
  readonly artifactVersionId: string;
  readonly artifact: string;
  readonly version: string;
  readonly folder: string;
  readonly materializer: string;
  readonly dataType: string;
  readonly language: "python" | "node";
  /** What `folder` will hold later; only for a reader in the language that wrote it. */
  readonly content?: FileTexts;
}
export type ExecuteInput =
  | { readonly kind: "payload"; readonly payload: PayloadReference }
  | { readonly kind: "list"; readonly items: readonly ExecuteInput[] }
  | { readonly kind: "value"; readonly value: Json }
  /** A recorded chain on `Client()` which the worker replays now. */
  | { readonly kind: "chain"; readonly chain: readonly JsonObject[] };

export interface ExecuteParams extends Marked {
  readonly stepRunId: string;
  readonly runId: string;
  readonly invocation: string;
  readonly attempt: number;
  readonly lastAttempt: boolean;
  readonly inputs: Readonly<Record<string, ExecuteInput>>;
  /** Names with their placeholders filled in; one folder per output under `tmp`, made by whoever writes into it. */
  readonly outputs: readonly {
    readonly output: string;
    readonly artifact: string;
    readonly folder: string;
    readonly materializer: string | null;
  }[];
  /** The run, step, pipeline and model version, for `get_step_context()`. */
  readonly context: JsonObject;
  readonly metadata: boolean;
  readonly visualization: boolean;
}

/**
 * A payload as its materializer left it in a folder under `tmp`; the folder holds the files, `manifest.json` and `preview.json`.
 * A small one may be in `content` instead: then there is no such folder.
 */
export interface Payload {
  readonly folder: string;
  readonly content?: FileTexts;
  readonly digest: string;
  readonly bytes: number;
  readonly type: ArtifactType;
  readonly dataType: string;
  readonly materializer: string;
  readonly language: "python" | "node";
  readonly summary: string;
  readonly metadata: JsonObject;
}
export interface ExecuteResult {
  readonly failure: Failure | null;
  /** True when the user cancelled and the step ended by itself. */
  readonly cancelled?: boolean;
  readonly outputs: readonly {
    readonly output: string;
    readonly payload: Payload;
    readonly tags: readonly string[];
    readonly metadata: JsonObject;
  }[];
  readonly stepMetadata: JsonObject;
}

export interface WorkerNotifications {
  /**
   * Raise KeyboardInterrupt (or its like) in user code; sent beside the signal, for platforms without one. Both together
   * interrupt once: a second KeyboardInterrupt would hit user code while it cleans up.
   */
  cancel: { reason: string };
  shutdown: Record<string, never>;
  /** To a script that waits for its `run.file`. */
  "run.event": { event: LiveEvent };
}

// ── payload folder ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The folder is as much part of what engine and worker agree on as the messages are. */
export { manifestSchema, type Manifest } from "../core/manifest";
