/** The layout off the page's thread, for graphs that would hold it up. */
import { layout } from "./layout";
import { seeded } from "./random";
import { defaultOptions, type LayoutInput } from "./types";

interface Scope {
  onmessage: ((event: MessageEvent<{ readonly id: number; readonly input: LayoutInput }>) => void) | null;
  postMessage(message: unknown): void;
}
const scope = self as unknown as Scope;

let asked = false;

scope.onmessage = ({ data }) => {
  asked = true;
  scope.postMessage({ id: data.id, drawing: layout(data.input) });
};

/** Sizes of graphs: from what is quickly done to what is like those that come. */
const PRACTICE = [20, 40, 60, 80, 100, 150, 150] as const;

/** Code that ran before runs several times as fast: the first large graph shouldn't be the one to wait for that. */
function practise(round: number): void {
  const nodes = PRACTICE[round];
  if (asked || nodes === undefined) return;
  layout({ ...pipelineOf(nodes), options: defaultOptions });
  // One small task after the other, so that a question that comes meanwhile is answered at once.
  setTimeout(() => practise(round + 1));
}

/** As uneven as real ones: what was made fast for one shape alone is slow again at the next. */
function pipelineOf(count: number): Pick<LayoutInput, "nodes" | "edges"> {
  const random = seeded(count);
  const below = (limit: number): number => Math.floor(random() * limit);
  const perRank = Math.ceil(Math.sqrt(count));
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: String(i),
    width: 90 + below(120) + (i % 3) / 2,
    height: i % 2 === 0 ? 52 : 28,
  }));
  const edges = nodes.slice(perRank).flatMap(({ id: to }, n) => {
    const rank = Math.floor(n / perRank);
    const sources = Array.from({ length: 1 + below(2) }, () => {
      const up = Math.min(rank, below(6) === 0 ? 1 : 0);
      return String((rank - up) * perRank + below(perRank));
    });
    return [...new Set(sources)].map((from) => ({ id: `${from}>${to}`, from, to }));
  });
  return { nodes, edges };
}

practise(0);
