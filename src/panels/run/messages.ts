/** What the page of a run and its host say to each other. */
import type { Failure, RunOrigin, RunStatus, Stage, StepStatus } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import { commonStrings, stepStrings, type Translator } from "../messages";

/** What of a run changes while it goes on, or when someone edits it. */
export interface RunHead {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly started: number;
  readonly finished: number | null;
  readonly tags: readonly string[];
  readonly note: string;
  readonly failure: Failure | null;
  /** This process executes it, so it can be cancelled here. */
  readonly live: boolean;
}

export interface RunOutput {
  readonly name: string;
  readonly versionId: string;
  readonly version: string;
  readonly summary: string;
}

/** What a step was given: artifact versions, or a value. */
export interface RunInput {
  readonly name: string;
  readonly versions: readonly RunOutput[];
  readonly value: Json | null;
}

export interface RunStep {
  readonly invocation: string;
  /** The function's name, shared by its invocations. */
  readonly step: string;
  readonly status: StepStatus;
  readonly started: number | null;
  readonly finished: number | null;
  readonly attempt: number;
  /** In words: why it was cached, or why it ran again. */
  readonly cacheReason: string | null;
  /** Invocation that failed above it. */
  readonly skippedBecause: string | null;
  readonly inputs: readonly RunInput[];
  readonly outputs: readonly RunOutput[];
  /** What was chosen for this step alone, with where each comes from. */
  readonly config: readonly ConfigValue[];
  readonly failure: Failure | null;
}

export interface ConfigValue {
  readonly name: string;
  readonly value: Json;
  /** `YAML configs/a.yaml`; null when it is written in the code, or the default. */
  readonly origin: string | null;
}

export interface RunSnapshot {
  readonly head: RunHead;
  /** In the pipeline's order. */
  readonly steps: readonly RunStep[];
  readonly parameters: readonly ConfigValue[];
  readonly config: readonly ConfigValue[];
  /** What no one chose; null where that means nothing. */
  readonly defaults: readonly ConfigValue[];
  readonly origin: RunOrigin;
  readonly rerunOf: { readonly id: string; readonly label: string } | null;
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly stage: Stage | null;
  } | null;
  readonly environment: JsonObject;
  readonly notices: readonly string[];
  /** Null while runs may be started; else why not. */
  readonly readOnly: string | null;
}

/** Replaces what it names. */
export interface RunDelta {
  readonly head: RunHead;
  readonly steps: readonly RunStep[];
}

/**
 * A line of a log. `at` is its place in the log that is watched: bytes from its beginning, where the log of all steps is
 * their logs one after the other, in the order in which they came.
 */
export interface LogLine {
  readonly at: number;
  readonly text: string;
  readonly invocation: string;
}

export interface LogPart {
  readonly lines: readonly LogLine[];
  readonly start: number;
  readonly end: number;
  /** Of the whole log, in bytes. */
  readonly total: number;
  /** The first line goes on where the one before `start` stopped. */
  readonly continued: boolean;
}

export interface LogHits {
  /** Where lines that hold the text begin. */
  readonly at: readonly number[];
  /** There are more than are listed. */
  readonly more: boolean;
}

export type RunEvent =
  /** What the watched log has grown by. */
  { readonly kind: "log"; readonly part: LogPart };

export type RunCommand =
  | {
      readonly do:
        | "showDag"
        | "rerun"
        | "rerunFailed"
        | "runWithParameters"
        | "compare"
        | "cancel"
        | "delete"
        | "goToPipeline"
        | "copyId";
    }
  | { readonly do: "rerunFrom" | "rerunOnly" | "openLog" | "goToStep"; readonly invocation: string }
  | { readonly do: "openArtifact"; readonly versionId: string }
  | { readonly do: "openModel"; readonly modelVersionId: string }
  | { readonly do: "openRun"; readonly runId: string }
  | { readonly do: "openPlace"; readonly file: string; readonly line: number }
  | { readonly do: "copy"; readonly text: string };

