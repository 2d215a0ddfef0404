/** A JSON file as a tree that is unfolded a branch at a time, with the values that only Python has shown as what they are. */
import type { Json, JsonObject } from "../../core/json";
import { HeadraceError, messageOf } from "../../core/errors";
import { type FileBytes, invalid, LARGEST_READ } from "./file";

export interface JsonNode {
  readonly key: string | null;
  /** `object`, `array`, `text`, `number`, `boolean`, `null`; of Python's own: `tuple`, `set`, `dict`, `float`, `uuid` … */
  readonly kind: string;
  /** Of a leaf; cut when it is long. */
  readonly text: string | null;
  readonly children: number;
}

export interface JsonTree {
  readonly root: JsonNode;
  /** The children of the node that is reached by these positions. */
  children(path: readonly number[], offset: number, limit: number): readonly JsonNode[];
}

const LONGEST_TEXT = 10_000;
const LONGEST_KEY = 500;
/** The tag of headrace/materializers/encoding.py. */
const TAG = "$type";

export async function openJson(file: FileBytes): Promise<JsonTree> {
  if (file.size > LARGEST_READ) {
    throw new HeadraceError("unsupported", `The JSON file has ${file.size} bytes, too many for a tree.`, {
      advice: "Open it as text, or load it in Python.",
    });
  }
  const text = new TextDecoder().decode(await file.read(0, file.size));
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw invalid(`The file is no valid JSON: ${messageOf(error)}`);
  }
  return treeOf(value);
}

export function treeOf(value: Json): JsonTree {
  return {
    root: nodeOf(null, value),
    children(path, offset, limit) {
      let present = value;
      for (const position of path) {
        const branch = branchesOf(present)[position];
        if (branch === undefined) throw invalid(`The tree has nothing at ${path.join(" › ")}.`);
        present = branch[1];
      }
      const from = Math.max(0, offset);
      return branchesOf(present)
        .slice(from, from + Math.max(0, limit))
        .map(([key, child]) => nodeOf(key, child));
    },
  };
}

type Branch = readonly [key: string, value: Json];

function branchesOf(value: Json): readonly Branch[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return numbered(value as readonly Json[]);
  const object = value as JsonObject;
  const tag = object[TAG];
  if (typeof tag !== "string") return Object.entries(object);
  const items = object["items"];
  if (!Array.isArray(items)) return [];
  return tag === "dict" ? (items as readonly Json[]).map(pair) : numbered(items as readonly Json[]);
}

function numbered(items: readonly Json[]): readonly Branch[] {
  return items.map((item, at) => [String(at), item]);
}

function pair(item: Json): Branch {
  const [key, value] = Array.isArray(item) ? (item as readonly Json[]) : [item];
  return [labelOf(key ?? null), value ?? null];
}

/** A key that is no text, as Python would write it: `1`, `(1, 2)`. */
function labelOf(key: Json): string {
  if (typeof key === "string") return JSON.stringify(key);
  if (key === null) return "None";
  if (typeof key === "boolean") return key ? "True" : "False";
  const branches = branchesOf(key);
  if (branches.length > 0) return `(${branches.map(([, value]) => labelOf(value)).join(", ")})`;
  return leafText(key).slice(0, LONGEST_KEY);
}

function nodeOf(key: string | null, value: Json): JsonNode {
  const children = branchesOf(value).length;
  const kind = kindOf(value);
  const branch = children > 0 || isBranch(value);
  const shown = key !== null && key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key;
  return { key: shown, kind, text: branch ? null : leafText(value), children };
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "string") return "text";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "array";
  const tag = (value as JsonObject)[TAG];
  return typeof tag === "string" ? tag.slice(0, LONGEST_KEY) : "object";
}

/** Whether a value is unfolded, even when nothing is in it. */
function isBranch(value: Json): boolean {
  if (value === null || typeof value !== "object") return false;
  if (Array.isArray(value)) return true;
  const object = value as JsonObject;
  return typeof object[TAG] !== "string" || Array.isArray(object["items"]);
}

/** What a leaf says: its value, whichever member of its encoding holds it. */
function leafText(value: Json): string {
  if (typeof value === "string")
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (value === null || typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
  const object = value as JsonObject;
  const held = object["value"] ?? object["hex"] ?? object["base64"] ?? object["path"] ?? object["index"];
  return held === undefined ? JSON.stringify(object).slice(0, LONGEST_TEXT) : leafText(held);
}
