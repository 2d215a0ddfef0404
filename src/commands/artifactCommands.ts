/** What can be done with artifacts: look, copy how to load them, find their files, delete. */
import type { ArtifactVersion } from "../core/entities";
import type { Engine } from "../engine/api";
import { artifactLabel } from "../ui/artifactLabel";
import type { IDisposable } from "../ui/lifecycle";
import { type ArtifactVersionRef, type EntityRef, isRef } from "../ui/refs";
import { registerCommand } from "../ui/registry";
import { loaderSnippet } from "../ui/snippets";
import { deleteWithPlan } from "./deletion";
import { pickArtifactVersion, selectedRefs } from "./pick";
import type { Services } from "./services";

export function registerArtifactCommands(services: Services): readonly IDisposable[] {
  const { vscode } = services;
  return [
    registerCommand(vscode, "headrace.openArtifact", (ref) => onVersion(services, ref, open)),
    registerCommand(vscode, "headrace.copyArtifactId", (ref) =>
      onVersion(services, ref, async (_, __, version) => {
        await copy(services, version.id, vscode.l10n.t("Copied the artifact’s id."));
      }),
    ),
    registerCommand(vscode, "headrace.copyLoaderSnippet", (ref) =>
      onVersion(services, ref, async (_, __, version) => {
        await copy(
          services,
          loaderSnippet(version),
          vscode.l10n.t("Copied the lines that load {0}.", artifactLabel(version)),
        );
      }),
    ),
    registerCommand(vscode, "headrace.revealPayload", (ref) => onVersion(services, ref, reveal)),
    registerCommand(vscode, "headrace.deleteArtifact", async (ref, selected) => {
      await services.notify.guard("Deleting failed", () => deleteArtifacts(services, ref, selected));
    }),
  ];
}

/** The version that is meant: the row's, the newest of an artifact, or asked for. */
export async function versionMeant(
  services: Services,
  ref: unknown,
  ask: string,
): Promise<ArtifactVersionRef | null> {
  if (isRef(ref, "artifactVersion")) return ref;
  if (!isRef(ref, "artifact")) return pickArtifactVersion(services, ask);
  const latest = (await services.engines.get(ref.workspace)).reader.artifact(ref.id)?.latestVersionId ?? null;
  return latest === null ? null : { kind: "artifactVersion", workspace: ref.workspace, id: latest };
}

async function onVersion(
  services: Services,
  ref: unknown,
  act: (services: Services, engine: Engine, version: ArtifactVersion) => Promise<void>,
): Promise<void> {
  const { vscode, engines, notify } = services;
  await notify.guard("A command for an artifact failed", async () => {
    const meant = await versionMeant(services, ref, vscode.l10n.t("Which artifact?"));
    if (meant === null) return;
    const engine = await engines.get(meant.workspace);
    const version = engine.reader.artifactVersion(meant.id);
    if (version === null) await notify.warn(vscode.l10n.t("This artifact was deleted."));
    else await act(services, engine, version);
  });
}

async function open(services: Services, engine: Engine, version: ArtifactVersion): Promise<void> {
  const panels = await services.panels();
  await panels.openArtifact(engine, version.id);
}

async function copy({ vscode }: Services, text: string, done: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${done}`, 3000);
}

async function reveal({ vscode, notify }: Services, engine: Engine, version: ArtifactVersion): Promise<void> {
  const folder = engine.payloadFolder(version.id);
  if (folder === null) {
    await notify.warn(vscode.l10n.t("The files of this artifact are missing."));
    return;
  }
  const uri = vscode.Uri.file(folder);
  // A browser has no file manager to open.
  const command = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  if (command) await vscode.commands.executeCommand("revealFileInOS", uri);
  else {
    await vscode.env.clipboard.writeText(folder);
    await notify.info(vscode.l10n.t("The path was copied: {0}", folder));
  }
}

async function deleteArtifacts(
  services: Services,
  ref: unknown,
  selected?: readonly EntityRef[],
): Promise<void> {
  const { vscode, engines } = services;
  let refs: readonly EntityRef[] = selectedRefs(ref, selected, "artifact", "artifactVersion");
  if (refs.length === 0) {
    const picked = await pickArtifactVersion(services, vscode.l10n.t("Delete which artifact?"));
    if (picked === null) return;
    refs = [picked];
  }
  for (const workspace of new Set(refs.map((one) => one.workspace))) {
    const engine = await engines.get(workspace);
    const here = refs.filter((one) => one.workspace === workspace);
    const artifacts = here.flatMap((one) => (one.kind === "artifact" ? [one.id] : []));
    const versions = here.flatMap((one) => (one.kind === "artifactVersion" ? [one.id] : []));
    if (artifacts.length > 0) await deleteWithPlan(services, engine, "artifact", artifacts);
    if (versions.length > 0) await deleteWithPlan(services, engine, "artifact_version", versions);
  }
}
