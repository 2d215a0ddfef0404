/**
 * What the parts of the engine share: the store and the one way of changing it, payloads, settings, and the steps that
 * are being executed. Answering of peers' requests (requests/) and the run loop build on the same rules (decide/).
 */
import type { Language, ModelVersion, Run, StepOutput } from "../core/entities";
import type { LiveEvent } from "../core/events";
import { HeadraceError } from "../core/errors";
import type { FileTexts } from "../core/manifest";
import type { PipelineSpec } from "../core/spec";
import type { Substitutions } from "../core/naming";
import type { Peer } from "../runtimes/runtime";
import type { Store } from "../store/writer";
import type { RunRequest } from "./api";
import { Draft } from "./decide/draft";

/** A payload that is where it belongs, or goes along with the transaction that speaks of it. */
export interface Placed {
  readonly digest: string;
  /** Resolves once a crash can't take its files any more. */
  readonly durable: Promise<void>;
  /** Its files, when it has no folder yet: they are recorded with what speaks of it. */
  readonly held: FileTexts | null;
}

/** Payload folders on disk, as far as the engine needs them (src/artifacts/payloads.ts). */
export interface PayloadFolders {
  /** The folder that all of them are in. */
  readonly root: string;
  /** A fresh folder under `tmp`. */
  prepare(): string | Promise<string>;
  /**
   * Makes a prepared folder, or the content in its stead, the payload of its digest; equal content is kept once. Refuses folders
   * that are not under `tmp`.
   */
  place(folder: string, digest: string, content?: FileTexts): Promise<Placed>;
  /** The files of the payload whose folder this will be, while it has none. */
  textsOf(folder: string): FileTexts | null;
  /** Makes the folder of a payload that has none, for whoever reads files. */
  appear(folder: string): void;
  /** Where a payload is or would be. */
  folderOf(digest: string): string;
}

/** A step while it is executed: what requests made inside it refer to by `scope.stepRunId`. */
export interface RunningStep {
  readonly stepRunId: string;
  readonly runId: string;
  readonly invocation: string;
  readonly language: Language;
  /** The step's own model version, else the run's; outputs and saved artifacts are linked to it. */
  readonly modelVersion: ModelVersion | null;
  /** The run's own, which `Model(...)` lazies without a version mean. */
  readonly runModelVersionId: string | null;
  readonly substitutions: Substitutions;
  /** Tags of the run that its artifact versions get too. */
  readonly cascade: readonly string[];
  /** What `save_artifact` has made so far; recorded with the step's end, even when it fails. */
  readonly saved: StepOutput[];
  /**
   * Resolves when the step's beginning, and what it stands on, is durable and can be read. The step runs already: what it
   * asks or tells waits for this.
   */
  readonly recorded: Promise<unknown>;
}

export interface EngineContext {
  readonly workspace: string;
  readonly store: Store;
  readonly payloads: PayloadFolders;
  /** By step run id: entered before the step executes, removed after its outputs are committed. */
  readonly running: ReadonlyMap<string, RunningStep>;
  /** Decides on the newest state, under the lock, and makes it durable. Refused while the store can only be read. */
  decide<T>(rule: (draft: Draft) => T): Promise<T>;
  emit(event: LiveEvent): void;
  /** Runs a pipeline of a file for a script that asks for it, tells it what goes on, and cancels when it goes away. */
  runFile(request: Pick<RunRequest, "file" | "pipeline" | "parameters">, peer: Peer): Promise<Run>;
  /** Runs what a script traced; the script executes the steps. Resolves when the run has ended, however. */
  runScript(spec: PipelineSpec, peer: Peer, options: { readonly noCache: boolean }): Promise<Run>;
}

/** The one way of changing the store. `onHeld` is called after payloads without a folder were recorded. */
export async function decideIn<T>(store: Store, rule: (draft: Draft) => T, onHeld?: () => void): Promise<T> {
  if (store.readOnly !== null) {
    throw new HeadraceError("read-only", `Nothing can be changed here: ${store.readOnly}`, {
      advice: "Reading still works. The message says what keeps the store from being written.",
    });
  }
  const { result, holds } = await store.transact((reader) => {
    const draft = new Draft(reader, Date.now());
    const decided = rule(draft);
    const { events } = draft;
    return {
      events,
      result: { result: decided, holds: events.some(({ type }) => type === "payload.held") },
      after: draft.durable,
      decided: () => draft.decided(),
    };
  });
  if (holds) onHeld?.();
  return result;
}
