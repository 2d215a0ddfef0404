/** Opening a store: folders, state, warnings, and what maintenance needs. */
import fs from "node:fs";
import path from "node:path";
import { HeadraceError } from "../core/errors";
import { Sql, type Wasm } from "./database";
import { nodeFiles, type FileLayer } from "./files";
import { createFolders, foldersOf, type StoreFolders } from "./layout";
import { placeWarning } from "./places";
import { JournalStore } from "./store";
import type { Store } from "./writer";

export interface OpenOptions {
  /** The store's root, usually `<workspace>/.headrace`. */
  readonly folder: string;
  /** Where `sql-wasm.wasm` is, or its bytes; by default beside the bundle or in node_modules. */
  readonly wasm?: Wasm;
  /** Why nothing may be written (an untrusted workspace); then not even folders are made. */
  readonly readOnly?: string;
  /** How long to wait for another process that holds the store. */
  readonly lockTimeoutMs?: number;
  readonly files?: FileLayer;
}

export interface OpenedStore extends Store {
  readonly folders: StoreFolders;
  /** What a user should know and nothing has failed of, in words. Grows while the store is open. */
  readonly warnings: readonly string[];
  /** Adds one, once. */
  warn(message: string): void;
  readonly files: FileLayer;
  /**
   * Runs `work` alone among all processes, while nothing is committed; then the state is read anew. What maintenance of the
   * store's own files is done in.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

const LOCK_TIMEOUT_MS = 10_000;

/**
 * Opens the store in a folder, making it when there is none.
 *
 * A damaged journal, or a place that can't be written, opens read-only with the reason in `readOnly`. Throws `store-too-new` for a
 * store of a newer version and `no-permission` or `disk-full` where there is nothing yet and it can't be made.
 */
export async function openStore(options: OpenOptions): Promise<OpenedStore> {
  const folders = foldersOf(path.resolve(options.folder));
  const files = options.files ?? nodeFiles;
  const readOnly = options.readOnly ?? prepare(folders);
  const sql = await Sql.create(options.wasm);
  const store = JournalStore.open({
    folder: folders.store,
    files: readOnly === null ? files : readingOnly(files),
    sql,
    lockTimeoutMs: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    readOnly,
  });
  const warning = placeWarning(folders.root);
  if (warning !== null) store.warnings.unshift(warning);
  return {
    folders,
    files,
    warnings: store.warnings,
    warn: (message) => {
      if (!store.warnings.includes(message)) store.warnings.push(message);
    },
    reader: store.reader,
    get readOnly() {
      return store.readOnly;
    },
    transact: (decide) => store.transact(decide),
    onChange: (listener) => store.onChange(listener),
    exclusively: (work) => store.exclusively(work),
    close: () => store.close(),
  };
}

/** Makes the folders. Null when all can be written; else the reason, if there is at least something to read. */
function prepare(folders: StoreFolders): string | null {
  try {
    createFolders(folders);
    fs.accessSync(folders.store, fs.constants.W_OK | fs.constants.R_OK);
    return null;
  } catch (error) {
    if (!fs.existsSync(folders.store)) throw error;
    const advice = HeadraceError.is(error) ? ` ${error.advice ?? ""}` : "";
    return `The store in ${folders.root} can't be written: permission denied.${advice}`;
  }
}

/** A store that is only read may not exist yet: then it is empty. */
function readingOnly(files: FileLayer): FileLayer {
  return { ...files, list: (folder) => (fs.existsSync(folder) ? files.list(folder) : []) };
}
