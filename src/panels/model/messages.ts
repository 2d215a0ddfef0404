/** What the page of a model version and its host say to each other. */
import type { ArtifactType, RunStatus, Stage } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import { commonStrings, stepStrings, type Translator } from "../messages";

export interface ModelVersionIdentity {
  readonly id: string;
  readonly modelId: string;
  readonly model: string;
  readonly name: string;
  readonly number: number;
  readonly stage: Stage | null;
  readonly description: string | null;
  readonly note: string;
  readonly created: number;
  readonly tags: readonly string[];
}

/** What the model itself says, filled in where the user did. */
export type ModelField =
  "license" | "description" | "audience" | "useCases" | "limitations" | "tradeOffs" | "ethics";

export interface LinkedArtifact {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: ArtifactType;
  readonly summary: string;
  readonly bytes: number;
  readonly created: number;
}

export interface LinkedRun {
  readonly id: string;
  readonly label: string;
  readonly status: RunStatus;
  readonly started: number;
  readonly note: string;
}

export interface VersionRow {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly stage: Stage | null;
  readonly created: number;
  readonly metadata: JsonObject;
}

/** Versions side by side: what was logged on them, and what is linked to them. */
export interface ComparedVersions {
  readonly versions: readonly Omit<VersionRow, "metadata">[];
  readonly rows: readonly ComparedThing[];
  /** Those that made them, when at least two are known. */
  readonly runIds: readonly string[];
}

/** A value for each version; null where it has none. */
export interface ComparedThing {
  readonly group: "metadata" | "artifacts";
  readonly name: string;
  readonly values: readonly (Json | null)[];
  /** Where a value leads, for artifacts. */
  readonly artifactVersionIds: readonly (string | null)[] | null;
  readonly differs: boolean;
}

export interface ModelSnapshot {
  readonly version: ModelVersionIdentity;
  readonly fields: Readonly<Partial<Record<ModelField, string>>>;
  readonly metadata: JsonObject;
  readonly stages: readonly { readonly stage: string | null; readonly time: number }[];
  readonly artifacts: readonly LinkedArtifact[];
  readonly runs: readonly LinkedRun[];
  /** Highest number first. */
  readonly versions: readonly VersionRow[];
  readonly versionCount: number;
  readonly readOnly: string | null;
}

export type ModelCommand =
  | { readonly do: "promote" | "archive" | "link" | "delete" }
  | { readonly do: "openArtifact" | "unlink"; readonly artifactVersionId: string }
  | { readonly do: "openRun"; readonly runId: string }
  | { readonly do: "compareRuns"; readonly runIds: readonly string[] }
  | { readonly do: "openVersion"; readonly modelVersionId: string };

export interface ModelContract {
  readonly state: ModelSnapshot;
  /** Small enough to be sent whole. */
  readonly delta: ModelSnapshot;
  readonly event: never;
  readonly command: ModelCommand;
  readonly requests: {
    readonly describe: { readonly params: { readonly text: string }; readonly reply: null };
    readonly setNote: { readonly params: { readonly text: string }; readonly reply: null };
    readonly setTags: { readonly params: { readonly tags: readonly string[] }; readonly reply: null };
    readonly compare: {
      readonly params: { readonly ids: readonly string[] };
      readonly reply: ComparedVersions;
    };
  };
}

function stageStrings(l10n: Translator) {
  return {
    "stage.staging": l10n.t("staging"),
    "stage.production": l10n.t("production"),
    "stage.archived": l10n.t("archived"),
  } satisfies Record<`stage.${Stage}`, string>;
}

/** The page's texts, translated by the host. */
export function modelStrings(l10n: Translator) {
  return {
    ...commonStrings(l10n),
    ...stepStrings(l10n),
    ...stageStrings(l10n),
    version: l10n.t("Version"),
    noStage: l10n.t("no stage"),
    promote: l10n.t("Change Stage…"),
    archive: l10n.t("Archive"),
    link: l10n.t("Link Artifact…"),
    remove: l10n.t("Delete…"),
    description: l10n.t("Description"),
    describe: l10n.t("Describe what is special about this version"),
    save: l10n.t("Save"),
    edit: l10n.t("Edit {0}"),
    note: l10n.t("Note"),
    noNote: l10n.t("No note yet"),
    addNote: l10n.t("What is worth remembering about this version?"),
    tags: l10n.t("Tags"),
    noTags: l10n.t("No tags"),
    tagsHelp: l10n.t("Tags, separated by commas"),
    artifacts: l10n.t("Artifacts"),
    modelArtifacts: l10n.t("Models"),
    dataArtifacts: l10n.t("Data"),
    otherArtifacts: l10n.t("Other"),
    moreArtifacts: l10n.t("Show {0} more"),
    noArtifacts: l10n.t("No artifact is linked yet. Link one, or give a pipeline this model."),
    unlink: l10n.t("Unlink {0}"),
    metadata: l10n.t("Metadata"),
    noMetadata: l10n.t("No metadata. Log it from a step with log_metadata(…, infer_model=True)."),
    runs: l10n.t("Runs"),
    noRuns: l10n.t("No run used this version"),
    history: l10n.t("Stage history"),
    noHistory: l10n.t("Never promoted"),
    versions: l10n.t("Versions"),
    chooseVersion: l10n.t("Compare version {0}"),
    compareVersions: l10n.t("Compare Versions"),
    chooseTwo: l10n.t("Choose two or more versions to compare them."),
    allVersions: l10n.t("All Versions"),
    compareRuns: l10n.t("Compare Their Runs"),
    comparing: l10n.t("Comparing the versions"),
    differencesOnly: l10n.t("Differences only"),
    nothingDiffers: l10n.t("Nothing differs. Show all rows to see what is the same."),
    stage: l10n.t("Stage"),
    made: l10n.t("Made"),
    moreVersions: l10n.t("and {0} older"),
    about: l10n.t("About the model"),
    overVersions: l10n.t("{0} over versions"),
    fields: {
      license: l10n.t("Licence"),
      description: l10n.t("Description"),
      audience: l10n.t("Audience"),
      useCases: l10n.t("Use cases"),
      limitations: l10n.t("Limitations"),
      tradeOffs: l10n.t("Trade-offs"),
      ethics: l10n.t("Ethics"),
    } satisfies Record<ModelField, string>,
  };
}
export type ModelStrings = ReturnType<typeof modelStrings>;
