/** The graph of a pipeline's invocations: checked before a run exists, then asked who waits for whom. Linear in its size. */
import { HeadraceError, type SourceLocation } from "./errors";
import type { InputSpec, InvocationSpec } from "./spec";

export interface StepGraph {
  /** Indices of invocations, each after everything that it needs; the written order where that is already one. */
  readonly order: readonly number[];
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
  indexOf(invocation: string): number;
}

type Located = Pick<InvocationSpec, "id" | "call" | "inputs" | "outputs" | "after">;

/** Builds the graph, or says which invocation is wrong and where it is called. */
export function buildGraph(invocations: readonly Located[]): StepGraph {
  const byId = new Map<string, number>();
  invocations.forEach((invocation, index) => {
    if (byId.has(invocation.id)) throw duplicate(invocation);
    byId.set(invocation.id, index);
  });
  const upstream = invocations.map((invocation) => upstreamOf(invocation, invocations, byId));
  const downstream: number[][] = invocations.map(() => []);
  upstream.forEach((sources, index) => sources.forEach((source) => downstream[source]?.push(index)));
  return {
    order: sorted(upstream, invocations),
    upstream,
    downstream,
    indexOf: (invocation) => {
      const index = byId.get(invocation);
      if (index === undefined) throw new HeadraceError("not-found", `No step with the id \`${invocation}\`.`);
      return index;
    },
  };
}

/** Everything that lies below the given invocations, themselves included. */
export function withBelow(graph: StepGraph, roots: Iterable<number>): ReadonlySet<number> {
  const reached = new Set<number>(roots);
  for (const index of reached) {
    for (const next of graph.downstream[index] ?? []) reached.add(next);
  }
  return reached;
}

/** Calls `visit` for each output of an upstream step that the input holds, lists included. */
export function eachOutputReference(
  input: InputSpec,
  visit: (invocation: string, output: string) => void,
): void {
  if (input.kind === "output") visit(input.invocation, input.output);
  else if (input.kind === "list") input.items.forEach((item) => eachOutputReference(item, visit));
}

function upstreamOf(
  invocation: Located,
  all: readonly Located[],
  byId: ReadonlyMap<string, number>,
): readonly number[] {
  const sources = new Set<number>();
  for (const input of Object.values(invocation.inputs)) {
    eachOutputReference(input, (id, output) => {
      const index = byId.get(id);
      const source = index === undefined ? undefined : all[index];
      if (index === undefined || source === undefined)
        throw unknownStep(invocation, id, "takes an output of");
      if (!source.outputs.some((declared) => declared.output === output))
        throw unknownOutput(invocation, source, output);
      sources.add(index);
    });
  }
  for (const id of invocation.after) {
    const index = byId.get(id);
    if (index === undefined) throw unknownStep(invocation, id, "comes after");
    sources.add(index);
  }
  return [...sources];
}

/** Depth first along upstream edges, in the written order and without recursion: chains may be 10,000 long. */
function sorted(
  upstream: readonly (readonly number[])[],
  invocations: readonly Located[],
): readonly number[] {
  const order: number[] = [];
  const state = new Uint8Array(upstream.length);
  const next = new Uint32Array(upstream.length);
  for (let root = 0; root < upstream.length; root += 1) {
    const path = state[root] === 0 ? [root] : [];
    state[root] ||= 1;
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const source = upstream[at]?.[next[at] ?? 0];
      if (source === undefined) {
        state[at] = 2;
        order.push(at);
        path.pop();
        continue;
      }
      next[at] = (next[at] ?? 0) + 1;
      if (state[source] === 1) throw cycle(path.slice(path.indexOf(source)), invocations);
      if (state[source] === 2) continue;
      state[source] = 1;
      path.push(source);
    }
  }
  return order;
}

function located(invocation: Located | undefined): { location?: SourceLocation } {
  return invocation?.call ? { location: invocation.call } : {};
}

function cycle(path: readonly number[], invocations: readonly Located[]): HeadraceError {
  const names = path.map((index) => `\`${invocations[index]?.id ?? ""}\``).reverse();
  const [first = ""] = names;
  const shown = names.length > 12 ? [...names.slice(0, 6), "…", ...names.slice(-5)] : names;
  const text =
    names.length === 1
      ? `Step ${first} waits for itself.`
      : `Steps wait for each other: ${[...shown, first].join(" → ")}.`;
  return new HeadraceError("cycle", text, {
    advice: "Remove one of these inputs or `after=` so that some step can start first.",
    pythonType: "RuntimeError",
    ...located(invocations[path.at(-1) ?? 0]),
  });
}

function duplicate(invocation: Located): HeadraceError {
  return new HeadraceError("invalid", `Duplicate step ID \`${invocation.id}\`.`, {
    advice: "Give each call its own `id=`, or leave `id=` out to get a number appended.",
    pythonType: "RuntimeError",
    ...located(invocation),
  });
}

function unknownStep(invocation: Located, id: string, how: string): HeadraceError {
  return new HeadraceError(
    "invalid",
    `Step \`${invocation.id}\` ${how} \`${id}\`, but the pipeline has no step with that id.`,
    { pythonType: "RuntimeError", ...located(invocation) },
  );
}

function unknownOutput(invocation: Located, source: Located, output: string): HeadraceError {
  const declared = source.outputs.map((known) => `\`${known.output}\``).join(", ");
  return new HeadraceError(
    "invalid",
    `Step \`${invocation.id}\` takes output \`${output}\` of \`${source.id}\`, which has ${declared === "" ? "no outputs" : `only ${declared}`}.`,
    { pythonType: "RuntimeError", ...located(invocation) },
  );
}
