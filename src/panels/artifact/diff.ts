/** What differs between two versions of an artifact: by what their manifests and previews say; no interpreter. */
import type { ArtifactVersion } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import type { Preview } from "../../core/preview";
import * as path from "node:path";
import type { RowDifferences } from "../../artifacts/readers/rowDiff";
import type { PayloadReader } from "../../artifacts/readers/thread/payloadReader";
import type { Asking } from "../../core/asking";
import type { Engine } from "../../engine/api";
import { storedPreview } from "../../ui/storedPreview";
import type { DiffGroup, DiffParams, DiffRow, VersionDiff } from "./messages";
import { versionReference } from "./snapshot";
import { missingVersion } from "./texts";

const ROWS_SHOWN = 500;
const NUMBER_FIELDS = ["count", "missing", "min", "mean", "max", "std"] as const;

/** From the older one to the newer one, whichever is named first. */
export async function diffVersions(
  engine: Engine,
  reader: PayloadReader,
  { oneId, otherId }: DiffParams,
  asking: Asking,
): Promise<VersionDiff> {
  const [left, right] = oldestFirst(engine, oneId, otherId);
  const [a, b] = await Promise.all([storedPreview(engine, left.id), storedPreview(engine, right.id)]);
  const isSame = left.digest === right.digest;
  const files = [tableFile(engine, left.id, a), tableFile(engine, right.id, b)];
  const inFiles = isSame ? null : await fileRows(reader, files, asking);
  const all = [
    row("facts", "type", left.dataType, right.dataType),
    row("facts", "size", left.bytes, right.bytes),
    row("facts", "summary", left.summary, right.summary),
    ...(a === null || b === null ? [] : previewRows(a, b, inFiles === null)),
    ...(inFiles?.cells ?? []).map((cell) =>
      row("rows", `${cell.row} · ${cell.column}`, cell.left, cell.right),
    ),
    ...jsonRows(
      "metadata",
      engine.reader.metadata("artifact_version", left.id),
      engine.reader.metadata("artifact_version", right.id),
      "",
    ),
  ];
  const rows = all.filter((one) => one.left !== one.right);
  const unseenCells = inFiles === null ? 0 : inFiles.cellCount - inFiles.cells.length;
  return {
    left: versionReference(left),
    right: versionReference(right),
    same: isSame,
    rows: rows.slice(0, ROWS_SHOWN),
    total: rows.length + unseenCells,
    table: inFiles,
    isText: isTextual(a) && isTextual(b),
  };
}

function isTextual(preview: Preview | null): boolean {
  return preview?.kind === "text" || preview?.kind === "json";
}

/** Two versions, the older one first. */
export function oldestFirst(
  engine: Engine,
  oneId: string,
  otherId: string,
): readonly [ArtifactVersion, ArtifactVersion] {
  const [one, other] = [versionOf(engine, oneId), versionOf(engine, otherId)];
  return one.created <= other.created ? [one, other] : [other, one];
}

function versionOf(engine: Engine, id: string): ArtifactVersion {
  const version = engine.reader.artifactVersion(id);
  if (version === null) throw missingVersion();
  return version;
}

function row(group: DiffGroup, what: string, left: Json | undefined, right: Json | undefined): DiffRow {
  return { group, what, left: shown(left), right: shown(right) };
}

function shown(value: Json | undefined): string | null {
  return value === undefined || value === null ? null : text(value);
}

