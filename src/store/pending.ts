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
  /** While there is a state ahead, it holds all of them. */
  private readonly decided: Decided[] = [];

  constructor(
    private readonly sql: Sql,
    private readonly reader: StoreReader,
  ) {}

  get size(): number {
    return this.decided.length;
  }

  /** All of them, in order: what is to be written next. */
  get all(): readonly Decided[] {
    return [...this.decided];
  }

  /** Lets each decision be made on those before it; `seq` is the last transaction that is durable. What they begin begins now. */
  decide(asked: readonly Asked[], seq: number): void {
    const standing = this.sql.ahead((resumed) => {
      if (!resumed) for (const { transaction } of this.decided) this.apply(transaction);
      return asked.flatMap((one) => this.decideOne(one, seq));
    });
    for (const { decision } of standing) decision.decided?.();
  }

  private decideOne(asked: Asked, seq: number): readonly Decided[] {
    try {
      const decided = this.sql.atomically((): Decided => {
        const decision = asked.decide(this.reader);
        const { events } = decision;
        if (events.length === 0) return { asked, decision, transaction: null };
        const transaction = { seq: this.lastSeq(seq) + 1, time: Date.now(), events };
        applyTransaction(this.sql, transaction);
        return { asked, decision, transaction };
      });
      // That it fails is told to whoever asked, once it is this decision's turn to be written.
      decided.decision.after?.catch(() => undefined);
      this.decided.push(decided);
      return [decided];
    } catch (error) {
      asked.reject(error);
      return [];
    }
  }

  private lastSeq(durable: number): number {
    return this.decided.findLast(({ transaction }) => transaction !== null)?.transaction?.seq ?? durable;
  }

  /** The first `count` are durable: their state is everybody's now. */
  settle(count: number): void {
    const durable = this.decided.splice(0, count);
    const again = (): void => {
      for (const { transaction } of durable) this.apply(transaction);
    };
    if (!this.sql.isAhead) this.sql.atomically(again);
    else if (this.decided.length > 0) this.sql.keepPart(again);
    else this.sql.keep();
  }

  /** None of them will ever be durable. */
  forget(): readonly Decided[] {
    this.sql.fallBack();
    return this.decided.splice(0);
  }

  private apply(transaction: Transaction | null): void {
    if (transaction !== null) applyTransaction(this.sql, transaction);
  }
}
