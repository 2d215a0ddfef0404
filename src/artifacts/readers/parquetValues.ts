/** Values of parquet files as JSON. Only what is looked at is converted: a page holds far more than that. */
import type { Json } from "../../core/json";
import { bigintJson, moment, numberJson } from "./npyTypes";
import { offsetText, type Zone } from "./zones";

const MOST_TEXT = 10_000;
const MOST_BYTES = 1000;
const MOST_ITEMS = 1000;
const DEPTH = 8;

/** How many of a unit are a minute, and a millisecond. */
const PER_MINUTE: Readonly<Record<string, bigint>> = {
  ms: 60_000n,
  us: 60_000_000n,
  ns: 60_000_000_000n,
};

/** A time as it stands in the file. */
class Ticks {
  constructor(
    private readonly value: bigint,
    private readonly unit: string,
  ) {}

  toJson(zone: Zone | null): Json {
    const { value, unit } = this;
    const perMinute = PER_MINUTE[unit];
    if (zone === null || perMinute === undefined) return moment(value, unit);
    const offset = zone.offset((Number(value) / Number(perMinute)) * 60_000);
    const there = moment(value + BigInt(offset) * perMinute, unit);
    return typeof there === "string" ? `${there}${offsetText(offset)}` : there;
  }
}

export const parsers = {
  timestampFromMilliseconds: (value: bigint) => new Ticks(value, "ms"),
  timestampFromMicroseconds: (value: bigint) => new Ticks(value, "us"),
  timestampFromNanoseconds: (value: bigint) => new Ticks(value, "ns"),
  dateFromDays: (value: number) => new Ticks(BigInt(value), "D"),
};

export function toJson(value: unknown, zone: Zone | null = null, depth = DEPTH): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return numberJson(value);
  if (typeof value === "string") return value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}…` : value;
  if (typeof value === "boolean") return value;
  if (typeof value === "bigint") return bigintJson(value);
  if (value instanceof Ticks) return value.toJson(zone);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, MOST_BYTES)).toString("hex");
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => toJson(item, zone, depth - 1));
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, zone, depth - 1)]));
}
