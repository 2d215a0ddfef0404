/** Filters of `Client().list_*`: `contains:iris`, `gt:0.9`, `oneof:["a", "b"]` as conditions with bound values (zenml-semantics §4.10). */
import type { Json } from "../../core/json";
import type { Column, ColumnType } from "./columns";
import { invalid } from "./problems";

export type Bound = string | number | null;

export interface Condition {
  readonly sql: string;
  readonly values: readonly Bound[];
}

const OPERATORS = [
  "equals",
  "notequals",
  "contains",
  "startswith",
  "endswith",
  "oneof",
  "gt",
  "gte",
  "lt",
  "lte",
  "in",
] as const;
type Operator = (typeof OPERATORS)[number];

/** `gte:3` → gte, 3. What has no operator in front is to be equal. */
export function readOperator(text: string): { readonly operator: Operator; readonly operand: string } {
  const [, word, operand] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  const operator = OPERATORS.find((known) => known === word);
  return operator === undefined || operand === undefined
    ? { operator: "equals", operand: text }
    : { operator, operand };
}

/** The condition that a column meets a filter. */
export function columnCondition(name: string, column: Column, value: Json): Condition {
  if (Array.isArray(value)) {
    return join(
      value.map((item: Json) => columnCondition(name, column, item)),
      "AND",
    );
  }
  if (value === null) return { sql: `${column.sql} IS NULL`, values: [] };
  if (typeof value === "object") throw invalid(`The filter \`${name}\` can't be an object.`);
  const { operator, operand } =
    typeof value === "string" ? readOperator(value) : { operator: "equals" as const, operand: String(value) };
  return compare(name, column, operator, operand);
}

function compare(name: string, column: Column, operator: Operator, operand: string): Condition {
  const { sql, type } = column;
  const bind = (text: string) => operandOf(name, type, text);
  switch (operator) {
    case "equals":
      return oneOf(column, alternatives(column, operand).map(bind));
    case "notequals":
      return negate(oneOf(column, alternatives(column, operand).map(bind)));
    case "oneof":
      return oneOf(
        column,
        listOf(name, operand)
          .flatMap((text) => alternatives(column, text))
          .map(bind),
      );
    case "gt":
      return { sql: `${sql} > ?`, values: [bind(operand)] };
    case "gte":
      return { sql: `${sql} >= ?`, values: [bind(operand)] };
    case "lt":
      return { sql: `${sql} < ?`, values: [bind(operand)] };
    case "lte":
      return { sql: `${sql} <= ?`, values: [bind(operand)] };
    case "in": {
      const [from, to] = operand.split(",").map((text) => bind(text.trim()));
      if (from === undefined || to === undefined) {
        throw invalid(`The filter \`${name}\` wants a range: in:2026-01-01,2026-02-01.`);
      }
      return { sql: `${sql} BETWEEN ? AND ?`, values: [from, to] };
    }
    default:
      return like(sql, operator, operand);
  }
}

function like(sql: string, operator: "contains" | "startswith" | "endswith", operand: string): Condition {
  const literal = operand.replace(/[\\%_]/g, (sign) => `\\${sign}`);
  const before = operator === "startswith" ? "" : "%";
  const after = operator === "endswith" ? "" : "%";
  return { sql: `${sql} LIKE ? ESCAPE '\\'`, values: [`${before}${literal}${after}`] };
}

function oneOf({ sql }: Column, values: readonly Bound[]): Condition {
  const [only, ...more] = values;
  if (only === undefined) return { sql: "0", values: [] };
  if (more.length === 0) return { sql: `${sql} = ?`, values: [only] };
  return { sql: `${sql} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
}

function negate({ sql, values }: Condition): Condition {
  return { sql: `(${sql}) IS NOT 1`, values };
}

function alternatives(column: Column, operand: string): readonly string[] {
  const known = column.values;
  return known !== undefined && Object.hasOwn(known, operand) ? (known[operand] ?? [operand]) : [operand];
}

function listOf(name: string, operand: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(operand);
    if (Array.isArray(value)) return value.map(String);
  } catch {
    // Falls through to the message.
  }
  throw invalid(`The filter \`${name}\` wants a list: oneof:["a", "b"].`);
}

function operandOf(name: string, type: ColumnType, operand: string): Bound {
  switch (type) {
    case "text":
      return operand;
    case "number": {
      const value = operand.trim() === "" ? Number.NaN : Number(operand);
      if (Number.isNaN(value))
        throw invalid(`The filter \`${name}\` wants a number, not ${JSON.stringify(operand)}.`);
      return value;
    }
    case "time":
      return timeOf(name, operand);
    case "boolean": {
      const value = { true: 1, "1": 1, false: 0, "0": 0 }[operand.toLowerCase()];
      if (value === undefined) throw invalid(`The filter \`${name}\` wants true or false.`);
      return value;
    }
  }
}

/** Times without a zone are UTC, as all times of the API. */
function timeOf(name: string, operand: string): number {
  const text = operand.trim().replace(" ", "T");
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = Date.parse(zoned ? text : text.includes("T") ? `${text}Z` : `${text}T00:00:00Z`);
  if (Number.isNaN(time)) {
    throw invalid(
      `The filter \`${name}\` wants a time such as 2026-01-31 12:00:00, not ${JSON.stringify(operand)}.`,
    );
  }
  return time;
}

/** `accuracy:gt:0.9`: the newest value of the key meets the condition. */
export function metadataCondition(target: string, filter: Json): Condition {
  const [, key, rest] = typeof filter === "string" ? (/^([^:]+):(.*)$/s.exec(filter) ?? []) : [];
  if (key === undefined || rest === undefined) {
    throw invalid(
      `A filter on metadata is written as key:value or key:operator:value, such as accuracy:gt:0.9.`,
    );
  }
  const { operator, operand } = readOperator(rest);
  const asNumber = operand.trim() === "" ? Number.NaN : Number(operand);
  const ordered = operator === "gt" || operator === "gte" || operator === "lt" || operator === "lte";
  const numeric = !Number.isNaN(asNumber) && (ordered || operator === "equals" || operator === "notequals");
  const value = numeric ? numberSql : textSql;
  const condition = compare(
    "run_metadata",
    { sql: value, type: numeric ? "number" : "text" },
    operator,
    operand,
  );
  return {
    sql: `EXISTS (SELECT 1 FROM metadata d WHERE d.target = ? AND d.target_id = e.id AND d.name = ? AND d.key = (
      SELECT max(n.key) FROM metadata n WHERE n.target = d.target AND n.target_id = d.target_id AND n.name = d.name)
      AND ${condition.sql})`,
    values: [target, key, ...condition.values],
  };
}

const numberSql = `CASE WHEN json_type(d.value) IN ('integer', 'real') THEN json_extract(d.value, '$')
  WHEN json_type(d.value) = 'text' AND json_extract(d.value, '$') GLOB '[-0-9]*' THEN CAST(json_extract(d.value, '$') AS REAL) END`;
/** `True` is how Python writes it, and how people do. */
const textSql = `CASE json_type(d.value) WHEN 'true' THEN 'True' WHEN 'false' THEN 'False'
  ELSE CAST(json_extract(d.value, '$') AS TEXT) END COLLATE NOCASE`;

export function join(conditions: readonly Condition[], operator: "AND" | "OR"): Condition {
  if (conditions.length === 0) return { sql: "1", values: [] };
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(` ${operator} `)})`,
    values: conditions.flatMap(({ values }) => values),
  };
}
