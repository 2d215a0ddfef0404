/**
 * The store of one process: the journal on disk is the truth, sql.js holds the state that it makes.
 *
 * A commit takes the lock, applies what others wrote, lets every queued decision be made (each seeing those before it), undoes them,
 * writes their events in one append and one sync, and only then applies them: no reader ever sees what is not durable.
 */
import fs from "node:fs";
import type { Change, Transaction } from "../core/events";
import { HeadraceError, messageOf } from "../core/errors";
import { fileError } from "../core/fileErrors";
import { applyTransaction } from "./apply";
import { changeOf, changeOfAll } from "./changes";
import type { Sql } from "./database";
import type { FileLayer } from "./files";
import { describeDamage, HistoryChanged, Journal, startOf, type Place, type Reading } from "./journal";
import { StoreLock } from "./lock";
import { Pending, type Asked, type Decided } from "./pending";
import type { StoreReader } from "./reader";
import { Snapshots } from "./snapshots";
import { createReader } from "./sqlReader";
import type { Decision, Store } from "./writer";

/** A snapshot is due when opening would have to replay this many transactions. */
const LONG_TAIL = 1000;
/** At close a snapshot is worth its cost sooner: the next opening is likely near. */
const CLOSING_TAIL = 50;
const OPENING_ATTEMPTS = 3;
/** Own writes wake the watcher, too: in quick succession, they need one look together. */
const LOOK_AFTER_MS = 10;
/** Decisions that a slow disk may be behind with. */
const MOST_PENDING = 1000;
/** How long the lock is kept for what may be asked next. */
const LINGER_MS = 5;
/** After holding the lock this long, other processes have their turn: they look for it within {@link TURN_MS}. */
const LONGEST_HOLD_MS = 250;
const TURN_MS = 25;

export interface StoreParts {
  readonly folder: string;
  readonly files: FileLayer;
  readonly sql: Sql;
  readonly lockTimeoutMs: number;
  /** Why nothing may be written, from the start; null when it may. */
  readonly readOnly: string | null;
}

export class JournalStore implements Store {
  readonly reader: StoreReader;
  readonly warnings: string[] = [];
  private readonly journal: Journal;
  private readonly snapshots: Snapshots;
  private readonly lock: StoreLock;
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly pending: Pending;
  private queue: Asked[] = [];
  /** Makes queued decisions while others are being written; null while none may be made. */
  private decideNow: (() => void) | null = null;
  /** Ends the wait for more with the lock held; null while there is none. */
  private goOn: (() => void) | null = null;
  private reason: string | null;
  private problem: HeadraceError | null = null;
  private place: Place = startOf(1);
  private seq = 0;
  private snapshotSeq = 0;
  private working: Promise<void> | null = null;
  private checkpoint: Promise<void> = Promise.resolve();
  private watcher: fs.FSWatcher | null = null;
  private isLookDue = false;
  private isLookScheduled = false;
  private isClosed = false;

  private constructor(private readonly parts: StoreParts) {
    this.reader = createReader(parts.sql);
    this.pending = new Pending(parts.sql, this.reader);
    this.journal = new Journal(parts.files, parts.folder);
    this.snapshots = new Snapshots(parts.files, parts.folder);
    this.lock = new StoreLock(parts.files, parts.folder);
    this.reason = parts.readOnly;
  }

  static open(parts: StoreParts): JournalStore {
    const store = new JournalStore(parts);
    try {
      store.load();
    } catch (error) {
      parts.sql.close();
      throw fileError(error, `read the store in ${parts.folder}`);
    }
    store.watch();
    return store;
  }

  get readOnly(): string | null {
    return this.reason;
  }

