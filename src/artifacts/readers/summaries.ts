/** The summary of a column, computed while its rows go by. */
import type { Json } from "../../core/json";
import { MOST_QUERIED, type RowReader, textOf } from "./query";
import type { ColumnSummary, TableColumn } from "./source";
import { NumberStatistics, ValueCounts } from "./statistics";

const BATCH = 2000;
const LONGEST_VALUE = 200;

export async function summarizeColumn(
  reader: RowReader,
  column: TableColumn,
  at: number,
): Promise<ColumnSummary> {
  const numbers = column.kind === "number" ? new NumberStatistics() : null;
  const values = new ValueCounts();
  let count = 0;
  let missing = 0;
  let more = true;
  while (more && count < MOST_QUERIED) {
    const rows = await reader.read(count, BATCH);
    for (const row of rows) {
      const value = row[at] ?? null;
      if (value === null || value === "NaN") missing += 1;
      else values.add(textOf(value).slice(0, LONGEST_VALUE));
      numbers?.add(numberOf(value));
    }
    count += rows.length;
    more = rows.length === BATCH;
  }
  return {
    count,
    missing,
    distinct: values.distinct,
    number: numbers?.summary() ?? null,
    top: values.top(),
    limitedTo: more ? count : null,
  };
}

function numberOf(value: Json): number | null {
  if (typeof value === "number") return value;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  const number = typeof value === "string" ? Number(value) : NaN;
  return Number.isNaN(number) ? null : number;
}
