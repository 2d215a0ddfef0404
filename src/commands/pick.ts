/** Asking which pipeline, run, artifact or model is meant, when a command comes from the palette. */
import type { ArtifactVersion, Run } from "../core/entities";
import type { Engine } from "../engine/api";
import type { DiscoveredPipeline } from "../discovery/model";
import { sourceOf } from "../editor/source";
import { artifactLabel } from "../ui/artifactLabel";
import { ago } from "../ui/format";
import type { ArtifactVersionRef, EntityRef, ModelVersionRef, PipelineRef, RunRef } from "../ui/refs";
import { isRef } from "../ui/refs";
import type { Action } from "../ui/notify";
import { executeCommand } from "../ui/registry";
import { MOST_CHOICES, runChoice } from "../ui/runChoices";
import { stageWord } from "../ui/status";
import type { QuickPickItem } from "../ui/vscodeTypes";
import type { Services } from "./services";

const LIMIT = MOST_CHOICES;

export interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

/** With a title it is one of several questions in a row, and stays until it is answered or left by Escape. */
export async function choose<T>(
  { vscode }: Pick<Services, "vscode">,
  choices: readonly Choice<T>[] | Promise<readonly Choice<T>[]>,
  placeHolder: string,
  title?: string,
): Promise<T | null> {
  const picked = await vscode.window.showQuickPick(choices, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
    ...(title === undefined ? {} : { title, ignoreFocusOut: true }),
  });
  return picked?.value ?? null;
}

/** Tells that there is nothing to choose from, and what to do about it. */
async function nothing(services: Services, message: string, actions: readonly Action[] = []): Promise<null> {
  await services.notify.info(message, actions);
  return null;
}

/** The folder that a command is about; null when there is none, or none was chosen. */
export async function askFolder(services: Services): Promise<string | null> {
  const folders = services.engines.folders();
  const [only] = folders;
  if (folders.length <= 1) return only ?? null;
  const choices = folders.map((folder) => ({
    label: services.vscode.workspace.asRelativePath(folder),
    description: folder,
    value: folder,
  }));
  return choose(services, choices, services.vscode.l10n.t("For which folder?"));
}

/** Engines of all folders that have a store. */
export async function storedEngines({ engines }: Services): Promise<readonly Engine[]> {
  const opened = await Promise.all(engines.folders().map((folder) => engines.getIfStored(folder)));
  return opened.filter((engine) => engine !== null);
}

export function pipelineRefOf(workspace: string, pipeline: DiscoveredPipeline): PipelineRef {
  const { name, file, functionName } = pipeline;
  return { kind: "pipeline", workspace, name, file, functionName };
}

/** The pipeline that a command is about: the one handed over, by reference or by a line of the gutter, else asked. */
export async function pipelineMeant(
  services: Services,
  ref: unknown,
  ask: string,
): Promise<PipelineRef | null> {
  if (isRef(ref, "pipeline")) return ref;
  return pickPipeline(services, ask, gutterLine(ref));
}

/** What a menu of the gutter hands over; its lines count from 1. */
function gutterLine(value: unknown): number | null {
  if (typeof value !== "object" || value === null || !("lineNumber" in value)) return null;
  return typeof value.lineNumber === "number" ? value.lineNumber : null;
}

/** The pipeline around the cursor, else the only one of the editor, else asked. */
export async function pickPipeline(
  services: Services,
  ask: string,
  line: number | null = null,
): Promise<PipelineRef | null> {
  return (await pipelineInEditor(services, line)) ?? (await askForPipeline(services, ask));
}

async function pipelineInEditor(
  { vscode, engines, discovery }: Services,
  wanted: number | null,
): Promise<PipelineRef | null> {
  const editor = vscode.window.activeTextEditor;
  const source = editor === undefined ? null : sourceOf(editor.document);
  const workspace = source === null ? null : engines.folderOf(source.file);
  if (editor === undefined || source === null || workspace === null) return null;
  const pipelines = (await discovery.read(source))?.pipelines ?? [];
  const line = wanted ?? editor.selection.active.line + 1;
  const around = pipelines.find(({ span }) => span.line <= line && line <= span.endLine);
  const meant = around ?? (pipelines.length === 1 ? pipelines[0] : undefined);
  return meant === undefined ? null : pipelineRefOf(workspace, meant);
}

async function askForPipeline(services: Services, ask: string): Promise<PipelineRef | null> {
  const { vscode, engines, discovery } = services;
  await Promise.all(engines.folders().map((folder) => discovery.scan(folder)));
  const choices = engines.folders().flatMap((folder) =>
    discovery.pipelines(folder).map((pipeline) => ({
      label: `$(play-circle) ${pipeline.name}`,
      description: `${vscode.workspace.asRelativePath(pipeline.file)}:${pipeline.line}`,
      ...(pipeline.docstring === null ? {} : { detail: pipeline.docstring.split("\n")[0] ?? "" }),
      value: pipelineRefOf(folder, pipeline),
    })),
  );
  return choices.length === 0 ? noPipeline(services) : choose(services, choices, ask);
}

