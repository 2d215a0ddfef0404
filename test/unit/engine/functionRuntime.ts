/**
 * A runtime whose steps are functions of the test: it loads and writes real payload folders, and its workers can be
 * interrupted, killed and lost like a process.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { payloadDigest } from "../../../src/artifacts/digest";
import type { Failure } from "../../../src/core/entities";
import { HeadraceError, messageOf } from "../../../src/core/errors";
import type { Json, JsonObject } from "../../../src/core/json";
import type { PipelineSpec } from "../../../src/core/spec";
import { deferred } from "../../../src/core/deferred";
import type {
  CompileParams,
  CompileResult,
  ExecuteInput,
  ExecuteParams,
  ExecuteResult,
  Payload,
} from "../../../src/runtimes/protocol";
import type { AcquireRequest, ExecuteOptions, Runtime, Worker } from "../../../src/runtimes/runtime";

export interface StepCall {
  readonly params: ExecuteParams;
  /** Aborted when the engine asks user code to stop. */
  readonly signal: AbortSignal;
  readonly print: (text: string | Uint8Array) => void;
  /** The process dies in the middle of the step. */
  readonly die: () => Promise<never>;
}
/** Gives a value for each output, in declared order; one alone need not be in an array. */
export type StepFunction = (inputs: Readonly<Record<string, Json>>, call: StepCall) => unknown;

/** What a step answers when it wants more than plain values. */
export class Answer {
  constructor(readonly result: Partial<ExecuteResult> & { readonly values?: readonly Json[] }) {}
}

export class FunctionRuntime implements Runtime {
  readonly language = "python";
  readonly calls: string[] = [];
  readonly workers: FunctionWorker[] = [];
  readonly released: FunctionWorker[] = [];
  compiles = 0;
  /** Awaited before `acquire` and `compile` answer. */
  gates: { acquire?: Promise<unknown>; compile?: Promise<unknown> } = {};
  acquireError: HeadraceError | null = null;
  hooks: Partial<Record<"init" | "cleanup", () => void>> = {};

  constructor(
    public spec: PipelineSpec,
    public functions: Readonly<Record<string, StepFunction>> | StepFunction,
  ) {}

  async acquire({ signal }: AcquireRequest): Promise<Worker> {
    await this.gates.acquire;
    if (this.acquireError !== null) throw this.acquireError;
    if (signal.aborted) throw new HeadraceError("cancelled", "Cancelled while starting.");
    const worker = new FunctionWorker(this);
    this.workers.push(worker);
    return worker;
  }

  release(worker: Worker): void {
    const ours = this.workers.find((candidate) => candidate === worker);
    if (ours !== undefined) this.released.push(ours);
  }

  describe(): Promise<JsonObject> {
    return Promise.resolve({});
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

export class FunctionWorker implements Worker {
  readonly language = "python";
  readonly pid = process.pid;
  lost: Worker["lost"] = null;
  readonly #runtime: FunctionRuntime;
  #dying = deferred<never>();

  constructor(runtime: FunctionRuntime) {
    this.#runtime = runtime;
    this.#dying.promise.catch(() => undefined);
  }

  async compile(_params: CompileParams, { signal }: ExecuteOptions): Promise<CompileResult> {
    this.#runtime.compiles += 1;
    await Promise.race([this.#runtime.gates.compile, aborted(signal), this.#dying.promise]);
    return { spec: this.#runtime.spec, modules: [] };
  }

  compileSteps(): Promise<never> {
    return Promise.reject(new Error("Pipelines of tests are in one language."));
  }

  async execute(params: ExecuteParams, options: ExecuteOptions): Promise<ExecuteResult> {
    this.#runtime.calls.push(params.invocation);
    const { functions } = this.#runtime;
    const run = typeof functions === "function" ? functions : functions[params.invocation];
    const call: StepCall = {
      params,
      signal: options.signal,
      print: (text) => options.onOutput({ stream: "stdout", bytes: Buffer.from(text) }),
      die: () => {
        this.kill();
        return this.#dying.promise;
      },
    };
    const work = async (): Promise<ExecuteResult> => {
      try {
        const inputs = Object.entries(params.inputs).map(([name, input]) => [name, load(input)] as const);
        const answer = await run?.(Object.fromEntries(inputs), call);
        return resultOf(params, answer);
      } catch (error) {
        if (HeadraceError.is(error, "worker-lost")) throw error;
        return { failure: failure(error), outputs: [], stepMetadata: {} };
      }
    };
    return Promise.race([work(), this.#dying.promise]);
  }

  hook(hook: "init" | "cleanup"): Promise<void> {
    this.#runtime.calls.push(`on_${hook}`);
    this.#runtime.hooks[hook]?.();
    return Promise.resolve();
  }

  interrupt(): void {
    // Functions of tests watch the signal.
  }

  kill(): void {
    if (this.lost !== null) return;
    this.lost = { code: null, signal: "SIGKILL", stderr: "last words" };
    this.#dying.reject(
      new HeadraceError("worker-lost", "The process was killed by SIGKILL while the step ran."),
    );
  }
}

function resultOf(params: ExecuteParams, answer: unknown): ExecuteResult {
  const told = answer instanceof Answer ? answer.result : {};
  const values: readonly unknown[] =
    told.values ??
    (answer instanceof Answer
      ? []
      : params.outputs.length === 1
        ? [answer]
        : ((answer as unknown[] | undefined) ?? []));
  return {
    failure: null,
    stepMetadata: {},
    outputs: params.outputs.map(({ output, folder }, index) => ({
      output,
      payload: sentPayload(folder, (values[index] ?? null) as Json),
      tags: [],
      metadata: {},
    })),
    ...told,
  };
}

/** Writes a value into a folder as a materializer does: the file, and the manifest that describes it. */
export function writePayload(folder: string, json: Json): Payload {
  const { content = {}, ...payload } = sentPayload(folder, json);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(content)) writeFileSync(path.join(folder, name), text);
  return payload;
}

/** The same in the answer, as SDKs send small values. */
function sentPayload(folder: string, json: Json): Payload {
  const text = JSON.stringify(json);
  const common = { dataType: "builtins.int", materializer: "test.Json", language: "python" } as const;
  const sha256 = createHash("sha256").update(text).digest("hex");
  const files = [{ path: "data.json", bytes: Buffer.byteLength(text), sha256 }];
  const digest = payloadDigest({ ...common, files });
  const manifest = {
    ...common,
    format: 1,
    type: "DataArtifact",
    languageVersion: "3.11",
    digest,
    files,
    summary: text.slice(0, 40),
    metadata: {},
    visualizations: [],
  };
  const { summary } = manifest;
  return {
    ...common,
    folder,
    content: { "data.json": text, "manifest.json": JSON.stringify(manifest) },
    digest,
    bytes: text.length,
    type: "DataArtifact",
    summary,
    metadata: { size: text.length },
  };
}

function load(input: ExecuteInput): Json {
  switch (input.kind) {
    case "value":
      return input.value;
    case "payload": {
      const { folder, content } = input.payload;
      return JSON.parse(
        content?.["data.json"] ?? readFileSync(path.join(folder, "data.json"), "utf8"),
      ) as Json;
    }
    case "list":
      return input.items.map(load);
    case "chain":
      return "looked up by the worker";
  }
}

function failure(error: unknown): Failure {
  const type = error instanceof Error ? error.constructor.name : "Error";
  return { type, message: messageOf(error), traceback: "Traceback …" };
}

export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = (): void => reject(new Error("KeyboardInterrupt"));
    if (signal.aborted) refuse();
    else signal.addEventListener("abort", refuse, { once: true });
  });
}
