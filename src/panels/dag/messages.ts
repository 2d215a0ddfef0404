/** What the DAG panel and its page say to each other. Ids of nodes are `step:<invocation>` and `artifact:<…>`. */
import type { ArtifactType, Failure, RunStatus, StepStatus } from "../../core/entities";
import type { SourceLocation } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import { commonStrings, stepStrings, type Translator } from "../messages";

export interface DagRun {
  readonly id: string;
  readonly name: string;
  readonly index: number;
  readonly status: RunStatus;
  readonly started: number;
  readonly finished: number | null;
}

export interface DagStep {
  readonly id: string;
  readonly invocation: string;
  /** The function's name, shared by its invocations. */
  readonly step: string;
  /** `planned`: known from source alone. */
  readonly status: StepStatus | "planned";
  readonly stepRunId: string | null;
  readonly started: number | null;
  readonly finished: number | null;
  readonly attempt: number;
  readonly cacheReason: string | null;
  /** Invocation that failed above it. */
  readonly skippedBecause: string | null;
  /** The first line of what went wrong. */
  readonly failure: string | null;
  /** What may be folded together: the module it is defined in. */
  readonly group: string | null;
  /** It stands in a loop or under a condition, so that a run may hold it never or many times. */
  readonly repeated: "loop" | "condition" | null;
  readonly progress: number | null;
  /** Where it is called, while it is known from source alone. */
  readonly place: SourceLocation | null;
}

export interface DagArtifact {
  readonly id: string;
  readonly name: string;
  /** The value's type in short: `DataFrame`, `ndarray (120, 4)`; null while unknown. */
  readonly summary: string | null;
  readonly type: ArtifactType | null;
  readonly versionId: string | null;
  readonly version: string | null;
  readonly digest: string | null;
}

export interface DagEdge {
  readonly from: string;
  readonly to: string;
  /** `after` orders without carrying a value. */
  readonly kind: "data" | "after";
  /** Name of the input that takes the value. */
  readonly label: string | null;
}

/** Another run, to compare with: states and durations by step, digests by artifact. */
export interface DagComparison {
  readonly run: DagRun;
  readonly statuses: Readonly<Record<string, StepStatus>>;
  readonly durations: Readonly<Record<string, number>>;
  readonly digests: Readonly<Record<string, string>>;
}

export interface DagState {
  /** Under which a page remembers how it was looked at. */
  readonly key: string;
  readonly workspace: string;
  readonly pipeline: string;
  /** Null while it is shown from source. */
  readonly run: DagRun | null;
  /** Runs that may be shown instead, newest first. */
  readonly runs: readonly DagRun[];
  readonly hasSource: boolean;
  readonly canRun: boolean;
  readonly steps: readonly DagStep[];
  readonly artifacts: readonly DagArtifact[];
  readonly edges: readonly DagEdge[];
  readonly comparison: DagComparison | null;
}

/** Replaces what it names; the shape of the graph stays. */
export interface DagDelta {
  readonly run: DagRun | null;
  readonly steps: readonly DagStep[];
  readonly artifacts: readonly DagArtifact[];
}

export type DagEvent =
  | { readonly kind: "log"; readonly node: string; readonly text: string }
  | { readonly kind: "highlight"; readonly nodes: readonly string[] };

export interface DagPort {
  readonly name: string;
  readonly node: string | null;
  readonly artifact: string | null;
  readonly versionId: string | null;
  readonly summary: string;
}

export interface DagDetails {
  readonly node: string;
  readonly inputs: readonly DagPort[];
  readonly outputs: readonly DagPort[];
  readonly parameters: JsonObject;
  readonly failure: Failure | null;
  readonly source: {
    readonly location: SourceLocation;
    readonly lines: readonly string[];
    readonly highlight: number | null;
  } | null;
  readonly log: { readonly text: string; readonly cut: boolean } | null;
}

