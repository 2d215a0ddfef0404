/**
 * Every command, setting, context key and view of the extension, with its types: the one place that names them.
 * A test compares it with package.json both ways, so that neither can drift.
 */
import type { RunStatus } from "../core/entities";
import type { ZenmlChoice } from "../runtimes/python/worker";
import type {
  ArtifactRef,
  ArtifactVersionRef,
  EntityRef,
  ModelRef,
  ModelVersionRef,
  PipelineRef,
  RunRef,
  StepRef,
  StepSourceRef,
} from "./refs";
import type { VSCode, VSCodeDisposable } from "./vscodeTypes";

/** What a menu of a tree hands over: the row, and all selected rows when there are several. */
type On<R extends EntityRef> = (ref?: R, selected?: readonly EntityRef[]) => Promise<void>;

/** How a run that a command started ended; null when it never became one. */
export interface RunOutcome {
  readonly runId: string;
  readonly status: RunStatus;
}
type StartRun<R extends EntityRef> = (ref?: R) => Promise<RunOutcome | null>;

export interface CommandTypes {
  "headrace.runPipeline": StartRun<PipelineRef>;
  "headrace.runWithoutCache": StartRun<PipelineRef>;
  "headrace.runWithParameters": StartRun<PipelineRef | RunRef>;
  "headrace.debugPipeline": On<PipelineRef>;
  "headrace.rerun": StartRun<RunRef>;
  "headrace.rerunFailed": StartRun<RunRef>;
  "headrace.rerunFromStep": StartRun<StepRef>;
  "headrace.rerunOnlyStep": StartRun<StepRef>;
  "headrace.cancelRun": On<RunRef>;
  "headrace.showDag": On<PipelineRef | RunRef>;
  "headrace.goToSource": On<PipelineRef | StepRef | StepSourceRef>;
  "headrace.refreshPipelines": () => Promise<void>;

  "headrace.openRun": On<RunRef>;
  "headrace.compareRuns": On<RunRef>;
  "headrace.openLog": On<StepRef | RunRef>;
  "headrace.goToError": On<StepRef | RunRef>;
  "headrace.copyStepId": On<StepRef>;
  "headrace.invalidateCache": On<StepRef | RunRef>;
  "headrace.editNote": On<RunRef>;
  "headrace.copyRunId": On<RunRef>;
  "headrace.deleteRun": On<RunRef>;
  "headrace.deletePipelineRuns": On<PipelineRef>;
  "headrace.filterRuns": () => Promise<void>;
  "headrace.clearRunsFilter": () => Promise<void>;

  "headrace.openArtifact": On<ArtifactVersionRef | ArtifactRef>;
  "headrace.copyArtifactId": On<ArtifactVersionRef | ArtifactRef>;
  "headrace.copyLoaderSnippet": On<ArtifactVersionRef | ArtifactRef>;
  "headrace.revealPayload": On<ArtifactVersionRef | ArtifactRef>;
  "headrace.deleteArtifact": On<ArtifactVersionRef | ArtifactRef>;
  "headrace.filterArtifacts": () => Promise<void>;
  "headrace.clearArtifactsFilter": () => Promise<void>;

  "headrace.linkArtifactToModel": On<ArtifactVersionRef | ArtifactRef | ModelVersionRef | ModelRef>;
  "headrace.unlinkArtifact": On<ArtifactVersionRef>;
  "headrace.openModelVersion": On<ModelVersionRef | ModelRef>;
  "headrace.createModel": () => Promise<void>;
  "headrace.promoteModelVersion": On<ModelVersionRef>;
  "headrace.archiveModelVersion": On<ModelVersionRef>;
  "headrace.deleteModel": On<ModelRef | ModelVersionRef>;
  "headrace.filterModels": () => Promise<void>;
  "headrace.clearModelsFilter": () => Promise<void>;

