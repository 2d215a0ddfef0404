/** `headrace store check | compact | rebuild | clean`. Each answers with what it found and did; the command line only prints. */
import path from "node:path";
import { gzipSync } from "node:zlib";
import { HeadraceError } from "../core/errors";
import type { Transaction } from "../core/events";
import { applyTransaction } from "./apply";
import { Sql } from "./database";
import { removeIfThere, writeWhole } from "./files";
import { describeDamage, encodeLine, headerOf, Journal, salvage, withEvents, type Reading } from "./journal";
import type { OpenedStore } from "./open";
import { createSchema } from "./schema";
import { Snapshots } from "./snapshots";

/** What maintenance asks of payloads (`Payloads` of src/artifacts/payloads.ts). */
export interface PayloadShelf {
  verify(digest: string): Promise<readonly string[]>;
  unreferenced(
    isReferenced: (digest: string) => boolean,
  ): Promise<readonly { readonly digest: string; readonly folder: string; readonly bytes: number }[]>;
  remove(digest: string): Promise<void>;
}

export interface CheckReport {
  /** Empty when the store is sound. Each is a sentence. */
  readonly problems: readonly string[];
  /** What is unusual and harmless. */
  readonly notes: readonly string[];
  readonly transactions: number;
  readonly segments: number;
  readonly snapshots: number;
  readonly payloads: number;
}

/** Reads everything: journal, snapshots, state against journal, and every payload's content. Changes nothing. */
export async function checkStore(store: OpenedStore, payloads: PayloadShelf): Promise<CheckReport> {
  const journal = new Journal(store.files, store.folders.store);
  const snapshots = new Snapshots(store.files, store.folders.store);
  const problems: string[] = [];
  const notes = [...store.warnings];
  const fromJournal = await Sql.create();
  const scratch = await Sql.create();
  try {
    const { reading, lost } = replayAll(journal, fromJournal);
    if (reading.damage !== null) problems.push(`The journal is damaged: ${describeDamage(reading.damage)}.`);
    if (reading.torn !== null) {
      notes.push(
        `The last record is not whole; the next writer removes it (${describeDamage(reading.torn)}).`,
      );
    }
    if (lost > 0) notes.push(`${lost} transaction(s) were lost before an earlier rebuild.`);
    for (const snapshot of snapshots.list()) {
      const problem = snapshots.tryLoad(scratch, snapshot);
      if (problem === "old") notes.push(`${snapshot.file} was written by an older version and is not used.`);
      else if (problem !== null) problems.push(`${snapshot.file}: ${problem}.`);
      else if (lost === 0 && reading.damage === null) {
        problems.push(...differences(scratch, stateAt(journal, fromJournal, snapshot.seq), snapshot.file));
      }
    }
    const digests = storedDigests(store);
    for (const digest of digests) {
      for (const problem of await payloads.verify(digest)) problems.push(`Payload ${digest}: ${problem}.`);
    }
    return {
      problems,
      notes: [...notes, ...leftovers(store)],
      transactions: reading.seq,
      segments: journal.segments().length,
      snapshots: snapshots.list().length,
      payloads: digests.length,
    };
  } finally {
    fromJournal.close();
    scratch.close();
  }
}

function replayAll(
  journal: Journal,
  sql: Sql,
  until = Infinity,
): { readonly reading: Reading; readonly lost: number } {
  sql.replace(null);
  createSchema(sql);
  let lost = 0;
  const reading = journal.replay(0, (transaction) => {
    if ("lost" in transaction) lost += 1;
    if (transaction.seq <= until) sql.atomically(() => applyTransaction(sql, transaction));
  });
  return { reading, lost };
}

function stateAt(journal: Journal, sql: Sql, seq: number): Sql {
  replayAll(journal, sql, seq);
  return sql;
}

function differences(found: Sql, expected: Sql, file: string): readonly string[] {
  // What was held then, a journal need not tell after `compact`.
  const tables = expected.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'held_payload' ORDER BY name",
  );
  return tables.flatMap(({ name }) => {
    const rows = (sql: Sql): string => JSON.stringify(sql.all(`SELECT * FROM "${String(name)}"`));
    return rows(found) === rows(expected)
      ? []
      : [`${file}: table ${String(name)} is not what the journal says.`];
  });
}

