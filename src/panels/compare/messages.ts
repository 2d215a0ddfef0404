/** What the comparison of runs and its host say to each other. */
import type { RunStatus } from "../../core/entities";
import type { CodeComponent } from "../../core/spec";
import { commonStrings, fill, stepStrings, type Translator } from "../messages";

export interface ComparedRun {
  readonly id: string;
  readonly label: string;
  readonly status: RunStatus;
  readonly started: number;
  readonly durationMs: number | null;
  readonly note: string;
  /** What went wrong, in one line. */
  readonly failure: string | null;
}

export type CellValue = string | number | boolean | null;

/** A function, class, constant … of one run, against the same of the first run. */
export type CodeCell =
  | { readonly is: "absent" }
  /** Of the first run: how long it is; null when its text was not kept. */
  | { readonly is: "base"; readonly lines: number | null }
  | { readonly is: "same" }
  /** Null counts: the texts were not kept, so they can't be shown either. */
  | {
      readonly is: "changed";
      readonly lines: { readonly added: number; readonly removed: number } | null;
    };

export interface ComparedCode {
  readonly kind: CodeComponent["kind"] | "pipeline";
  /** Names it among the components of a run. */
  readonly id: string;
  readonly cells: readonly CodeCell[];
}

/** One thing that the runs may differ in; a value for each run in the order of `runs`. */
export interface ComparedRow {
  readonly group: "parameters" | "metrics" | "artifacts" | "durations" | "code" | "configuration";
  readonly name: string;
  readonly values: readonly CellValue[];
  /** Where a value leads: an artifact version for each run. */
  readonly artifactVersionIds: readonly (string | null)[] | null;
  readonly code: ComparedCode | null;
  readonly differs: boolean;
}

export interface CompareSnapshot {
  /** The others are compared with the first. */
  readonly runs: readonly ComparedRun[];
  readonly rows: readonly ComparedRow[];
}

export type CompareCommand =
  | { readonly do: "openRun" | "leaveOut" | "compareTo" | "showAllCode"; readonly runId: string }
  | { readonly do: "openArtifact"; readonly artifactVersionId: string }
  | { readonly do: "showCode"; readonly runId: string; readonly id: string }
  | { readonly do: "exportCsv" | "chooseRuns" };

export interface CompareContract {
  readonly state: CompareSnapshot;
  /** Small enough to be sent whole. */
  readonly delta: CompareSnapshot;
  readonly event: never;
  readonly command: CompareCommand;
  readonly requests: Readonly<Record<string, never>>;
}

/** The page's texts, translated by the host. */
export function compareStrings(l10n: Translator) {
  return {
    ...commonStrings(l10n),
    ...stepStrings(l10n),
    title: l10n.t("{0} runs compared"),
    differencesOnly: l10n.t("Differences only"),
    exportCsv: l10n.t("Export CSV"),
    chooseRuns: l10n.t("Choose Runs…"),
    leaveOut: l10n.t("Leave Out {0}"),
    compareTo: l10n.t("Compare the Others with {0}"),
    run: l10n.t("Run"),
    status: l10n.t("Status"),
    started: l10n.t("Started"),
    took: l10n.t("Took"),
    note: l10n.t("Note"),
    failure: l10n.t("Failure"),
    parameters: l10n.t("Parameters"),
    metrics: l10n.t("Metrics"),
    artifacts: l10n.t("Artifacts"),
    durations: l10n.t("Durations of steps"),
    code: l10n.t("Code"),
    configuration: l10n.t("Configuration"),
    nothingDiffers: l10n.t("Nothing differs. Show all rows to see what is the same."),
    oneLine: l10n.t("1 line"),
    lines: l10n.t("{0} lines"),
    sameCode: l10n.t("the same"),
    changedCode: l10n.t("changed"),
    absent: l10n.t("not used"),
    textNotKept: l10n.t("Which lines changed is not known: the text was not kept with these runs."),
    showChange: l10n.t("Show what changed in {0} (lines: {1} added, {2} removed)"),
    showAllCode: l10n.t("Show All Changes"),
    allChanges: l10n.t("All changes of the code"),
    coordinates: l10n.t("Parallel coordinates"),
    coordinatesHelp: l10n.t(
      "Each line is a run; each axis a parameter or metric that differs. Drag along an axis to keep the runs that pass there.",
    ),
    keepRange: l10n.t("Keep the runs between two values of {0}"),
    allRuns: l10n.t("Show All Runs"),
    kept: l10n.t("{0} of {1} runs"),
    noValue: l10n.t("none"),
  };
}
export type CompareStrings = ReturnType<typeof compareStrings>;

/** What a cell of code says, on the page and in a table that is exported. */
export function codeWords(cell: CodeCell, strings: CompareStrings): string {
  switch (cell.is) {
    case "absent":
      return strings.absent;
    case "same":
      return strings.sameCode;
    case "base":
      if (cell.lines === null) return "";
      return cell.lines === 1 ? strings.oneLine : fill(strings.lines, cell.lines);
    case "changed":
      return cell.lines === null ? strings.changedCode : `+${cell.lines.added} −${cell.lines.removed}`;
  }
}
