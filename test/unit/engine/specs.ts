/** Specs as a runtime would compile them, with only what a test cares about said. */
import type {
  CachePolicy,
  CodeComponent,
  InputSpec,
  InvocationSpec,
  OutputSpec,
  PipelineSpec,
  StepDefinition,
} from "../../../src/core/spec";
import { pipelineSpec } from "../../support/pipelineSpec";

export interface StepSketch extends Partial<Omit<InvocationSpec, "id" | "inputs" | "outputs">> {
  readonly id: string;
  /** `other` → the first output of that step; `other.name` → a named one; anything else as it is. */
  readonly inputs?: Readonly<Record<string, string | InputSpec>>;
  readonly outputs?: readonly (string | Partial<OutputSpec>)[];
  readonly code?: readonly CodeComponent[];
  readonly sourcePath?: string;
}

export interface PipelineSketch extends Partial<PipelineSpec["pipeline"]> {
  readonly steps: readonly StepSketch[];
}

export function value(json: Extract<InputSpec, { kind: "value" }>["value"]): InputSpec {
  return { kind: "value", value: json };
}

export function policy(changes: Partial<CachePolicy>): CachePolicy {
  return {
    includeStepCode: true,
    includeStepParameters: true,
    includeArtifactValues: true,
    includeArtifactIds: true,
    ignoredInputs: [],
    expiresAfter: null,
    ...changes,
  };
}

export function specOf({ steps, ...pipeline }: PipelineSketch): PipelineSpec {
  return pipelineSpec(
    { name: "p", source: { file: "/w/p.py", line: 1 }, ...pipeline },
    { definitions: steps.map(definitionOf), invocations: steps.map(invocationOf) },
  );
}

function definitionOf({ id, sourcePath, inputs, code }: StepSketch): StepDefinition {
  return {
    step: id,
    sourcePath: sourcePath ?? `p.${id}`,
    source: { file: "/w/p.py", line: 10 },
    docstring: null,
    sourceCode: null,
    inputOrder: Object.keys(inputs ?? {}),
    code: [...(code ?? [{ kind: "step", name: id, digest: `code of ${id}` }])],
  };
}

function invocationOf(sketch: StepSketch, index: number): InvocationSpec {
  const { inputs = {}, outputs = ["output"], ...sketched } = sketch;
  const rest = Object.fromEntries(
    Object.entries(sketched).filter(([key]) => key !== "code" && key !== "sourcePath"),
  );
  return {
    id: sketch.id,
    definition: index,
    call: { file: "/w/p.py", line: 100 + index },
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [
        name,
        typeof input === "string" ? outputOf(input) : input,
      ]),
    ) as InvocationSpec["inputs"],
    outputs: outputs.map((output) => outputSpec(typeof output === "string" ? { output } : output)),
    after: [],
    enableCache: null,
    cachePolicy: null,
    model: null,
    retry: null,
    onFailure: false,
    onSuccess: false,
    enableArtifactMetadata: null,
    enableArtifactVisualization: null,
    enableStepLogs: null,
    substitutions: {},
    settings: {},
    extra: {},
    ...rest,
  };
}

function outputOf(text: string): Extract<InputSpec, { kind: "output" }> {
  const [invocation = "", output = "output"] = text.split(".");
  return { kind: "output", invocation, output };
}

function outputSpec(changes: Partial<OutputSpec>): OutputSpec {
  return {
    output: "output",
    artifact: null,
    version: null,
    type: null,
    annotation: null,
    tags: [],
    metadata: {},
    materializer: null,
    ...changes,
  };
}