  "headrace.undo": () => Promise<void>;
  "headrace.selectInterpreter": () => Promise<void>;
  "headrace.installSdk": () => Promise<void>;
  "headrace.addTypes": () => Promise<void>;
  "headrace.createSample": () => Promise<void>;
  "headrace.openWalkthrough": () => Promise<void>;
  "headrace.retryStore": () => Promise<void>;
  "headrace.checkStore": () => Promise<void>;
  "headrace.cleanStore": () => Promise<void>;
  "headrace.purgeRuns": () => Promise<void>;
  "headrace.showOutput": () => Promise<void>;
  "headrace.showStatusMenu": () => Promise<void>;
  /** Behind the row `Load more…`: shows the next page of a list. */
  "headrace.loadMore": (view: ViewId, key: string) => Promise<void>;
}
export type CommandId = keyof CommandTypes;

/** Whether a command is offered in the palette. One entry for each command: a missing one doesn't compile. */
export const commandTable: { readonly [K in CommandId]: { readonly palette: boolean } } = {
  "headrace.runPipeline": { palette: true },
  "headrace.runWithoutCache": { palette: true },
  "headrace.runWithParameters": { palette: true },
  "headrace.debugPipeline": { palette: true },
  "headrace.rerun": { palette: true },
  "headrace.rerunFailed": { palette: true },
  "headrace.rerunFromStep": { palette: false },
  "headrace.rerunOnlyStep": { palette: false },
  "headrace.cancelRun": { palette: true },
  "headrace.showDag": { palette: true },
  "headrace.goToSource": { palette: false },
  "headrace.refreshPipelines": { palette: true },
  "headrace.openRun": { palette: true },
  "headrace.compareRuns": { palette: true },
  "headrace.openLog": { palette: true },
  "headrace.goToError": { palette: true },
  "headrace.copyStepId": { palette: false },
  "headrace.invalidateCache": { palette: false },
  "headrace.editNote": { palette: false },
  "headrace.copyRunId": { palette: false },
  "headrace.deleteRun": { palette: true },
  "headrace.deletePipelineRuns": { palette: false },
  "headrace.filterRuns": { palette: true },
  "headrace.clearRunsFilter": { palette: false },
  "headrace.openArtifact": { palette: true },
  "headrace.copyArtifactId": { palette: false },
  "headrace.copyLoaderSnippet": { palette: true },
  "headrace.revealPayload": { palette: false },
  "headrace.deleteArtifact": { palette: true },
  "headrace.filterArtifacts": { palette: true },
  "headrace.clearArtifactsFilter": { palette: false },
  "headrace.linkArtifactToModel": { palette: true },
  "headrace.unlinkArtifact": { palette: false },
  "headrace.openModelVersion": { palette: true },
  "headrace.createModel": { palette: true },
  "headrace.promoteModelVersion": { palette: true },
  "headrace.archiveModelVersion": { palette: true },
  "headrace.deleteModel": { palette: true },
  "headrace.filterModels": { palette: true },
  "headrace.clearModelsFilter": { palette: false },
  "headrace.undo": { palette: true },
  "headrace.selectInterpreter": { palette: true },
  "headrace.installSdk": { palette: true },
  "headrace.addTypes": { palette: true },
  "headrace.createSample": { palette: true },
  "headrace.openWalkthrough": { palette: true },
  "headrace.retryStore": { palette: false },
  "headrace.checkStore": { palette: true },
  "headrace.cleanStore": { palette: true },
  "headrace.purgeRuns": { palette: true },
  "headrace.showOutput": { palette: true },
  "headrace.showStatusMenu": { palette: false },
  "headrace.loadMore": { palette: false },
};

export interface SettingTypes {
  "python.interpreter": string;
  "python.zenml": ZenmlChoice;
  "run.saveFiles": "all" | "none";
  "run.openDag": boolean;
  "run.parallelSteps": number;
  "run.memoryLimit": number;
  "store.location": string;
  "codeLens.pipelines": boolean;
  "codeLens.steps": boolean;
  "inlayHints.enabled": boolean;
  "gutter.enabled": boolean;
  "dag.revealSource": boolean;
  "problems.enabled": boolean;
  "notifications.longRun": boolean;
}
export type SettingId = keyof SettingTypes;

