/** What a re-run takes over from an earlier run, and what it executes (architecture: re-run from here, only this, what failed). */
import type { StepRun } from "../../core/entities";
import { HeadraceError } from "../../core/errors";
import { withBelow, type StepGraph } from "../../core/graph";
import { isStepDone } from "../../core/status";
import type { StoreReader } from "../../store/reader";
import type { RerunRequest } from "../api";
import type { Plan } from "./plan";
import type { Reuse } from "./state";

export function planReuse(reader: StoreReader, plan: Plan, request: RerunRequest): Reuse {
  const run = reader.run(request.runId);
  if (run === null) {
    throw new HeadraceError("not-found", `The run to repeat (${request.runId}) does not exist any more.`, {
      advice: "Run the pipeline as a whole.",
    });
  }
  const before = new Map(reader.steps(run.id).map((step) => [step.invocation, step]));
  const forced = forcedSteps(plan, request, before);
  const reused = new Map<number, string>();
  for (const { index, invocation } of plan.steps) {
    const step = before.get(invocation.id);
    if (!forced.has(index) && step !== undefined && isStepDone(step.status)) reused.set(index, step.id);
  }
  return {
    runId: run.id,
    runName: run.name,
    reused,
    forced,
    leftOut: leftOut(plan, request, forced, reused),
  };
}

function forcedSteps(
  plan: Plan,
  request: RerunRequest,
  before: ReadonlyMap<string, StepRun>,
): ReadonlySet<number> {
  if (request.mode === "failed") {
    const undone = plan.steps.filter(
      ({ invocation }) => !isStepDone(before.get(invocation.id)?.status ?? "waiting"),
    );
    return new Set(undone.map(({ index }) => index));
  }
  const chosen = request.invocations.map((invocation) => plan.graph.indexOf(invocation));
  return request.mode === "from" ? withBelow(plan.graph, chosen) : new Set(chosen);
}

/** With `only`, steps that are neither chosen, nor needed for the chosen, nor to be taken over. */
function leftOut(
  plan: Plan,
  request: RerunRequest,
  forced: ReadonlySet<number>,
  reused: ReadonlyMap<number, string>,
): ReadonlySet<number> {
  if (request.mode !== "only") return new Set();
  const needed = withAbove(plan.graph, forced);
  return new Set(
    plan.steps.map(({ index }) => index).filter((index) => !needed.has(index) && !reused.has(index)),
  );
}

function withAbove(graph: StepGraph, roots: Iterable<number>): ReadonlySet<number> {
  const reached = new Set<number>(roots);
  for (const index of reached) {
    for (const source of graph.upstream[index] ?? []) reached.add(source);
  }
  return reached;
}
