/** The layout off the page's thread, for graphs that would hold it up. */
import { layout } from "./layout";
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

/** Code that ran before runs several times as fast: the first large graph shouldn't be the one to wait for that. */
function practise(rounds: number): void {
  if (asked || rounds === 0) return;
  layout({ ...latticeOf(10, 6), options: defaultOptions });
  // One small task after the other, so that a question that comes meanwhile is answered at once.
  setTimeout(() => practise(rounds - 1));
}

function latticeOf(ranks: number, perRank: number): Pick<LayoutInput, "nodes" | "edges"> {
  const name = (rank: number, i: number): string => `${rank}:${i % perRank}`;
  const nodes = Array.from({ length: ranks * perRank }, (_, n) => ({
    id: name(Math.floor(n / perRank), n),
    width: 180,
    height: 40,
  }));
  const edges = nodes.slice(perRank).flatMap(({ id }, n) => {
    const above = Math.floor(n / perRank);
    return [name(above, n), name(above, n * 5 + 3)].map((from) => ({ id: `${from}>${id}`, from, to: id }));
  });
  return { nodes, edges };
}

practise(24);
