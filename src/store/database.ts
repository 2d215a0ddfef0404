/** SQLite in memory (sql.js), with prepared statements kept. The WebAssembly is loaded when the first database is. */
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import type { Database, SqlJsStatic, SqlValue, Statement } from "sql.js";

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;
/** The bytes of `sql-wasm.wasm`, or where it is. */
export type Wasm = string | (() => Uint8Array | string);

let loaded: Promise<SqlJsStatic> | undefined;

async function load(wasm: Wasm | undefined): Promise<SqlJsStatic> {
  const { default: initSqlJs } = await import("sql.js");
  const given = typeof wasm === "function" ? wasm() : (wasm ?? findWasm());
  const bytes = typeof given === "string" ? fs.readFileSync(given) : given;
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return initSqlJs({ wasmBinary });
}

/** Beside the bundle when there is one, else in node_modules. */
function findWasm(): string {
  const beside = path.join(__dirname, "sql-wasm.wasm");
  return fs.existsSync(beside) ? beside : createRequire(__filename).resolve("sql.js/dist/sql-wasm.wasm");
}

interface Prepared {
  readonly statement: Statement;
  /** Known from the first row on: asking for them costs more than the row. */
  columns: readonly string[] | null;
}

function toRow(columns: readonly string[], values: readonly SqlValue[]): Row {
  const row: Record<string, Value> = {};
  columns.forEach((column, index) => {
    const value = values[index] ?? null;
    row[column] = value instanceof Uint8Array ? null : value;
  });
  return row;
}

/**
 * Where the value of a bare parameter might change the plan (most joins), SQLite compiles the statement anew whenever one is
 * bound: ten times the cost of a look-up. It doesn't look behind a `+`, which changes no value. For SQL of ours: no literal of it
 * holds a question mark.
 */
function withFixedPlan(sql: string): string {
  return sql.replaceAll("?", "+?");
}

/** One database and its statements. What it holds can be replaced, so that whoever reads through it need not know. */
export class Sql {
  private readonly statements = new Map<string, Prepared>();
  /** `open`: there is a state ahead; `used`: and it is being worked on. */
  private aheadness: "none" | "open" | "used" = "none";
  /** What makes again, in everybody's state, that which the state ahead holds and everybody may see. */
  private settled: (() => void)[] = [];

  private constructor(
    private readonly engine: SqlJsStatic,
    private database: Database,
  ) {
    this.configure();
  }

  static async create(wasm?: Wasm): Promise<Sql> {
    loaded ??= load(wasm).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    const engine = await loaded;
    return new Sql(engine, new engine.Database());
  }

  /** Forgets everything and holds what `bytes` hold; nothing when they are null. */
  replace(bytes: Uint8Array | null): void {
    this.close();
    this.aheadness = "none";
    this.settled = [];
    this.database = new this.engine.Database(bytes);
    this.configure();
  }

  script(sql: string): void {
    this.fallBackOutside();
    this.database.exec(sql);
  }

  run(sql: string, ...values: readonly Value[]): void {
    this.prepared(sql).statement.run([...values]);
  }

  get(sql: string, ...values: readonly Value[]): Row | null {
    return this.rows(this.prepared(sql), values, 1)[0] ?? null;
  }

  all(sql: string, ...values: readonly Value[]): Row[] {
    return this.rows(this.prepared(sql), values, Infinity);
  }

  private rows(prepared: Prepared, values: readonly Value[], limit: number): Row[] {
    const { statement } = prepared;
    const rows: Row[] = [];
    try {
      statement.bind([...values]);
      while (rows.length < limit && statement.step()) {
        prepared.columns ??= statement.getColumnNames();
        rows.push(toRow(prepared.columns, statement.get()));
      }
    } finally {
      statement.reset();
    }
    return rows;
  }

  /** The first column of the first row, as a number; 0 when there is none. */
  number(sql: string, ...values: readonly Value[]): number {
    const row = this.get(sql, ...values);
    const value = row === null ? null : Object.values(row)[0];
    return typeof value === "number" ? value : 0;
  }

  /** For SQL that is not ours: one statement that reads, and nothing else. */
  readOnly(sql: string, values: readonly Value[]): Row[] {
    this.fallBackOutside();
    this.run("PRAGMA query_only = 1");
    try {
      const prepared = { statement: this.database.prepare(sql), columns: null };
      try {
        return this.rows(prepared, values, Infinity);
      } finally {
        prepared.statement.free();
      }
    } finally {
      this.run("PRAGMA query_only = 0");
    }
  }

  /** Runs `work` and keeps what it did; undoes it all when it throws. */
  atomically<T>(work: () => T): T {
    this.run("SAVEPOINT work");
    try {
      const result = work();
      this.run("RELEASE work");
      return result;
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  /** Whether what was done {@link ahead} is still there. */
  get isAhead(): boolean {
    return this.aheadness !== "none";
  }

  /**
   * Runs `work` on a state of its own, which goes on where the last such work ended (`resumed`) or begins at everybody's, and is
   * undone by the first use of the database outside of such work, unless it was made everybody's ({@link keep}, {@link keepPart}).
   */
  ahead<T>(work: (resumed: boolean) => T): T {
    const resumed = this.isAhead;
    if (!resumed) this.run("SAVEPOINT ahead");
    this.aheadness = "used";
    try {
      return work(resumed);
    } finally {
      this.aheadness = "open";
    }
  }

  /** What was done ahead is everybody's from now on. */
  keep(): void {
    this.leaveAhead("RELEASE ahead");
    this.settled = [];
  }

  /**
   * The next part of what was done ahead is everybody's, the rest is not yet. The state ahead stays as it is, for the next work in it;
   * only when it is undone does `again` do that part once more.
   */
  keepPart(again: () => void): void {
    this.settled.push(again);
  }

  /** Back to everybody's state. */
  fallBack(): void {
    this.leaveAhead("ROLLBACK TO ahead", "RELEASE ahead");
    for (const again of this.settled.splice(0)) this.atomically(again);
  }

  private leaveAhead(...statements: readonly string[]): void {
    if (!this.isAhead) return;
    // The statements must not find themselves outside.
    this.aheadness = "used";
    for (const statement of statements) this.run(statement);
    this.aheadness = "none";
  }

  /** The database as a SQLite file. */
  export(): Uint8Array {
    this.fallBackOutside();
    this.freeStatements();
    const bytes = this.database.export();
    this.configure();
    return bytes;
  }

  close(): void {
    this.freeStatements();
    this.database.close();
  }

  private undo(): void {
    this.run("ROLLBACK TO work");
    this.run("RELEASE work");
  }

  /** Nobody but the next work ahead sees what was done ahead. */
  private fallBackOutside(): void {
    if (this.aheadness === "open") this.fallBack();
  }

  private prepared(sql: string): Prepared {
    this.fallBackOutside();
    let prepared = this.statements.get(sql);
    if (prepared === undefined) {
      prepared = { statement: this.database.prepare(withFixedPlan(sql)), columns: null };
      this.statements.set(sql, prepared);
    }
    return prepared;
  }

  private freeStatements(): void {
    for (const { statement } of this.statements.values()) statement.free();
    this.statements.clear();
  }

  /** There is no disk below: what guards against its failures would only cost time. */
  private configure(): void {
    this.database.exec(
      "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;" +
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16000",
    );
  }
}