function storedDigests(store: OpenedStore): readonly string[] {
  const rows = store.reader.query(
    "SELECT DISTINCT digest FROM artifact_version WHERE uri IS NULL ORDER BY digest",
  );
  return rows.map((row) => String(row["digest"]));
}

function leftovers(store: OpenedStore): readonly string[] {
  return store.files
    .list(store.folders.store)
    .filter((name) => /\.(?:bad|damaged)$|\.cut-\d+$/.test(name))
    .map((name) => `${name} was set aside; it may be deleted.`);
}

export interface CompactReport {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Closes and compresses the journal's files, writes a snapshot and removes what is no longer used. Nothing is forgotten. */
export async function compactStore(store: OpenedStore): Promise<CompactReport> {
  refuseReadOnly(store, "compact");
  const { files, folders } = store;
  const journal = new Journal(files, folders.store);
  const bytesBefore = sizeOfStore(store);
  await store.exclusively(async () => {
    const held = new Set(store.reader.heldPayloads());
    const seq = await writeSnapshot(store, journal);
    if (seq > 0) await closeSegment(store, journal, seq);
    for (const segment of journal.segments().slice(0, -1)) {
      if (segment.compressed) continue;
      await writeWhole(files, `${segment.file}.gz`, gzipSync(lean(journal.content(segment), held)));
      await files.syncFolder(folders.store);
      files.remove(segment.file);
    }
    for (const name of files.list(folders.store)) {
      if (/\.bad$|\.tmp$|^lock\.claim-/.test(name)) removeIfThere(files, path.join(folders.store, name));
    }
  });
  return { bytesBefore, bytesAfter: sizeOfStore(store) };
}

/** Texts of payloads that have folders are in those: the journal need not hold them, too. */
function lean(journal: Buffer, held: ReadonlySet<string>): Buffer {
  return withEvents(journal, (events) =>
    events.filter((event) => event.type !== "payload.held" || held.has(event.digest)),
  );
}

async function writeSnapshot(store: OpenedStore, journal: Journal): Promise<number> {
  const snapshots = new Snapshots(store.files, store.folders.store);
  const sql = await Sql.create();
  try {
    const from = snapshots.load(sql, () => undefined);
    const reading = journal.replay(from, (transaction) =>
      sql.atomically(() => applyTransaction(sql, transaction)),
    );
    if (reading.seq > 0) await snapshots.write(sql.export(), reading.seq);
    return reading.seq;
  } finally {
    sql.close();
  }
}

/** An empty file for what comes next: the one before it is closed by that. */
async function closeSegment(store: OpenedStore, journal: Journal, seq: number): Promise<void> {
  const last = journal.segments().at(-1);
  if (last === undefined || last.first === seq + 1) return;
  await writeWhole(store.files, journal.fileOf(seq + 1), headerOf(seq + 1));
  await store.files.syncFolder(store.folders.store);
}

export interface RebuildReport {
  readonly transactions: number;
  /** Sequence numbers that nothing could be recovered of. */
  readonly lost: readonly number[];
  /** The snapshot that damaged records were recovered through; null when the journal was enough. */
  readonly base: number | null;
}

/**
 * Makes state and journal anew from what is whole: from the journal alone when it is, else from the newest good snapshot and what the
 * journal holds after it. Damaged files are kept beside, renamed to `.damaged`.
 */
export async function rebuildStore(store: OpenedStore): Promise<RebuildReport> {
  return store.exclusively(async () => {
    const sql = await Sql.create();
    try {
      return await rebuild(store, sql);
    } finally {
      sql.close();
    }
  });
}

async function rebuild(store: OpenedStore, sql: Sql): Promise<RebuildReport> {
  const { files, folders } = store;
  const journal = new Journal(files, folders.store);
  const snapshots = new Snapshots(files, folders.store);
  const snapshotSeq = snapshots.load(sql, (snapshot) => snapshots.setAside(snapshot));
  const { reading, lost: lostBefore } = replayAll(journal, sql);
  if (reading.damage === null && lostBefore === 0 && reading.seq >= snapshotSeq) {
    await replaceSnapshots(store, snapshots, sql, reading.seq);
    return { transactions: reading.seq, lost: [], base: null };
  }
  const records = new Map<number, Transaction>();
  for (const segment of journal.segments()) {
    for (const record of readWhatCan(journal, segment)) {
      if (!records.has(record.seq) && record.lost === undefined) records.set(record.seq, record);
    }
  }
  snapshots.load(sql, () => undefined);
  const last = Math.max(snapshotSeq, ...records.keys());
  const isHistoryWhole = ![...Array(snapshotSeq).keys()].some((index) => !records.has(index + 1));
  if (isHistoryWhole) {
    sql.replace(null);
    createSchema(sql);
  }
  const base = isHistoryWhole ? 0 : snapshotSeq;
  const lost: number[] = [];
  const lines: Buffer[] = [headerOf(1)];
  for (let seq = 1; seq <= last; seq += 1) {
    const record = records.get(seq);
    const isKept = seq <= base ? record !== undefined : record !== undefined && applies(sql, record);
    if (!isKept && seq > base) lost.push(seq);
    lines.push(lineOf(seq, isKept ? record : undefined));
  }
  sql.run("UPDATE meta SET value = ? WHERE name = 'seq'", last);
  await replaceSnapshots(store, snapshots, sql, last);
  await replaceJournal(store, journal, Buffer.concat(lines));
  return { transactions: last, lost, base: base === 0 ? null : base };
}

function readWhatCan(
  journal: Journal,
  segment: Parameters<Journal["content"]>[0],
): ReturnType<typeof salvage>["records"] {
  try {
    return salvage(journal.content(segment)).records;
  } catch {
    return [];
  }
}

function applies(sql: Sql, record: Transaction): boolean {
  try {
    sql.atomically(() => applyTransaction(sql, record));
    return true;
  } catch {
    return false;
  }
}

/** Numbers have no gaps: a placeholder stands where nothing was recovered. */
function lineOf(seq: number, record: Transaction | undefined): Buffer {
  if (record === undefined) return encodeLine({ seq, time: 0, group: seq, events: [], lost: true });
  return encodeLine({ seq, time: record.time, group: seq, events: record.events });
}

async function replaceSnapshots(
  store: OpenedStore,
  snapshots: Snapshots,
  sql: Sql,
  seq: number,
): Promise<void> {
  const older = snapshots.list();
  if (seq > 0) await snapshots.write(sql.export(), seq);
  const newest = snapshots.list()[0];
  for (const snapshot of older) {
    if (snapshot.file !== newest?.file) removeIfThere(store.files, snapshot.file);
  }
}

async function replaceJournal(store: OpenedStore, journal: Journal, bytes: Buffer): Promise<void> {
  const { files, folders } = store;
  for (const segment of journal.segments()) files.rename(segment.file, `${segment.file}.damaged`);
  await writeWhole(files, journal.fileOf(1), bytes);
  await files.syncFolder(folders.store);
}

export interface CleanReport {
  readonly payloads: readonly { readonly digest: string; readonly bytes: number }[];
  readonly bytes: number;
  readonly removed: boolean;
}

/** Removes payloads that no artifact version refers to; with `dryRun`, only says which and how large. */
export async function cleanStore(
  store: OpenedStore,
  payloads: PayloadShelf,
  options: { readonly dryRun: boolean },
): Promise<CleanReport> {
  refuseReadOnly(store, "clean");
  const find = (): ReturnType<PayloadShelf["unreferenced"]> => {
    const referenced = new Set(storedDigests(store));
    return payloads.unreferenced((digest) => referenced.has(digest));
  };
  if (options.dryRun) return cleanReport(await find(), false);
  return store.exclusively(async () => {
    const found = await find();
    for (const { digest } of found) await payloads.remove(digest);
    return cleanReport(found, true);
  });
}

function cleanReport(found: CleanReport["payloads"], removed: boolean): CleanReport {
  const listed = found.map(({ digest, bytes }) => ({ digest, bytes }));
  return { payloads: listed, bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0), removed };
}

/** What a damaged store does not show is still referred to. */
function refuseReadOnly(store: OpenedStore, what: string): void {
  if (store.readOnly === null) return;
  throw new HeadraceError(
    "read-only",
    `The store can't be ${what === "clean" ? "cleaned" : "compacted"} now. ${store.readOnly}`,
  );
}

function sizeOfStore(store: OpenedStore): number {
  return store.files.list(store.folders.store).reduce((sum, name) => {
    if (!/^(?:journal|snapshot)-/.test(name)) return sum;
    const fd = store.files.open(path.join(store.folders.store, name), "r");
    try {
      return sum + store.files.size(fd);
    } finally {
      store.files.close(fd);
    }
  }, 0);
}
