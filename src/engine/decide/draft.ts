/**
 * The facts of one transaction while it is being decided: what the store holds, and what this transaction already added,
 * so that a rule which looks something up sees both.
 */
import { randomUUID } from "node:crypto";
import type { ModelVersion } from "../../core/entities";
import type { StoreEvent } from "../../core/events";
import type { StoreReader } from "../../store/reader";
import type { Placed } from "../context";

/** An artifact's name and the versions that are taken, those of this draft included. */
export interface DraftArtifact {
  readonly id: string;
  readonly name: string;
  readonly customName: boolean;
  readonly highestNumber: number;
  readonly added: ReadonlySet<string>;
  /** The store has it, so that it may have versions there. */
  readonly stored: boolean;
}

export class Draft {
  readonly events: StoreEvent[] = [];
  readonly artifacts = new Overlay<DraftArtifact>();
  /** Models that this draft creates: name → id. */
  readonly newModels = new Overlay<string>();
  readonly newModelVersions = new Overlay<ModelVersion>();
  readonly newTags = new Overlay<true>();
  readonly newLinks = new Overlay<true>();
  readonly #needed: Promise<unknown>[] = [];
  readonly #beginnings: (() => void)[] = [];

  constructor(
    readonly reader: StoreReader,
    readonly time: number,
  ) {}

  add(...events: readonly StoreEvent[]): void {
    this.events.push(...events);
  }

  /** The events speak of a payload, which must survive whatever they survive. */
  keeps({ digest, durable, held }: Placed): void {
    this.#needed.push(durable);
    if (held !== null) this.add({ type: "payload.held", digest, texts: held });
  }

  get durable(): Promise<unknown> {
    return Promise.all(this.#needed);
  }

  /** What the decision starts, while it is being made durable. */
  whenDecided(start: () => void): void {
    this.#beginnings.push(start);
  }

  /** The decision stands. */
  decided(): void {
    for (const start of this.#beginnings) start();
  }

  newId(): string {
    return randomUUID();
  }

  /** Runs a rule of which, when it throws, nothing stays in the draft. */
  attempt<T>(rule: () => T): T {
    const length = this.events.length;
    const overlays = [this.artifacts, this.newModels, this.newModelVersions, this.newTags, this.newLinks];
    const marks = overlays.map((overlay) => overlay.mark());
    try {
      return rule();
    } catch (error) {
      this.events.length = length;
      overlays.forEach((overlay, index) => overlay.rewind(marks[index] ?? 0));
      throw error;
    }
  }
}

/** A map that can take back what was set since a mark. */
class Overlay<V> {
  readonly #map = new Map<string, V>();
  readonly #history: { readonly key: string; readonly before: V | undefined }[] = [];

  get(key: string): V | undefined {
    return this.#map.get(key);
  }

  has(key: string): boolean {
    return this.#map.has(key);
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  set(key: string, value: V): void {
    this.#history.push({ key, before: this.#map.get(key) });
    this.#map.set(key, value);
  }

  mark(): number {
    return this.#history.length;
  }

  rewind(mark: number): void {
    while (this.#history.length > mark) {
      const change = this.#history.pop();
      if (change === undefined) return;
      if (change.before === undefined) this.#map.delete(change.key);
      else this.#map.set(change.key, change.before);
    }
  }
}