export interface RunContract {
  readonly state: RunSnapshot;
  readonly delta: RunDelta;
  readonly event: RunEvent;
  readonly command: RunCommand;
  readonly requests: {
    /** Watches the log of a step, or of all (null), and gives its end. */
    readonly watchLog: { readonly params: { readonly invocation: string | null }; readonly reply: LogPart };
    readonly logBefore: { readonly params: { readonly at: number }; readonly reply: LogPart };
    readonly logAfter: { readonly params: { readonly at: number }; readonly reply: LogPart };
    readonly findInLog: { readonly params: { readonly text: string }; readonly reply: LogHits };
    readonly setNote: { readonly params: { readonly text: string }; readonly reply: null };
    readonly setTags: { readonly params: { readonly tags: readonly string[] }; readonly reply: null };
  };
}

/** Every text of the page, translated by the host. */
export function runStrings(l10n: Translator) {
  return {
    ...commonStrings(l10n),
    ...stepStrings(l10n),
    showDag: l10n.t("Show DAG"),
    rerun: l10n.t("Run Again"),
    rerunFailed: l10n.t("Run Failed Steps Again"),
    rerunFrom: l10n.t("Run from Here"),
    rerunOnly: l10n.t("Run Only This"),
    withParameters: l10n.t("Run with Other Parameters…"),
    compare: l10n.t("Compare With…"),
    cancelRun: l10n.t("Cancel Run"),
    remove: l10n.t("Delete…"),
    copyId: l10n.t("Copy Run ID"),
    actions: l10n.t("Actions on the run"),
    goToSource: l10n.t("Go to Source"),
    took: l10n.t("took {0}"),
    since: l10n.t("for {0}"),
    startedAt: l10n.t("started {0}"),
    started: l10n.t("Started"),
    cachedCount: l10n.t("{0} of {1} cached"),
    doneCount: l10n.t("{0} of {1} done"),
    steps: l10n.t("Steps"),
    step: l10n.t("Step"),
    state: l10n.t("State"),
    time: l10n.t("Time"),
    inputs: l10n.t("Inputs"),
    outputs: l10n.t("Outputs"),
    openArtifact: l10n.t("Open {0}"),
    attempt: l10n.t("attempt {0}"),
    about: l10n.t("About this run"),
    note: l10n.t("Note"),
    noNote: l10n.t("No note yet"),
    addNote: l10n.t("What is worth remembering about this run?"),
    tags: l10n.t("Tags"),
    noTags: l10n.t("No tags"),
    tagsHelp: l10n.t("Tags, separated by commas"),
    edit: l10n.t("Edit {0}"),
    save: l10n.t("Save"),
    parameters: l10n.t("Parameters"),
    noParameters: l10n.t("The pipeline takes no parameters."),
    configuration: l10n.t("Configuration"),
    fromCode: l10n.t("code"),
    origin: l10n.t("from {0}"),
    defaults: l10n.t("{0} values have their default"),
    notSet: l10n.t("not set"),
    model: l10n.t("Model"),
    environment: l10n.t("Environment"),
    packages: l10n.t("{0} packages"),
    notices: l10n.t("Notices"),
    details: l10n.t("Details"),
    run: l10n.t("Run"),
    repeats: l10n.t("Repeats"),
    origins: l10n.t("Started from"),
    "origin.editor": l10n.t("the editor"),
    "origin.cli": l10n.t("the command line"),
    "origin.script": l10n.t("a script"),
    "origin.task": l10n.t("a task"),
    "origin.api": l10n.t("the API"),
    log: l10n.t("Log"),
    allSteps: l10n.t("All steps"),
    logOf: l10n.t("Log of {0}"),
    noLog: l10n.t("Nothing was printed."),
    noLogYet: l10n.t("Nothing was printed so far."),
    readingLog: l10n.t("Reading the log"),
    search: l10n.t("Search the log"),
    searching: l10n.t("Searching the log"),
    matches: l10n.t("{0} of {1}"),
    noMatches: l10n.t("No matches"),
    next: l10n.t("Next Match"),
    previous: l10n.t("Previous Match"),
    follow: l10n.t("Follow the End"),
    copyLog: l10n.t("Copy What Is Loaded"),
    openLog: l10n.t("Open as Document"),
  };
}
export type RunStrings = ReturnType<typeof runStrings>;