  transact<T>(decide: (reader: StoreReader) => Decision<T>): Promise<T> {
    if (this.isClosed) return Promise.reject(new HeadraceError("read-only", "The store is closed."));
    if (this.reason !== null) return Promise.reject(this.refusal(this.reason));
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ decide, resolve: (result) => resolve(result as T), reject });
      this.work();
    });
  }

  onChange(listener: (change: Change) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.watcher?.close();
    await this.workDone();
    await this.checkpoint;
    if (this.reason === null && this.seq - this.snapshotSeq >= CLOSING_TAIL) await this.snapshotNow();
    this.leave();
    this.listeners.clear();
    this.parts.sql.close();
  }

  private leave(): void {
    try {
      this.lock.dispose();
    } catch (error) {
      // What stays is removed by the next process that writes.
      this.warnings.push(fileError(error, "give back the store's lock").message);
    }
  }

  /** Applies what other processes wrote by now, without the lock. For after an event of the watcher. */
  private look(): void {
    if (this.working !== null || this.isClosed) return;
    try {
      this.take((apply) => this.journal.follow(this.place, this.seq, apply));
    } catch (error) {
      if (error instanceof HistoryChanged) this.reload();
      else this.becomeReadOnly(fileError(error, "read the journal"));
    }
  }

  /**
   * Runs `work` alone among all processes, on the newest state. Nothing can be committed meanwhile; the state is read anew after it.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.workDone();
    let finish = (): void => undefined;
    this.working = new Promise<void>((resolve) => (finish = resolve));
    try {
      const release = await this.lock.acquire(this.parts.lockTimeoutMs);
      try {
        if (this.reason === null) await this.catchUp();
        return await work();
      } finally {
        release();
        this.reload();
      }
    } finally {
      this.working = null;
      finish();
      this.work();
    }
  }

  private work(): void {
    if (this.queue.length === 0) return;
    if (this.working !== null) {
      this.decideNow?.();
      this.goOn?.();
      return;
    }
    this.working = this.commitAll().finally(() => {
      this.working = null;
      if (this.isLookDue) this.scheduleLook();
      this.work();
    });
  }

  private async workDone(): Promise<void> {
    while (this.working !== null) {
      this.goOn?.();
      await this.working;
    }
  }

  private async commitAll(): Promise<void> {
    // Whoever asks in the same turn shares the commit.
    await Promise.resolve();
    while (this.queue.length > 0) {
      let release: () => void;
      try {
        release = await this.lock.acquire(this.parts.lockTimeoutMs);
      } catch (error) {
        reject(this.queue.splice(0), error);
        continue;
      }
      const until = performance.now() + LONGEST_HOLD_MS;
      await this.commit(until);
      try {
        release();
      } catch (error) {
        this.becomeReadOnly(fileError(error, "give back the store's lock"));
      }
      if (performance.now() >= until) await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
  }

  /** Under the lock: decides and writes side by side until nothing is left, or others must have their turn. */
  private async commit(until: number): Promise<void> {
    try {
      await this.catchUp();
      this.decideQueued();
      while (this.pending.size > 0) {
        await this.writePending(until);
        if (performance.now() >= until) continue;
        if (this.pending.size === 0) {
          if (this.queue.length === 0) await this.waitForMore(until);
          await this.catchUp();
        }
        this.decideQueued();
      }
    } catch (error) {
      const lost = this.pending.forget().map(({ asked }) => asked);
      reject([...lost, ...this.queue.splice(0)], fileError(error, "write to the store"));
      return;
    }
    if (this.seq - this.snapshotSeq >= LONG_TAIL) this.startCheckpoint();
  }

  private decideQueued(): void {
    const room = this.pending.size === 0 ? Infinity : Math.max(0, MOST_PENDING - this.pending.size);
    this.pending.decide(this.queue.splice(0, room), this.seq);
  }

  /** One decision often follows another: having the lock still costs less than having it again. */
  private async waitForMore(until: number): Promise<void> {
    if (this.isClosed) return;
    const enough = Math.min(LINGER_MS, until - performance.now());
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, enough);
      this.goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.goOn = null;
  }

  private async writePending(until: number): Promise<void> {
    let isAsked = false;
    this.decideNow = () => {
      if (isAsked) return;
      isAsked = true;
      // Whoever asks in the same turn is decided together.
      queueMicrotask(() => {
        isAsked = false;
        if (this.decideNow === null || performance.now() >= until) return;
        this.decideQueued();
        // What the decisions begin goes first; the next ones shall find the state made.
        setImmediate(() => this.pending.stand());
      });
    };
    try {
      // As above, for those that were decided while nothing was being written.
      await new Promise((resolve) => setImmediate(resolve));
      await this.write(this.pending.stand());
    } finally {
      this.decideNow = null;
    }
  }

  private async write(decided: readonly Decided[]): Promise<void> {
    await Promise.all(decided.flatMap(({ decision }) => decision.after ?? []));
    const transactions = decided.flatMap(({ transaction }) => transaction ?? []);
    if (transactions.length > 0) {
      this.place = await this.journal.append(this.place, transactions, (error) => this.becomeUnsure(error));
    }
    this.pending.settle(decided.length);
    this.seq = transactions.at(-1)?.seq ?? this.seq;
    for (const transaction of transactions) this.tell(changeOf(transaction));
    for (const { asked, decision } of decided) asked.resolve(decision.result);
  }

  private becomeUnsure(error: unknown): void {
    const failure = fileError(error, "make the journal durable");
    this.becomeReadOnly(
      new HeadraceError("read-only", `${failure.message} What the disk holds now is unsure.`, {
        advice: "Check the disk, then open the store again (reload the window).",
        cause: error,
      }),
    );
  }

  /** Under the lock: every transaction that was reported done is applied, and the journal ends with a whole record. */
  private async catchUp(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      let reading: Reading;
      try {
        reading = this.take((apply) => this.journal.follow(this.place, this.seq, apply));
      } catch (error) {
        if (!(error instanceof HistoryChanged) || attempt === OPENING_ATTEMPTS) throw error;
        this.reload();
        if (this.reason !== null) throw this.refusal(this.reason);
        continue;
      }
      if (reading.damage !== null) throw this.becomeDamaged(reading);
      if (reading.torn === null) return;
      await this.journal.cut(reading.torn);
      this.warnings.push(`A last record that was not whole was removed (${describeDamage(reading.torn)}).`);
    }
  }

  /** Applies what `read` finds, remembers up to where, and tells of it. */
  private take(read: (apply: (transaction: Transaction) => void) => Reading): Reading {
    const changes: Change[] = [];
    const reading = read((transaction) => {
      this.apply(transaction);
      changes.push(changeOf(transaction));
    });
    this.place = reading.place;
    for (const change of changes) this.tell(change);
    return reading;
  }

  private apply(transaction: Transaction): void {
    this.parts.sql.atomically(() => applyTransaction(this.parts.sql, transaction));
    this.seq = transaction.seq;
  }

  private load(): void {
    for (let attempt = 1; ; attempt += 1) {
      this.snapshotSeq = this.snapshots.load(this.parts.sql, (snapshot, problem) => {
        this.warnings.push(`A snapshot was not used (${snapshot.file}: ${problem}).`);
        if (this.parts.readOnly === null) this.snapshots.setAside(snapshot);
      });
      this.seq = this.snapshotSeq;
      try {
        const reading = this.replay();
        if (reading.damage !== null && attempt < OPENING_ATTEMPTS) continue;
        if (reading.damage !== null) this.becomeDamaged(reading);
        return;
      } catch (error) {
        if (!(error instanceof HistoryChanged) || attempt === OPENING_ATTEMPTS) throw error;
      }
    }
  }

  private replay(): Reading {
    const { sql } = this.parts;
    const reading = sql.atomically(() =>
      this.journal.replay(this.seq, (transaction) => {
        this.apply(transaction);
      }),
    );
    this.place = reading.place;
    return reading;
  }

  /** Someone restored, rebuilt or deleted the store below us: what is there now counts. */
  private reload(): void {
    if (HeadraceError.is(this.problem, "store-damaged")) {
      this.problem = null;
      this.reason = this.parts.readOnly;
    }
    try {
      this.load();
      this.tell(changeOfAll(this.seq));
    } catch (error) {
      this.becomeReadOnly(fileError(error, "read the store again"));
    }
  }

  private startCheckpoint(): void {
    const { seq } = this;
    const bytes = this.parts.sql.export();
    this.snapshotSeq = seq;
    this.checkpoint = this.checkpoint
      .then(() => this.snapshots.write(bytes, seq))
      .catch((error: unknown) => {
        this.warnings.push(fileError(error, "write a snapshot").message);
      });
  }

  /** Only what is durable may be in a snapshot: hence the lock, and the sync for a writer that died before its own. */
  private async snapshotNow(): Promise<void> {
    try {
      const release = await this.lock.acquire(0);
      try {
        await this.catchUp();
        await this.journal.sync(this.place);
        this.startCheckpoint();
      } finally {
        release();
      }
    } catch (error) {
      // A snapshot saves time at the next opening and nothing else.
      this.warnings.push(fileError(error, "write a snapshot").message);
    }
    await this.checkpoint;
  }

  private watch(): void {
    // A store that may only be read need not exist.
    if (!fs.existsSync(this.parts.folder)) return;
    try {
      this.watcher = fs.watch(this.parts.folder, { persistent: false }, (_event, name) => {
        if (name === null || name.startsWith("journal-")) this.scheduleLook();
      });
      this.watcher.on("error", (error) => this.warnAboutWatching(error));
    } catch (error) {
      this.warnAboutWatching(error);
    }
  }

  private warnAboutWatching(error: unknown): void {
    this.warnings.push(
      `What other processes write is noticed only at the next own change: ${fileError(error, "watch the store").message}`,
    );
  }

  /** Coalesced: many events of the watcher, one look. */
  private scheduleLook(): void {
    if (this.working !== null) {
      this.isLookDue = true;
      return;
    }
    if (this.isLookScheduled) return;
    this.isLookScheduled = true;
    setTimeout(() => {
      this.isLookScheduled = false;
      this.isLookDue = false;
      this.look();
    }, LOOK_AFTER_MS);
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        // What was committed stays so, whatever a listener makes of it.
        this.warnings.push(`A listener of the store failed: ${messageOf(error)}`);
      }
    }
  }

  private becomeDamaged(reading: Reading): HeadraceError {
    const where = reading.damage === null ? "" : describeDamage(reading.damage);
    return this.becomeReadOnly(
      new HeadraceError(
        "store-damaged",
        `The journal is damaged (${where}). Shown is the state before it; nothing can be written.`,
        { advice: "Run `headrace store check` for a report and `headrace store rebuild` to repair it." },
      ),
    );
  }

  private becomeReadOnly(error: HeadraceError): HeadraceError {
    this.problem = error;
    this.reason = error.advice === undefined ? error.message : `${error.message} ${error.advice}`;
    return error;
  }

  private refusal(reason: string): HeadraceError {
    return this.problem ?? new HeadraceError("read-only", reason);
  }
}

function reject(asked: readonly Asked[], error: unknown): void {
  for (const one of asked) one.reject(error);
}
