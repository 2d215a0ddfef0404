/** Puts an engine together from a folder: store, payloads, endpoint, runtimes. */
import { realpathSync } from "node:fs";
import path from "node:path";
import type { Payloads } from "../artifacts/payloads";
import { languageOf } from "../core/languages";
import type { HelloResult } from "../runtimes/protocol";
import { EndpointOnDemand } from "../runtimes/endpoint";
import { NodeRuntime, nodeWorkerFile } from "../runtimes/node/runtime";
import type { InterpreterSources } from "../runtimes/python/interpreter";
import { PythonRuntime } from "../runtimes/python/runtime";
import { pythonSdkFolder } from "../runtimes/python/sdkFolder";
import type { ZenmlChoice } from "../runtimes/python/worker";
import { openStore, type OpenedStore } from "../store/open";
import { foldersOf } from "../store/layout";
import { checkStore, cleanStore } from "../store/maintenance";
import { isGone, type ProcessIdentity } from "../store/processes";
import { LocalEngine, type Maintenance } from "./engine";
import { scriptEnvironment } from "./environment";
import { Keeper } from "./keeper";
import { markInterrupted } from "./recover";
import type { EngineSettings } from "./settings";
import { storedPayloads } from "./storedPayloads";
import type { Engine } from "./api";

export interface OpenEngineOptions {
  readonly workspace: string;
  /** The store's folder, usually `<workspace>/.headrace`. */
  readonly store: string;
  /** Where the SDKs are. */
  readonly extensionRoot: string;
  /** Keep a worker ready for the next run; false for a process that runs once. */
  readonly keepsSpare: boolean;
  readonly settings?: () => Partial<EngineSettings>;
  readonly pythonSources?: InterpreterSources;
  /** Which ZenML Python gets; what the process inherited when it isn't given. */
  readonly zenml?: () => ZenmlChoice;
  /** Why nothing may be executed or written (an untrusted workspace), while that is so. */
  readonly refusal?: string;
  /** A run of this file follows: its interpreter starts while the store is opened. */
  readonly prepare?: { readonly file: string; readonly interpreter?: string };
}

export async function openEngine(options: OpenEngineOptions): Promise<Engine> {
  return options.refusal === undefined ? openFully(options) : openForReading(options, options.refusal);
}

async function openFully(options: OpenEngineOptions): Promise<Engine> {
  const workspace = realpathSync(options.workspace);
  const folders = foldersOf(path.resolve(options.store));
  const welcome: Omit<HelloResult, "protocol"> = {
    workspace,
    store: folders.root,
    artifacts: folders.artifacts,
    tmp: folders.tmp,
    settings: {},
  };
  const endpoint = new EndpointOnDemand({ welcome });
  let opening: Promise<OpenedStore> | null = null;
  const sdk = pythonSdkFolder(options.extensionRoot);
  const python = new PythonRuntime({
    endpoint: endpoint.get,
    workspace,
    sdk,
    keepsSpare: options.keepsSpare,
    ...(options.pythonSources === undefined ? {} : { sources: options.pythonSources }),
    ...(options.zenml === undefined ? {} : { zenml: options.zenml }),
    memoryLimitMb: () => options.settings?.().memoryLimitMb ?? 0,
  });
  const node = new NodeRuntime({
    endpoint: endpoint.get,
    workspace,
    script: nodeWorkerFile(options.extensionRoot),
    keepsSpare: options.keepsSpare,
  });
  try {
    if (options.prepare !== undefined) {
      // Opening the store keeps this process busy for a while: the worker starts meanwhile.
      const runtime = languageOf(options.prepare.file) === "python" ? python : node;
      await runtime.prepare({ ...options.prepare, signal: new AbortController().signal });
    }
    opening = openStore({ folder: options.store });
    const store = await opening;
    const payloads = storedPayloads(store);
    const keeper = new Keeper(store, payloads.held, (problem) => store.warn(problem));
    await markInterrupted(store);
    if (store.readOnly === null) {
      await payloads.sweep((owner) => isIdentity(owner) && isGone(owner));
      await keeper.recover();
    }
    const engine = new LocalEngine({
      workspace,
      store,
      payloads,
      onHeld: () => keeper.later(),
      maintenance: maintenanceOf(store, payloads),
      logs: folders.logs,
      runtimes: [python, node],
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      environment: async () =>
        scriptEnvironment((await endpoint.get()).environment(), { sdk, zenml: options.zenml?.() }),
      dispose: async () => {
        await Promise.all([python.dispose(), node.dispose()]);
        await endpoint.close();
        await keeper.close();
        await payloads.dispose();
        await store.close();
      },
    });
    endpoint.serve(engine.peers);
    return engine;
  } catch (error) {
    await Promise.all([python.dispose(), node.dispose()]);
    await endpoint.close();
    await opening?.then((store) => store.close()).catch(() => undefined);
    throw error;
  }
}

/** Shows what is there; starts nothing, listens to nobody and writes nothing. */
async function openForReading(options: OpenEngineOptions, refusal: string): Promise<Engine> {
  const store = await openStore({ folder: options.store, readOnly: refusal });
  const payloads = storedPayloads(store, { isReadOnly: true });
  return new LocalEngine({
    workspace: realpathSync(options.workspace),
    store,
    payloads,
    maintenance: maintenanceOf(store, payloads),
    logs: store.folders.logs,
    runtimes: [],
    refusal: () => refusal,
    dispose: () => store.close(),
  });
}

function maintenanceOf(store: OpenedStore, payloads: Payloads): Maintenance {
  return {
    check: () => checkStore(store, payloads),
    clean: (options) => cleanStore(store, payloads, options),
  };
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "started" in value &&
    typeof value.started === "string" &&
    "host" in value &&
    typeof value.host === "string"
  );
}
