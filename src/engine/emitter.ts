/** Tells listeners; one that fails keeps no other from hearing. */
import type { Listen } from "./api";

export class Emitter<T> {
  readonly #listeners = new Set<(event: T) => void>();

  readonly on: Listen<T> = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  emit(event: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        // Its own fault, reported as such, while the run goes on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
