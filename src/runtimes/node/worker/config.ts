/** Configuration from a YAML file, laid over what the code says: the same file as for a pipeline in Python (zenml-semantics §2.5). */
import path from "node:path";
import type { Json, JsonObject } from "../../../core/json";
import type { CachePolicy } from "../../../core/spec";
import { StepInterfaceError } from "../api/errors";
import { textOf } from "../api/json";
import { Model } from "../api/model";
import type { Pipeline, PipelineOptions } from "../api/pipeline";
import { ask } from "../api/session";
import type { StepOptions } from "../api/step";
import type { Input, Invocation } from "../api/trace";

type Options = Pick<
  StepOptions & PipelineOptions,
  | "cache"
  | "executionMode"
  | "extra"
  | "logs"
  | "metadata"
  | "model"
  | "preview"
  | "retry"
  | "runName"
  | "settings"
  | "substitutions"
  | "tags"
>;

/** What a key of the file means here. Hooks are functions, which only the code can name. */
const keys: Readonly<Record<string, (value: Json) => Options>> = {
  enable_cache: (value) => ({ cache: value === true }),
  cache_policy: (value) => ({ cache: policyOf(value) }),
  enable_artifact_metadata: (value) => ({ metadata: value === true }),
  enable_artifact_visualization: (value) => ({ preview: value === true }),
  enable_step_logs: (value) => ({ logs: value === true }),
  execution_mode: (value) => ({ executionMode: value as NonNullable<Options["executionMode"]> }),
  extra: (value) => ({ extra: mapping(value, "extra") }),
  model: (value) => ({ model: modelOf(mapping(value, "model")) }),
  retry: (value) => ({ retry: camel(mapping(value, "retry")) as unknown as NonNullable<Options["retry"]> }),
  run_name: (value) => ({ runName: textOf(value) }),
  settings: (value) => ({ settings: mapping(value, "settings") }),
  substitutions: (value) => ({ substitutions: mapping(value, "substitutions") as Record<string, string> }),
  tags: (value) => ({ tags: value as NonNullable<Options["tags"]> }),
};
const ignored = new Set([
  "build",
  "schedule",
  "enable_heartbeat",
  "enable_pipeline_logs",
  "secrets",
  "environment",
]);
const merged = ["extra", "settings", "substitutions"] as const;
const switches = ["cache", "metadata", "preview", "logs"] as const;

export class RunConfig {
  readonly notices: string[] = [];
  readonly parameters: JsonObject;
  readonly origins: Record<string, string> = {};
  readonly #options: Options;
  readonly #steps: Readonly<Record<string, JsonObject>>;

  static async read(place: string | null): Promise<RunConfig> {
    if (place === null) return new RunConfig("", {});
    const { value } = await ask("config.read", { path: path.resolve(place) });
    return new RunConfig(path.basename(place), value === null ? {} : mapping(value ?? null, place));
  }

  constructor(file: string, { parameters, steps, ...options }: JsonObject) {
    this.parameters = mapping(parameters ?? {}, "parameters");
    this.#steps = mapping(steps ?? {}, "steps") as Record<string, JsonObject>;
    this.#options = this.#optionsOf(options, file);
    const named = [
      ...Object.keys(options),
      ...Object.keys(this.parameters).map((name) => `parameters.${name}`),
    ];
    for (const key of named) this.origins[key] = `YAML ${file}`;
  }

  overPipeline(pipeline: Pipeline): Pipeline {
    const { tags } = this.#options;
    const all = tags === undefined ? {} : { tags: [...(pipeline.options.tags ?? []), ...tags] };
    return pipeline.with({ ...withMerged(pipeline.options, this.#options), ...all });
  }

  /** Those of the caller, over those of the file; a parameter that is in both has one value. */
  parametersWith(given: JsonObject, pipeline: string): JsonObject {
    for (const [name, value] of Object.entries(given))
      this.#check(`pipeline ${pipeline}`, name, value, this.parameters);
    return { ...this.parameters, ...given };
  }

  overInvocation(invocation: Invocation): Invocation {
    const { parameters, ...own } = mapping(this.#steps[invocation.id] ?? {}, `steps.${invocation.id}`);
    const configured = mapping(parameters ?? {}, `steps.${invocation.id}.parameters`);
    const top = Object.fromEntries(
      switches.flatMap((key) => (this.#options[key] === undefined ? [] : [[key, this.#options[key]]])),
    ) as Options;
    const retry = invocation.step.options.retry ?? this.#options.retry;
    const options = {
      ...top,
      ...(retry === undefined ? {} : { retry }),
      ...this.#optionsOf(own, invocation.id),
    };
    const step = invocation.step.with(withMerged(invocation.step.options, options));
    return { ...invocation, step, inputs: this.#inputs(invocation, configured) };
  }

  unknownSteps(known: ReadonlySet<string>): readonly string[] {
    return Object.keys(this.#steps)
      .filter((name) => !known.has(name))
      .map((name) => `The configuration names the step \`${name}\`, which is not in the pipeline.`);
  }

  #inputs({ id, step, inputs }: Invocation, configured: JsonObject): ReadonlyMap<string, Input> {
    const found = new Map(inputs);
    const defaults = new Map(
      step.signature.parameters
        .flatMap((each) => (each.kind === "name" ? [each] : each.members))
        .map(({ name, literal }) => [name, literal]),
    );
    for (const [name, value] of Object.entries(configured)) {
      const given = found.get(name);
      const isDefault = given?.kind === "parameter" && same(given.json, defaults.get(name) ?? null);
      if (given !== undefined && given.kind !== "parameter") continue;
      if (given?.kind === "parameter" && !isDefault) this.#check(`step ${id}`, name, given.json, configured);
      found.set(name, { kind: "parameter", value, json: value });
    }
    return found;
  }

  #check(what: string, name: string, value: Json, configured: JsonObject): void {
    const other = configured[name];
    if (other === undefined || same(other, value)) return;
    throw new StepInterfaceError(
      `\`${name}\` of ${what} is ${JSON.stringify(other)} in the configuration and ${JSON.stringify(value)} in the call. ` +
        "Give it in one place only, or the same value in both.",
    );
  }

  #optionsOf(values: JsonObject, where: string): Options {
    let options: Options = {};
    for (const [key, value] of Object.entries(values)) {
      const read = keys[key];
      if (value === null || ["name", "outputs", "spec"].includes(key)) continue;
      if (read !== undefined) options = { ...options, ...read(value) };
      else if (ignored.has(key))
        this.notices.push(`\`${key}\` in ${where} has no meaning in Headrace and is ignored.`);
      else if (/_hook_/.test(key))
        throw new StepInterfaceError(`\`${key}\` in ${where}: in TypeScript, hooks are named in the code.`);
      else throw new StepInterfaceError(`The configuration ${where} has an unknown key: \`${key}\`.`);
    }
    return options;
  }
}

function withMerged(before: Pick<Options, (typeof merged)[number]>, options: Options): Options {
  const both = merged.flatMap((key) =>
    options[key] === undefined ? [] : [[key, { ...before[key], ...options[key] }] as const],
  );
  return { ...options, ...Object.fromEntries(both) };
}

function mapping(value: Json, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new StepInterfaceError(`\`${what}\` must be a mapping of names to values.`);
}

function modelOf({ name, ...options }: JsonObject): Model {
  return new Model(textOf(name), camel(options));
}

function policyOf(value: Json): boolean | Partial<CachePolicy> {
  if (typeof value === "string") return value !== "no_cache";
  return camel(mapping(value, "cache_policy"));
}

function camel(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
