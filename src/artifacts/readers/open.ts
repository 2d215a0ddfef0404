/** Opens a payload file with the reader for its kind; each reader is loaded when it is first needed. */
import path from "node:path";
import { HeadraceError } from "../../core/errors";
import { type FileBytes, openFile } from "./file";
import type { ArraySource, TableSource } from "./source";

/** A parquet, CSV or tab-separated file. The caller closes what it gets. */
export function openTable(file: string): Promise<TableSource> {
  const extension = path.extname(file).toLowerCase();
  if (extension === ".parquet") {
    return opened(file, async (bytes) => (await import("./parquet")).openParquet(bytes));
  }
  if (extension === ".csv" || extension === ".tsv") {
    return openCsvFile(file);
  }
  return Promise.reject(unsupported(file, "table"));
}

/** A CSV or tab-separated file, whatever its name. The caller closes what it gets. */
export function openCsvFile(file: string): Promise<TableSource> {
  return opened(file, async (bytes) => (await import("./csv")).openCsv(bytes));
}

/** An `.npy` file. The caller closes what it gets. */
export function openArray(file: string): Promise<ArraySource> {
  if (path.extname(file).toLowerCase() !== ".npy") return Promise.reject(unsupported(file, "array"));
  return opened(file, async (bytes) => (await import("./npy")).openNpy(bytes));
}

async function opened<T>(file: string, read: (bytes: FileBytes) => Promise<T>): Promise<T> {
  const bytes = await openFile(file);
  try {
    return await read(bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

function unsupported(file: string, kind: string): HeadraceError {
  return new HeadraceError("unsupported", `${path.basename(file)} can't be paged as a ${kind}.`, {
    advice: "Its preview shows the beginning; load it in Python to see more.",
  });
}
