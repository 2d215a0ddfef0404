/** Gathers what changes in quick succession into one notice: a run of many steps must not make every view read as often. */
import type { Change } from "../core/events";
import type { Store } from "../store/writer";
import { Emitter } from "./emitter";

const INTERVAL_MS = 30;

export class Changes {
  readonly #emitter = new Emitter<Change>();
  readonly on = this.#emitter.on;
  readonly #subscription: { dispose(): void };
  readonly #gathered = new Map<string, Change["entities"][number]>();
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#subscription = store.onChange((change) => this.#gather(change));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#emitter.clear();
  }

  #gather(change: Change): void {
    this.#seq = change.seq;
    // Of payloads that got folders nobody shows anything.
    if (change.entities.length === 0) return;
    for (const entity of change.entities) {
      this.#gathered.set(`${entity.kind} ${entity.id} ${entity.parent ?? ""}`, entity);
    }
    this.#timer ??= setTimeout(() => this.#tell(), INTERVAL_MS);
  }

  #tell(): void {
    this.#timer = undefined;
    const entities = [...this.#gathered.values()];
    this.#gathered.clear();
    this.#emitter.emit({ seq: this.#seq, entities });
  }
}
