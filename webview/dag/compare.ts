import { fill } from "../../src/panels/messages";
import type { DagComparison, DagStrings } from "../../src/panels/dag/messages";
import { formatDuration } from "../ui/format";

/** Below this a difference is noise. */
const NOISE_MS = 50;

/** How a step's duration differs from that in the other run: `+1.2 s` for the card, a sentence for the tooltip. */
export function comparisonOf(
  strings: DagStrings,
  comparison: DagComparison | null,
  step: string,
  took: number | null,
): { readonly short: string; readonly long: string } | null {
  const before = comparison?.durations[step];
  if (comparison === null || before === undefined || took === null) return null;
  const difference = took - before;
  if (Math.abs(difference) < NOISE_MS) return null;
  const amount = formatDuration(Math.abs(difference));
  return difference > 0
    ? { short: `+${amount}`, long: fill(strings.slower, amount, comparison.run.index) }
    : { short: `−${amount}`, long: fill(strings.faster, amount, comparison.run.index) };
}
