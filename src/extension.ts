/** Builds the object graph and registers it. What is heavy (store, engine, grammars, panels) is loaded when first needed. */
import { stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { registerArtifactCommands } from "./commands/artifactCommands";
import { canDebug, registerDebugCommands } from "./commands/debugCommands";
import { linkAll, registerModelCommands } from "./commands/modelCommands";
import { registerRunCommands } from "./commands/runCommands";
import { registerStepCommands } from "./commands/stepCommands";
import { Runner } from "./commands/runner";
import { registerRunsCommands } from "./commands/runsCommands";
import type { Services } from "./commands/services";
import { registerSdkCommands } from "./commands/sdkCommands";
import { registerTypesCommand } from "./commands/typesCommand";
import { registerSetupCommands } from "./commands/setupCommands";
import { registerSourceCommands } from "./commands/sourceCommands";
import { UndoHistory } from "./commands/undo";
import { registerStoreCommands } from "./commands/storeCommands";
import { PipelineTasks, TASK_TYPE } from "./commands/tasks";
import { registerViewCommands, type Trees } from "./commands/viewCommands";
import { Discovery } from "./discovery/discovery";
import { sourceGraph, type SourceGraph } from "./discovery/sourceGraph";
import { wasmFolder } from "./discovery/grammars";
import { AnalysisPaths } from "./editor/analysisPaths";
import { Completions, completionTriggers } from "./editor/assist/completions";
import { OptionHovers } from "./editor/assist/optionHovers";
import { Decorations } from "./editor/decorations";
import { FailureDiagnostics } from "./editor/diagnostics";
import { EditorContext } from "./editor/editorContext";
import { Hints } from "./editor/hints";
import { Hovers } from "./editor/hovers";
import { LastRuns } from "./editor/lastRuns";
import { Lenses } from "./editor/lenses";
import { droppableInto, LoaderDrop } from "./editor/loaderDrop";
import { LOG_SCHEME, LogDocuments } from "./editor/logDocuments";
import { NodeTypes } from "./editor/nodeTypes";
import { PipelineFolders } from "./editor/pipelineFolders";
import { documentSelector } from "./editor/source";
import { SourceProblems } from "./editor/sourceProblems";
import { Terminals } from "./editor/terminals";
import { workspaceFiles } from "./editor/workspaceFiles";
import type { Engine } from "./engine/api";
import type { DagPanelServices } from "./panels/dag/dagPanel";
import { DagPanels } from "./panels/dag/dagPanels";
import { RecordPanels } from "./panels/open";
import type { Panels } from "./panels/panels";
import { type EngineFactory, Engines } from "./ui/engines";
import type { FoundInterpreter } from "./ui/interpreterList";
import { Interpreters } from "./ui/interpreters";
import type { IDisposable } from "./ui/lifecycle";
import { type Log, logTo } from "./ui/log";
import { nodeSdkFolder } from "./runtimes/node/install";
import { pythonSdkFolder } from "./runtimes/python/sdkFolder";
import { Notifications } from "./ui/notify";
import { readSetting, setContext } from "./ui/registry";
import { ArtifactDrag } from "./views/dragAndDrop";
import { StatusBar } from "./views/statusBar";
import { ArtifactsTree, ModelsTree, PipelinesTree, RunsTree } from "./views/trees";

/** What the extension's own tests, and other extensions, get. */
export interface Api {
  engine(folder: string): Promise<Engine>;
  readonly discovery: Discovery;
  readonly trees: Trees;
}

let engines: Engines | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const log = logTo(vscode.window.createOutputChannel("Headrace", { log: true }));
  try {
    return build(context, log);
  } catch (error) {
    // VS Code itself says nothing when an activation fails.
    log.error("Headrace could not be started", error);
    void vscode.window.showErrorMessage(vscode.l10n.t("Headrace could not be started. The output says why."));
    throw error;
  }
}

export async function deactivate(): Promise<void> {
  await engines?.closeAll();
}