export type DagCommand =
  /** Logs of this node are wanted as they come; null: of none. */
  | { readonly kind: "watch"; readonly node: string | null }
  | { readonly kind: "openSource"; readonly node: string; readonly location: SourceLocation | null }
  | { readonly kind: "openArtifact"; readonly versionId: string }
  | { readonly kind: "openLog"; readonly node: string }
  | { readonly kind: "showRun"; readonly runId: string | null }
  | { readonly kind: "compare"; readonly runId: string | null }
  | { readonly kind: "run" }
  | { readonly kind: "stop" }
  | { readonly kind: "rerunFailed" }
  | { readonly kind: "rerunFrom"; readonly node: string }
  | { readonly kind: "copy"; readonly text: string; readonly what: string }
  | {
      readonly kind: "save";
      readonly name: string;
      readonly content: string;
      readonly encoding: "utf8" | "base64";
    };

export interface DagContract {
  readonly state: DagState;
  readonly delta: DagDelta;
  readonly event: DagEvent;
  readonly command: DagCommand;
  // A type, because interfaces have no index signature.
  readonly requests: {
    readonly details: { readonly params: { readonly node: string }; readonly reply: DagDetails };
  };
}

export function stepNode(invocation: string): string {
  return `step:${invocation}`;
}

export function artifactNode(invocation: string, output: string): string {
  return `artifact:${invocation}.${output}`;
}

/** An artifact that no step of this pipeline made. */
export function foreignArtifactNode(key: string): string {
  return `artifact:${key}`;
}

export function invocationOf(node: string): string | null {
  return node.startsWith("step:") ? node.slice("step:".length) : null;
}

