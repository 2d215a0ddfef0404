/** `getStepContext()`: the step that executes (zenml-semantics §5.1). */
import type { JsonObject } from "../../../core/json";
import type { ExecuteParams } from "../../protocol";
import { StepContextError } from "./errors";
import type { Model } from "./model";
import { session } from "./session";

/** One declared output of the running step, and what was said about it so far. */
export interface StepOutput {
  readonly output: string;
  readonly artifact: string;
  readonly folder: string;
  readonly materializer: string | null;
  metadata: JsonObject;
  tags: readonly string[];
}

export class StepContext {
  readonly stepRunId: string;
  readonly runId: string;
  readonly stepName: string;
  readonly attempt: number;
  readonly facts: JsonObject;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** What the pipeline's `onInit` returned. */
  readonly pipelineState: unknown;
  readonly outputs: readonly StepOutput[];
  metadata: JsonObject = {};
  readonly #model: Model | null;

  constructor(
    params: ExecuteParams,
    outputs: readonly StepOutput[],
    settled: { readonly model: Model | null; readonly state: unknown; readonly signal: AbortSignal },
  ) {
    this.stepRunId = params.stepRunId;
    this.runId = params.runId;
    this.stepName = params.invocation;
    this.attempt = params.attempt;
    this.facts = params.context;
    this.outputs = outputs;
    this.signal = settled.signal;
    this.pipelineState = settled.state;
    this.#model = settled.model;
  }

  get run(): unknown {
    return this.facts["run"];
  }

  get pipeline(): unknown {
    return this.facts["pipeline"];
  }

  get modelVersion(): unknown {
    return this.facts["modelVersion"];
  }

  get model(): Model {
    if (this.#model !== null) return this.#model;
    throw new StepContextError(`Neither step \`${this.stepName}\` nor its pipeline has a model.`);
  }

  addOutputMetadata(values: JsonObject, output?: string): void {
    const found = this.output(output);
    found.metadata = { ...found.metadata, ...values };
  }

  addOutputTags(tags: readonly string[], output?: string): void {
    const found = this.output(output);
    found.tags = [...new Set([...found.tags, ...tags])];
  }

  output(name?: string): StepOutput {
    const { outputs, stepName } = this;
    const [first, ...more] = outputs;
    const names = outputs.map(({ output }) => output).join(", ");
    if (first === undefined) throw new StepContextError(`Step \`${stepName}\` has no outputs.`);
    if (name === undefined) {
      if (more.length === 0) return first;
      throw new StepContextError(
        `Step \`${stepName}\` has several outputs (${names}): name the one you mean.`,
      );
    }
    const found = outputs.find(({ output, artifact }) => output === name || artifact === name);
    if (found !== undefined) return found;
    throw new StepContextError(`Step \`${stepName}\` has no output \`${name}\`; it has ${names}.`);
  }
}

export function getStepContext(): StepContext {
  if (session.step !== null) return session.step;
  throw new Error("The step context is only available inside a step.");
}
