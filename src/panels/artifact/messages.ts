/** What the artifact panel and its host say to each other. */
import type { ArtifactType, Language, SaveType, Stage } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import type { ColumnPreview, Preview } from "../../core/preview";
import type { FilterOperator, Picture, Stretches } from "../../artifacts/readers/source";
import { commonStrings, type Translator } from "../messages";

export interface ArtifactIdentity {
  readonly id: string;
  readonly name: string;
  /** What people know it by when its name was made for it: the variable it was assigned to. */
  readonly alias: string | null;
  readonly version: string;
  readonly type: ArtifactType;
  readonly dataType: string;
  readonly materializer: string;
  readonly language: Language;
  readonly digest: string;
  readonly bytes: number;
  readonly created: number;
  readonly saveType: SaveType;
  readonly summary: string;
  readonly tags: readonly string[];
}

export interface StepReference {
  readonly stepRunId: string;
  readonly runId: string;
  readonly run: string;
  readonly invocation: string;
  readonly started: number | null;
}

export interface VersionReference {
  readonly id: string;
  readonly version: string;
  readonly created: number;
  readonly summary: string;
}

export interface LinkReference {
  readonly modelVersionId: string;
  readonly model: string;
  readonly version: string;
  readonly stage: Stage | null;
}

export interface NamedArtifact {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly summary: string;
}

/** Rendered by the materializer: small enough to travel, or why it does not. */
export type Visualization =
  | { readonly kind: "image"; readonly name: string; readonly dataUri: string }
  | {
      readonly kind: "text";
      readonly name: string;
      readonly format: "html" | "markdown" | "json";
      readonly text: string;
    }
  /** The beginning of a CSV file. */
  | {
      readonly kind: "table";
      readonly name: string;
      readonly columns: readonly TableColumn[];
      readonly rows: TablePage["rows"];
    }
  | { readonly kind: "too-large"; readonly name: string; readonly bytes: number };

export interface ArtifactSnapshot {
  readonly artifact: ArtifactIdentity;
  readonly preview: Preview | null;
  /** Why there is no preview, in words. */
  readonly previewMissing: string | null;
  /** The image of an image preview. */
  readonly image: string | null;
  /** Why the image of an image preview is not there: how many bytes are too many, or that its format can't be shown. */
  readonly imageProblem:
    { readonly kind: "too-large"; readonly bytes: number } | { readonly kind: "format" } | null;
  /** Whether rows or elements beyond the preview can be paged from the payload's file. */
  readonly pages: boolean;
  /** Of a text that is CSV: how large the table in it is. */
  readonly csv: TableSize | null;
  /** All of a plotly figure. */
  readonly figure: Json;
  readonly visualizations: readonly Visualization[];
  readonly metadata: JsonObject;
  readonly producer: StepReference | null;
  /** What the step that made it was given. */
  readonly inputs: readonly NamedArtifact[];
  readonly consumers: readonly StepReference[];
  readonly versions: readonly VersionReference[];
  readonly versionCount: number;
  /** Numbers over versions, oldest first, when the artifact is one. */
  readonly series: readonly { readonly version: string; readonly value: number; readonly created: number }[];
  readonly links: readonly LinkReference[];
  readonly payloadThere: boolean;
  readonly readOnly: string | null;
}

export interface TableSize {
  readonly rows: number;
  readonly columns: number;
}

export interface TablePageRequest {
  readonly offset: number;
  readonly limit: number;
  /** Columns count from 0; the index is -1. */
  readonly sort?: { readonly column: number; readonly descending: boolean };
  /** All of them must hold. */
  readonly filters?: readonly TableFilter[];
}

/** Rows whose cell in a column compares so with the text; `missing` and `present` need none. */
export interface TableFilter {
  readonly column: number;
  readonly operator: FilterOperator;
  readonly text: string;
}

/** A column as the payload's file names it, without statistics. */
export type TableColumn = Pick<ColumnPreview, "name" | "type" | "kind">;

export interface ColumnSummary extends ColumnPreview {
  /** Computed from this many rows at the start; null when from all of them. */
  readonly limitedTo: number | null;
}

