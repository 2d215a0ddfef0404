/** Steps of this language in a pipeline of another: imported, bound to what the call gives, and ready to be executed. */
import path from "node:path";
import type { Json } from "../../../core/json";
import type { ModelConfig } from "../../../core/spec";
import type { CompileStepsParams, CompileStepsResult, ForeignCall } from "../../protocol";
import { StepInterfaceError } from "../api/errors";
import { Model } from "../api/model";
import { Pipeline } from "../api/pipeline";
import { stepOf } from "../api/step";
import type { Step } from "../api/step";
import type { Input, Invocation } from "../api/trace";
import { Definitions, invocationSpec } from "./compile";
import type { Compiling } from "./compile";
import type { Executable } from "./execute";
import type { LoadedModule } from "./loader";
import type { Member } from "./signature";
import { statementAt } from "./statements";

/** The calls as a pipeline of their own, and what the engine is told of them. */
export interface CompiledSteps extends Executable {
  readonly result: Omit<CompileStepsResult, "modules">;
}

export async function compileSteps(
  { pipeline: { name, model }, calls }: CompileStepsParams,
  { loader, workspace }: Compiling,
): Promise<CompiledSteps> {
  const pipeline = new Pipeline(name, model === null ? {} : { model: modelOf(model) }, () => undefined, null);
  const definitions = new Definitions(loader, workspace);
  const invocations = new Map<string, Invocation>();
  for (const call of calls) {
    const module = await loader.import(call.file);
    const step = stepNamed(module, call);
    const inputs = inputsOf(step, call, module);
    invocations.set(call.invocation, {
      id: call.invocation,
      step: call.model === null ? step : step.with({ model: modelOf(call.model) }),
      inputs,
      outputs: step.outputs,
      mayMakeNothing: false,
      after: [],
      call: call.call,
    });
  }
  const specs = [...invocations.values()].map((each) => invocationSpec(each, pipeline, definitions));
  return {
    pipeline,
    invocations,
    result: { definitions: definitions.listed, sources: definitions.sources, invocations: specs },
  };
}

function modelOf({ name, ...options }: ModelConfig): Model {
  return new Model(name, options);
}

function stepNamed({ file, exports }: LoadedModule, { name, call }: ForeignCall): Step {
  const found = new Map<string, Step>();
  for (const [exported, value] of Object.entries(exports)) {
    const step = stepOf(value);
    if (step !== null) found.set(exported, step);
  }
  const step = found.get(name) ?? [...found.values()].find((each) => each.name === name);
  if (step?.foreign === null) return step;
  const known = [...found.keys()].join(", ") || "none";
  throw new StepInterfaceError(
    `${path.basename(file)} exports no step \`${name}\`; it exports ${known}.`,
    call,
  );
}

/** Parameters, with those defaults of the function that are literals. Artifacts come when the step executes. */
function inputsOf(step: Step, { inputs, call }: ForeignCall, module: LoadedModule): Map<string, Input> {
  const { parameters } = step.signature;
  const known = new Set(step.inputNames);
  const rest = parameters.some((parameter) => parameter.rest);
  const unknown = Object.keys(inputs).find((name) => !known.has(name));
  if (unknown !== undefined && !rest) {
    const has = parameters.flatMap((each) => (each.kind === "name" ? [each] : each.members));
    const names = has.map(({ name }) => name).join(", ") || "none";
    throw new StepInterfaceError(`Step \`${step.name}\` has no input \`${unknown}\`; it has ${names}.`, call);
  }
  const found = new Map<string, Input>();
  const put = ({ name, literal }: Member): void => {
    const given = inputs[name];
    const value = given === undefined ? literal : given.kind === "value" ? given.value : undefined;
    if (value !== undefined) found.set(name, parameter(value));
  };
  for (const each of parameters) {
    if (each.kind === "object") each.members.forEach(put);
    else if (!each.rest && !(each.name in inputs) && !each.optional && !mayMiss(step, each.name, module)) {
      throw new StepInterfaceError(`Step \`${step.name}\` is not given its input \`${each.name}\`.`, call);
    } else put(each);
  }
  for (const [name, given] of Object.entries(inputs)) {
    if (given.kind === "value" && !found.has(name)) found.set(name, parameter(given.value));
  }
  return found;
}

function parameter(value: Json): Input {
  return { kind: "parameter", value, json: value };
}

/** `name?: type` in the statement that makes the step: the function's own text has lost the mark. */
function mayMiss({ made: [made] }: Step, name: string, module: LoadedModule): boolean {
  const statement =
    made === undefined || made.file !== module.file ? undefined : statementAt(module.source, made.line);
  if (statement === undefined) return true;
  const { tokens } = module.source;
  return tokens.some(
    ({ text, line }, at) =>
      text === name &&
      line >= statement.firstLine &&
      line <= statement.lastLine &&
      tokens[at + 1]?.text === "?" &&
      [":", ",", ")"].includes(tokens[at + 2]?.text ?? ""),
  );
}
