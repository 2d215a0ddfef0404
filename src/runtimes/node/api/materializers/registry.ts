/** Which materializer writes a value, and which reads a payload: those of the SDK, then what the user registered. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { pipeline as pump } from "node:stream/promises";
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import type { ArtifactType } from "../../../../core/entities";
import type { Json, JsonObject } from "../../../../core/json";
import type { FileTexts } from "../../../../core/manifest";
import { MaterializerError } from "../errors";
import { NdArray, bytesAs, bytesOf, dtypeOf } from "./dtypes";
import type { TypedArray } from "./dtypes";
import { decode, encodedText } from "./encoding";
import { readNpy, writeNpy } from "./npy";

export interface Materializer<T = unknown> {
  readonly name: string;
  readonly type?: ArtifactType;
  save(value: T, folder: string): Promise<void> | void;
  load(folder: string, dataType: string): unknown;
  metadata?(value: T): JsonObject;
}

/** How a materializer writes values without a folder: each file as text. */
export interface InTexts<T = unknown> {
  write(value: T): FileTexts;
  read(texts: FileTexts): unknown;
}

interface BuiltIn extends Materializer<never> {
  readonly inTexts?: InTexts<never>;
  handles(value: unknown): boolean;
}

const JSON_FILE = "data.json";
const readJson = (text: string): unknown => decode(JSON.parse(text) as Json);

const json: BuiltIn = {
  name: "headrace/json",
  handles: () => true,
  save: (value, folder) => writeTexts({ [JSON_FILE]: encodedText(value) }, folder),
  load: (folder) => readJson(readFileSync(path.join(folder, JSON_FILE), "utf8")),
  inTexts: {
    write: (value) => ({ [JSON_FILE]: encodedText(value) }),
    read: (texts) => readJson(texts[JSON_FILE] ?? ""),
  },
};

export function writeTexts(texts: FileTexts, folder: string): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
}

const bytes: BuiltIn = {
  name: "headrace/bytes",
  handles: (value) => value instanceof Uint8Array || value instanceof ArrayBuffer,
  save: (value: Uint8Array | ArrayBuffer, folder) => {
    const written = bytesOf(value);
    return writeFile(path.join(folder, bytesFile(written)), written);
  },
  load: async (folder, dataType) => {
    const read = await readFile(path.join(folder, (await contentOf(folder))[0] ?? "data.bin"));
    return bytesAs(dataType, read);
  },
};

const array: BuiltIn = {
  name: "headrace/array",
  handles: (value) => value instanceof NdArray || dtypeOf(value) !== null,
  save: (value: NdArray | TypedArray, folder) => {
    const [header, body] = writeNpy(value instanceof NdArray ? value : new NdArray(value));
    return writeFile(path.join(folder, "data.npy"), [header, body]);
  },
  load: async (folder, dataType) => {
    const read = readNpy(await readFile(path.join(folder, "data.npy")));
    if (dataType === "Uint8ClampedArray") return new Uint8ClampedArray(read.data as Uint8Array);
    return dataType === "NdArray" ? read : read.data;
  },
};

/** Node's streams, and those of the web that `fetch` gives. */
const stream: BuiltIn = {
  name: "headrace/stream",
  handles: (value) => value instanceof Readable || value instanceof ReadableStream,
  save: (value: Readable | ReadableStream, folder) =>
    pump(value, createWriteStream(path.join(folder, "data.bin"))),
  load: (folder, dataType) => {
    const read = createReadStream(path.join(folder, "data.bin"));
    return dataType === "ReadableStream" ? Readable.toWeb(read) : read;
  },
};

interface ArrowModule {
  readonly tableToIPC: (table: unknown, type: "file") => Uint8Array;
  readonly tableFromIPC: (bytes: Uint8Array) => unknown;
}

/** How a package of the workspace is imported; the worker sets it. */
export const packages: { load: (name: string) => Promise<unknown> } = {
  load: (name) => Promise.reject(new MaterializerError(`${name} can't be imported here.`)),
};

/** What of apache-arrow's `Table` is used here. */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  slice(begin: number, end: number): ArrowTable;
  toArray(): readonly { toJSON(): Record<string, unknown> }[];
}

export function isArrowTable(value: unknown): value is ArrowTable {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as { constructor?: { name?: string } }).constructor?.name === "Table" &&
    "schema" in value &&
    "batches" in value
  );
}

/** `Table` of apache-arrow, which the workspace has if there is a value of it. */
const arrow: BuiltIn = {
  name: "headrace/arrow",
  handles: isArrowTable,
  save: async (value, folder) => {
    const { tableToIPC } = (await packages.load("apache-arrow")) as ArrowModule;
    await writeFile(path.join(folder, "data.arrow"), tableToIPC(value, "file"));
  },
  load: async (folder) => {
    const { tableFromIPC } = (await packages.load("apache-arrow")) as ArrowModule;
    return tableFromIPC(await readFile(path.join(folder, "data.arrow")));
  },
};

const builtIn: readonly BuiltIn[] = [bytes, array, stream, arrow, json];

interface Registered {
  readonly type: abstract new (...args: never[]) => unknown;
  readonly materializer: Materializer;
}

const registered: Registered[] = [];

/** Values of a class are written and read by this from now on. */
export function registerMaterializer(type: Registered["type"], materializer: Materializer): void {
  registered.unshift({ type, materializer });
}

/** Null for materializers that need a folder. */
export function inTexts({ name }: Materializer): InTexts | null {
  return (builtIn.find((candidate) => candidate.name === name)?.inTexts as InTexts | undefined) ?? null;
}

export function materializerFor(value: unknown, wanted: string | null): Materializer {
  if (wanted !== null) return materializerNamed(wanted);
  const own = registered.find(({ type }) => value instanceof type);
  return own?.materializer ?? builtIn.find((candidate) => candidate.handles(value)) ?? json;
}

export function materializerNamed(name: string): Materializer {
  const found =
    registered.find(({ materializer }) => materializer.name === name)?.materializer ??
    builtIn.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new MaterializerError(
    `The materializer ${name} isn't there: import the module that registers it in this file, too.`,
  );
}

/** The payload's own files. */
export async function contentOf(folder: string): Promise<readonly string[]> {
  const own = new Set(["manifest.json", "preview.json", "visualizations"]);
  return (await readdir(folder)).filter((name) => !own.has(name)).sort();
}

export function imageKind(value: Uint8Array): "png" | "jpg" | null {
  if (value[0] === 0x89 && value[1] === 0x50 && value[2] === 0x4e && value[3] === 0x47) return "png";
  return value[0] === 0xff && value[1] === 0xd8 && value[2] === 0xff ? "jpg" : null;
}

function bytesFile(value: Uint8Array): string {
  return `data.${imageKind(value) ?? "bin"}`;
}
