/** What a peer may send us, checked where it arrives: a peer runs user code, so nothing it says is taken on trust. */
import * as v from "valibot";
import { artifactTypes } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { Json, JsonObject } from "../core/json";
import {
  invocationSpecSchema,
  locationSchema,
  pipelineSpecSchema,
  sourcesSchema,
  stepDefinitionSchema,
} from "../core/spec";

const json = v.custom<Json>((value) => value !== undefined);
const jsonObject = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
const texts = v.array(v.string());
const language = v.picklist(["python", "node"]);
const artifactType = v.picklist(artifactTypes);

/** A request has an `id` and a `method`, a notification no `id`, an answer no `method`. */
export const messageSchema = v.object({
  id: v.exactOptional(v.nullable(v.union([v.number(), v.string()]))),
  method: v.exactOptional(v.string()),
  params: v.exactOptional(v.unknown()),
  result: v.exactOptional(v.unknown()),
  error: v.exactOptional(v.object({ message: v.string(), data: v.exactOptional(v.unknown()) })),
});

export const helloSchema = v.object({
  protocol: v.pipe(v.number(), v.integer()),
  token: v.string(),
  role: v.picklist(["worker", "script", "client"]),
  language,
  languageVersion: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

export const failureSchema = v.object({
  type: v.string(),
  message: v.string(),
  traceback: v.string(),
  location: v.exactOptional(locationSchema),
  code: v.exactOptional(v.string()),
  advice: v.exactOptional(v.string()),
});

export const failureDataSchema = v.object({ failure: failureSchema });

export const payloadSchema = v.object({
  folder: v.string(),
  content: v.exactOptional(v.record(v.string(), v.string())),
  digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  type: artifactType,
  dataType: v.string(),
  materializer: v.string(),
  language,
  summary: v.string(),
  metadata: jsonObject,
});

/** Results of what the engine asks of a peer. */
export const resultSchemas = {
  warm: v.object({ failed: texts }),
  compile: v.object({ spec: pipelineSpecSchema, modules: texts }),
  steps: v.object({
    definitions: v.array(stepDefinitionSchema),
    sources: v.exactOptional(sourcesSchema),
    invocations: v.array(invocationSpecSchema),
    modules: texts,
  }),
  execute: v.object({
    failure: v.nullable(failureSchema),
    cancelled: v.exactOptional(v.boolean()),
    outputs: v.array(
      v.object({ output: v.string(), payload: payloadSchema, tags: texts, metadata: jsonObject }),
    ),
    stepMetadata: jsonObject,
  }),
  hook: v.object({ failure: v.nullable(failureSchema) }),
  preview: v.object({ preview: json }),
};

export const notificationSchemas = {
  "step.output": v.object({
    stepRunId: v.string(),
    stream: v.picklist(["stdout", "stderr"]),
    text: v.string(),
  }),
  "step.progress": v.object({ stepRunId: v.string(), value: json }),
};

/** Checks a value that came over the border; the error names what was wrong and where in it. */
export function checked<const S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  what: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const where = path === null ? "" : ` at ${path}`;
  throw new HeadraceError("invalid", `${what} is not as agreed${where}: ${issue.message}.`);
}
