/** Models: linking artifacts to them, moving their versions through the stages. */
import type { ModelVersion, Stage } from "../core/entities";
import { HeadraceError } from "../core/errors";
import { decideStage, STAGES } from "../core/models";
import type { Engine, LinkTarget } from "../engine/api";
import { artifactLabel } from "../ui/artifactLabel";
import type { IDisposable } from "../ui/lifecycle";
import { linkTargetOf } from "../ui/linkTarget";
import { type ArtifactVersionRef, isRef } from "../ui/refs";
import { registerCommand } from "../ui/registry";
import { stageWord } from "../ui/status";
import { versionMeant } from "./artifactCommands";
import { deleteWithPlan } from "./deletion";
import { choose, type Choice, pickModelVersion, selectedRefs, storedEngines } from "./pick";
import type { Services } from "./services";

export function registerModelCommands(services: Services): readonly IDisposable[] {
  const { vscode } = services;
  return [
    registerCommand(vscode, "headrace.linkArtifactToModel", (ref, selected) =>
      guard(services, () => linkArtifact(services, ref, selected)),
    ),
    registerCommand(vscode, "headrace.unlinkArtifact", (ref) => guard(services, () => unlink(services, ref))),
    registerCommand(vscode, "headrace.openModelVersion", (ref) => guard(services, () => open(services, ref))),
    registerCommand(vscode, "headrace.createModel", () => guard(services, () => create(services))),
    registerCommand(vscode, "headrace.promoteModelVersion", (ref) =>
      guard(services, () => promote(services, ref)),
    ),
    registerCommand(vscode, "headrace.archiveModelVersion", (ref) =>
      guard(services, () => archive(services, ref)),
    ),
    registerCommand(vscode, "headrace.deleteModel", (ref) =>
      guard(services, () => deleteModel(services, ref)),
    ),
  ];
}

async function guard(services: Services, act: () => Promise<void>): Promise<void> {
  await services.notify.guard("A command for a model failed", act);
}

async function linkArtifact(
  services: Services,
  ref: unknown,
  selected: Parameters<typeof selectedRefs>[1],
): Promise<void> {
  const { l10n } = services.vscode;
  const rows = selectedRefs(ref, selected, "artifactVersion");
  const refs = rows.length > 0 ? rows : [await versionMeant(services, ref, l10n.t("Link which artifact?"))];
  const meant = refs.filter((one) => one !== null);
  const [first] = meant;
  if (first === undefined) return;
  if (isRef(ref, "model", "modelVersion") && meant.some((one) => one.workspace !== ref.workspace)) {
    await services.notify.warn(l10n.t("An artifact can be linked to models of its own folder only."));
    return;
  }
  const engine = await services.engines.get(first.workspace);
  const target = isRef(ref, "model", "modelVersion")
    ? linkTargetOf(engine.reader, ref)
    : await askTarget(services, engine);
  if (target !== null) await linkAll(services, meant, target);
}

/** Links each, and offers to take all of it back. */
export async function linkAll(
  services: Services,
  refs: readonly ArtifactVersionRef[],
  target: LinkTarget,
): Promise<void> {
  const { vscode, engines, undo } = services;
  const { l10n } = vscode;
  let into = target;
  for (const ref of refs) {
    const engine = await engines.get(ref.workspace);
    const artifact = engine.reader.artifactVersion(ref.id);
    const linked = await engine.link(ref.id, into);
    const version = engine.reader.modelVersion(linked.modelVersionId);
    const name = artifact === null ? ref.id : `${artifactLabel(artifact)} v${artifact.version}`;
    const model = version === null ? into.model : `${version.model} ${version.name}`;
    // Several artifacts for a new version go into the same one.
    if (version !== null) into = { model: version.model, version: version.number };
    if (linked.alreadyLinked)
      await services.notify.info(l10n.t("{0} is linked to {1} already.", name, model));
    else undo.offer(l10n.t("{0} is linked to {1}.", name, model), linked);
  }
}

