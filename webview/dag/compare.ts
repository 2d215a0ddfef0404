/** How what is shown differs from another run of the pipeline. */
import { fill } from "../../src/panels/messages";
import type { DagArtifact, DagComparison, DagRun, DagState, DagStrings } from "../../src/panels/dag/messages";
import { formatDuration } from "../ui/format";

/** Below this a difference is noise. */
const NOISE_MS = 50;

export interface Compared {
  readonly kind: "slower" | "faster" | "new";
  /** For the card: `+1.2 s`. */
  readonly short: string;
  readonly long: string;
}

/** How a step differs from the same one in the other run; null where it took as long, or is still to be run. */
export function comparisonOf(
  strings: DagStrings,
  comparison: DagComparison | null,
  step: string,
  took: number | null,
): Compared | null {
  if (comparison === null) return null;
  const { index } = comparison.run;
  if (comparison.statuses[step] === undefined)
    return { kind: "new", short: strings.newShort, long: fill(strings.isNew, index) };
  const before = comparison.durations[step];
  if (before === undefined || took === null || Math.abs(took - before) < NOISE_MS) return null;
  const amount = formatDuration(Math.abs(took - before));
  return took > before
    ? { kind: "slower", short: `+${amount}`, long: fill(strings.slower, amount, index) }
    : { kind: "faster", short: `−${amount}`, long: fill(strings.faster, amount, index) };
}

/** Whether both runs made it, with another content. */
export function differs(comparison: DagComparison | null, { id, digest }: DagArtifact): boolean {
  const before = comparison?.digests[id];
  return before !== undefined && digest !== null && before !== digest;
}

/** `Against run 6: +4.2 s · 3 artifacts differ · 1 step is new`. */
export function comparisonSummary(strings: DagStrings, state: DagState): string | null {
  const { comparison, run } = state;
  if (comparison === null || run === null) return null;
  const changed = state.artifacts.filter((artifact) => differs(comparison, artifact)).length;
  const added = state.steps.filter((step) => comparison.statuses[step.id] === undefined).length;
  const parts = [
    timeBetween(strings, run, comparison.run),
    counted(changed, strings.oneDiffers, strings.someDiffer) ?? strings.noneDiffers,
    counted(added, strings.oneNew, strings.someNew),
  ];
  return fill(strings.against, comparison.run.index, parts.filter((part) => part !== null).join(" · "));
}

function timeBetween(strings: DagStrings, run: DagRun, other: DagRun): string | null {
  if (run.finished === null || other.finished === null) return null;
  const difference = run.finished - run.started - (other.finished - other.started);
  if (Math.abs(difference) < NOISE_MS) return strings.asLong;
  return `${difference > 0 ? "+" : "−"}${formatDuration(Math.abs(difference))}`;
}

function counted(count: number, one: string, some: string): string | null {
  return count === 0 ? null : count === 1 ? one : fill(some, count);
}
