/**
 * The facts of one transaction while it is being decided: what the store holds, and what this transaction already added,
 * so that a rule which looks something up sees both.
 */
import { randomUUID } from "node:crypto";
import type { ModelVersion } from "../../core/entities";
import type { StoreEvent } from "../../core/events";
import type { StoreReader } from "../../store/reader";

/** An artifact's name and the versions that are taken, those of this draft included. */
export interface DraftArtifact {
  readonly id: string;
  readonly name: string;
  customName: boolean;
  highestNumber: number;
  readonly added: Set<string>;
  readonly known: boolean;
}

export class Draft {
  readonly events: StoreEvent[] = [];
  readonly artifacts = new Map<string, DraftArtifact>();
  /** Models and pipelines that this draft creates: name → id. */
  readonly newModels = new Map<string, string>();
  readonly newPipelines = new Map<string, string>();
  readonly newTags = new Set<string>();
  readonly newModelVersions = new Map<string, ModelVersion>();
  readonly newLinks = new Set<string>();

  constructor(
    readonly reader: StoreReader,
    readonly time: number,
  ) {}

  add(...events: readonly StoreEvent[]): void {
    this.events.push(...events);
  }

  newId(): string {
    return randomUUID();
  }
}