async function askTarget(services: Services, engine: Engine): Promise<LinkTarget | null> {
  const { vscode } = services;
  const { l10n } = vscode;
  const models: Choice<string | null>[] = engine.reader.models({ limit: 500 }).items.map((model) => ({
    label: `$(symbol-class) ${model.name}`,
    description: model.versions === 1 ? l10n.t("1 version") : l10n.t("{0} versions", model.versions),
    value: model.name,
  }));
  const fresh = { label: `$(add) ${l10n.t("New model…")}`, value: null };
  const title = l10n.t("Link Artifact to Model");
  const chosen = await choose(
    services,
    [...models, fresh].map((choice) => ({ ...choice, value: { model: choice.value } })),
    l10n.t("To which model?"),
    title,
  );
  if (chosen === null) return null;
  if (chosen.model === null) {
    const model = await askModelName(services, engine);
    return model === null ? null : { model, version: null };
  }
  return askVersion(services, engine, chosen.model);
}

async function askVersion(services: Services, engine: Engine, model: string): Promise<LinkTarget | null> {
  const { vscode } = services;
  const { l10n } = vscode;
  const id = engine.reader.model(model)?.id;
  const versions = id === undefined ? [] : engine.reader.modelVersions(id, { limit: 500 }).items;
  const choices = versions.map((version) => ({
    label: `$(tag) ${version.name}`,
    description: version.stage === null ? "" : stageWord(vscode, version.stage),
    detail: l10n.t("{0} artifacts", version.artifacts),
    value: version.number,
  }));
  const all: Choice<number | "new" | "named">[] = [
    ...choices,
    { label: `$(add) ${l10n.t("New version")}`, value: "new" },
    { label: `$(edit) ${l10n.t("New version with a name…")}`, value: "named" },
  ];
  const chosen = await choose(
    services,
    all,
    l10n.t("Which version of {0}?", model),
    l10n.t("Link Artifact to Model"),
  );
  if (chosen === null) return null;
  if (chosen === "new") return { model, version: null };
  if (chosen !== "named") return { model, version: chosen };
  const taken = new Set(versions.map((version) => version.name));
  const version = await askName(services, l10n.t("Name of the new version"), (name) => taken.has(name));
  return version === null ? null : { model, version };
}

async function askModelName(services: Services, engine: Engine): Promise<string | null> {
  return askName(
    services,
    services.vscode.l10n.t("Name of the new model"),
    (name) => engine.reader.model(name) !== null,
  );
}

async function askName(
  { vscode }: Services,
  prompt: string,
  taken: (name: string) => boolean,
): Promise<string | null> {
  const { l10n } = vscode;
  const name = await vscode.window.showInputBox({
    prompt,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const trimmed = text.trim();
      if (trimmed === "") return l10n.t("A name is wanted.");
      return taken(trimmed) ? l10n.t("{0} is there already.", trimmed) : null;
    },
  });
  return name === undefined ? null : name.trim();
}

async function unlink(services: Services, ref: unknown): Promise<void> {
  if (!isRef(ref, "artifactVersion") || ref.modelVersionId === undefined) return;
  const engine = await services.engines.get(ref.workspace);
  const artifact = engine.reader.artifactVersion(ref.id);
  const undo = await engine.unlink(ref.modelVersionId, ref.id);
  services.undo.offer(
    services.vscode.l10n.t(
      "{0} is not linked any more.",
      artifact === null ? ref.id : artifactLabel(artifact),
    ),
    undo,
  );
}

async function versionOf(
  services: Services,
  ref: unknown,
  ask: string,
): Promise<{ engine: Engine; version: ModelVersion } | null> {
  let meant = isRef(ref, "modelVersion") ? ref : null;
  if (isRef(ref, "model")) {
    const id = (await services.engines.get(ref.workspace)).reader.model(ref.id)?.latestVersionId ?? null;
    meant = id === null ? null : { kind: "modelVersion", workspace: ref.workspace, id };
  }
  meant ??= await pickModelVersion(services, ask);
  if (meant === null) return null;
  const engine = await services.engines.get(meant.workspace);
  const version = engine.reader.modelVersion(meant.id);
  return version === null ? null : { engine, version };
}

