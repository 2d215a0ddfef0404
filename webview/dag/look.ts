/** How states look and read: glyphs drawn on a 16 × 16 grid, words, and the footer of a step's card. */
import type { StepStatus } from "../../src/core/entities";
import { fill } from "../../src/panels/messages";
import type { DagStep, DagStrings } from "../../src/panels/dag/messages";
import { formatDuration, formatElapsed } from "../ui/format";

export type Status = StepStatus | "planned";

const ring = "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13z";

/** Strokes, so that they scale and print in one colour. */
export const glyphs: Readonly<Record<Status, string>> = {
  planned: "M8 2a6 6 0 0 1 4.2 1.7M14 8a6 6 0 0 1-1.8 4.3M8 14a6 6 0 0 1-4.2-1.7M2 8a6 6 0 0 1 1.8-4.3",
  waiting: ring,
  running: "M8 1.5a6.5 6.5 0 1 1-6.5 6.5",
  retrying: "M13.5 8a5.5 5.5 0 1 1-1.7-4M12.2 1.2v3h-3",
  retried: "M13.5 8a5.5 5.5 0 1 1-1.7-4M12.2 1.2v3h-3",
  completed: `${ring}M5 8.3l2.1 2.1L11.2 6`,
  cached: "M2.6 8a5.6 5.6 0 1 0 1.7-4M3.8 1.4v3h3M8 5v3.2l2.2 1.3",
  failed: `${ring}M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6`,
  skipped: `${ring}M3.6 12.4l8.8-8.8`,
  cancelled: `${ring}M6 6h4v4h-4z`,
  interrupted: `${ring}M8 4.6v4.2M8 11v.4`,
};

export function isRunning(status: Status): boolean {
  return status === "running" || status === "retrying";
}

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
