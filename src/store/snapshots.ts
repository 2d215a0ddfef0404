/**
 * Checkpoints of the state: `snapshot-<sequence number>-<CRC-32 of the file>.sqlite`. With its checksum in its name, a snapshot
 * appears whole and verifiable in one rename.
 */
import path from "node:path";
import { crc32 } from "node:zlib";
import { messageOf } from "../core/errors";
import type { Sql } from "./database";
import { isMissing, readWhole, removeIfThere, writeWhole, type FileLayer } from "./files";
import { tooNew } from "./journal";
import { APPLICATION_ID, createSchema, describeSchema, STORE_VERSION } from "./schema";

const KEPT = 2;
/** Where SQLite keeps `user_version` and `application_id` in a file. */
const [USER_VERSION_AT, APPLICATION_ID_AT, HEADER_BYTES] = [60, 68, 100];

export interface Snapshot {
  readonly seq: number;
  readonly crc: string;
  readonly file: string;
}

export class Snapshots {
  constructor(
    private readonly files: FileLayer,
    private readonly folder: string,
  ) {}

  /** Newest first. */
  list(): readonly Snapshot[] {
    return this.files
      .list(this.folder)
      .flatMap((name) => {
        const [, seq, crc] = /^snapshot-(\d+)-([0-9a-f]{8})\.sqlite$/.exec(name) ?? [];
        if (seq === undefined || crc === undefined) return [];
        return [{ seq: Number(seq), crc, file: path.join(this.folder, name) }];
      })
      .sort((a, b) => b.seq - a.seq);
  }

  /**
   * Loads the newest good snapshot into `sql`; an empty state when there is none. `onBad` hears of those that are not as they were
   * written. Returns the sequence number of the state.
   */
  load(sql: Sql, onBad: (snapshot: Snapshot, problem: string) => void): number {
    for (const snapshot of this.list()) {
      const problem = this.tryLoad(sql, snapshot);
      if (problem === null) return snapshot.seq;
      if (problem !== "old") onBad(snapshot, problem);
    }
    sql.replace(null);
    createSchema(sql);
    return 0;
  }

  /** What is wrong with a snapshot; null when it now is the state; `old` when an older version of Headrace wrote it. */
  tryLoad(sql: Sql, snapshot: Snapshot): string | null {
    let bytes: Buffer;
    try {
      bytes = readWhole(this.files, snapshot.file);
    } catch (error) {
      return isMissing(error) ? "old" : messageOf(error);
    }
    if (crc32(bytes).toString(16).padStart(8, "0") !== snapshot.crc) return "its checksum does not match";
    if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
      return "it is no file of Headrace";
    }
    const version = bytes.readUInt32BE(USER_VERSION_AT);
    if (version > STORE_VERSION) throw tooNew(this.folder);
    if (version < STORE_VERSION) return "old";
    return loadTrusted(sql, bytes, snapshot.seq);
  }

  /** Makes a snapshot of what `bytes` hold and removes all but the newest ones. */
  async write(bytes: Uint8Array, seq: number): Promise<void> {
    const crc = crc32(bytes).toString(16).padStart(8, "0");
    await writeWhole(this.files, path.join(this.folder, `snapshot-${seq}-${crc}.sqlite`), bytes);
    await this.files.syncFolder(this.folder);
    for (const snapshot of this.list().slice(KEPT)) removeIfThere(this.files, snapshot.file);
  }

  setAside(snapshot: Snapshot): void {
    try {
      this.files.rename(snapshot.file, `${snapshot.file}.bad`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

let ourSchema: string | undefined;

/** A workspace may come from someone else: a file with other tables, views or triggers than ours is not used. */
function loadTrusted(sql: Sql, bytes: Uint8Array, seq: number): string | null {
  if (ourSchema === undefined) {
    sql.replace(null);
    createSchema(sql);
    ourSchema = describeSchema(sql);
  }
  try {
    sql.replace(bytes);
    if (describeSchema(sql) !== ourSchema) return "its tables are not those of Headrace";
    const found = sql.number("SELECT value FROM meta WHERE name = 'seq'");
    return found === seq ? null : `it holds the state after transaction ${found}`;
  } catch (error) {
    sql.replace(null);
    return messageOf(error);
  }
}
