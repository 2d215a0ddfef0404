/** Chains on `Client()` that a pipeline's function recorded, in either language: done when the step starts. */
import type { Json, JsonObject } from "../../../core/json";
import { Client } from "./client";
import { Entity, loadVersion } from "./entities";
import { StepInterfaceError } from "./errors";
import { textOf } from "./json";

/** What the chain finds; an artifact version stands for its content, and is the step's input from now on. */
export async function replay(chain: readonly JsonObject[], input: string): Promise<unknown> {
  const [first, ...links] = chain;
  let value: unknown = await begin(first ?? {});
  for (const link of links) value = await follow(value, link);
  return value instanceof Entity && value.kind === "artifact_version"
    ? loadVersion(String(value["id"]), input)
    : value;
}

function begin(link: JsonObject): PromiseLike<unknown> {
  const client = new Client();
  const args = (link["args"] ?? []) as readonly Json[];
  const kwargs = (link["kwargs"] ?? {}) as JsonObject;
  const [key, version] = [...args, ...Object.values(kwargs)].map(textOrNumber);
  const name = String(key ?? "");
  switch (link["call"]) {
    case "get_artifact_version":
      return client.getArtifactVersion(name, version);
    case "get_model":
      return client.getModel(name);
    case "get_model_version":
      return client.getModelVersion(name, version);
    case "get_pipeline":
      return client.getPipeline(name);
    case "get_pipeline_run":
      return client.getRun(name);
    default:
      throw unknown(`\`Client().${textOf(link["call"])}(…)\``);
  }
}

function textOrNumber(value: Json): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

/** Fields have the names that Python gives them; here they are the entity's. */
async function follow(value: unknown, link: JsonObject): Promise<unknown> {
  const { attr, item, call_result: called } = link;
  if (typeof value === "function" && called === true) return (value as () => unknown)();
  const key = typeof attr === "string" ? fieldOf(attr) : item;
  if (typeof value !== "object" || value === null || (typeof key !== "string" && typeof key !== "number")) {
    throw unknown("What follows `Client()`");
  }
  const found: unknown = (value as Readonly<Record<string, unknown>>)[key];
  if (found === undefined) throw new Error(`The look-up finds no \`${key}\`.`);
  return Promise.resolve(typeof found === "function" ? (found.bind(value) as unknown) : found);
}

function fieldOf(attribute: string): string {
  if (attribute === "run_metadata") return "metadata";
  return attribute.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

function unknown(what: string): StepInterfaceError {
  return new StepInterfaceError(
    `${what} can't be looked up by a step in TypeScript: pass the value, or look it up inside of the step.`,
  );
}
