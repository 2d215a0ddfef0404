/** What a script's process needs to be given, so that it finds the SDK and an engine. */
import { endpointOf } from "../runtimes/endpointFile";
import { ENVIRONMENT } from "../runtimes/protocol";
import { pythonPathOf } from "../runtimes/python/sdkFolder";
import { zenmlEnvironment, type ZenmlChoice } from "../runtimes/python/worker";

export type Variables = Readonly<Record<string, string>>;

interface ForScripts {
  /** The folder of the Python SDK. */
  readonly sdk: string;
  readonly zenml: ZenmlChoice | undefined;
}

/** For an engine that says itself how it is reached. */
export function scriptEnvironment(endpoint: Variables, { sdk, zenml }: ForScripts): Variables {
  return { ...endpoint, PYTHONPATH: pythonPathOf(sdk), ...zenmlEnvironment(zenml) };
}

/** The same before the engine of a store is open: where it will be. */
export function expectedEnvironment(store: string, choices: ForScripts): Variables {
  return scriptEnvironment({ [ENVIRONMENT.endpoint]: endpointOf(store) }, choices);
}