export interface TablePage {
  /** Each row begins with its index. */
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly offset: number;
  /** Null while the end has not been seen. */
  readonly total: number | null;
  /** Sorting and filtering looked at this many rows from the start; null when at all of them. */
  readonly limitedTo: number | null;
}

export interface ArraySliceRequest {
  /** One index per dimension before the last two. */
  readonly leading: readonly number[];
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

export interface ArraySlice {
  readonly shape: readonly number[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

export type ArrayPicture = Picture;
export type ArraySeries = Stretches;

export type DiffGroup = "facts" | "metadata" | "columns" | "statistics" | "values" | "rows";

/** One thing in which two versions differ; null where one of them does not have it. */
export interface DiffRow {
  readonly group: DiffGroup;
  readonly what: string;
  readonly left: string | null;
  readonly right: string | null;
}

export interface RowCounts {
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  /** Only so many rows of each were looked at; null when all were. */
  readonly limitedTo: number | null;
}

export interface VersionDiff {
  readonly left: VersionReference;
  readonly right: VersionReference;
  /** The same payload, byte for byte. */
  readonly same: boolean;
  readonly rows: readonly DiffRow[];
  /** How many differences there are; the first of them are in `rows`. */
  readonly total: number;
  /** Of tables whose files could be read. */
  readonly table: RowCounts | null;
  /** Whether both are texts that the editor's own comparison shows better. */
  readonly isText: boolean;
}

/** Any two versions of the artifact, whichever is older. */
export interface DiffParams {
  readonly oneId: string;
  readonly otherId: string;
}

export interface LineageNode {
  readonly id: string;
  readonly kind: "artifact" | "step";
  readonly label: string;
  readonly detail: string;
  /** 0 for the artifact that is shown, negative before it. */
  readonly column: number;
  /** Of a step. */
  readonly runId: string | null;
}

export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** So many more were left out. */
  readonly more: number;
}

export type ArtifactCommand =
  | {
      readonly do: "link" | "reveal" | "delete" | "copyId";
    }
  | { readonly do: "copySnippet" | "insertSnippet"; readonly language: Language }
  | { readonly do: "unlink"; readonly modelVersionId: string }
  | { readonly do: "openRun"; readonly runId: string }
  | { readonly do: "openLog"; readonly runId: string; readonly invocation: string }
  | { readonly do: "openVersion"; readonly artifactVersionId: string }
  | { readonly do: "openModelVersion"; readonly modelVersionId: string }
  | ({ readonly do: "diffText" } & DiffParams);

export interface ArtifactContract {
  readonly state: ArtifactSnapshot;
  /** What changed since: only the parts that can. */
  readonly delta: Partial<
    Pick<
      ArtifactSnapshot,
      "artifact" | "versions" | "versionCount" | "series" | "links" | "consumers" | "metadata"
    >
  >;
  readonly event: never;
  readonly command: ArtifactCommand;
  readonly requests: {
    readonly tablePage: { readonly params: TablePageRequest; readonly reply: TablePage };
    /** All columns, when there are more than the preview tells of. */
    readonly tableColumns: { readonly params: null; readonly reply: readonly TableColumn[] };
    readonly columnSummary: { readonly params: { readonly column: number }; readonly reply: ColumnSummary };
    readonly arraySlice: { readonly params: ArraySliceRequest; readonly reply: ArraySlice };
    readonly arrayPicture: {
      readonly params: { readonly leading: readonly number[] };
      readonly reply: ArrayPicture;
    };
    readonly arraySeries: { readonly params: null; readonly reply: ArraySeries };
    readonly diff: { readonly params: DiffParams; readonly reply: VersionDiff };
    readonly lineage: { readonly params: null; readonly reply: Lineage };
    readonly snippet: { readonly params: { readonly language: Language }; readonly reply: string };
    readonly setTags: { readonly params: { readonly tags: readonly string[] }; readonly reply: null };
  };
}

/** The page's texts, translated by the host. */
export function artifactStrings(l10n: Translator) {
  return {
    ...commonStrings(l10n),
    version: l10n.t("Version"),
    linkToModel: l10n.t("Link to Model…"),
    copyId: l10n.t("Copy Id"),
    copySnippet: l10n.t("Copy Loader Snippet"),
    insertSnippet: l10n.t("Insert Loader Snippet into Editor"),
    dragSnippet: l10n.t("Drag into a file to load it there, or onto a model to link it"),
    reveal: l10n.t("Reveal Payload"),
    remove: l10n.t("Delete…"),
    details: l10n.t("Details"),
    metadata: l10n.t("Metadata"),
    models: l10n.t("Models"),
    lineage: l10n.t("Lineage"),
    versions: l10n.t("Versions"),
    type: l10n.t("Type"),
    kind: l10n.t("Kind"),
    size: l10n.t("Size"),
    made: l10n.t("Made"),
    digest: l10n.t("Digest"),
    materializer: l10n.t("Materializer"),
    name: l10n.t("Name"),
    tags: l10n.t("Tags"),
    addTag: l10n.t("Add tag"),
    removeTag: l10n.t("Remove tag {0}"),
    madeBy: l10n.t("Made by"),
    madeFrom: l10n.t("Made from"),
    usedBy: l10n.t("Used by"),
    notMadeByStep: l10n.t("Saved outside of a run"),
    notUsed: l10n.t("Not used by any step yet"),
    notLinked: l10n.t("Not linked to a model"),
    unlink: l10n.t("Unlink from {0}"),
    noMetadata: l10n.t("No metadata"),
    openLog: l10n.t("Open Log"),
    current: l10n.t("shown"),
    compare: l10n.t("Compare with this version"),
    compareText: l10n.t("Open Text Diff"),
    closeCompare: l10n.t("Close comparison"),
    compared: l10n.t("Version {0} beside version {1}"),
    differences: l10n.t("{0} differences"),
    firstDifferences: l10n.t("The first {0} of {1} differences."),
    unseenDifference: l10n.t("The files differ, in nothing that the previews hold."),
    change: l10n.t("Change"),
    notThere: l10n.t("not there"),
    "diff.facts": l10n.t("Artifact"),
    "diff.metadata": l10n.t("Metadata"),
    "diff.columns": l10n.t("Columns"),
    "diff.statistics": l10n.t("Statistics"),
    "diff.values": l10n.t("Values"),
    "diff.rows": l10n.t("Rows"),
    olderVersion: l10n.t("Older version"),
    newerVersion: l10n.t("Newer version"),
    rowCounts: l10n.t("{0} rows changed, {1} added, {2} removed."),
    rowsLimited: l10n.t("Only the first {0} rows of each were compared."),
    showLineage: l10n.t("Show Lineage"),
    lineageOf: l10n.t("Lineage of {0}"),
    moreLineage: l10n.t("{0} more are not drawn."),
    load: l10n.t("Load it"),
    snippetLanguage: l10n.t("Language of the snippet"),
    same: l10n.t("The content is the same."),
    moreVersions: l10n.t("and {0} older"),
    rows: l10n.t("{0} rows × {1} columns"),
    sorting: l10n.t("Sorting"),
    filtering: l10n.t("Filtering"),
    comparing: l10n.t("Comparing the versions"),
    readingRows: l10n.t("Reading rows"),
    readingColumns: l10n.t("Reading the columns"),
    readingColumn: l10n.t("Reading column {0}"),
    readingValues: l10n.t("Reading the values"),
    readingCurve: l10n.t("Reading the curve"),
    readingLineage: l10n.t("Following the lineage"),
    readingSnippet: l10n.t("Writing the snippet"),
    keepFilter: l10n.t("Keep This Filter and Add Another"),
    removeFilter: l10n.t("Remove filter {0}"),
    filterRows: l10n.t("Filter rows"),
    filterColumn: l10n.t("Column to filter by"),
    filterOperator: l10n.t("How to compare"),
    filterContains: l10n.t("contains"),
    filterMissing: l10n.t("is missing"),
    filterPresent: l10n.t("is present"),
    matchingRows: l10n.t("{0} of {1} rows"),
    noRows: l10n.t("The table has no rows."),
    noMatches: l10n.t("No row matches the filter."),
    aboutColumn: l10n.t("Column {0}"),
    closeColumn: l10n.t("Close"),
    sortAscending: l10n.t("Sort Ascending"),
    sortDescending: l10n.t("Sort Descending"),
    filterThis: l10n.t("Filter by This Column"),
    topValues: l10n.t("Most frequent values"),
    summaryOfFirst: l10n.t("Computed from the first {0} rows."),
    summaryOfSample: l10n.t("Computed from {0} values, evenly spaced."),
    copiedRows: l10n.t("{0} rows copied."),
    limited: l10n.t("Sorted and filtered among the first {0} rows."),
    columns: l10n.t("Columns"),
    missing: l10n.t("{0} missing"),
    distinct: l10n.t("{0} distinct"),
    truncated: l10n.t("Only the beginning is shown."),
    count: l10n.t("Count"),
    minimum: l10n.t("Minimum"),
    maximum: l10n.t("Maximum"),
    mean: l10n.t("Mean"),
    deviation: l10n.t("Std. deviation"),
    missingCount: l10n.t("Missing"),
    infiniteCount: l10n.t("Infinite"),
    distinctCount: l10n.t("Distinct"),
    confusionMatrix: l10n.t("Confusion matrix"),
    trueByPredicted: l10n.t("true ↓ predicted →"),
    onDiagonal: l10n.t("{0} of {1} on the diagonal ({2})"),
    rocCurve: l10n.t("ROC curve"),
    precisionRecallCurve: l10n.t("Precision-recall curve"),
    falsePositiveRate: l10n.t("False positive rate"),
    truePositiveRate: l10n.t("True positive rate"),
    precision: l10n.t("Precision"),
    recall: l10n.t("Recall"),
    threshold: l10n.t("Threshold"),
    chance: l10n.t("Chance"),
    areaUnderCurve: l10n.t("Area under the curve: {0}"),
    averagePrecision: l10n.t("Average precision: {0}"),
    threeDimensional: l10n.t(
      "{0}: three dimensions are not drawn here. This is the data; open the figure with plotly to turn it.",
    ),
    traceNotDrawn: l10n.t("{0}: not drawn here. This is the data; open the figure with plotly to see it."),
    traceInSource: l10n.t("{0}: not drawn here. Its data is under Source."),
    otherShares: l10n.t("{0} others"),
    distribution: l10n.t("Distribution"),
    values: l10n.t("Values"),
    plot: l10n.t("Plot"),
    heatMap: l10n.t("Heat map"),
    picture: l10n.t("Image"),
    everyPixel: l10n.t("Every {0}th pixel is shown."),
    sampledPlot: l10n.t("Only the beginning of each stretch was looked at."),
    firstCells: l10n.t("The first {0} × {1} values."),
    element: l10n.t("Value"),
    slice: l10n.t("Slice along dimension {0}"),
    overVersions: l10n.t("Over versions"),
    parameters: l10n.t("Parameters"),
    fitted: l10n.t("Fitted attributes"),
    structure: l10n.t("Structure"),
    expandAll: l10n.t("Expand All"),
    collapseAll: l10n.t("Collapse All"),
    items: l10n.t("{0} items"),
    bytes: l10n.t("{0} bytes"),
    zoomIn: l10n.t("Zoom In"),
    zoomOut: l10n.t("Zoom Out"),
    actualSize: l10n.t("Actual Size"),
    rendered: l10n.t("Rendered"),
    source: l10n.t("Source"),
    htmlNote: l10n.t("Shown without its scripts; what it would load is left out."),
    payloadMissing: l10n.t("The payload's files are missing."),
    tooLarge: l10n.t("{0} is too large to show ({1})."),
    unknownFormat: l10n.t("Images of this format can’t be shown here. Reveal the payload to open it."),
    visualizations: l10n.t("Visualizations"),
    copied: l10n.t("Copied."),
    preview: l10n.t("Preview of {0}"),
  };
}
export type ArtifactStrings = ReturnType<typeof artifactStrings>;
