/** What commands and views may ask of the panels. Opening what is open already reveals it. */
import type { Engine } from "../engine/api";

export type DagTarget =
  /** The record of a run; live while it goes on. */
  | { readonly kind: "run"; readonly runId: string }
  /** A pipeline in source: its static graph until it runs, then its newest run. */
  | {
      readonly kind: "pipeline";
      readonly file: string;
      readonly functionName: string;
      readonly name: string;
    };

export interface OpenOptions {
  /** Leaves the keyboard where it is: for panels that open by themselves, as the DAG does when a run starts. */
  readonly preserveFocus?: boolean;
}

export interface Panels {
  openDag(engine: Engine, target: DagTarget, options?: OpenOptions): Promise<void>;
  openRun(engine: Engine, runId: string, options?: OpenOptions): Promise<void>;
  /** Two or more runs side by side. */
  compareRuns(engine: Engine, runIds: readonly string[], options?: OpenOptions): Promise<void>;
  openArtifact(engine: Engine, artifactVersionId: string, options?: OpenOptions): Promise<void>;
  openModelVersion(engine: Engine, modelVersionId: string, options?: OpenOptions): Promise<void>;
}
