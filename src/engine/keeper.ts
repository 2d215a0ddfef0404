/**
 * Gives folders to the payloads that only the journal holds: when nothing was recorded for a moment, when they take too much
 * memory, at the end, and after a crash at the next beginning.
 */
import type { HeldPayloads } from "../artifacts/held";
import { messageOf } from "../core/errors";
import type { Store } from "../store/writer";
import { decideIn } from "./context";

/** A run that goes on needs the processor and the disk more. */
const QUIET_MS = 500;
/** Made durable together: each has three or four files and folders open meanwhile. */
const KEPT_AT_ONCE = 32;
/** In characters. What is held is read again when a store is opened, and written then if a crash left it. */
const MOST_HELD = 2 << 20;

export class Keeper {
  readonly #store: Store;
  readonly #held: HeldPayloads;
  readonly #warn: (message: string) => void;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #isQuiet = true;
  #isClosed = false;

  /** `warn` hears why payloads stay in the journal; nothing is lost by that. */
  constructor(store: Store, held: HeldPayloads, warn: (message: string) => void) {
    this.#store = store;
    this.#held = held;
    this.#warn = warn;
  }

  /** What a crash left has folders again, as far as they can be written; they become durable when there is time. */
  async recover(): Promise<void> {
    const digests = this.#store.reader.heldPayloads();
    if (digests.length === 0) return;
    const problem = await this.#held.rewrite(digests);
    if (problem !== null) this.#warn(problem.message);
    this.later();
  }

  /** Something was recorded. */
  later(): void {
    this.#isQuiet = false;
    if (this.#isClosed) return;
    if (this.#held.size > MOST_HELD) this.#begin();
    this.#timer ??= setTimeout(() => this.#begin(), QUIET_MS);
    this.#timer.refresh();
  }

  /** Resolves when all that was recorded has its folder, or can't have it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#round;
    this.#begin();
    await this.#round;
  }

  #begin(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isQuiet = true;
    this.#round ??= this.#keepAll()
      .catch((error: unknown) => this.#warn(messageOf(error)))
      .finally(() => (this.#round = null));
  }

  /** Some after the other, until something else goes on. */
  async #keepAll(): Promise<void> {
    const digests = this.#store.reader.heldPayloads();
    for (let at = 0; at < digests.length && this.#mayGoOn(); at += KEPT_AT_ONCE) {
      await this.#keep(digests.slice(at, at + KEPT_AT_ONCE));
    }
  }

  #mayGoOn(): boolean {
    return this.#isQuiet || this.#isClosed || this.#held.size > MOST_HELD / 2;
  }

  async #keep(digests: readonly string[]): Promise<void> {
    if (this.#store.readOnly !== null) return;
    const { kept, problem } = await this.#held.keep(digests);
    if (problem !== null) this.#warn(problem.message);
    if (kept.length === 0) return;
    await decideIn(this.#store, (draft) => draft.add({ type: "payload.kept", digests: kept }));
    this.#held.forget(kept);
  }
}
