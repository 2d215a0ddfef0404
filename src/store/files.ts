/**
 * The few file operations that durability rests on, behind one seam: so that each of them can be made to fail.
 * Synchronous where the cost is that of a system call, asynchronous where a disk is waited for.
 */
import fs from "node:fs";
import { promisify } from "node:util";

const syncData = promisify(fs.fdatasync);
const syncAll = promisify(fs.fsync);

export interface FileLayer {
  /** `a+`: made when missing, written at its end. `wx`: must not exist. */
  readonly open: (path: string, flags: "r" | "r+" | "a+" | "wx") => number;
  readonly close: (fd: number) => void;
  readonly exists: (path: string) => boolean;
  readonly size: (fd: number) => number;
  /** From `position`, at most `length` bytes. */
  readonly read: (fd: number, position: number, length: number) => Buffer;
  /** All of it, at the file's position (`a+`: its end). */
  readonly write: (fd: number, bytes: Uint8Array) => void;
  readonly truncate: (fd: number, length: number) => void;
  readonly sync: (fd: number) => Promise<void>;
  /** Makes names in a folder durable. Windows has no such call and needs none. */
  readonly syncFolder: (path: string) => Promise<void>;
  /** Gives a file a second name; fails with EEXIST when the name is taken. */
  readonly link: (from: string, to: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  readonly list: (folder: string) => readonly string[];
}

export const nodeFiles: FileLayer = {
  open: (path, flags) => fs.openSync(path, flags, 0o600),
  close: (fd) => fs.closeSync(fd),
  exists: (path) => fs.existsSync(path),
  size: (fd) => fs.fstatSync(fd).size,
  read: (fd, position, length) => {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = fs.readSync(fd, bytes, filled, length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  },
  write: (fd, bytes) => {
    let written = 0;
    while (written < bytes.length) written += fs.writeSync(fd, bytes, written, bytes.length - written);
  },
  truncate: (fd, length) => fs.ftruncateSync(fd, length),
  sync: (fd) => syncData(fd),
  syncFolder: async (path) => {
    if (process.platform === "win32") return;
    const fd = fs.openSync(path, "r");
    try {
      await syncAll(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  link: (from, to) => fs.linkSync(from, to),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.unlinkSync(path),
  list: (folder) => fs.readdirSync(folder),
};

/** The whole of a file. */
export function readWhole(files: FileLayer, path: string): Buffer {
  const fd = files.open(path, "r");
  try {
    return files.read(fd, 0, files.size(fd));
  } finally {
    files.close(fd);
  }
}

const CHUNK = 4 << 20;

/** Writes a file aside, syncs it and renames it into place: it is there whole or not at all. */
export async function writeWhole(files: FileLayer, path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  removeIfThere(files, aside);
  const fd = files.open(aside, "wx");
  try {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      files.write(fd, bytes.subarray(at, at + CHUNK));
      // Other work of the process goes on between the parts of a large file.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await files.sync(fd);
  } catch (error) {
    files.close(fd);
    removeIfThere(files, aside);
    throw error;
  }
  files.close(fd);
  files.rename(aside, path);
}

export function removeIfThere(files: FileLayer, path: string): void {
  try {
    files.remove(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
