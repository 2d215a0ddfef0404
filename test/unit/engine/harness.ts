/** An engine on a real store in a temporary folder, and what tests ask of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type { Run, StepRun } from "../../../src/core/entities";
import type { LiveEvent } from "../../../src/core/events";
import { LocalEngine, type EngineParts } from "../../../src/engine/engine";
import type { RunRequest } from "../../../src/engine/api";
import { Keeper } from "../../../src/engine/keeper";
import type { EngineSettings } from "../../../src/engine/settings";
import { storedPayloads } from "../../../src/engine/storedPayloads";
import { openStore, type OpenedStore } from "../../../src/store/open";
import type { Peer } from "../../../src/runtimes/runtime";
import { thisProcess, type ProcessIdentity } from "../../../src/store/processes";
import { FunctionRuntime, type StepFunction } from "./functionRuntime";
import { specOf, type PipelineSketch } from "./specs";

export interface Bench {
  readonly engine: LocalEngine;
  readonly store: OpenedStore;
  readonly runtime: FunctionRuntime;
  readonly folder: string;
  readonly live: LiveEvent[];
  /** Runs what was sketched and answers its record. */
  run(changes?: Partial<RunRequest>): Promise<Run>;
  /** The next live event that fits. */
  event<T extends LiveEvent["type"]>(
    type: T,
    fits?: (event: Extract<LiveEvent, { type: T }>) => boolean,
  ): Promise<Extract<LiveEvent, { type: T }>>;
  /** `invocation: status` of each step, in the written order. */
  statuses(run: Run): Record<string, string>;
  step(run: Run, invocation: string): StepRun;
  /** What the next compile gives. */
  sketch(sketch: PipelineSketch): void;
  /** Gives a folder to every payload that has none yet. */
  keepAll(): Promise<void>;
  /** The owner of a run whose process is gone. */
  deadOwner(): ProcessIdentity;
  /** An engine on the same store that may run nothing. */
  restricted(why: string): LocalEngine;
  /** Asks as user code in a step does. */
  ask(method: string, params: unknown): Promise<unknown>;
}

export async function bench(
  t: TestContext,
  sketch: PipelineSketch,
  functions: Readonly<Record<string, StepFunction>> | StepFunction,
  settings: Partial<EngineSettings> = {},
): Promise<Bench> {
  const folder = mkdtempSync(path.join(tmpdir(), "headrace-engine-"));
  const store = await openStore({ folder: path.join(folder, ".headrace") });
  const runtime = new FunctionRuntime(specOf(sketch), functions);
  const payloads = storedPayloads(store);
  const keeper = new Keeper(store, payloads.held, (problem) => store.warn(problem));
  const parts: EngineParts = {
    workspace: folder,
    store,
    payloads,
    onHeld: () => keeper.later(),
    logs: store.folders.logs,
    runtimes: [runtime],
    settings: () => ({ parallel: 2, graceMs: 50, ...settings }),
  };
  const engine = new LocalEngine(parts);
  const live: LiveEvent[] = [];
  engine.onLive((event) => live.push(event));
  t.after(async () => {
    await engine.close();
    await keeper.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    engine,
    store,
    runtime,
    folder,
    live,
    run: (changes = {}) =>
      engine.run({ file: path.join(folder, "p.py"), pipeline: null, origin: "api", ...changes }).finished,
    event: (type, fits = () => true) =>
      new Promise((resolve) => {
        const subscription = engine.onLive((event) => {
          if (event.type !== type || !fits(event as never)) return;
          subscription.dispose();
          resolve(event as never);
        });
      }),
    statuses: (run) =>
      Object.fromEntries(store.reader.steps(run.id).map((step) => [step.invocation, step.status])),
    step: (run, invocation) => {
      const step = store.reader.steps(run.id).find((candidate) => candidate.invocation === invocation);
      if (step === undefined) throw new Error(`no step ${invocation}`);
      return step;
    },
    keepAll: () => keeper.close(),
    deadOwner: () => {
      const self = thisProcess();
      return { ...self, started: self.started.replace(/\d+$/, "1") };
    },
    restricted: (why) => new LocalEngine({ ...parts, refusal: () => why }),
    ask: (method, params) => engine.peers.request(method, params, silentPeer),
    sketch: (next) => {
      runtime.spec = specOf(next);
    },
  };
}

/** A connection that only asks. */
export const silentPeer: Peer = {
  role: "worker",
  language: "python",
  pid: process.pid,
  closed: new AbortController().signal,
  execute: () => Promise.reject(new Error("This peer executes nothing.")),
  hook: () => Promise.reject(new Error("This peer has no hooks.")),
  interrupt: () => undefined,
};