async function open(services: Services, ref: unknown): Promise<void> {
  const found = await versionOf(services, ref, services.vscode.l10n.t("Which model?"));
  if (found === null) return;
  const panels = await services.panels();
  await panels.openModelVersion(found.engine, found.version.id);
}

async function create(services: Services): Promise<void> {
  const { vscode, engines } = services;
  const [first] = await storedEngines(services);
  const [folder] = engines.folders();
  if (folder === undefined) {
    await services.notify.info(vscode.l10n.t("Open a folder first: models are kept in it."));
    return;
  }
  const engine = first ?? (await engines.get(folder));
  const name = await askModelName(services, engine);
  if (name !== null) await engine.createModel(name);
}

async function promote(services: Services, ref: unknown): Promise<void> {
  const { vscode } = services;
  const { l10n } = vscode;
  const found = await versionOf(services, ref, l10n.t("Promote which model version?"));
  if (found === null) return;
  const stages: readonly (Stage | "none")[] = [...STAGES, "none"];
  const choices = stages
    .filter((stage) => stage !== (found.version.stage ?? "none"))
    .map((stage) => {
      const holder = archivedBy(found.engine, found.version, stage);
      const description = holder === null ? "" : l10n.t("{0} now, which will be archived", holder.name);
      return { label: stageWord(vscode, stage), description, value: stage };
    });
  const title = `${found.version.model} ${found.version.name}`;
  const stage = await choose(services, choices, l10n.t("To which stage?"), title);
  if (stage !== null) await setStage(services, found.engine, found.version, stage);
}

async function archive(services: Services, ref: unknown): Promise<void> {
  const { l10n } = services.vscode;
  const found = await versionOf(services, ref, l10n.t("Archive which model version?"));
  if (found !== null) await setStage(services, found.engine, found.version, "archived");
}

/** The version that would give the stage up. */
function archivedBy({ reader }: Engine, version: ModelVersion, stage: Stage | "none"): ModelVersion | null {
  const holderOf = (held: Stage): ModelVersion | null =>
    reader.modelVersionBy(version.modelId, { stage: held });
  return decideStage(version, stage, holderOf, true).archives;
}

/** Whoever holds the stage now gives it up only after a question, and so does what is in production. */
async function setStage(
  services: Services,
  engine: Engine,
  version: ModelVersion,
  stage: Stage | "none",
): Promise<void> {
  const { vscode, notify, undo } = services;
  const { l10n } = vscode;
  const name = `${version.model} ${version.name}`;
  const word = stageWord(vscode, stage);
  const done = l10n.t("{0}: {1}", name, word);
  if (version.stage === "production") {
    const agreed = await notify.confirm(
      l10n.t("Move {0} from production to {1}?", name, word),
      l10n.t("No version of {0} is in production then.", version.model),
      l10n.t("Move"),
    );
    if (!agreed) return;
  }
  try {
    undo.offer(done, await engine.promote(version.id, stage, false));
  } catch (error) {
    if (!HeadraceError.is(error, "stage-occupied")) throw error;
    const holder = archivedBy(engine, version, stage);
    const detail = l10n.t(
      "{0} is in {1} now and will be archived.",
      holder === null ? l10n.t("Another version") : `${holder.model} ${holder.name}`,
      word,
    );
    const agreed = await notify.confirm(l10n.t("Move {0} to {1}?", name, word), detail, l10n.t("Move"));
    if (agreed) undo.offer(done, await engine.promote(version.id, stage, true));
  }
}

async function deleteModel(services: Services, ref: unknown): Promise<void> {
  if (isRef(ref, "model")) {
    await deleteWithPlan(services, await services.engines.get(ref.workspace), "model", [ref.id]);
    return;
  }
  const found = await versionOf(services, ref, services.vscode.l10n.t("Delete which model version?"));
  if (found !== null) await deleteWithPlan(services, found.engine, "model_version", [found.version.id]);
}
