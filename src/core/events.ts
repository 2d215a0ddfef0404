/**
 * Facts of the domain: what the journal holds and the store's state is made from. Every decision (number, id, time) is
 * already in the event, so that applying it is deterministic, and applying it twice changes nothing.
 */
import type {
  ArtifactType,
  EntityKind,
  Failure,
  Language,
  MetadataTarget,
  RunOrigin,
  RunStatus,
  SaveType,
  Stage,
  StepInput,
  StepOutput,
  StepStatus,
  Taggable,
} from "./entities";
import type { SourceLocation } from "./errors";
import type { Json, JsonObject } from "./json";
import type { FileTexts } from "./manifest";
import type { PipelineSpec } from "./spec";

export type StoreEvent =
  | { readonly type: "pipeline.created"; readonly id: string; readonly name: string; readonly time: number }
  | {
      readonly type: "run.created";
      readonly id: string;
      readonly name: string;
      readonly index: number;
      readonly pipelineId: string;
      readonly origin: RunOrigin;
      readonly language: Language;
      readonly parameters: JsonObject;
      readonly config: JsonObject;
      readonly source: SourceLocation | null;
      readonly modelVersionId: string | null;
      readonly cacheEnabled: boolean;
      readonly environment: JsonObject;
      readonly rerunOf: string | null;
      /** Without source code, which is kept per definition. */
      readonly spec: PipelineSpec;
      /** Who executes it: to tell an interrupted run from one that another process still runs. */
      readonly owner: { readonly pid: number; readonly started: string; readonly host: string };
      readonly time: number;
    }
  | {
      readonly type: "run.finished";
      readonly id: string;
      readonly status: RunStatus;
      readonly failure: Failure | null;
      readonly time: number;
    }
  | { readonly type: "run.note"; readonly id: string; readonly note: string }
  | { readonly type: "run.deleted"; readonly id: string }
  | { readonly type: "pipeline.deleted"; readonly id: string }
  | {
      readonly type: "step.started";
      readonly id: string;
      readonly runId: string;
      readonly invocation: string;
      readonly step: string;
      readonly attempt: number;
      readonly cacheKey: string | null;
      readonly cacheComponents: JsonObject | null;
      readonly cacheReason: string | null;
      readonly cacheExpires: number | null;
      readonly modelVersionId: string | null;
      readonly inputs: Readonly<Record<string, StepInput>>;
      readonly parameters: JsonObject;
      readonly time: number;
    }
  | {
      readonly type: "step.finished";
      readonly id: string;
      readonly status: StepStatus;
      readonly outputs: readonly StepOutput[];
      readonly failure: Failure | null;
      readonly originalStepRunId: string | null;
      readonly time: number;
    }
  /** A step that never started: because the invocation `because` did not complete, or (null) because the run ended or left it out. */
  | {
      readonly type: "step.skipped";
      readonly id: string;
      readonly runId: string;
      readonly invocation: string;
      readonly step: string;
      readonly because: string | null;
      readonly status: "skipped" | "cancelled";
      readonly time: number;
    }
  /** Inputs that user code loaded by itself while the step ran. */
  | { readonly type: "step.input"; readonly id: string; readonly name: string; readonly input: StepInput }
  | { readonly type: "cache.invalidated"; readonly stepRunId: string; readonly time: number }
  | {
      readonly type: "artifact.created";
      readonly id: string;
      readonly name: string;
      readonly customName: boolean;
      readonly time: number;
    }
  | {
      readonly type: "artifact.updated";
      readonly id: string;
      readonly name: string;
      readonly customName: boolean;
    }
  | { readonly type: "artifact.deleted"; readonly id: string }
  | {
      readonly type: "artifactVersion.created";
      readonly id: string;
      readonly artifactId: string;
      readonly version: string;
      readonly versionNumber: number | null;
      readonly artifactType: ArtifactType;
      readonly dataType: string;
      readonly materializer: string;
      readonly language: Language;
      readonly digest: string;
      readonly bytes: number;
      readonly saveType: SaveType;
      readonly producerStepRunId: string | null;
      readonly producerRunId: string | null;
      readonly summary: string;
      readonly alias: string | null;
      readonly uri: string | null;
      readonly time: number;
    }
  | { readonly type: "artifactVersion.deleted"; readonly id: string }
  /** The files of a small payload, which has no folder yet; artifact versions of the same transaction speak of it. */
  | { readonly type: "payload.held"; readonly digest: string; readonly texts: FileTexts }
  /** They are in folders of their own, durably. */
  | { readonly type: "payload.kept"; readonly digests: readonly string[] }
  | {
      readonly type: "model.created";
      readonly id: string;
      readonly name: string;
      readonly fields: JsonObject;
      readonly time: number;
    }
  | { readonly type: "model.updated"; readonly id: string; readonly fields: JsonObject }
  | { readonly type: "model.deleted"; readonly id: string }
  | {
      readonly type: "modelVersion.created";
      readonly id: string;
      readonly modelId: string;
      readonly name: string;
      readonly number: number;
      readonly description: string | null;
      readonly producerRunId: string | null;
      readonly time: number;
    }
  | {
      readonly type: "modelVersion.updated";
      readonly id: string;
      readonly name: string;
      readonly description: string | null;
    }
  | {
      readonly type: "modelVersion.staged";
      readonly id: string;
      readonly stage: Stage | null;
      readonly time: number;
    }
  | { readonly type: "modelVersion.note"; readonly id: string; readonly note: string }
  | { readonly type: "modelVersion.deleted"; readonly id: string }
  | {
      readonly type: "link.created";
      readonly modelVersionId: string;
      readonly artifactVersionId: string;
      readonly time: number;
    }
  | { readonly type: "link.removed"; readonly modelVersionId: string; readonly artifactVersionId: string }
  /** A run used a model version, its own or a step's. */
  | {
      readonly type: "runLink.created";
      readonly modelVersionId: string;
      readonly runId: string;
      readonly time: number;
    }
  | {
      readonly type: "metadata.logged";
      readonly target: MetadataTarget;
      readonly targetId: string;
      readonly values: JsonObject;
      readonly time: number;
    }
  | {
      readonly type: "tag.created";
      readonly id: string;
      readonly name: string;
      readonly color: string | null;
      readonly exclusive: boolean;
      readonly cascade: boolean;
      readonly time: number;
    }
  | { readonly type: "tag.deleted"; readonly name: string }
  | {
      readonly type: "tag.attached";
      readonly target: Taggable;
      readonly targetId: string;
      readonly name: string;
    }
  | {
      readonly type: "tag.detached";
      readonly target: Taggable;
      readonly targetId: string;
      readonly name: string;
    };

