/**
 * What is very long and narrow is cut between ranks and goes on in the next column, as text does in a newspaper: the drawing
 * keeps its direction, and what crosses a cut is led back around the column's end. Coordinates are those of the layout:
 * `across` along a rank, `along` from rank to rank. Where a frame is open nothing is wrapped: a frame that was cut in two would
 * show one group as several, and whoever has opened one looks at it closely rather than at the whole.
 */

/** Shorter than this, or broader than a part of its length, is seen well enough as it is. */
const LEAST_LENGTH = 2_400;
const LEAST_SHAPE = 5;
/** A column that begins with something slighter than what stands above the cut counts as this much of an edge. */
const SLIGHT = 0.5;
/** More edges than this around a column's end would be a knot. */
const MOST_CROSSING = 3;
/** How far from where columns would be equally long a cut may lie, as a part of a column. */
const PLAY = 0.2;
const GUTTER = 48;
const LANE = 8;
const LEAD = 14;

export interface Step {
  readonly across: number;
  readonly along: number;
}

export interface Routed {
  readonly id: string;
  readonly back: boolean;
  /** It goes around corners. */
  readonly cornered: boolean;
  readonly points: readonly Step[];
}

export interface Placed extends Step {
  readonly node: number;
  readonly rank: number;
}

export interface Strip {
  readonly breadth: number;
  readonly length: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly Routed[];
}

export interface Ranks {
  readonly top: ArrayLike<number>;
  readonly bottom: ArrayLike<number>;
  readonly count: number;
  /** Of each edge: the ranks of its upper and its lower end. */
  readonly spans: readonly (readonly [upper: number, lower: number])[];
}

/** As broad as `aspect` times its length; the same as it was where there is no good way to cut it. */
export function wrapped(strip: Strip, ranks: Ranks, aspect: number): Strip {
  const { breadth, length } = strip;
  if (length < LEAST_LENGTH || length < breadth * LEAST_SHAPE) return strip;
  const columns = Math.round(Math.sqrt((aspect * length) / (breadth + GUTTER)));
  const cuts = columns < 2 ? null : cutsOf(ranks, length, columns);
  return cuts === null || cuts.length === 0 ? strip : new Columns(strip, ranks, cuts).strip();
}

/** The last rank of each column but the last; null when too much would cross. */
function cutsOf(ranks: Ranks, length: number, columns: number): readonly number[] | null {
  const crossing = crossings(ranks);
  const cuts: number[] = [];
  for (let column = 1; column < columns; column++) {
    const ideal = (length * column) / columns;
    const best = bestCut(ranks, crossing, ideal, (PLAY * length) / columns, (cuts.at(-1) ?? -1) + 1);
    if (best === null) return null;
    cuts.push(best);
  }
  return cuts;
}

function bestCut(
  { top, bottom, count }: Ranks,
  crossing: Int32Array,
  ideal: number,
  play: number,
  from: number,
): number | null {
  const depth = (rank: number): number => (bottom[rank] ?? 0) - (top[rank] ?? 0);
  let best: number | null = null;
  let least = Infinity;
  for (let rank = from; rank < count - 1; rank++) {
    const distance = Math.abs((bottom[rank] ?? 0) - ideal);
    const edges = crossing[rank] ?? 0;
    if (distance > play || edges > MOST_CROSSING) continue;
    const cost = edges + distance / play + (depth(rank + 1) < depth(rank) ? SLIGHT : 0);
    if (cost >= least) continue;
    least = cost;
    best = rank;
  }
  return best;
}

/** How many edges go from each rank, or above it, to below it. */
function crossings({ count, spans }: Ranks): Int32Array {
  const change = new Int32Array(count + 1);
  for (const [upper, lower] of spans) {
    change[upper] = (change[upper] ?? 0) + 1;
    change[lower] = (change[lower] ?? 0) - 1;
  }
  let open = 0;
  return change.map((difference) => (open += difference));
}

class Columns {
  /** Where each column begins, along. */
  readonly #starts: readonly number[];
  readonly #lengths: readonly number[];
  readonly #columnOf: Int32Array;
  readonly #stride: number;
  readonly #head: number;
  /** How many edges were led around the end of each column so far. */
  readonly #lanes: number[];

  constructor(
    private readonly whole: Strip,
    ranks: Ranks,
    cuts: readonly number[],
  ) {
    const firsts = [0, ...cuts.map((cut) => cut + 1)];
    const lasts = [...cuts, ranks.count - 1];
    this.#starts = firsts.map((rank) => ranks.top[rank] ?? 0);
    this.#lengths = lasts.map((rank, column) => (ranks.bottom[rank] ?? 0) - (this.#starts[column] ?? 0));
    this.#columnOf = new Int32Array(ranks.count);
    firsts.forEach((first, column) => this.#columnOf.fill(column, first));
    this.#lanes = firsts.map(() => 0);
    this.#head = LEAD + LANE * MOST_CROSSING;
    this.#stride = whole.breadth + GUTTER + LANE * MOST_CROSSING;
  }

  strip(): Strip {
    const { nodes, edges, breadth } = this.whole;
    const columns = this.#starts.length;
    return {
      breadth: this.#stride * (columns - 1) + breadth,
      length: Math.max(...this.#lengths) + 2 * this.#head,
      nodes: nodes.map((node) => ({ ...node, ...this.#moved(node, this.#columnOf[node.rank] ?? 0) })),
      edges: edges.map((edge) => this.#led(edge)),
    };
  }

  #moved({ across, along }: Step, column: number): Step {
    return {
      across: across + column * this.#stride,
      along: along - (this.#starts[column] ?? 0) + this.#head,
    };
  }

  #led(edge: Routed): Routed {
    const points: Step[] = [];
    let column = -1;
    let before: Step | null = null;
    for (const point of edge.points) {
      const here = this.#columnAt(point.along);
      for (; before !== null && column < here; column++) points.push(...this.#around(column, before, point));
      points.push(this.#moved(point, here));
      column = here;
      before = point;
    }
    return { ...edge, points, cornered: points.length > edge.points.length };
  }

  #columnAt(along: number): number {
    let column = 0;
    while (column + 1 < this.#starts.length && along >= (this.#starts[column + 1] ?? Infinity)) column++;
    return column;
  }

  /** Down out of the column, up beside it, and down into the next one. */
  #around(column: number, from: Step, to: Step): readonly Step[] {
    const lane = this.#lanes[column] ?? 0;
    this.#lanes[column] = lane + 1;
    const aside = LEAD + LANE * lane;
    const end = (this.#lengths[column] ?? 0) + this.#head + aside;
    const gutter = column * this.#stride + this.whole.breadth + GUTTER / 2 + LANE * lane;
    const begin = this.#head - aside;
    return [
      { across: from.across + column * this.#stride, along: end },
      { across: gutter, along: end },
      { across: gutter, along: begin },
      { across: to.across + (column + 1) * this.#stride, along: begin },
    ];
  }
}
