/** One attempt of a step on one executor: from temporary folders to placed payloads. Commits nothing. */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import type { Failure } from "../../core/entities";
import type { JsonObject } from "../../core/json";
import type { ExecuteInput, ExecuteParams, ExecuteResult } from "../../runtimes/protocol";
import type { PayloadFolders, Placed, RunningStep } from "../context";
import type { Prepared } from "./begin";
import type { Lease } from "./executors";
import { failureOf } from "./failures";
import type { StepLog } from "./logs";
import type { RunState } from "./state";

export type Outcome =
  | { readonly kind: "completed"; readonly result: ExecuteResult; readonly placed: readonly Placed[] }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "cancelled"; readonly failure: Failure | null };

export interface ExecutionOptions {
  readonly run: RunState;
  readonly prepared: Prepared;
  readonly running: RunningStep;
  readonly lease: Lease;
  readonly log: StepLog;
  readonly payloads: PayloadFolders;
  /** For `get_step_context()`. */
  readonly context: JsonObject;
}

export class Execution {
  readonly options: ExecutionOptions;
  readonly #abort = new AbortController();
  #killer: NodeJS.Timeout | undefined;

  constructor(options: ExecutionOptions) {
    this.options = options;
  }

  /** Never rejects: whatever goes wrong is the outcome of the step. */
  async run(before: () => Promise<void>): Promise<Outcome> {
    const { lease, log, payloads, prepared } = this.options;
    const folders: string[] = [];
    try {
      await before();
      while (folders.length < prepared.outputs.length) folders.push(await payloads.prepare());
      const result = await this.#execute(folders, this.#inputs());
      if (result.failure !== null || result.cancelled === true)
        return await this.#unsuccessful(result.failure, folders);
      return { kind: "completed", result, placed: await this.#place(result) };
    } catch (error) {
      return await this.#unsuccessful(failureOf(error), folders);
    } finally {
      log.end();
      lease.release();
    }
  }

  async #execute(folders: readonly string[], inputs: ExecuteParams["inputs"]): Promise<ExecuteResult> {
    const { lease, log } = this.options;
    try {
      return await lease.execute(this.#params(folders, inputs), {
        signal: this.#abort.signal,
        onOutput: (chunk) => log.write(chunk),
      });
    } finally {
      // User code has ended: there is nothing left to kill.
      clearTimeout(this.#killer);
    }
  }

  /** Equal payloads go one after the other: the second then finds the first. */
  #place(result: ExecuteResult): Promise<readonly Placed[]> {
    const { payloads } = this.options;
    const placed = new Map<string, Promise<Placed>>();
    const all = result.outputs.map(({ payload: { folder, digest, content } }) => {
      const before = placed.get(digest);
      const place = (): Promise<Placed> => payloads.place(folder, digest, content);
      const placing = before === undefined ? place() : before.then(place);
      placed.set(digest, placing);
      return placing;
    });
    return Promise.all(all);
  }

  /** Asks user code to stop, and makes it when the grace period is over. */
  interrupt(graceMs: number): void {
    if (this.#abort.signal.aborted) return;
    this.#killer = setTimeout(() => this.options.lease.kill(), graceMs);
    this.#abort.abort();
  }

  kill(): void {
    this.#abort.abort();
    this.options.lease.kill();
  }

  async #unsuccessful(failure: Failure | null, folders: readonly string[]): Promise<Outcome> {
    // What can't be thrown away now is swept at the next start.
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))).catch(
      () => undefined,
    );
    if (this.#abort.signal.aborted || failure === null) return { kind: "cancelled", failure };
    return { kind: "failed", failure };
  }

  #inputs(): ExecuteParams["inputs"] {
    const given: Record<string, ExecuteInput> = {};
    for (const [name, input] of Object.entries(this.options.prepared.inputs.execute)) {
      given[name] = this.#loadable(input);
    }
    return given;
  }

  /** The files of a payload that has no folder yet go along; into another language, they appear. */
  #loadable(input: ExecuteInput): ExecuteInput {
    if (input.kind === "list") {
      return { kind: "list", items: input.items.map((item) => this.#loadable(item)) };
    }
    if (input.kind !== "payload") return input;
    const { payload } = input;
    const { payloads, running } = this.options;
    if (payload.language !== running.language) {
      payloads.appear(payload.folder);
      return input;
    }
    const content = payloads.textsOf(payload.folder);
    return content === null ? input : { kind: "payload", payload: { ...payload, content } };
  }

  #params(folders: readonly string[], inputs: ExecuteParams["inputs"]): ExecuteParams {
    const { run, prepared, running, context } = this.options;
    const { invocation, attempt } = prepared.step;
    const { pipeline } = run.plan.spec;
    return {
      stepRunId: running.stepRunId,
      runId: run.id,
      invocation: invocation.id,
      attempt,
      lastAttempt: attempt > (invocation.retry?.maxRetries ?? 0),
      inputs,
      outputs: prepared.outputs.map((named, position) => ({
        output: named.output,
        artifact: named.artifact,
        folder: folders[position] ?? "",
        materializer: invocation.outputs[position]?.materializer ?? null,
      })),
      context,
      metadata: invocation.enableArtifactMetadata ?? pipeline.enableArtifactMetadata ?? true,
      visualization: invocation.enableArtifactVisualization ?? pipeline.enableArtifactVisualization ?? true,
      marker: randomUUID(),
    };
  }
}
