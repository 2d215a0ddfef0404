/** Names and types of a parquet file's columns, with pandas' own words where pandas wrote it. */
import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { invalid } from "./file";
import type { TableColumn } from "./source";
import { Zone } from "./zones";

const MOST_COLUMNS = 10_000;
const MOST_PANDAS = 8 * 1024 * 1024;

export interface ParquetColumn extends TableColumn {
  /** Of points in time; null when they are what clocks showed, wherever that was. */
  readonly zone: Zone | null;
}

export function describeColumns(schema: SchemaTree, metadata: FileMetaData): ParquetColumn[] {
  if (schema.children.length > MOST_COLUMNS) {
    throw invalid(`The parquet file says it has ${schema.children.length} columns.`);
  }
  const pandas = pandasWords(metadata);
  return schema.children.map(({ element, children }) => {
    const index = pandas.index.has(element.name);
    const type = pandas.types.get(element.name) ?? typeOf(element, children.length > 0);
    const kind = kindOf(element, children.length > 0);
    const zone = pandas.zones.get(element.name) ?? (isInUtc(element) ? "UTC" : null);
    const zoned = zone === null ? type : type.replace(/^(datetime64\[\w+)\]$/, `$1, ${zone}]`);
    return { name: element.name, type: zoned, kind, index, zone: zone === null ? null : new Zone(zone) };
  });
}

function isInUtc({ logical_type: logical }: SchemaElement): boolean {
  return logical?.type === "TIMESTAMP" && logical.isAdjustedToUTC;
}

function typeOf(element: SchemaElement, nested: boolean): string {
  if (nested)
    return element.converted_type === "LIST" ? "list" : element.converted_type === "MAP" ? "map" : "struct";
  const logical = element.logical_type?.type;
  return (logical ?? element.converted_type ?? element.type ?? "unknown").toLowerCase();
}

function kindOf(element: SchemaElement, nested: boolean): TableColumn["kind"] {
  if (nested || element.repetition_type === "REPEATED") return "other";
  const word = element.logical_type?.type ?? element.converted_type ?? "";
  if (/^(TIMESTAMP|DATE|TIME)/.test(word) || element.type === "INT96") return "time";
  if (element.type === "BOOLEAN") return "boolean";
  if (/^(UTF8|STRING|ENUM|JSON|UUID)/.test(word)) return "text";
  if (element.type === "BYTE_ARRAY" || element.type === "FIXED_LEN_BYTE_ARRAY")
    return word === "DECIMAL" ? "number" : "other";
  return "number";
}

interface PandasWords {
  readonly types: ReadonlyMap<string, string>;
  readonly index: ReadonlySet<string>;
  readonly zones: ReadonlyMap<string, string>;
}

/** What pandas noted in the file; nothing when it isn't there or isn't what pandas writes. */
function pandasWords(metadata: FileMetaData): PandasWords {
  const types = new Map<string, string>();
  const index = new Set<string>();
  const zones = new Map<string, string>();
  const text = metadata.key_value_metadata?.find((entry) => entry.key === "pandas")?.value;
  if (text === undefined || text.length > MOST_PANDAS) return { types, index, zones };
  const noted = parsed(text);
  for (const column of listOf(noted, "columns")) {
    const name = member(column, "field_name");
    const type = member(column, "numpy_type");
    const shown = member(column, "pandas_type");
    const zone = member(member(column, "metadata"), "timezone");
    if (typeof name !== "string" || typeof type !== "string") continue;
    if (typeof zone === "string") zones.set(name, zone);
    types.set(name, type === "object" && typeof shown === "string" ? shown : type);
  }
  for (const name of listOf(noted, "index_columns")) if (typeof name === "string") index.add(name);
  return { types, index, zones };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name);
  return Array.isArray(list) ? list : [];
}