function build(context: vscode.ExtensionContext, log: Log): Api {
  const own: Own = (item) => {
    context.subscriptions.push(asDisposable(item));
    return item;
  };
  const notify = new Notifications(vscode, log);
  const interpreters = own(new Interpreters(vscode, log));
  const open = (engines = own(new Engines(vscode, engineFactory(context, interpreters), log)));
  const discovery = new Discovery({
    wasm: wasmFolder(path.join(context.extensionPath, "dist")),
    files: workspaceFiles(vscode),
  });
  const panelServices: DagPanelServices = {
    vscode,
    extensionUri: context.extensionUri,
    log,
    engine: (folder) => open.get(folder),
    staticGraph: (file, functionName) => graphInSource(open, discovery, file, functionName),
  };
  const panels = own(asPanels(panelServices));
  const services: Services = {
    vscode,
    log,
    notify,
    engines: open,
    discovery,
    interpreters,
    runner: new Runner(
      vscode,
      open,
      notify,
      () => Promise.resolve(panels),
      (folder, file) => interpreterFor(folder, interpreters, file),
    ),
    undo: new UndoHistory(vscode, notify),
    panels: () => Promise.resolve(panels),
    memory: context.workspaceState,
  };
  const trees = registerViews(services, own);
  registerCommands(services, trees, context, own);
  const folders = own(new PipelineFolders(vscode, open, discovery, log));
  registerSdk(services, folders, context, own);
  registerEditor(services, context, own);
  followStore(open, own);
  own(new StatusBar(vscode, open, interpreters, (folder) => interpreterFor(folder, interpreters)));
  own(
    new Terminals({
      vscode,
      engines: open,
      folders,
      variables: context.environmentVariableCollection,
      log,
      commandLine: { folder: context.asAbsolutePath("dist/bin"), node: process.execPath },
      expected: async (folder) => {
        const { expectedEnvironment } = await import("./engine/environment");
        const zenml = readSetting(vscode, "python.zenml", folder);
        return expectedEnvironment(storeOf(folder), { sdk: pythonSdkFolder(context.extensionPath), zenml });
      },
    }),
  );
  return { engine: (folder) => open.get(folder), discovery, trees };
}

/** All panels behind one face. */
function asPanels(services: DagPanelServices): Panels & IDisposable {
  const records = new RecordPanels(services);
  const dags = new DagPanels(services);
  return {
    openDag: (engine, target, options) => dags.openDag(engine, target, options),
    openRun: (engine, runId, options) => records.openRun(engine, runId, options),
    compareRuns: (engine, runIds, options) => records.compareRuns(engine, runIds, options),
    openArtifact: (engine, id, options) => records.openArtifact(engine, id, options),
    openModelVersion: (engine, id, options) => records.openModelVersion(engine, id, options),
    dispose: () => {
      records.dispose();
      dags.dispose();
    },
  };
}

/** What source tells about a pipeline, once the steps that it may call are known. */
async function graphInSource(
  open: Engines,
  discovery: Discovery,
  file: string,
  functionName: string,
): Promise<SourceGraph | null> {
  const folder = open.folderOf(file);
  if (folder !== null) await discovery.scan(folder);
  const found = await discovery.file(file);
  const pipeline = found?.pipelines.find((known) => known.functionName === functionName);
  return pipeline === undefined ? null : sourceGraph(discovery, pipeline);
}

async function interpreterFor(
  folder: string,
  interpreters: Interpreters,
  file = path.join(folder, "pipeline.py"),
): Promise<FoundInterpreter> {
  const { interpreterOf } = await import("./ui/interpreterList");
  return interpreterOf(folder, interpreters.sources(folder), new AbortController().signal, file);
}

type Own = <T extends IDisposable>(item: T) => T;

function engineFactory(context: vscode.ExtensionContext, interpreters: Interpreters): EngineFactory {
  return {
    async open(folder) {
      const { openEngine } = await import("./engine/open");
      return openEngine({
        workspace: folder,
        store: storeOf(folder),
        extensionRoot: context.extensionPath,
        keepsSpare: true,
        pythonSources: interpreters.sources(folder),
        zenml: () => readSetting(vscode, "python.zenml", folder),
        settings: () => {
          const parallel = readSetting(vscode, "run.parallelSteps", folder);
          const memoryLimitMb = readSetting(vscode, "run.memoryLimit", folder);
          return parallel > 0 ? { parallel, memoryLimitMb } : { memoryLimitMb };
        },
        ...(vscode.workspace.isTrusted
          ? {}
          : { refusal: vscode.l10n.t("the workspace is in Restricted Mode") }),
      });
    },
    hasStore: (folder) =>
      stat(path.join(storeOf(folder), "store")).then(
        (found) => found.isDirectory(),
        () => false,
      ),
  };
}

function registerViews({ engines: open, discovery, ...services }: Services, own: Own): Trees {
  const drop = new ArtifactDrag(vscode, open, async (refs, target) => {
    const all = { ...services, engines: open, discovery };
    await services.notify.guard("Linking failed", () => linkAll(all, refs, target));
  });
  return {
    "headrace.pipelines": own(new PipelinesTree(vscode, open, discovery)),
    "headrace.runs": own(new RunsTree(vscode, open, services.memory)),
    "headrace.artifacts": own(new ArtifactsTree(vscode, open, services.memory)),
    "headrace.models": own(new ModelsTree(vscode, open, services.memory, drop)),
  };
}

function storeOf(folder: string): string {
  return path.resolve(folder, readSetting(vscode, "store.location", folder).trim() || ".headrace");
}

