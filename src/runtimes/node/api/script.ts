/** The user's own process: it asks the engine of an open window, or of `headrace exec`, to run the pipelines that it calls. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { LiveEvent } from "../../../core/events";
import type { Failure } from "../../../core/entities";
import type { JsonObject } from "../../../core/json";
import { ENVIRONMENT, PROTOCOL_VERSION } from "../../protocol";
import type { EndpointFile, HelloResult } from "../../protocol";
import { Connection } from "../worker/connection";
import { entityOf } from "./entities";
import type { Entity } from "./entities";
import { EngineUnavailableError, RunFailedError } from "./errors";
import { jsonOf } from "./json";
import type { Pipeline } from "./pipeline";
import { ask, session } from "./session";

/** Runs a pipeline that a script called; answers nothing where pipelines don't run. */
export async function runPipeline(pipeline: Pipeline, parameters: unknown): Promise<Entity | undefined> {
  if (session.step !== null) {
    console.warn(`Pipeline ${pipeline.name} was called inside of a step, where it doesn't run.`);
    return undefined;
  }
  if (session.skipped !== null) return session.skipped(pipeline);
  const file = pipeline.made?.file;
  if (file === undefined) {
    throw new Error(`Pipeline \`${pipeline.name}\` must be made, and exported, in a file of the workspace.`);
  }
  const request = { file, pipeline: pipeline.name, parameters: jsonOf(parameters ?? {}) };
  const { run } = await ask("run.file", request);
  const done = entityOf("run", run as JsonObject);
  if (done["status"] !== "completed") throw await failed(done);
  return done;
}

async function failed(run: Entity): Promise<RunFailedError> {
  const { value } = await ask("entity.related", { kind: "run", id: String(run["id"]), relation: "steps" });
  const steps = (value as unknown as readonly { invocation: string; failure: Failure | null }[]).filter(
    ({ failure }) => failure !== null,
  );
  const failure = steps[0]?.failure ?? (run["failure"] as Failure | null);
  const names = steps.map(({ invocation }) => invocation).join(", ");
  const said = names === "" ? `is ${String(run["status"])}` : `failed in ${names}`;
  return new RunFailedError(`Run ${String(run["name"])} ${said}.`, run, failure);
}

/** Finds the engine and says hello. */
export async function connect(): Promise<void> {
  const file = endpointFile();
  const { address, token, protocol } = JSON.parse(readFileSync(file, "utf8")) as EndpointFile;
  if (protocol !== PROTOCOL_VERSION) {
    throw new EngineUnavailableError("The engine that is running is of another version: reload its window.");
  }
  const connection = await Connection.open(address, {
    requests: {},
    notification: (method, params) => {
      if (method === "run.event") show((params as { readonly event: LiveEvent }).event);
    },
    closed: () => {
      session.request = null;
    },
  }).catch((error: unknown) => {
    throw new EngineUnavailableError(`Headrace is not running for this folder any more (${String(error)}).`);
  });
  const hello = {
    protocol,
    token,
    role: "script",
    language: "node",
    languageVersion: process.versions.node,
    pid: process.pid,
  };
  const welcome = (await connection.requestKeeping("hello", hello)) as HelloResult;
  session.workspace = welcome.workspace;
  session.request = (method, params) => connection.requestKeeping(method, params);
}

/** As the environment says, else in the store of the folder that this process is in. */
function endpointFile(): string {
  const told = process.env[ENVIRONMENT.endpoint];
  const places = told === undefined ? [] : [told];
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    places.push(path.join(folder, ".headrace", "endpoint.json"));
    if (folder === path.dirname(folder)) break;
  }
  const found = places.find((place) => isReadable(place));
  if (found !== undefined) return found;
  throw new EngineUnavailableError("No Headrace engine is known to this process.");
}

function isReadable(place: string): boolean {
  try {
    readFileSync(place);
    return true;
  } catch {
    return false;
  }
}

/** What goes on, beside what the script itself prints. */
function show(event: LiveEvent): void {
  if (event.type === "step.log") process.stderr.write(event.text);
  if (event.type === "step.started") process.stderr.write(`${event.invocation} started\n`);
  if (event.type === "step.finished") process.stderr.write(`${event.invocation} ${event.status}\n`);
}

session.connect = connect;
