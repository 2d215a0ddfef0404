/** `entity.list`: filters, sorting and paging (zenml-semantics §4.10). */
import type { Json, JsonObject } from "../../core/json";
import { describe, type Described, type Found } from "./describe";
import { listed, type Listed } from "./columns";
import {
  columnCondition,
  join,
  metadataCondition,
  readOperator,
  type Bound,
  type Condition,
} from "./filters";
import { asId, load } from "./lookup";
import { keyText, type Kind, type Params } from "./params";
import { invalid } from "./problems";

interface Answer {
  readonly items: readonly JsonObject[];
  readonly total: number;
}

export function list({ kind, filters, sort, page, size }: Params<"entity.list">, from: Described): Answer {
  const about = listed[kind];
  const { logical_operator: operator, ...wanted } = filters;
  const conditions = Object.entries(wanted).map(([name, value]) => condition(kind, about, name, value));
  const chosen = join(conditions, operator === "or" ? "OR" : "AND");
  const where = `${about.where ?? "1"} AND ${chosen.sql}`;
  const sorting = order(about, sort);
  const total = from.reader.query(
    `SELECT count(*) AS n FROM ${source(about, where)} WHERE ${where}`,
    chosen.values,
  );
  const rows = from.reader.query(
    `SELECT ${about.select} FROM ${source(about, `${where} ${sorting}`)} WHERE ${where} ORDER BY ${sorting} LIMIT ? OFFSET ?`,
    [...chosen.values, size, (page - 1) * size],
  );
  return {
    items: rows.flatMap((row) => {
      const found = entityOf(kind, row, from);
      return found === null ? [] : [describe(found, from)];
    }),
    total: Number(total[0]?.["n"] ?? 0),
  };
}

/** The table with the joins that `sql` speaks of. The last join may speak of those before it. */
function source(about: Listed, sql: string): string {
  const joins: string[] = [];
  for (const [alias, join] of Object.entries(about.joins ?? {}).toReversed()) {
    if ([sql, ...joins].some((text) => new RegExp(`\\b${alias}\\.`).test(text))) joins.unshift(join);
  }
  return [about.from, ...joins].join(" ");
}

function condition(kind: Kind, about: Listed, name: string, value: Json): Condition {
  if (name === "run_metadata" && about.metadata !== undefined) {
    const { metadata } = about;
    return join(
      each(value).map((filter) => metadataCondition(metadata, filter)),
      "AND",
    );
  }
  if ((name === "tag" || name === "tags") && about.taggable === true) {
    return join(
      each(value).map((tag) => tagged(kind, tag)),
      "AND",
    );
  }
  const special = Object.hasOwn(about.conditions, name) ? about.conditions[name] : undefined;
  if (special !== undefined)
    return { sql: special.replaceAll("?1", "?"), values: bindings(name, special, value) };
  const column = Object.hasOwn(about.columns, name) ? about.columns[name] : undefined;
  if (column === undefined) {
    throw invalid(
      `A list of ${kind}s can't be filtered by ${JSON.stringify(name)}.`,
      choices("Filters", about),
    );
  }
  // An artifact is meant by name or by id wherever one is named.
  const id = kind === "artifact_version" && name === "artifact" ? asId(keyText(value) ?? "") : null;
  const byId = id === null ? undefined : about.columns["artifact_id"];
  return byId === undefined
    ? columnCondition(name, column, value)
    : join([columnCondition(name, column, value), columnCondition(name, byId, id)], "OR");
}

/** The same value for every place that it stands in. */
function bindings(name: string, sql: string, value: Json): readonly Bound[] {
  const bound = typeof value === "boolean" ? Number(value) : keyText(value);
  if (bound === null) throw invalid(`The filter \`${name}\` wants a name or an id.`);
  const operand = typeof bound === "string" ? readOperator(bound).operand : bound;
  const plain = typeof operand === "string" ? (asId(operand) ?? operand) : operand;
  return Array.from({ length: sql.split("?1").length - 1 }, () => plain);
}

function tagged(kind: Kind, tag: Json): Condition {
  const column = { sql: "t.name", type: "text" } as const;
  const { sql, values } = columnCondition("tag", column, tag);
  return {
    sql: `EXISTS (SELECT 1 FROM tagged t WHERE t.target_id = e.id AND t.target = ? AND ${sql})`,
    values: [kind, ...values],
  };
}

function each(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** `desc:created`, `created`, `asc:name`. */
function order(about: Listed, sort: string | undefined): string {
  const [first = "created", second] = (sort ?? "created").split(":");
  const [direction, name] = second === undefined ? ["asc", first] : [first, second];
  const column = Object.hasOwn(about.columns, name) ? about.columns[name] : undefined;
  if (column === undefined || (direction !== "asc" && direction !== "desc")) {
    throw invalid(
      `You can only sort by valid fields of this resource, not by ${JSON.stringify(sort ?? "")}.`,
      choices("Fields", about),
    );
  }
  const way = direction === "asc" ? "ASC" : "DESC";
  const by = column.order ?? column.sql;
  return by === about.tie ? `${by} ${way}` : `${by} ${way}, ${about.tie} ${way}`;
}

function choices(what: string, about: Listed): string {
  return `${what}: ${Object.keys(about.columns).join(", ")}.`;
}

function entityOf(kind: Kind, row: Readonly<Record<string, Bound>>, from: Described): Found | null {
  const modelVersionId = String(row["model_version_id"]);
  const created = Number(row["created"]);
  if (kind === "link") {
    const artifactVersionId = String(row["artifact_version_id"]);
    const id = `${modelVersionId}:${artifactVersionId}`;
    return { kind, value: { id, modelVersionId, artifactVersionId, created } };
  }
  if (kind === "run_link") {
    const runId = String(row["run_id"]);
    return { kind, value: { id: `${modelVersionId}:${runId}`, modelVersionId, runId, created } };
  }
  return load(from.reader, kind, String(row["id"]));
}
