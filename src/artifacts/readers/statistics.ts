/** Statistics that grow with each value, so that a file of any size is read once. */
import type { Histogram, NumberSummary } from "../../core/preview";

const BINS = 20;
/** So many values are kept, evenly spaced, to draw the histogram from. */
const KEPT = 1 << 16;

export class NumberStatistics {
  private count = 0;
  private missing = 0;
  private finite = 0;
  private mean = 0;
  private squares = 0;
  private min = Infinity;
  private max = -Infinity;
  private kept: number[] = [];
  private stride = 1;

  /** Adds a value; null and NaN are missing. */
  add(value: number | null): void {
    this.count += 1;
    if (value === null || Number.isNaN(value)) {
      this.missing += 1;
      return;
    }
    if (!Number.isFinite(value)) return;
    if (this.finite % this.stride === 0) this.keep(value);
    this.finite += 1;
    const distance = value - this.mean;
    this.mean += distance / this.finite;
    this.squares += distance * (value - this.mean);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  summary(): NumberSummary {
    const some = this.finite > 0;
    const infinite = this.count - this.missing - this.finite;
    const deviation = Math.sqrt(this.squares / this.finite);
    return {
      count: this.count,
      missing: this.missing,
      ...(infinite > 0 ? { infinite } : {}),
      min: some ? this.min : null,
      max: some ? this.max : null,
      mean: some && Number.isFinite(this.mean) ? this.mean : null,
      std: some && Number.isFinite(deviation) ? deviation : null,
      histogram: some ? this.histogram() : null,
    };
  }

  private keep(value: number): void {
    this.kept.push(value);
    if (this.kept.length < KEPT) return;
    this.kept = this.kept.filter((_, at) => at % 2 === 0);
    this.stride *= 2;
  }

  private histogram(): Histogram | null {
    const width = this.max - this.min;
    if (!Number.isFinite(width)) return null;
    if (width === 0) return { edges: [this.min, this.max], counts: [this.finite] };
    const counts = new Array<number>(BINS).fill(0);
    for (const value of this.kept) {
      const bin = Math.min(BINS - 1, Math.floor(((value - this.min) / width) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const edges = Array.from({ length: BINS + 1 }, (_, at) => this.min + (width * at) / BINS);
    const scale = this.finite / this.kept.length;
    return { edges, counts: counts.map((count) => Math.round(count * scale)) };
  }
}

/** How often each value occurs, while there are not too many different ones. */
export class ValueCounts {
  private readonly counts = new Map<string, number>();
  private overflown = false;

  constructor(private readonly most = 10_000) {}

  add(value: string): void {
    const present = this.counts.get(value);
    if (present !== undefined) this.counts.set(value, present + 1);
    else if (this.counts.size < this.most) this.counts.set(value, 1);
    else this.overflown = true;
  }

  get distinct(): number | null {
    return this.overflown ? null : this.counts.size;
  }

  top(most = 10): { value: string; count: number }[] {
    return [...this.counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, most);
  }
}