/** One line of the journal: a transaction, whole or not at all. */
export interface Transaction {
  /** Sequence number of the transaction, from 1, without gaps. */
  readonly seq: number;
  readonly time: number;
  readonly events: readonly StoreEvent[];
}

/**
 * What changed, for whoever shows it: small enough to send everywhere, enough to know what to read again. The id `*` stands for all of a
 * kind (the store was restored or rebuilt below us). Of a link the id is the artifact version's, the parent the model version's.
 */
export interface Change {
  readonly seq: number;
  readonly entities: readonly { readonly kind: EntityKind; readonly id: string; readonly parent?: string }[];
}

/** What passes while a run goes on and is not remembered in the journal. */
export type LiveEvent =
  | { readonly type: "run.preparing"; readonly ticket: string; readonly label: string; readonly file: string }
  | { readonly type: "run.created"; readonly ticket: string; readonly runId: string }
  | { readonly type: "run.refused"; readonly ticket: string; readonly failure: Failure }
  | { readonly type: "run.finished"; readonly runId: string; readonly status: RunStatus }
  | {
      readonly type: "step.started";
      readonly runId: string;
      readonly invocation: string;
      readonly stepRunId: string;
      readonly time: number;
    }
  | {
      readonly type: "step.finished";
      readonly runId: string;
      readonly invocation: string;
      readonly stepRunId: string;
      readonly status: StepStatus;
      readonly time: number;
    }
  | {
      readonly type: "step.log";
      readonly runId: string;
      readonly invocation: string;
      readonly stepRunId: string;
      readonly text: string;
    }
  | {
      readonly type: "step.progress";
      readonly runId: string;
      readonly invocation: string;
      readonly value: Json;
    };
