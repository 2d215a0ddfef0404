/** Executes one invocation: loads its inputs, calls the function, checks and writes its outputs (zenml-semantics §1.2, §1.8). */
import { rm } from "node:fs/promises";
import type { Failure } from "../../../core/entities";
import type { JsonObject } from "../../../core/json";
import type { ExecuteInput, ExecuteParams, ExecuteResult } from "../../protocol";
import { StepContext } from "../api/context";
import type { StepOutput } from "../api/context";
import { StepInterfaceError } from "../api/errors";
import { isPlain, jsonOf } from "../api/json";
import { replay } from "../api/replay";
import { loadPayload, savePayload } from "../api/materializers/payload";
import type { Pipeline } from "../api/pipeline";
import { session } from "../api/session";
import type { Step } from "../api/step";
import type { Invocation } from "../api/trace";
import { failureOf } from "./failure";

/** What can be executed: a compiled pipeline, or steps for a pipeline of another language. */
export interface Executable {
  readonly pipeline: Pipeline;
  readonly invocations: ReadonlyMap<string, Invocation>;
}

/** Runs user code, and fails when something of it fails elsewhere: a promise that nobody awaited, a timer. */
export type Guard = <T>(work: () => Promise<T>) => Promise<T>;

export class Executor {
  readonly #plan: Executable;
  readonly #guard: Guard;
  /** What the `onInit` hook returned. */
  #state: unknown = null;

  constructor(plan: Executable, guard: Guard) {
    this.#plan = plan;
    this.#guard = guard;
  }

  async execute(params: ExecuteParams, signal: AbortSignal): Promise<ExecuteResult> {
    const invocation = this.#plan.invocations.get(params.invocation);
    if (invocation === undefined) {
      const said = `The pipeline has no step \`${params.invocation}\` any more. Run it again.`;
      return failed(failureOf(new Error(said)), {});
    }
    const outputs = params.outputs.map((output): StepOutput => ({ ...output, metadata: {}, tags: [] }));
    const model = invocation.step.options.model ?? this.#plan.pipeline.options.model ?? null;
    const context = new StepContext(params, outputs, { model, state: this.#state, signal });
    session.step = context;
    try {
      const saved = await this.#guard(() => this.#run(invocation, params, context));
      return { failure: null, outputs: saved, stepMetadata: context.metadata };
    } catch (error) {
      await this.#afterFailure(invocation.step, params, error, signal);
      return failed(failureOf(error, invocation.step.made[0] ?? null), context.metadata);
    } finally {
      session.step = null;
    }
  }

  async hook(name: "init" | "cleanup"): Promise<Failure | null> {
    const { onInit, onCleanup } = this.#plan.pipeline.options;
    try {
      if (name === "init") this.#state = await this.#guard(() => Promise.resolve(onInit?.()));
      else await this.#guard(() => Promise.resolve(onCleanup?.()));
      return null;
    } catch (error) {
      return failureOf(error);
    }
  }

  async #run(
    invocation: Invocation,
    params: ExecuteParams,
    context: StepContext,
  ): Promise<ExecuteResult["outputs"]> {
    const { step } = invocation;
    const values = new Map<string, unknown>();
    for (const [name, input] of Object.entries(params.inputs)) {
      values.set(name, await this.#input(invocation, name, input));
    }
    // Called as a function: as a method it would be given the step, and its frames would be named after ours.
    const call = step.fn as (...args: readonly unknown[]) => unknown;
    const result: unknown = await call(...step.argumentsFrom(values));
    await quietly("onSuccess", step.options.onSuccess ?? this.#plan.pipeline.options.onSuccess);
    if (result === undefined && invocation.mayMakeNothing) {
      await Promise.all(context.outputs.map(({ folder }) => rm(folder, { recursive: true, force: true })));
      return [];
    }
    const checked = outputsOf(step, result);
    const saved: ExecuteResult["outputs"][number][] = [];
    for (const [at, output] of context.outputs.entries()) {
      const options = {
        materializer: output.materializer,
        metadata: params.metadata,
        preview: params.visualization,
      };
      const payload = await savePayload(checked[at], output.folder, options);
      saved.push({
        output: output.output,
        payload,
        tags: output.tags,
        metadata: metadataOf(output.metadata),
      });
    }
    return saved;
  }

  /** A parameter as it was given in the pipeline's function (a Date stays one), unless the engine sends another. */
  async #input(invocation: Invocation, name: string, input: ExecuteInput): Promise<unknown> {
    const traced = invocation.inputs.get(name);
    if (input.kind === "value" && traced?.kind === "parameter") {
      const same = JSON.stringify(traced.json) === JSON.stringify(input.value);
      return same ? structuredClone(traced.value) : input.value;
    }
    return load(input, name);
  }

  async #afterFailure(
    step: Step,
    { lastAttempt }: ExecuteParams,
    error: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    if (!lastAttempt || signal.aborted) return;
    const hook = step.options.onFailure ?? this.#plan.pipeline.options.onFailure;
    await quietly("onFailure", hook === undefined ? undefined : () => hook(error));
  }
}

async function load(input: ExecuteInput, name: string): Promise<unknown> {
  switch (input.kind) {
    case "payload":
      return loadPayload(input.payload);
    case "list":
      return Promise.all(input.items.map((item) => load(item, name)));
    case "value":
      return input.value;
    case "chain":
      return replay(input.chain, name);
  }
}

/** Hooks never change what becomes of the step. */
async function quietly(name: string, hook: (() => unknown) | undefined): Promise<void> {
  try {
    await hook?.();
  } catch (error) {
    console.error(`The ${name} hook failed:`, error);
  }
}

/** What the function returned, one value per declared output. */
function outputsOf(step: Step, result: unknown): readonly unknown[] {
  const { outputs, name } = step;
  if (outputs.length === 0) return [];
  if (!step.severalOutputs) return [result];
  if (Array.isArray(result)) {
    if (result.length === outputs.length) return result;
    throw new StepInterfaceError(
      `Step \`${name}\` has ${outputs.length} outputs, but returned ${result.length} values.`,
    );
  }
  if (!isPlain(result)) {
    const names = outputs.map(({ output }) => output).join(", ");
    throw new StepInterfaceError(
      `Step \`${name}\` must return an object or a tuple of its outputs (${names}).`,
    );
  }
  return outputs.map(({ output }) => {
    if (output in result) return result[output];
    throw new StepInterfaceError(`Step \`${name}\` returned no \`${output}\`, which is one of its outputs.`);
  });
}

function metadataOf(values: JsonObject): JsonObject {
  return jsonOf(values) as JsonObject;
}

function failed(failure: Failure, stepMetadata: JsonObject): ExecuteResult {
  return { failure, outputs: [], stepMetadata };
}
