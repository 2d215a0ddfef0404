/** Asks for a pipeline's parameters: one list of all values, each edited with what fits its annotation, remembered for the next time. */
import type { Language } from "../core/entities";
import type { Json, JsonObject } from "../core/json";
import { languageOf } from "../core/languages";
import type { DiscoveredParameter } from "../discovery/model";
import type { PipelineRef } from "../ui/refs";
import { editorFor, literalOf, literalText } from "./parameterTypes";
import { choose, type Choice } from "./pick";
import type { Services } from "./services";

type Values = Readonly<Record<string, Json>>;

/** Null when the user gave up. Values that stayed at their defaults are left to the code. */
export async function askParameters(
  services: Services,
  pipeline: PipelineRef,
  before?: Values,
): Promise<JsonObject | null> {
  const parameters = await parametersOf(services, pipeline);
  const { l10n } = services.vscode;
  if (parameters.length === 0) {
    await services.notify.info(l10n.t("{0} takes no parameters.", pipeline.name));
    return null;
  }
  const key = `parameters:${pipeline.workspace}:${pipeline.file ?? ""}:${pipeline.name}`;
  let values =
    before === undefined
      ? only(services.memory.get<Values>(key, {}), parameters)
      : only(withoutDefaults(before, parameters), parameters);
  const language = (pipeline.file === null ? null : languageOf(pipeline.file)) ?? "python";
  for (;;) {
    const choice = await choose(
      services,
      list(services, parameters, values, language),
      l10n.t("Choose a value to change, or run"),
      pipeline.name,
    );
    if (choice === null) return null;
    if (choice === "reset") values = {};
    else if (choice !== "run") values = await edit(services, choice, values, language);
    else {
      const missing = parameters.find(
        (parameter) => parameter.default === null && !(parameter.name in values),
      );
      if (missing === undefined) break;
      values = await edit(services, missing, values, language);
    }
  }
  await services.memory.update(key, values);
  return values;
}

/** Asks only where the pipeline can't be called without: none when it can, null when the user gave up. */
export async function requiredParameters(
  services: Services,
  pipeline: PipelineRef,
): Promise<JsonObject | null> {
  const parameters = await parametersOf(services, pipeline);
  return parameters.some((parameter) => parameter.default === null) ? askParameters(services, pipeline) : {};
}

async function parametersOf(
  { discovery }: Services,
  pipeline: PipelineRef,
): Promise<readonly DiscoveredParameter[]> {
  const found = pipeline.file === null ? null : await discovery.file(pipeline.file);
  return found?.pipelines.find((known) => known.functionName === pipeline.functionName)?.parameters ?? [];
}

/** Without what belongs to parameters that are gone. */
function only(values: Values, parameters: readonly DiscoveredParameter[]): Values {
  const names = new Set(parameters.map((parameter) => parameter.name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

/** A run records the values of all its parameters, also those that nobody gave. */
function withoutDefaults(values: Values, parameters: readonly DiscoveredParameter[]): Values {
  const defaults = new Map(parameters.map((one) => [one.name, literalOf(one.default)]));
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults.get(name)),
    ),
  );
}

function list(
  { vscode }: Services,
  parameters: readonly DiscoveredParameter[],
  values: Values,
  language: Language,
): readonly Choice<DiscoveredParameter | "run" | "reset">[] {
  const { l10n } = vscode;
  const items = parameters.map((parameter) => ({
    label: `$(symbol-parameter) ${parameter.name}`,
    description: shown(vscode, parameter, values, language),
    detail: parameter.annotation ?? "",
    value: parameter,
  }));
  const run = { label: `$(play) ${l10n.t("Run with these values")}`, value: "run" as const };
  const reset = { label: `$(discard) ${l10n.t("Back to the defaults")}`, value: "reset" as const };
  return Object.keys(values).length === 0 ? [run, ...items] : [run, ...items, reset];
}

function shown(
  vscode: Services["vscode"],
  parameter: DiscoveredParameter,
  values: Values,
  language: Language,
): string {
  const value = values[parameter.name];
  if (value !== undefined) return literalText(value, language);
  return parameter.default ?? vscode.l10n.t("required");
}

async function edit(
  services: Services,
  parameter: DiscoveredParameter,
  values: Values,
  language: Language,
): Promise<Values> {
  const { vscode } = services;
  const { l10n } = vscode;
  const kind = editorFor(parameter.annotation, parameter.default);
  const before = values[parameter.name] ?? literalOf(parameter.default);
  if (kind.choices !== null) {
    const choices = kind.choices.map((value) => ({
      label: typeof value === "string" ? value : literalText(value, language),
      description: value === before ? l10n.t("now") : "",
      value: { value },
    }));
    const chosen = await choose(services, choices, parameter.annotation ?? "", parameter.name);
    return chosen === null ? values : { ...values, [parameter.name]: chosen.value };
  }
  const text = await vscode.window.showInputBox({
    title: parameter.name,
    prompt: kind.type === "json" ? l10n.t("A value in JSON") : (parameter.annotation ?? ""),
    value: before === undefined ? "" : kind.write(before),
    validateInput: (input) => {
      const parsed = kind.parse(input);
      return "problem" in parsed ? problemText(vscode, parsed.problem) : null;
    },
  });
  if (text === undefined) return values;
  const parsed = kind.parse(text);
  return "value" in parsed ? { ...values, [parameter.name]: parsed.value } : values;
}

function problemText({ l10n }: Services["vscode"], problem: "integer" | "number" | "json"): string {
  switch (problem) {
    case "integer":
      return l10n.t("A whole number is wanted.");
    case "number":
      return l10n.t("A number is wanted.");
    case "json":
      return l10n.t("This is no valid JSON.");
  }
}