function text(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Texts are left to the editor, which finds lines that moved. */
function previewRows(left: Preview, right: Preview, withHead: boolean): DiffRow[] {
  if (left.kind === "table" && right.kind === "table")
    return [...tableRows(left, right), ...(withHead ? headRows(left, right) : [])];
  if (left.kind === "array" && right.kind === "array") {
    return [
      row("facts", "shape", left.shape, right.shape),
      row("facts", "dtype", left.dtype, right.dtype),
      ...numberRows("", left.statistics, right.statistics),
    ];
  }
  if (left.kind === "json" && right.kind === "json") return jsonRows("values", left.value, right.value, "");
  if (left.kind === "estimator" && right.kind === "estimator") {
    return [
      row("facts", "class", left.className, right.className),
      ...jsonRows("values", left.parameters, right.parameters, ""),
      ...jsonRows("statistics", fittedOf(left.fitted), fittedOf(right.fitted), ""),
    ];
  }
  if (left.kind === "value" && right.kind === "value") return [row("values", "", left.text, right.text)];
  return left.kind === right.kind ? [] : [row("facts", "kind", left.kind, right.kind)];
}

function fittedOf(fitted: readonly { readonly name: string; readonly summary: string }[]): JsonObject {
  return Object.fromEntries(fitted.map(({ name, summary }) => [name, summary]));
}

type Table = Extract<Preview, { readonly kind: "table" }>;

/** Columns that came, went or changed their type, then their statistics. */
function tableRows(left: Table, right: Table): DiffRow[] {
  const names = [...new Set([...left.columns, ...right.columns].map((column) => column.name))];
  const pairs = names.map((name) => {
    const [a, b] = [left, right].map((table) => table.columns.find((column) => column.name === name));
    return { name, a, b };
  });
  return [
    row("facts", "rows", left.rows, right.rows),
    row("facts", "columns", left.columnCount, right.columnCount),
    ...pairs.map(({ name, a, b }) => row("columns", name, a?.type, b?.type)),
    ...pairs.flatMap(({ name, a, b }) =>
      a === undefined || b === undefined
        ? []
        : [
            row("statistics", `${name} · missing`, a.missing, b.missing),
            row("statistics", `${name} · distinct`, a.distinct, b.distinct),
            ...numberRows(`${name} · `, a.number, b.number, ["min", "mean", "max", "std"]),
          ],
    ),
  ];
}

/** Of two tables all rows, from their files; null when there is no file of one of them. */
async function fileRows(
  reader: PayloadReader,
  [left, right]: readonly (string | null)[],
  asking: Asking,
): Promise<RowDifferences | null> {
  if (left == null || right == null) return null;
  return reader.ask("rowDifferences", { left, right, cellsWanted: ROWS_SHOWN }, asking);
}

function tableFile(engine: Engine, id: string, preview: Preview | null): string | null {
  const folder = engine.payloadFolder(id);
  if (folder === null || preview?.kind !== "table" || preview.file === null) return null;
  return path.join(folder, preview.file);
}

/** The rows that the previews hold, cell by cell: rows that have the same label, columns that have the same name. */
function headRows(left: Table, right: Table): DiffRow[] {
  const labelled = (table: Table): ReadonlyMap<string, readonly Json[]> =>
    new Map(table.head.map((cells, i) => [text(table.indexHead[i] ?? i), cells]));
  const [a, b] = [labelled(left), labelled(right)];
  const columns = left.columns.flatMap(({ name }, i) => {
    const j = right.columns.findIndex((column) => column.name === name);
    return j < 0 ? [] : [{ name, i, j }];
  });
  return [...a].flatMap(([label, cells]) => {
    const others = b.get(label);
    if (others === undefined) return [];
    return columns.map(({ name, i, j }) => row("rows", `${label} · ${name}`, cells[i], others[j]));
  });
}

function numberRows(
  prefix: string,
  left: Table["columns"][number]["number"],
  right: Table["columns"][number]["number"],
  fields: readonly (typeof NUMBER_FIELDS)[number][] = NUMBER_FIELDS,
): DiffRow[] {
  return fields.map((field) => row("statistics", `${prefix}${field}`, left?.[field], right?.[field]));
}

/** By path, down to the first difference of each branch. */
function jsonRows(group: DiffGroup, left: Json | undefined, right: Json | undefined, at: string): DiffRow[] {
  if (!isObject(left) || !isObject(right)) return [row(group, at, left, right)];
  const [a, b] = [members(left), members(right)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
    jsonRows(group, a.get(key), b.get(key), at === "" ? key : `${at}.${key}`),
  );
}

function isObject(value: Json | undefined): value is JsonObject | readonly Json[] {
  return typeof value === "object" && value !== null;
}

function members(value: JsonObject | readonly Json[]): ReadonlyMap<string, Json> {
  return new Map(Object.entries(value));
}
