/** What may be logged as metadata: JSON values of bounded size; larger ones are left out and named (zenml-semantics §4.7). */
import type { MetadataTarget } from "../../core/entities";
import type { JsonObject } from "../../core/json";
import type { Draft } from "./draft";

/** Of one value, written as JSON. */
export const MAX_VALUE_LENGTH = 65_535;

/** Answers one line for each value that was left out. */
export function logMetadata(
  draft: Draft,
  target: MetadataTarget,
  targetId: string,
  values: JsonObject,
): readonly string[] {
  const skipped: string[] = [];
  const kept = Object.entries(values).filter(([key, value]) => {
    const { length } = JSON.stringify(value);
    if (length <= MAX_VALUE_LENGTH) return true;
    skipped.push(
      `Metadata \`${key}\` is ${length} characters long; values over ${MAX_VALUE_LENGTH} are not stored.`,
    );
    return false;
  });
  if (kept.length > 0) {
    draft.add({
      type: "metadata.logged",
      target,
      targetId,
      values: Object.fromEntries(kept),
      time: draft.time,
    });
  }
  return skipped;
}
