/** Who leads to whom. */

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The node, and everything above it, below it, or both. */
export function lineage(
  edges: readonly Arrow[],
  root: string,
  way: "up" | "down" | "both",
): ReadonlySet<string> {
  const reached = new Set([root]);
  if (way !== "down") follow(neighbours(edges, "up"), root, reached);
  if (way !== "up") follow(neighbours(edges, "down"), root, reached);
  return reached;
}

/** The node, and what an edge joins it with. */
export function nextTo(edges: readonly Arrow[], node: string): ReadonlySet<string> {
  const near = new Set([node]);
  for (const { from, to } of edges) {
    if (from === node) near.add(to);
    if (to === node) near.add(from);
  }
  return near;
}

export function neighbours(
  edges: readonly Arrow[],
  way: "up" | "down",
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [key, value] = way === "up" ? [to, from] : [from, to];
    const list = found.get(key);
    if (list === undefined) found.set(key, [value]);
    else list.push(value);
  }
  return found;
}

function follow(next: ReadonlyMap<string, readonly string[]>, root: string, reached: Set<string>): void {
  const seen = new Set([root]);
  for (const node of seen) {
    reached.add(node);
    for (const other of next.get(node) ?? []) seen.add(other);
  }
}
