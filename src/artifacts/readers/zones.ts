/** How far clocks in a time zone stand from UTC at a moment. */

const QUARTER_MS = 15 * 60_000;
const FORMAT = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;

/** Remembers what it was asked: clocks are only set at quarters of an hour. */
export class Zone {
  private readonly offsets = new Map<number, number>();
  private readonly format: Intl.DateTimeFormat | null;

  /** A zone that nobody knows is taken for UTC. */
  constructor(name: string) {
    this.format = formatOf(name);
  }

  /** In minutes, east of Greenwich positive. */
  offset(milliseconds: number): number {
    if (this.format === null || !(Math.abs(milliseconds) <= 8.64e15)) return 0;
    const quarter = Math.floor(milliseconds / QUARTER_MS);
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    const at = quarter * QUARTER_MS;
    const offset = Math.round((wallClock(this.format, at) - at) / 60_000);
    this.offsets.set(quarter, offset);
    return offset;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  if (timeZone === "UTC") return null;
  try {
    return new Intl.DateTimeFormat("en-US", { ...FORMAT, timeZone });
  } catch {
    return null;
  }
}

/** What clocks there show, as if it were UTC. */
function wallClock(format: Intl.DateTimeFormat, milliseconds: number): number {
  const parts = new Map(format.formatToParts(milliseconds).map(({ type, value }) => [type, Number(value)]));
  const [year = 0, month = 1, day, hour, minute, second] = [
    ...(["year", "month", "day", "hour", "minute", "second"] as const),
  ].map((part) => parts.get(part) ?? 0);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** `+01:00` */
export function offsetText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}