/** What holds without a user's choice; package.json says the same, as a test checks. */
export const settingDefaults: { readonly [K in SettingId]: SettingTypes[K] } = {
  "python.interpreter": "",
  "python.zenml": "headrace",
  "run.saveFiles": "all",
  "run.openDag": true,
  "run.parallelSteps": 0,
  "run.memoryLimit": 0,
  "store.location": "",
  "codeLens.pipelines": true,
  "codeLens.steps": true,
  "inlayHints.enabled": true,
  "gutter.enabled": true,
  "dag.revealSource": true,
  "problems.enabled": true,
  "notifications.longRun": true,
};

export interface ContextKeyTypes {
  /** `failed` when the store of a folder can't be read. */
  "headrace.store": "none" | "open" | "failed";
  "headrace.scanned": boolean;
  "headrace.running": boolean;
  "headrace.canUndo": boolean;
  "headrace.runsFiltered": boolean;
  "headrace.artifactsFiltered": boolean;
  "headrace.modelsFiltered": boolean;
  /** The active editor holds a pipeline. */
  "headrace.pipelineInEditor": boolean;
  /** Lines of the active editor, counted from 1, that belong to a pipeline's head. */
  "headrace.pipelineLines": readonly number[];
}
export type ContextKey = keyof ContextKeyTypes;

export const contextKeyTable: { readonly [K in ContextKey]: true } = {
  "headrace.store": true,
  "headrace.scanned": true,
  "headrace.running": true,
  "headrace.canUndo": true,
  "headrace.runsFiltered": true,
  "headrace.artifactsFiltered": true,
  "headrace.modelsFiltered": true,
  "headrace.pipelineInEditor": true,
  "headrace.pipelineLines": true,
};

export const viewIds = [
  "headrace.pipelines",
  "headrace.runs",
  "headrace.artifacts",
  "headrace.models",
] as const;
export type ViewId = (typeof viewIds)[number];

export const walkthroughId = "headrace.headrace#start";

export function registerCommand<K extends CommandId>(
  vscode: VSCode,
  id: K,
  handler: CommandTypes[K],
): VSCodeDisposable {
  return vscode.commands.registerCommand(id, handler);
}

export async function executeCommand<K extends CommandId>(
  vscode: VSCode,
  id: K,
  ...args: Parameters<CommandTypes[K]>
): Promise<Awaited<ReturnType<CommandTypes[K]>>> {
  return await vscode.commands.executeCommand<Awaited<ReturnType<CommandTypes[K]>>>(id, ...args);
}

/** A command with its arguments, for lenses, tree rows and links. */
export function asCommand<K extends CommandId>(
  id: K,
  title: string,
  ...args: Parameters<CommandTypes[K]>
): { readonly command: K; readonly title: string; readonly arguments: unknown[] } {
  return { command: id, title, arguments: args };
}

/** A link for Markdown that is trusted with this command. */
export function commandLink<K extends CommandId>(id: K, ...args: Parameters<CommandTypes[K]>): string {
  return `command:${id}?${encodeURIComponent(JSON.stringify(args))}`;
}

export function readSetting<K extends SettingId>(vscode: VSCode, id: K, folder?: string): SettingTypes[K] {
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  return vscode.workspace.getConfiguration("headrace", scope).get<SettingTypes[K]>(id) ?? settingDefaults[id];
}

export async function writeSetting<K extends SettingId>(
  vscode: VSCode,
  id: K,
  value: SettingTypes[K],
  folder: string,
): Promise<void> {
  const target = vscode.ConfigurationTarget.WorkspaceFolder;
  await vscode.workspace.getConfiguration("headrace", vscode.Uri.file(folder)).update(id, value, target);
}

export function setContext<K extends ContextKey>(vscode: VSCode, key: K, value: ContextKeyTypes[K]): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
