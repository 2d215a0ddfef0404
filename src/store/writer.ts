/** How the store is changed: by facts, decided under the lock, remembered before anyone is told. */
import type { Change, StoreEvent } from "../core/events";
import type { StoreReader } from "./reader";

export interface Decision<T> {
  readonly events: readonly StoreEvent[];
  readonly result: T;
  /** What must be durable before the events may be: they speak of it. When it fails, nothing of the decision is kept. */
  readonly after?: Promise<unknown>;
  /**
   * Called as soon as the decision stands, while it is being made durable. What begins here goes on beside the wait for the
   * disk; it tells nobody anything before the promise of {@link Store.transact} resolves, and ends when that rejects.
   */
  readonly decided?: () => void;
}

export interface Store {
  readonly reader: StoreReader;
  /** Null while writing is possible; else the reason in words. */
  readonly readOnly: string | null;
  /**
   * Runs `decide` on the newest state (every process's writes included) and appends its events durably as one
   * transaction: whole or not at all. When the promise resolves, the events survive a crash of the process and of the
   * machine. `decide` is synchronous, sees the decisions queued before it, and may throw to change nothing. Concurrent
   * calls share one write and one sync.
   */
  transact<T>(decide: (reader: StoreReader) => Decision<T>): Promise<T>;
  /** After every transaction that was applied, this process's or another's. */
  onChange(listener: (change: Change) => void): { dispose(): void };
  close(): Promise<void>;
}
