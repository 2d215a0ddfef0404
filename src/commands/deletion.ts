/** Deleting: names what is meant, shows what would go with it, and does nothing without a yes. */
import type { DeletionPlan, Engine } from "../engine/api";
import { artifactLabel } from "../ui/artifactLabel";
import { bytes, visible } from "../ui/format";
import { runLabel } from "../ui/runLabel";
import type { VSCode } from "../ui/vscodeTypes";
import type { Services } from "./services";

type Kind = Parameters<Engine["delete"]>[0];

const NAMES_SHOWN = 3;

/** True when it was deleted. `question` takes the place of one that names or counts what is meant. */
export async function deleteWithPlan(
  { vscode, notify }: Services,
  engine: Engine,
  kind: Kind,
  ids: readonly string[],
  question = questionOf(vscode, engine, kind, ids),
): Promise<boolean> {
  const { l10n } = vscode;
  const plan = engine.planDeletion(kind, ids);
  if (plan.blockedBy.length > 0) {
    const users = namesOf(engine, plan.usedBy);
    const why = l10n.t("Nothing was deleted: {0}", plan.blockedBy.join("; "));
    await notify.warn(users.length === 0 ? why : `${why} ${l10n.t("Made or taken by {0}.", someOf(users))}`);
    return false;
  }
  const agreed = await notify.confirm(question, consequences(vscode, kind, plan), l10n.t("Delete"));
  if (agreed) await engine.delete(kind, ids);
  return agreed;
}

function questionOf(vscode: VSCode, engine: Engine, kind: Kind, ids: readonly string[]): string {
  const { l10n } = vscode;
  const [only] = ids;
  return ids.length === 1 && only !== undefined
    ? l10n.t("Delete {0}?", visible(nameOf(vscode, engine, kind, only)))
    : l10n.t("Delete these {0}?", counted(vscode, kind, ids.length));
}

function nameOf({ l10n }: VSCode, { reader }: Engine, kind: Kind, id: string): string {
  switch (kind) {
    case "run": {
      const run = reader.run(id);
      return run === null ? id : l10n.t("the run {0}", runLabel(run));
    }
    case "pipeline":
      return l10n.t("the pipeline {0} with its runs", reader.pipeline(id)?.name ?? id);
    case "artifact":
      return l10n.t("the artifact {0} with all its versions", reader.artifact(id)?.name ?? id);
    case "artifact_version": {
      const version = reader.artifactVersion(id);
      return version === null ? id : `${artifactLabel(version)} v${version.version}`;
    }
    case "model":
      return l10n.t("the model {0} with all its versions", reader.model(id)?.name ?? id);
    case "model_version": {
      const version = reader.modelVersion(id);
      return version === null ? id : l10n.t("version {1} of the model {0}", version.model, version.name);
    }
  }
}

function counted({ l10n }: VSCode, kind: Kind | "link", count: number): string {
  switch (kind) {
    case "run":
      return count === 1 ? l10n.t("1 run") : l10n.t("{0} runs", count);
    case "artifact":
      return count === 1 ? l10n.t("1 artifact") : l10n.t("{0} artifacts", count);
    case "artifact_version":
      return count === 1 ? l10n.t("1 artifact version") : l10n.t("{0} artifact versions", count);
    case "model_version":
      return count === 1 ? l10n.t("1 model version") : l10n.t("{0} model versions", count);
    case "model":
      return count === 1 ? l10n.t("1 model") : l10n.t("{0} models", count);
    case "pipeline":
      return count === 1 ? l10n.t("1 pipeline") : l10n.t("{0} pipelines", count);
    case "link":
      return count === 1 ? l10n.t("1 link to a model") : l10n.t("{0} links to models", count);
  }
}

/** What goes, what stays, and how much that frees. */
function consequences(vscode: VSCode, kind: Kind, plan: DeletionPlan): string {
  const { l10n } = vscode;
  const gone = [
    plan.runs > 0 ? counted(vscode, "run", plan.runs) : null,
    plan.artifactVersions > 0 ? counted(vscode, "artifact_version", plan.artifactVersions) : null,
    plan.modelVersions > 0 ? counted(vscode, "model_version", plan.modelVersions) : null,
    plan.links > 0 ? counted(vscode, "link", plan.links) : null,
  ].filter((part) => part !== null);
  const keepsArtifacts = (kind === "run" || kind === "pipeline") && plan.artifactVersions === 0;
  return [
    l10n.t("This will be deleted: {0}.", gone.join(", ")),
    keepsArtifacts ? l10n.t("The artifacts that were made stay.") : "",
    plan.bytes > 0 ? l10n.t("{0} of data are no longer needed then.", bytes(plan.bytes)) : "",
    l10n.t("This can’t be undone."),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Each by its step and run, as lists have them. */
function namesOf({ reader }: Engine, steps: DeletionPlan["usedBy"]): readonly string[] {
  return steps.map(({ invocation, runId }) => {
    const run = reader.run(runId);
    return visible(run === null ? invocation : `${invocation} (${runLabel(run)})`);
  });
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return names.length > NAMES_SHOWN ? `${shown}, +${names.length - NAMES_SHOWN}` : shown;
}
