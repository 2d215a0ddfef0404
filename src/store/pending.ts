/**
 * Decisions that stand and are not durable yet, and the state that they make: a state ahead of the one that everybody reads, in which
 * the next decisions are made. Whoever reads meanwhile finds it gone; it is made again for the next decision.
 */
import type { Transaction } from "../core/events";
import { applyTransaction } from "./apply";
import type { Sql } from "./database";
import type { StoreReader } from "./reader";
import type { Decision } from "./writer";

export interface Asked {
  readonly decide: (reader: StoreReader) => Decision<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface Decided {
  readonly asked: Asked;
  readonly decision: Decision<unknown>;
  /** Null for a decision that changes nothing. */
  readonly transaction: Transaction | null;
}

export class Pending {
  private readonly decided: Decided[] = [];
  /** So many of them the state ahead holds. Not the last one at first: what it begins need not wait for that. */
  private held = 0;

  constructor(
    private readonly sql: Sql,
    private readonly reader: StoreReader,
  ) {}

  get size(): number {
    return this.decided.length;
  }

  /** Lets each decision be made on those before it, and begin what it begins; `seq` is the last transaction that is durable. */
  decide(asked: readonly Asked[], seq: number): void {
    for (const one of asked) this.ahead(() => this.decideOne(one, seq))?.decision.decided?.();
  }

  /** All of them, in order, as they stand: what is to be written next. */
  stand(): readonly Decided[] {
    if (this.held < this.decided.length) this.ahead(() => undefined);
    return [...this.decided];
  }

  /** Runs `work` in the state that all of them make. */
  private ahead<T>(work: () => T): T {
    return this.sql.ahead((resumed) => {
      if (!resumed) this.held = 0;
      while (this.held < this.decided.length) this.hold(this.held);
      return work();
    });
  }

  /** One that can't be applied could not be read again either: it must not be written. */
  private hold(index: number): void {
    const decided = this.decided[index];
    try {
      this.sql.atomically(() => this.apply(decided?.transaction ?? null));
      this.held += 1;
    } catch (error) {
      this.decided.splice(index, 1);
      decided?.asked.reject(error);
    }
  }

  private decideOne(asked: Asked, seq: number): Decided | null {
    try {
      const decision = asked.decide(this.reader);
      const { events } = decision;
      const transaction =
        events.length === 0 ? null : { seq: this.lastSeq(seq) + 1, time: Date.now(), events };
      // That it fails is told to whoever asked, once it is this decision's turn to be written.
      decision.after?.catch(() => undefined);
      const decided = { asked, decision, transaction };
      this.decided.push(decided);
      return decided;
    } catch (error) {
      asked.reject(error);
      return null;
    }
  }

  private lastSeq(durable: number): number {
    return this.decided.findLast(({ transaction }) => transaction !== null)?.transaction?.seq ?? durable;
  }

  /** The first `count`, which {@link stand}, are durable: their state is everybody's now. */
  settle(count: number): void {
    const durable = this.decided.splice(0, count);
    const again = (): void => {
      for (const { transaction } of durable) this.apply(transaction);
    };
    if (!this.sql.isAhead) this.sql.atomically(again);
    else if (this.decided.length > 0) this.sql.keepPart(again);
    else this.sql.keep();
    this.held = Math.max(0, this.held - count);
  }

  /** None of them will ever be durable. */
  forget(): readonly Decided[] {
    this.sql.fallBack();
    this.held = 0;
    return this.decided.splice(0);
  }

  private apply(transaction: Transaction | null): void {
    if (transaction !== null) applyTransaction(this.sql, transaction);
  }
}
