/** The request service on a real store in a temporary folder. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StoreEvent } from "../../../src/core/events";
import { HeadraceError } from "../../../src/core/errors";
import type { EngineContext, RunningStep } from "../../../src/engine/context";
import { decideIn } from "../../../src/engine/context";
import type { Draft } from "../../../src/engine/decide/draft";
import { storedPayloads } from "../../../src/engine/storedPayloads";
import { RequestService } from "../../../src/engine/requests/service";
import type { EngineRequests } from "../../../src/runtimes/protocol";
import type { Peer } from "../../../src/runtimes/runtime";
import { openStore, type OpenedStore } from "../../../src/store/open";

export interface Engine {
  readonly workspace: string;
  readonly store: OpenedStore;
  readonly context: EngineContext;
  readonly service: RequestService;
  readonly running: Map<string, RunningStep>;
  ask<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]["params"],
  ): Promise<EngineRequests[M]["result"]>;
  /** Writes facts as the run loop would. */
  add(...events: readonly StoreEvent[]): Promise<void>;
  logFile(runId: string, invocation: string): string;
  close(): Promise<void>;
}

const peer: Peer = {
  role: "client",
  language: "python",
  pid: process.pid,
  closed: new AbortController().signal,
  execute: () => Promise.reject(new Error("clients execute nothing")),
  hook: () => Promise.reject(new Error("clients execute nothing")),
  interrupt: () => undefined,
};

export async function startEngine(): Promise<Engine> {
  const workspace = await realpath(await mkdtemp(path.join(tmpdir(), "headrace-requests-")));
  const store = await openStore({ folder: path.join(workspace, ".headrace") });
  const running = new Map<string, RunningStep>();
  const noRuns = () => Promise.reject(new HeadraceError("unsupported", "No runs here."));
  const context: EngineContext = {
    workspace,
    store,
    payloads: storedPayloads(store),
    running,
    decide: <T>(rule: (draft: Draft) => T) => decideIn(store, rule),
    emit: () => undefined,
    runFile: noRuns,
    runScript: noRuns,
  };
  const logFile = (runId: string, invocation: string) =>
    path.join(store.folders.logs, runId, `${invocation}.log`);
  const service = new RequestService(context, logFile);
  return {
    workspace,
    store,
    context,
    service,
    running,
    logFile,
    // The service checks what it is asked at run time; here the types of the protocol say what comes back.
    ask: (method, params) => service.request(method, params, peer) as Promise<never>,
    add: (...events) => store.transact(() => ({ events, result: undefined })),
    close: async () => {
      await store.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}