function noPipeline(services: Services): Promise<null> {
  const { vscode, engines } = services;
  const { l10n } = vscode;
  if (engines.folders().length === 0) {
    const open = (): unknown => vscode.commands.executeCommand("vscode.openFolder");
    return nothing(services, l10n.t("Open a folder first: pipelines live in it."), [
      { title: l10n.t("Open Folder"), run: open },
    ]);
  }
  const create = (): unknown => executeCommand(vscode, "headrace.createSample");
  return nothing(services, l10n.t("No pipeline was found. Decorate a function with @pipeline."), [
    { title: l10n.t("Create Sample Project"), run: create },
  ]);
}

export async function pickRun(
  services: Services,
  ask: string,
  wanted: (run: Run, engine: Engine) => boolean = () => true,
): Promise<RunRef | null> {
  const { vscode } = services;
  const choices = (await storedEngines(services)).flatMap((engine) =>
    engine.reader
      .runs({ limit: LIMIT })
      .items.filter((run) => wanted(run, engine))
      .map((run) => ({
        ...runChoice(vscode, run),
        value: { kind: "run", workspace: engine.workspace, id: run.id } as const,
      })),
  );
  if (choices.length === 0) return nothing(services, vscode.l10n.t("There is no such run."));
  return choose(services, choices, ask);
}

export function artifactChoice(
  services: Services,
  engine: Engine,
  version: ArtifactVersion,
): Choice<ArtifactVersionRef> {
  return {
    label: artifactLabel(version),
    description: `v${version.version} · ${version.summary}`,
    detail: `${ago(services.vscode, version.created)} · ${version.id}`,
    value: { kind: "artifactVersion", workspace: engine.workspace, id: version.id },
  };
}

/** First the artifact, then its version when there are several. */
export async function pickArtifactVersion(
  services: Services,
  ask: string,
): Promise<ArtifactVersionRef | null> {
  const { vscode } = services;
  const { l10n } = vscode;
  const artifacts = (await storedEngines(services)).flatMap((engine) =>
    engine.reader.artifacts({ limit: LIMIT }).items.map((artifact) => {
      const latest =
        artifact.latestVersionId === null ? null : engine.reader.artifactVersion(artifact.latestVersionId);
      const versions =
        artifact.versions === 1 ? l10n.t("1 version") : l10n.t("{0} versions", artifact.versions);
      const alias = artifact.customName ? null : (latest?.alias ?? null);
      return {
        label: alias ?? artifact.name,
        description: latest?.summary ?? "",
        detail: alias === null ? versions : `${artifact.name} · ${versions}`,
        value: { engine, artifact },
      };
    }),
  );
  if (artifacts.length === 0)
    return nothing(services, l10n.t("There are no artifacts yet. Run a pipeline to make some."));
  const chosen = await choose(services, artifacts, ask);
  if (chosen === null) return null;
  const { engine, artifact } = chosen;
  const versions = engine.reader.artifactVersions(artifact.id, { limit: LIMIT }).items;
  const [only] = versions;
  if (versions.length === 1 && only !== undefined) {
    return { kind: "artifactVersion", workspace: engine.workspace, id: only.id };
  }
  const choices = versions.map((version) => ({
    ...artifactChoice(services, engine, version),
    label: `v${version.version}`,
    description: version.summary,
  }));
  return choose(services, choices, l10n.t("Version of {0}", artifact.name));
}

export async function pickModelVersion(services: Services, ask: string): Promise<ModelVersionRef | null> {
  const { vscode } = services;
  const choices = (await storedEngines(services)).flatMap((engine) =>
    engine.reader.models({ limit: LIMIT }).items.flatMap((model) =>
      engine.reader.modelVersions(model.id, { limit: LIMIT }).items.map((version) => ({
        label: `${model.name} ${version.name}`,
        description: version.stage === null ? "" : stageWord(vscode, version.stage),
        detail: ago(vscode, version.created),
        value: { kind: "modelVersion", workspace: engine.workspace, id: version.id } as const,
      })),
    ),
  );
  if (choices.length === 0) return nothing(services, vscode.l10n.t("There are no models yet."));
  return choose(services, choices, ask);
}

/** What a command acts on: all selected rows if the row it was called on is among them, else that row alone. */
export function selectedRefs<K extends EntityRef["kind"]>(
  ref: unknown,
  selected: readonly unknown[] | undefined,
  ...kinds: readonly K[]
): readonly Extract<EntityRef, { readonly kind: K }>[] {
  const rows = selected !== undefined && selected.includes(ref) ? selected : [ref];
  return rows.filter((row): row is Extract<EntityRef, { readonly kind: K }> => isRef(row, ...kinds));
}
