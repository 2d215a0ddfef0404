/** Payloads that Python wrote, by their files: JSON, text, bytes, arrays and tables. Pickles are Python's alone. */
import { textOf } from "../json";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openTable } from "../../../../artifacts/readers/open";
import type { Json, JsonObject } from "../../../../core/json";
import type { PayloadReference } from "../../../protocol";
import { MaterializerError } from "../errors";
import { decode } from "./encoding";
import { readNpy } from "./npy";
import { contentOf } from "./registry";

const IMAGES = new Set([".png", ".jpg", ".jpeg", ".gif", ".webp"]);
const TEXTS = new Set([".txt", ".md", ".html", ".csv"]);

type Nested = Pick<PayloadReference, "folder" | "materializer" | "dataType">;

export async function loadPython(reference: Nested): Promise<unknown> {
  const { folder } = reference;
  const files = await contentOf(folder);
  const has = (name: string): boolean => files.includes(name);
  const table = files.find((name) => /^(df\.(parquet|csv)|dataframe\.parquet)$/.test(name));
  if (table !== undefined) return records(path.join(folder, table));
  if (has("data.npy")) return readNpy(await readFile(path.join(folder, "data.npy")));
  if (has("data.json")) return fromJson(folder);
  const only = files.length === 1 ? (files[0] ?? "") : "";
  const extension = path.extname(only).toLowerCase();
  const file = path.join(folder, only);
  if (only !== "" && /^builtins\.(bytes|bytearray)$/.test(reference.dataType)) return readFile(file);
  if (IMAGES.has(extension) || only.startsWith("image_file")) return readFile(file);
  if (TEXTS.has(extension)) return readFile(file, "utf8");
  throw new MaterializerError(
    `The artifact was written by Python as ${reference.dataType} (${reference.materializer}), which TypeScript can't read. ` +
      "Return numbers, text, dictionaries, lists, NumPy arrays or data frames from the Python step.",
  );
}

/** Elements with files of their own are loaded before the tree is put together. */
async function fromJson(folder: string): Promise<unknown> {
  const tree = JSON.parse(withBigints(await readFile(path.join(folder, "data.json"), "utf8"))) as Json;
  const loaded = new Map<string, unknown>();
  for (const element of payloadsIn(tree)) {
    const name = textOf(element["path"]);
    if (!/^\d+$/.test(name))
      throw new MaterializerError(`The payload names a folder outside itself: "${name}".`);
    loaded.set(
      name,
      await loadPython({
        folder: path.join(folder, name),
        materializer: textOf(element["materializer"]),
        dataType: textOf(element["dataType"]),
      }),
    );
  }
  return decode(tree, (element) => {
    const name = textOf(element["path"]);
    if (element["$type"] === "payload" && loaded.has(name)) return loaded.get(name);
    throw new MaterializerError(
      "The artifact holds Python objects that were pickled, which TypeScript can't read.",
    );
  });
}

/** Integers have no bounds in Python: those that are no number here are written as what they are. */
function withBigints(text: string): string {
  if (!/\d{16}/.test(text)) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (word) =>
    /^-?\d{16,}$/.test(word) && !Number.isSafeInteger(Number(word))
      ? `{"$type":"bigint","value":"${word}"}`
      : word,
  );
}

function payloadsIn(value: Json): readonly JsonObject[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => payloadsIn(item));
  const object = value as JsonObject;
  if (object["$type"] === "payload") return [object];
  return Object.values(object).flatMap((item) => payloadsIn(item));
}

/** A table as an array of records; row labels are left out unless they have a name. */
async function records(file: string): Promise<readonly Record<string, unknown>[]> {
  const source = await openTable(file);
  try {
    const columns = source.columns.map((column, at) => ({ ...column, at }));
    const kept = columns.filter(
      ({ index, name }) => !index || (name !== "" && !/^(__index_level_\d+__|index)$/.test(name)),
    );
    const rows: Record<string, unknown>[] = [];
    const PAGE = 10_000;
    for (;;) {
      const page = await source.page(rows.length, PAGE);
      for (const row of page.rows) {
        rows.push(Object.fromEntries(kept.map(({ name, at, kind }) => [name, cell(row[at] ?? null, kind)])));
      }
      if (page.rows.length < PAGE) return rows;
    }
  } finally {
    await source.close();
  }
}

function cell(value: Json, kind: string): unknown {
  if (kind !== "number" || typeof value !== "string") return value;
  return /^-?\d+$/.test(value) ? BigInt(value) : Number(value);
}
