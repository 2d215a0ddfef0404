/** Reading and measuring of a monthly series. */
import { readFileSync } from "node:fs";

export interface Month {
  readonly month: string;
  readonly passengers: number;
}

export function parseCsv(text: string): Month[] {
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => {
    const [month = "", passengers = ""] = line.split(",");
    return { month, passengers: Number(passengers) };
  });
}

export function readSeries(file: string): Month[] {
  return parseCsv(readFileSync(file, "utf8"));
}

/** Mean absolute percentage error. */
export function percentageError(actual: readonly number[], forecast: readonly number[]): number {
  const errors = actual.map((value, at) => Math.abs((value - (forecast[at] ?? 0)) / value));
  return (100 * errors.reduce((sum, error) => sum + error, 0)) / errors.length;
}
