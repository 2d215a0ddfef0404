/** YAML configuration files: read here, so that SDKs need no YAML library (zenml-semantics §2.5). */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseDocument } from "yaml";
import { HeadraceError, messageOf } from "../../core/errors";
import type { Json, JsonObject } from "../../core/json";

type Environment = Readonly<Record<string, string | undefined>>;

/** `relative` paths are taken from the workspace. Text values may hold `${NAME}` of the environment. */
export async function readConfig(
  given: string,
  workspace: string,
  environment: Environment,
): Promise<{ value: Json }> {
  const file = path.resolve(workspace, given);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new HeadraceError("not-found", `Configuration file ${given} can't be read: ${messageOf(cause)}`, {
      pythonType: "FileNotFoundError",
      cause,
    });
  });
  return { value: substitute(parseYaml(text, file), environment, file) };
}

function parseYaml(text: string, file: string): Json {
  // Bounded aliases: a small file must not become a giant value.
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const [problem] = document.errors;
  if (problem === undefined) return toJson(document.toJS({ maxAliasCount: 100 }));
  const line = problem.linePos?.[0].line;
  throw new HeadraceError("invalid", `${path.basename(file)} is not valid YAML: ${problem.message}`, {
    ...(line === undefined ? {} : { location: { file, line } }),
    pythonType: "ValueError",
  });
}

/** Dates and other values that YAML knows and JSON doesn't become the text that JSON writes for them. */
function toJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

function substitute(value: Json, environment: Environment, file: string): Json {
  if (typeof value === "string") return fill(value, environment, file);
  if (Array.isArray(value)) return value.map((item: Json) => substitute(item, environment, file));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(entries.map(([key, item]) => [key, substitute(item, environment, file)]));
}

function fill(text: string, environment: Environment, file: string): string {
  return text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value !== undefined) return value;
    throw new HeadraceError(
      "invalid",
      `${path.basename(file)} refers to the environment variable ${name}, which is not set.`,
      { advice: `Set ${name} where the pipeline is run, or write its value.`, pythonType: "KeyError" },
    );
  });
}