/** Every text of the page, translated by the host. */
export function dagStrings(l10n: Translator) {
  return {
    ...commonStrings(l10n),
    ...stepStrings(l10n),
    graph: l10n.t("Graph"),
    timeline: l10n.t("Timeline"),
    graphOf: l10n.t("Graph of {0}"),
    step: l10n.t("Step {0}, {1}"),
    artifact: l10n.t("Artifact {0}"),
    group: l10n.t("{0} steps like {1}"),
    search: l10n.t("Search steps and artifacts"),
    openSearch: l10n.t("Search (/)"),
    searchHint: l10n.t("Part of a name, or what to look for:"),
    askFailed: l10n.t("what failed"),
    askRunning: l10n.t("what is running"),
    askArtifacts: l10n.t("artifacts only"),
    askUpstream: l10n.t("with everything before it"),
    askDownstream: l10n.t("with everything after it"),
    askAround: l10n.t("with both"),
    matches: l10n.t("{0} of {1}"),
    noMatches: l10n.t("No matches"),
    searchedFor: l10n.t("Search: {0}"),
    clearSearch: l10n.t("Clear the Search"),
    next: l10n.t("Next Match"),
    previous: l10n.t("Previous Match"),
    fit: l10n.t("Fit to Window (F)"),
    zoomIn: l10n.t("Zoom In (+)"),
    zoomOut: l10n.t("Zoom Out (-)"),
    actualSize: l10n.t("Actual Size (1)"),
    orientation: l10n.t("Turn: Top to Bottom or Left to Right"),
    artifacts: l10n.t("Show Artifacts"),
    fold: l10n.t("Fold Equal Steps"),
    minimap: l10n.t("Overview Map"),
    wrap: l10n.t("Wrap Long Chains"),
    critical: l10n.t("Mark the Critical Path"),
    viewOptions: l10n.t("View and Export"),
    expandAll: l10n.t("Show Every Step"),
    groups: l10n.t("Group Steps"),
    groupNone: l10n.t("Not at All"),
    groupModule: l10n.t("By Module"),
    groupPrefix: l10n.t("By First Word of the Name"),
    groupOf: l10n.t("{0} steps of {1}"),
    filterEdges: l10n.t("Edges"),
    dataEdges: l10n.t("What Flows"),
    orderEdges: l10n.t("What Only Orders"),
    filterStatus: l10n.t("Steps That Are"),
    hiddenSteps: l10n.t("{0} steps are filtered out."),
    layout: l10n.t("Drawing"),
    export: l10n.t("Export"),
    exportSvg: l10n.t("Save as SVG"),
    exportPng: l10n.t("Save as PNG"),
    copyMermaid: l10n.t("Copy as Mermaid"),
    copyDot: l10n.t("Copy as DOT"),
    copyJson: l10n.t("Copy as JSON"),
    more: l10n.t("More Actions"),
    run: l10n.t("Run Pipeline"),
    stop: l10n.t("Stop"),
    rerunFailed: l10n.t("Run Failed Steps Again"),
    rerunFrom: l10n.t("Run from Here"),
    shownRun: l10n.t("Shown"),
    fromSource: l10n.t("From source, not run"),
    runLabel: l10n.t("Run {0}, {1}"),
    compareWith: l10n.t("Compare with"),
    noComparison: l10n.t("No comparison"),
    close: l10n.t("Close"),
    details: l10n.t("Details"),
    goToSource: l10n.t("Go to Source"),
    openArtifact: l10n.t("Open Artifact"),
    openLog: l10n.t("Open Log"),
    expand: l10n.t("Show Each Step"),
    foldAgain: l10n.t("Fold Again"),
    focusPath: l10n.t("Show Only Its Path"),
    showAll: l10n.t("Show All"),
    focused: l10n.t("Only what leads to and from {0}"),
    status: l10n.t("Status"),
    duration: l10n.t("Duration"),
    started: l10n.t("Started"),
    attempt: l10n.t("Attempt"),
    cache: l10n.t("Cache"),
    inputs: l10n.t("Inputs"),
    outputs: l10n.t("Outputs"),
    parameters: l10n.t("Parameters"),
    error: l10n.t("Error"),
    source: l10n.t("Source"),
    log: l10n.t("Log"),
    logCut: l10n.t("Only the end is shown."),
    noLog: l10n.t("Nothing was printed."),
    version: l10n.t("Version"),
    type: l10n.t("Type"),
    producedBy: l10n.t("Made by"),
    usedBy: l10n.t("Used by"),
    notMade: l10n.t("Not made yet"),
    inLoop: l10n.t("in a loop"),
    underCondition: l10n.t("under a condition"),
    planned: l10n.t("not run"),
    progress: l10n.t("{0} of {1} steps"),
    announced: l10n.t("{0} {1}"),
    copied: l10n.t("Copied."),
    noTimes: l10n.t("Nothing has run yet, so there is no timeline."),
    steps: l10n.t("Steps"),
    laidOut: l10n.t("Drawing {0} nodes"),
    notDrawn: l10n.t("The graph was not drawn"),
    tooLarge: l10n.t("This graph has {0} nodes and {1} edges"),
    tooLargeAdvice: l10n.t(
      "Drawing all of it takes a while, and nobody could read it. Make it smaller first.",
    ),
    groupByModule: l10n.t("Group Steps by Module"),
    hideArtifacts: l10n.t("Hide Artifacts"),
    showTimeline: l10n.t("Show the Timeline"),
    drawAnyway: l10n.t("Draw Anyway"),
    hideMinimap: l10n.t("Hide the Overview Map"),
    showMinimap: l10n.t("Show the Overview Map"),
    oneInput: l10n.t("1 input"),
    inputCount: l10n.t("{0} inputs"),
    readingDetails: l10n.t("Reading the step"),
    slower: l10n.t("{0} slower than run {1}"),
    faster: l10n.t("{0} faster than run {1}"),
    changed: l10n.t("differs from run {0}"),
    isNew: l10n.t("not in run {0}"),
    newShort: l10n.t("new"),
    against: l10n.t("Against run {0}: {1}"),
    asLong: l10n.t("as long"),
    oneDiffers: l10n.t("1 artifact differs"),
    someDiffer: l10n.t("{0} artifacts differ"),
    noneDiffers: l10n.t("no artifact differs"),
    oneNew: l10n.t("1 step is new"),
    someNew: l10n.t("{0} steps are new"),
    stopComparing: l10n.t("Stop Comparing"),
  };
}
export type DagStrings = ReturnType<typeof dagStrings>;
