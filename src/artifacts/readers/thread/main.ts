/** The thread that reads payload files: decoding, sorting and comparing never hold up the editor. */
import { parentPort } from "node:worker_threads";
import type { Asking } from "../../../core/asking";
import { HeadraceError, messageOf } from "../../../core/errors";
import { openArray, openTable } from "../open";
import { diffRows } from "../rowDiff";
import { arrayPicture, arraySeries } from "../samples";
import type { ArraySource, TableSource } from "../source";
import type { FromThread, Question, ToThread } from "./questions";

/** How often the progress of one question is told at most. */
const PROGRESS_MS = 100;

const tables = new Map<string, Promise<TableSource>>();
const arrays = new Map<string, Promise<ArraySource>>();
const working = new Map<number, AbortController>();

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "ask") void work(message.id, message.question);
  else working.get(message.id)?.abort();
});

async function work(id: number, question: Question): Promise<void> {
  const controller = new AbortController();
  working.set(id, controller);
  try {
    const value = await answer(question, { signal: controller.signal, progress: progressOf(id) });
    say({ kind: "reply", id, value });
  } catch (error) {
    const { code, advice } = HeadraceError.is(error)
      ? error
      : { code: "internal" as const, advice: undefined };
    say({ kind: "failed", id, code, message: messageOf(error), advice });
  } finally {
    working.delete(id);
  }
}

function progressOf(id: number): Asking["progress"] {
  let told = Date.now();
  return (fraction) => {
    const now = Date.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    say({ kind: "progress", id, fraction });
  };
}

async function answer({ method, params }: Question, asking: Asking): Promise<unknown> {
  switch (method) {
    case "table": {
      const { columns, rows } = await table(params.file);
      const words = columns.map(({ name, type, kind, index }) => ({ name, type, kind, index }));
      return { columns: words, rows };
    }
    case "tablePage": {
      const { file, offset, limit, sort, filters } = params;
      return (await table(file)).page(offset, limit, sort, filters, asking);
    }
    case "columnSummary":
      return (await table(params.file)).summary(params.column, asking);
    case "array": {
      const { shape, dtype } = await array(params.file);
      return { shape, dtype };
    }
    case "arraySlice":
      return (await array(params.file)).page(params.slice);
    case "arrayPicture":
      return arrayPicture(await array(params.file), params.at, asking);
    case "arraySeries":
      return arraySeries(await array(params.file), asking);
    case "rowDifferences":
      return diffRows(await table(params.left), await table(params.right), params.cellsWanted, asking);
  }
}

function table(file: string): Promise<TableSource> {
  return kept(tables, file, openTable);
}

function array(file: string): Promise<ArraySource> {
  return kept(arrays, file, openArray);
}

/** Opened once; payloads don't change. What failed is tried again. */
function kept<T>(
  open: Map<string, Promise<T>>,
  file: string,
  make: (file: string) => Promise<T>,
): Promise<T> {
  const present = open.get(file);
  if (present !== undefined) return present;
  const opening = make(file);
  open.set(file, opening);
  opening.catch(() => open.delete(file));
  return opening;
}
