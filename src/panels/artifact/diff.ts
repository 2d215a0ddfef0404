/** What differs between two versions of an artifact: by what their manifests and previews say; no interpreter. */
import type { ArtifactVersion } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import type { Json, JsonObject } from "../../core/json";
import type { Preview } from "../../core/preview";
import { readPreview } from "../../artifacts/manifest";
import type { Engine } from "../../engine/api";
import type { VersionDiff } from "./messages";
import { versionReference } from "./snapshot";

type DiffRow = VersionDiff["rows"][number];

const ROWS_SHOWN = 500;
const NUMBER_FIELDS = ["count", "missing", "min", "mean", "max", "std"] as const;

export async function diffVersions(engine: Engine, leftId: string, rightId: string): Promise<VersionDiff> {
  const [left, right] = [versionOf(engine, leftId), versionOf(engine, rightId)];
  const [a, b] = await Promise.all([previewOf(engine, leftId), previewOf(engine, rightId)]);
  const facts: DiffRow[] = [
    row("type", left.dataType, right.dataType),
    row("size", left.bytes, right.bytes),
    row("summary", left.summary, right.summary),
    ...jsonRows(
      engine.reader.metadata("artifact_version", leftId),
      engine.reader.metadata("artifact_version", rightId),
      "metadata",
    ),
  ];
  const content = a === null || b === null ? [] : previewRows(a, b);
  const rows = [...facts, ...content].filter((one) => one.left !== one.right);
  const same = left.digest === right.digest;
  return {
    left: versionReference(left),
    right: versionReference(right),
    same,
    rows: rows.slice(0, ROWS_SHOWN),
    note: same || rows.length > 0 ? null : "The files differ, in nothing that the previews hold.",
  };
}

/** Both versions as text, for the editor's own comparison. */
export async function diffTexts(
  engine: Engine,
  leftId: string,
  rightId: string,
): Promise<{ left: string; right: string; title: string }> {
  const [left, right] = [versionOf(engine, leftId), versionOf(engine, rightId)];
  const [a, b] = await Promise.all([previewOf(engine, leftId), previewOf(engine, rightId)]);
  return {
    left: asText(a),
    right: asText(b),
    title: `${left.artifact}: v${left.version} ↔ v${right.version}`,
  };
}

function versionOf(engine: Engine, id: string): ArtifactVersion {
  const version = engine.reader.artifactVersion(id);
  if (version === null)
    throw new HeadraceError("not-found", "One of the versions is no longer in the store.");
  return version;
}

async function previewOf(engine: Engine, id: string): Promise<Preview | null> {
  const folder = engine.payloadFolder(id);
  return folder === null ? null : readPreview(folder);
}

function asText(preview: Preview | null): string {
  if (preview === null) return "";
  if (preview.kind === "text" || preview.kind === "value") return preview.text;
  if (preview.kind === "json") return JSON.stringify(preview.value, null, 2);
  if (preview.kind === "table")
    return [preview.columns.map((column) => column.name), ...preview.head]
      .map((cells) => cells.map(text).join("\t"))
      .join("\n");
  return JSON.stringify(preview, null, 2);
}

function row(what: string, left: Json | undefined, right: Json | undefined): DiffRow {
  return { what, left: text(left), right: text(right) };
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function previewRows(left: Preview, right: Preview): DiffRow[] {
  if (left.kind === "table" && right.kind === "table") return tableRows(left, right);
  if (left.kind === "array" && right.kind === "array") {
    return [
      row("shape", left.shape, right.shape),
      row("dtype", left.dtype, right.dtype),
      ...numberRows("values", left.statistics, right.statistics),
    ];
  }
  if (left.kind === "json" && right.kind === "json") return jsonRows(left.value, right.value, "$");
  if (left.kind === "estimator" && right.kind === "estimator") {
    return [
      row("class", left.className, right.className),
      ...jsonRows(left.parameters, right.parameters, "parameters"),
      ...jsonRows(fittedOf(left.fitted), fittedOf(right.fitted), "fitted"),
    ];
  }
  if (left.kind === "value" && right.kind === "value") return [row("value", left.text, right.text)];
  if (left.kind === "text" && right.kind === "text") return textRows(left.text, right.text);
  return left.kind === right.kind ? [] : [row("kind", left.kind, right.kind)];
}

function fittedOf(fitted: readonly { readonly name: string; readonly summary: string }[]): JsonObject {
  return Object.fromEntries(fitted.map(({ name, summary }) => [name, summary]));
}

type Table = Extract<Preview, { readonly kind: "table" }>;

/** Columns that came and went, their types and statistics, then rows of the heads by position. */
function tableRows(left: Table, right: Table): DiffRow[] {
  const names = [...new Set([...left.columns, ...right.columns].map((column) => column.name))];
  const columns = names.flatMap((name) => {
    const [a, b] = [left, right].map((table) => table.columns.find((column) => column.name === name));
    if (a === undefined || b === undefined) return [row(`column ${name}`, a?.type, b?.type)];
    return [
      row(`${name}: type`, a.type, b.type),
      row(`${name}: missing`, a.missing, b.missing),
      ...numberRows(name, a.number, b.number),
    ];
  });
  const heads = Array.from({ length: Math.max(left.head.length, right.head.length) }, (_, i) =>
    row(`row ${String(i)}`, left.head[i]?.map(text).join(", "), right.head[i]?.map(text).join(", ")),
  );
  return [
    row("rows", left.rows, right.rows),
    row("columns", left.columnCount, right.columnCount),
    ...columns,
    ...heads,
  ];
}

function numberRows(
  name: string,
  left: Table["columns"][number]["number"],
  right: Table["columns"][number]["number"],
): DiffRow[] {
  return NUMBER_FIELDS.map((field) => row(`${name}: ${field}`, left?.[field], right?.[field]));
}

/** By path, down to the first difference of each branch. */
function jsonRows(left: Json | undefined, right: Json | undefined, at: string): DiffRow[] {
  if (!isObject(left) || !isObject(right)) return [row(at, left, right)];
  const [a, b] = [members(left), members(right)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
    jsonRows(a.get(key), b.get(key), `${at}.${key}`),
  );
}

function isObject(value: Json | undefined): value is JsonObject | readonly Json[] {
  return typeof value === "object" && value !== null;
}

function members(value: JsonObject | readonly Json[]): ReadonlyMap<string, Json> {
  return new Map(Object.entries(value));
}

function textRows(left: string, right: string): DiffRow[] {
  const [a, b] = [left.split("\n"), right.split("\n")];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    row(`line ${String(i + 1)}`, a[i], b[i]),
  );
}
