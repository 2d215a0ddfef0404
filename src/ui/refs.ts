/**
 * How commands name what they act on: plain JSON, so that a lens, a tree row, a context menu of a webview and a
 * keybinding can all say it, and it is looked up again at the moment of the click.
 */

/** Absolute path of the workspace folder whose engine knows the thing. */
interface InWorkspace {
  readonly workspace: string;
}

export interface PipelineRef extends InWorkspace {
  readonly kind: "pipeline";
  /** Name that the pipeline is recorded under. */
  readonly name: string;
  /** Where it is defined; null when only past runs are known. */
  readonly file: string | null;
  readonly functionName: string | null;
}

export interface RunRef extends InWorkspace {
  readonly kind: "run";
  readonly id: string;
}

export interface StepRef extends InWorkspace {
  readonly kind: "step";
  readonly runId: string;
  readonly invocation: string;
}

/** A step function in source, whether it ever ran or not. */
export interface StepSourceRef extends InWorkspace {
  readonly kind: "stepSource";
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly name: string;
}

export interface ArtifactRef extends InWorkspace {
  readonly kind: "artifact";
  readonly id: string;
}

export interface ArtifactVersionRef extends InWorkspace {
  readonly kind: "artifactVersion";
  readonly id: string;
  /** Set when the row stands under a model version: what unlinking is about. */
  readonly modelVersionId?: string;
}

export interface ModelRef extends InWorkspace {
  readonly kind: "model";
  readonly id: string;
}

export interface ModelVersionRef extends InWorkspace {
  readonly kind: "modelVersion";
  readonly id: string;
}

export type EntityRef =
  | PipelineRef
  | RunRef
  | StepRef
  | StepSourceRef
  | ArtifactRef
  | ArtifactVersionRef
  | ModelRef
  | ModelVersionRef;

export type RefOf<K extends EntityRef["kind"]> = Extract<EntityRef, { readonly kind: K }>;

/** Whether what a menu handed over is a reference of one of these kinds. */
export function isRef<K extends EntityRef["kind"]>(
  value: unknown,
  ...kinds: readonly K[]
): value is RefOf<K> {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("workspace" in value))
    return false;
  return kinds.some((kind) => kind === value.kind);
}
