/** What the comparison of runs and its host say to each other. */
import type { RunStatus } from "../../core/entities";
import { commonStrings, type Translator } from "../messages";

export interface ComparedRun {
  readonly id: string;
  readonly label: string;
  readonly status: RunStatus;
  readonly started: number;
  readonly durationMs: number | null;
}

export type CellValue = string | number | boolean | null;

/** One thing that the runs may differ in; a value for each run in the order of `runs`. */
export interface ComparedRow {
  readonly group: "parameters" | "metrics" | "artifacts" | "durations" | "code" | "configuration";
  readonly name: string;
  readonly values: readonly CellValue[];
  /** Where a value leads: an artifact version for each run. */
  readonly artifactVersionIds: readonly (string | null)[] | null;
  readonly differs: boolean;
}

export interface CompareSnapshot {
  readonly runs: readonly ComparedRun[];
  readonly rows: readonly ComparedRow[];
}

export type CompareCommand =
  | { readonly do: "openRun"; readonly runId: string }
  | { readonly do: "openArtifact"; readonly artifactVersionId: string }
  | { readonly do: "exportCsv" };

export interface CompareContract {
  readonly state: CompareSnapshot;
  readonly delta: never;
  readonly event: never;
  readonly command: CompareCommand;
  readonly requests: Readonly<Record<string, never>>;
}

/** The page's texts, translated by the host. */
export function compareStrings(l10n: Translator) {
  return {
    ...commonStrings(l10n),
    title: l10n.t("{0} runs compared"),
    differencesOnly: l10n.t("Differences only"),
    exportCsv: l10n.t("Export CSV"),
    run: l10n.t("Run"),
    status: l10n.t("Status"),
    started: l10n.t("Started"),
    took: l10n.t("Took"),
    parameters: l10n.t("Parameters"),
    metrics: l10n.t("Metrics"),
    artifacts: l10n.t("Artifacts"),
    durations: l10n.t("Durations of steps"),
    code: l10n.t("Code"),
    configuration: l10n.t("Configuration"),
    nothingDiffers: l10n.t("Nothing differs. Show all rows to see what is the same."),
    coordinates: l10n.t("Parallel coordinates"),
    coordinatesHelp: l10n.t("Each line is a run; each axis a parameter or metric that differs."),
    sameAsFirst: l10n.t("same as the first"),
  };
}
export type CompareStrings = ReturnType<typeof compareStrings>;