/** The Python SDK outside of what Headrace starts: in environments, and in Pylance. */
function registerSdk(
  services: Services,
  folders: PipelineFolders,
  context: vscode.ExtensionContext,
  own: Own,
): void {
  const sdk = pythonSdkFolder(context.extensionPath);
  const { version } = context.extension.packageJSON as { readonly version: string };
  registerSdkCommands(services, { sdk, version }).forEach(own);
  const resolves = async (folder: string): Promise<boolean> => {
    const { findsZenml } = await import("./runtimes/python/install");
    const { findInterpreter } = await import("./runtimes/python/interpreter");
    const { signal } = new AbortController();
    const request = { file: path.join(folder, "script.py"), workspace: folder, signal };
    return findsZenml(await findInterpreter(request, services.interpreters.sources(folder)), signal);
  };
  own(new AnalysisPaths({ ...services, folders, sdk, resolves }));
  const types = own(new NodeTypes({ ...services, sdk: nodeSdkFolder(context.extensionPath) }));
  own(registerTypesCommand(services, types));
}

function registerCommands(
  services: Services,
  trees: Trees,
  context: vscode.ExtensionContext,
  own: Own,
): void {
  const registered = [
    ...registerRunCommands(services),
    ...registerStepCommands(services),
    ...registerSourceCommands(services),
    ...registerDebugCommands(services, {
      interpreter: async (folder, file) => (await interpreterFor(folder, services.interpreters, file)).path,
      node: async () => (await import("./runtimes/node/runtime")).findNode(),
      programs: path.join(context.extensionPath, "dist"),
    }),
    ...registerRunsCommands(services),
    ...registerArtifactCommands(services),
    ...registerModelCommands(services),
    ...registerStoreCommands(services),
    ...registerViewCommands(services, trees),
    ...registerSetupCommands(services, {
      samples: path.join(context.extensionPath, "dist", "samples"),
      interpreters: async (folder) => {
        const { listInterpreters } = await import("./ui/interpreterList");
        const found = await listInterpreters(folder, services.interpreters.sources(folder));
        return found.map(({ path: command, version }) => ({ path: command, description: version }));
      },
    }),
  ];
  registered.forEach(own);
  own(vscode.tasks.registerTaskProvider(TASK_TYPE, new PipelineTasks(services)));
}

function registerEditor(services: Services, context: vscode.ExtensionContext, own: Own): void {
  const { engines: open, discovery } = services;
  const { languages, workspace } = vscode;
  const lastRuns = new LastRuns(open);
  const lenses = own(new Lenses(vscode, open, discovery, lastRuns, (file) => canDebug(vscode, file)));
  const hints = own(new Hints(vscode, open, discovery, lastRuns));
  const logs = own(new LogDocuments(vscode, open));
  const failures = own(new FailureDiagnostics(vscode, open));
  const signatures = discovery.signatures(path.join(pythonSdkFolder(context.extensionPath), "headrace"));
  const problems = own(new SourceProblems(vscode, open, discovery, signatures));
  own(
    languages.registerCodeActionsProvider(documentSelector, problems, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
  const completions = new Completions(vscode, open, discovery, signatures);
  own(languages.registerCompletionItemProvider(documentSelector, completions, ...completionTriggers));
  own(languages.registerHoverProvider(documentSelector, new OptionHovers(vscode, discovery, signatures)));
  own(languages.registerCodeLensProvider(documentSelector, lenses));
  own(languages.registerInlayHintsProvider(documentSelector, hints));
  own(languages.registerHoverProvider(documentSelector, new Hovers(vscode, discovery, lastRuns)));
  own(languages.registerDocumentLinkProvider({ scheme: LOG_SCHEME }, logs));
  own(workspace.registerTextDocumentContentProvider(LOG_SCHEME, logs));
  const drop = new LoaderDrop(vscode, open);
  own(languages.registerDocumentDropEditProvider(droppableInto, drop, drop));
  own(new EditorContext(vscode, open, discovery));
  const media = vscode.Uri.joinPath(context.extensionUri, "media");
  own(new Decorations(vscode, media, open, discovery, lastRuns, failures));
}

/** Opens what is stored once the window has come up, so that views, lenses and terminals know it; and says how it stands. */
function followStore(open: Engines, own: Own): void {
  const tell = (): void => {
    const failed = open.folders().some((folder) => open.failure(folder) !== null);
    setContext(vscode, "headrace.store", failed ? "failed" : open.all().length > 0 ? "open" : "none");
  };
  own(open.onState(tell));
  const restore = (): void => {
    for (const folder of open.folders()) void open.getIfStored(folder).catch(() => null);
  };
  const soon = setTimeout(restore, 0);
  own({ dispose: () => clearTimeout(soon) });
}

function asDisposable(item: IDisposable): vscode.Disposable {
  return new vscode.Disposable(() => item.dispose());
}
