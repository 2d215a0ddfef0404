/** Which model version a `Model(name, version)` means, and what promoting does (zenml-semantics §4.2, §4.3). */
import type { ModelVersion, Stage } from "./entities";
import { HeadraceError } from "./errors";

export const STAGES: readonly Stage[] = ["staging", "production", "archived"];
/** What `ModelStages` holds in the ZenML API: the stages, the absence of one, and the highest number. */
export const STAGE_NAMES: readonly string[] = ["none", ...STAGES, "latest"];

export type VersionReference =
  | { readonly by: "new" }
  | { readonly by: "name"; readonly name: string }
  | { readonly by: "number"; readonly number: number }
  | { readonly by: "stage"; readonly stage: Stage | "none" | "latest" };

/** Reads `Model.version`: nothing → new, a stage's name → stage, digits → number, other text → name. */
export function readVersionReference(version: string | number | null): VersionReference {
  if (version === null) return { by: "new" };
  if (typeof version === "number") return { by: "number", number: version };
  if (isStageName(version)) return { by: "stage", stage: version };
  return /^\d+$/.test(version) ? { by: "number", number: Number(version) } : { by: "name", name: version };
}

function isStageName(text: string): text is Stage | "none" | "latest" {
  return STAGE_NAMES.includes(text);
}

/** What the rules need to know of one model's versions. */
export interface KnownModelVersions {
  /** Over all versions, custom-named ones included; 0 when there is none. */
  readonly highestNumber: number;
  byName(name: string): ModelVersion | null;
  byNumber(number: number): ModelVersion | null;
  /** `none`: the newest without a stage. */
  byStage(stage: Stage | "none"): ModelVersion | null;
  /** The one that was created, by number, for a run. */
  ofRun(runId: string): ModelVersion | null;
}

export type ModelVersionDecision =
  { readonly found: ModelVersion } | { readonly create: { readonly name: string; readonly number: number } };

/**
 * `null` is one new version per run; custom text is found or created; numbers and stages must exist (KeyError), so that
 * a typo never makes a version.
 */
export function decideModelVersion(
  model: string,
  version: string | number | null,
  known: KnownModelVersions,
  runId: string | null,
): ModelVersionDecision {
  const reference = readVersionReference(version);
  const next = known.highestNumber + 1;
  switch (reference.by) {
    case "new": {
      const shared = runId === null ? null : known.ofRun(runId);
      return shared === null ? { create: { name: String(next), number: next } } : { found: shared };
    }
    case "name": {
      const found = known.byName(reference.name);
      if (found !== null) return { found };
      checkNewVersionName(reference.name, "RuntimeError");
      return { create: { name: reference.name, number: next } };
    }
    case "number":
    case "stage":
      return { found: existingVersion(model, reference, known) };
  }
}

/** Finds without ever creating; missing is a KeyError that says what there is. */
export function findModelVersion(
  model: string,
  version: string | number | null,
  known: KnownModelVersions,
): ModelVersion {
  const reference = readVersionReference(version);
  return existingVersion(model, reference.by === "new" ? { by: "stage", stage: "latest" } : reference, known);
}

function existingVersion(
  model: string,
  reference: Exclude<VersionReference, { by: "new" }>,
  known: KnownModelVersions,
): ModelVersion {
  const found = lookUp(reference, known);
  if (found !== null) return found;
  const what =
    reference.by === "number"
      ? `No version with number ${reference.number}`
      : reference.by === "name"
        ? `No version named \`${reference.name}\``
        : reference.stage === "latest"
          ? "No version"
          : `No version in stage ${reference.stage}`;
  throw new HeadraceError("not-found", `${what} found for model \`${model}\`.`, {
    advice:
      known.highestNumber === 0
        ? `Model \`${model}\` has no versions yet: run a pipeline with Model(name="${model}") first.`
        : reference.by === "stage" && reference.stage !== "latest"
          ? `Promote a version of \`${model}\` to ${reference.stage} first.`
          : `Versions of \`${model}\` have numbers up to ${known.highestNumber}.`,
    pythonType: "KeyError",
  });
}

function lookUp(
  reference: Exclude<VersionReference, { by: "new" }>,
  known: KnownModelVersions,
): ModelVersion | null {
  switch (reference.by) {
    case "number":
      return known.byNumber(reference.number);
    case "name":
      return known.byName(reference.name);
    case "stage":
      return reference.stage === "latest"
        ? known.byNumber(known.highestNumber)
        : known.byStage(reference.stage);
  }
}

/**
 * Refuses names that would be read as a number or a stage. `Model(...)` raises RuntimeError, `Client` ValueError, each
 * with its own text.
 */
export function checkNewVersionName(name: string, pythonType: "RuntimeError" | "ValueError"): void {
  const reserved = STAGE_NAMES.includes(name.toLowerCase());
  if (!reserved && !/^\d+$/.test(name)) return;
  const text = reserved
    ? pythonType === "RuntimeError"
      ? `Cannot create a model version named ${name} as it matches one of the possible model version stages: ${STAGE_NAMES.join(", ")}.`
      : `Can't create model version with the name of a stage: ${name}.`
    : pythonType === "RuntimeError"
      ? `Cannot create a model version named ${name} as numeric model version names are reserved.`
      : "Can't create model version with custom numeric model version name.";
  throw new HeadraceError("invalid", text, {
    advice: "Leave the version out for the next number, or choose another name.",
    pythonType,
  });
}

export interface Staging {
  /** Null: nothing changes. */
  readonly stage: Stage | null;
  readonly changed: boolean;
  /** The version that gives the stage up and becomes archived. */
  readonly archives: ModelVersion | null;
}

/**
 * At most one version is in staging and one in production; taking a held stage needs `force`, which archives the holder.
 * Any number may be archived.
 */
export function decideStage(
  version: ModelVersion,
  target: string,
  holderOf: (stage: Stage) => ModelVersion | null,
  force: boolean,
): Staging {
  const stage = readStage(target);
  if (version.stage === stage) return { stage, changed: false, archives: null };
  if (stage === null || stage === "archived") return { stage, changed: true, archives: null };
  const holder = holderOf(stage);
  if (holder === null || holder.id === version.id) return { stage, changed: true, archives: null };
  if (!force) {
    throw new HeadraceError(
      "stage-occupied",
      `Model version ${holder.name} is in ${stage}, but \`force\` flag is False.`,
      { advice: `With force, version ${holder.name} becomes archived.`, pythonType: "RuntimeError" },
    );
  }
  return { stage, changed: true, archives: holder };
}

function readStage(target: string): Stage | null {
  if (target === "none") return null;
  const stage = STAGES.find((known) => known === target);
  if (stage !== undefined) return stage;
  throw new HeadraceError("invalid", `${JSON.stringify(target)} is no stage that a version can be set to.`, {
    advice: `Stages: none, ${STAGES.join(", ")}.`,
    pythonType: "ValueError",
  });
}
