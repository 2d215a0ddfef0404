/** How states read: words, and the footer of a step's card. */
import { fill } from "../../src/panels/messages";
import type { DagStep, DagStrings } from "../../src/panels/dag/messages";
import { formatDuration, formatElapsed } from "../ui/format";
import { isRunning, type Status } from "../ui/steps";

/** Steps that a run ended without reaching. */
export function isGhost(step: DagStep): boolean {
  return (
    step.status === "skipped" ||
    ((step.status === "cancelled" || step.status === "interrupted") && step.started === null)
  );
}

export function statusWord(strings: DagStrings, status: Status | "initializing"): string {
  return strings[status];
}

export function elapsed(step: DagStep, now: number): number | null {
  if (step.started === null) return null;
  if (step.finished !== null) return step.finished - step.started;
  return isRunning(step.status) ? now - step.started : null;
}

/** The second line of a step's card: what happened to it, and how long it took. */
export function footer(strings: DagStrings, step: DagStep, now: number): string {
  const word = statusWord(strings, step.status);
  if (step.status === "planned") return step.repeated === null ? word : repeatedWord(strings, step);
  if (step.status === "skipped" && step.skippedBecause !== null)
    return fill(strings.because, step.skippedBecause);
  if (isGhost(step)) return strings.notReached;
  const time = elapsed(step, now);
  if (time === null || step.status === "cached") return word;
  return `${word} · ${isRunning(step.status) ? formatElapsed(time) : formatDuration(time)}`;
}

/** The same where there is little room: what the glyph says already is left out. */
export function brief(strings: DagStrings, step: DagStep, now: number): string {
  const time = step.status === "cached" || isGhost(step) ? null : elapsed(step, now);
  if (time === null) return footer(strings, step, now);
  return isRunning(step.status) ? formatElapsed(time) : formatDuration(time);
}

function repeatedWord(strings: DagStrings, step: DagStep): string {
  return step.repeated === "loop" ? strings.inLoop : strings.underCondition;
}

/** How many members of a fold are in which state, the worst first: `3 failed · 1 running · 60 completed`. */
const order: readonly Status[] = [
  "failed",
  "running",
  "retrying",
  "interrupted",
  "cancelled",
  "waiting",
  "skipped",
  "retried",
  "completed",
  "cached",
  "planned",
];

export function tally(
  steps: readonly DagStep[],
): readonly { readonly status: Status; readonly count: number }[] {
  const counts = new Map<Status, number>();
  for (const step of steps) counts.set(step.status, (counts.get(step.status) ?? 0) + 1);
  return order.flatMap((status) => {
    const count = counts.get(status);
    return count === undefined ? [] : [{ status, count }];
  });
}

/** The state that speaks for several steps. */
export function worst(steps: readonly DagStep[]): Status {
  return tally(steps)[0]?.status ?? "planned";
}
