/** The summary of a column, computed while its rows go by. */
import { goOn, unattended } from "../../core/asking";
import type { Json } from "../../core/json";
import { MOST_QUERIED, type RowReader, textOf } from "./query";
import type { ColumnSummary, TableColumn } from "./source";
import { NumberStatistics, ValueCounts } from "./statistics";

const LONGEST_VALUE = 200;

export async function summarizeColumn(
  reader: RowReader,
  column: TableColumn,
  at: number,
  asking = unattended,
): Promise<ColumnSummary> {
  const numbers = column.kind === "number" ? new NumberStatistics() : null;
  const values = new ValueCounts();
  let count = 0;
  let missing = 0;
  let limitedTo: number | null = null;
  for await (const batch of reader.scan([at])) {
    for (const value of batch.columns[0] ?? []) {
      if (value === null || value === "NaN") missing += 1;
      else values.add(textOf(value).slice(0, LONGEST_VALUE));
      numbers?.add(numberOf(value));
    }
    count += batch.length;
    goOn(asking, count / Math.max(1, reader.rows.count));
    if (count >= MOST_QUERIED && count < reader.rows.count) {
      limitedTo = count;
      break;
    }
  }
  return {
    count,
    missing,
    distinct: values.distinct,
    number: numbers?.summary() ?? null,
    top: values.top(),
    limitedTo,
  };
}

function numberOf(value: Json): number | null {
  if (typeof value === "number") return value;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  const number = typeof value === "string" ? Number(value) : NaN;
  return Number.isNaN(number) ? null : number;
}
