/** Which version a new artifact version gets, and which one is the latest (zenml-semantics §1.4). */
import { HeadraceError } from "./errors";

export interface VersionNumbering {
  readonly version: string;
  /** Null for text that is no number: the counter ignores it. */
  readonly versionNumber: number | null;
}

export interface KnownVersions {
  /** The highest number in use; 0 when there is none. */
  readonly highestNumber: number;
  has(version: string): boolean;
}

/**
 * `null` takes the next number; a number or text of digits becomes both version and number; other text is a version of
 * its own. A version that exists is refused: versions are immutable.
 */
export function decideVersion(
  artifact: string,
  requested: string | number | null,
  known: KnownVersions,
): VersionNumbering {
  if (requested === null) {
    const next = nextFree(known);
    return { version: String(next), versionNumber: next };
  }
  const version = checkedVersion(artifact, requested);
  if (known.has(version)) {
    throw new HeadraceError(
      "already-exists",
      `Unable to create artifact version ${artifact} (version ${version}): An artifact with the same name and version already exists.`,
      {
        advice: "Leave the version out to get the next number, or choose a version that is not taken.",
        pythonType: "EntityExistsError",
      },
    );
  }
  return { version, versionNumber: /^\d+$/.test(version) ? Number(version) : null };
}

/** `01` is number 1 but not the text `1`: skip whatever text the next number would collide with. */
function nextFree(known: KnownVersions): number {
  let next = known.highestNumber + 1;
  while (known.has(String(next))) next += 1;
  return next;
}

function checkedVersion(artifact: string, requested: string | number): string {
  const version = String(requested);
  const valid =
    typeof requested === "number"
      ? Number.isSafeInteger(requested) && requested >= 0
      : requested.trim() !== "" && requested.length <= 255 && !/\p{Cc}/u.test(requested);
  if (valid) return version;
  throw new HeadraceError(
    "invalid",
    `${JSON.stringify(version.slice(0, 60))} is no valid version for artifact \`${artifact}\`.`,
    { advice: "A version is a whole number or a short text such as `1.2.0`.", pythonType: "ValueError" },
  );
}

/** Latest means most recently created, not highest number; of equal times the one that was decided later. */
export function latestOf<V extends { readonly created: number }>(versions: Iterable<V>): V | null {
  let latest: V | null = null;
  for (const version of versions) {
    if (latest === null || version.created >= latest.created) latest = version;
  }
  return latest;
}
