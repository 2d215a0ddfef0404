/** What belongs to an entity and is loaded only when somebody looks: steps of a run, files of a payload, logs … */
import { open } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { ArtifactVersion, Run, StepRun } from "../../core/entities";
import type { Json, JsonObject } from "../../core/json";
import type { Manifest } from "../../core/manifest";
import { latestOf } from "../../core/versions";
import { readManifest } from "../../artifacts/manifest";
import { payloadReference } from "../places";
import { describe, describeVersion, type Described } from "./describe";
import { find } from "./lookup";
import { keyText, type Kind, type Params } from "./params";
import { invalid } from "./problems";
import type { LogFile } from "./service";

type Relation = (id: string, from: Described, options: JsonObject, logFile: LogFile) => Json | Promise<Json>;

const relations: Partial<Record<Kind, Readonly<Record<string, Relation>>>> = {
  run: {
    steps: (id, from) => executed(id, from).map((step) => describe({ kind: "step_run", value: step }, from)),
    artifact_versions: (id, from) => [...versionsById(executed(id, from).flatMap(outputIds), from).values()],
    logs: async (id, from, _, logFile) => {
      const texts = executed(id, from).map((step) => logOf(step, logFile));
      return (await Promise.all(texts)).join("");
    },
  },
  step_run: {
    artifact_versions: (id, from) => {
      const step = find(from.reader, "step_run", id);
      return Object.fromEntries(versionsById([...inputIds(step), ...outputIds(step)], from));
    },
    definition: (id, from) => definition(find(from.reader, "step_run", id), from),
    logs: (id, from, _, logFile) => logOf(find(from.reader, "step_run", id), logFile),
  },
  artifact: {
    versions: (id, from) => {
      const { items } = from.reader.artifactVersions(id, { limit: MOST });
      return items.toReversed().map((version) => describeVersion(version, from));
    },
  },
  artifact_version: {
    payload: (id, from) => payload(find(from.reader, "artifact_version", id), from),
    visualizations: (id, from) => visualizations(find(from.reader, "artifact_version", id), from),
    runs: (id, from) => runsWith(id, from),
  },
  model: {
    versions: (id, from) => {
      const { items } = from.reader.modelVersions(id, { limit: MOST });
      return items.toReversed().map((value) => describe({ kind: "model_version", value }, from));
    },
  },
  model_version: {
    artifacts: (id, from) => from.reader.linkedArtifacts(id).map((version) => describeVersion(version, from)),
    artifact: (id, from, options) => linked(id, from, options),
    runs: (id, from) =>
      from.reader.runsOfModelVersion(id).map((value) => describe({ kind: "run", value }, from)),
    stages: (id, from) => from.reader.stageHistory(id).map(({ stage, time }) => ({ stage, time })),
  },
};

const MOST = 10_000;
/** Of a log that is shown as one text. */
const MOST_LOG_BYTES = 4 << 20;

export async function related(
  { kind, id, relation, options }: Params<"entity.related">,
  from: Described,
  logFile: LogFile,
): Promise<Json> {
  const known = relations[kind];
  const relate = known !== undefined && Object.hasOwn(known, relation) ? known[relation] : undefined;
  if (relate === undefined) throw invalid(`A ${kind} has no ${JSON.stringify(relation)}.`);
  return relate(id, from, options, logFile);
}

/** Steps that never ran have no step run, as in ZenML. */
function executed(runId: string, { reader }: Described): readonly StepRun[] {
  return reader.steps(runId).filter((step) => step.started !== null && step.status !== "skipped");
}

function inputIds(step: StepRun): readonly string[] {
  return Object.values(step.inputs).flatMap((input) => {
    if (input.kind === "artifact") return [input.artifactVersionId];
    return input.kind === "artifacts" ? input.artifactVersionIds : [];
  });
}

function outputIds(step: StepRun): readonly string[] {
  return step.outputs.map((output) => output.artifactVersionId);
}

function versionsById(ids: readonly string[], from: Described): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const id of new Set(ids)) {
    const version = from.reader.artifactVersion(id);
    if (version !== null) found.set(id, describeVersion(version, from));
  }
  return found;
}

function definition(step: StepRun, { reader }: Described): JsonObject {
  const spec = reader.spec(step.runId);
  const invocation = spec?.invocations.find(({ id }) => id === step.invocation);
  const found = invocation === undefined ? undefined : spec?.definitions[invocation.definition];
  return {
    sourceCode: found?.sourceCode ?? null,
    docstring: found?.docstring ?? null,
    sourcePath: found?.sourcePath ?? null,
    codeHash: found?.code.find(({ kind }) => kind === "step")?.digest ?? null,
    config: {
      enableCache: invocation?.enableCache ?? null,
      enableArtifactMetadata: invocation?.enableArtifactMetadata ?? null,
      enableArtifactVisualization: invocation?.enableArtifactVisualization ?? null,
      enableStepLogs: invocation?.enableStepLogs ?? null,
      settings: invocation?.settings ?? {},
      extra: invocation?.extra ?? {},
      model: invocation?.model ?? null,
      retry: invocation?.retry ?? null,
      cachePolicy: invocation?.cachePolicy ?? null,
      substitutions: { ...substitutionsOf(reader.run(step.runId)), ...invocation?.substitutions },
    },
  };
}

/** What the names of a run were filled in with: its date and time, and the pipeline's own. */
function substitutionsOf(run: Run | null): JsonObject {
  return v.parse(substitutionsSchema, run?.config["substitutions"] ?? {});
}

const substitutionsSchema = v.record(v.string(), v.string());

/** The end of a long log: that is where the trouble is. */
async function logOf(step: StepRun, logFile: LogFile): Promise<string> {
  const handle = await open(logFile(step.runId, step.invocation), "r").catch(() => null);
  if (handle === null) return "";
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - MOST_LOG_BYTES);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, start);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}

async function payload(version: ArtifactVersion, from: Described): Promise<JsonObject> {
  const reference = payloadReference(version, from.placeOf);
  const files = version.uri === null ? ((await manifestOf(reference.folder))?.files ?? []) : [];
  return { ...reference, files: files.map((file) => file.path) };
}

async function visualizations(version: ArtifactVersion, from: Described): Promise<readonly JsonObject[]> {
  if (version.uri !== null) return [];
  const folder = from.placeOf(version);
  if (folder === null) return [];
  const manifest = await manifestOf(folder);
  return (manifest?.visualizations ?? []).map((one) => ({
    ...one,
    file: path.join(folder, ...one.path.split("/")),
  }));
}

/** One that is damaged, or leads out of its folder, says nothing. */
function manifestOf(folder: string): Promise<Manifest | null> {
  return readManifest(folder).catch(() => null);
}

function runsWith(artifactVersionId: string, from: Described): readonly JsonObject[] {
  const rows = from.reader.query(
    `SELECT DISTINCT r.id FROM run r JOIN step_run s ON s.run = r.key WHERE s.key IN (
       SELECT step_run FROM step_input WHERE artifact_version_id = ?1
       UNION SELECT step_run FROM step_output WHERE artifact_version_id = ?1) ORDER BY r.key`,
    [artifactVersionId],
  );
  return rows.flatMap((row) => {
    const value = from.reader.run(String(row["id"]));
    return value === null ? [] : [describe({ kind: "run", value }, from)];
  });
}

const categories: Readonly<Record<string, (version: ArtifactVersion) => boolean>> = {
  any: () => true,
  model: ({ type }) => type === "ModelArtifact",
  deployment: ({ type }) => type === "ServiceArtifact",
  data: ({ type }) => type !== "ModelArtifact" && type !== "ServiceArtifact",
};

/** Of a name's linked versions the one that was created last. */
function linked(modelVersionId: string, from: Described, options: JsonObject): Json {
  const name = keyText(options["name"]);
  const version = keyText(options["version"]);
  const fits = categories[keyText(options["category"]) ?? "any"] ?? (() => true);
  const candidates = from.reader
    .linkedArtifacts(modelVersionId)
    .filter((one) => one.artifact === name && (version === null || one.version === version) && fits(one));
  const latest = latestOf(candidates);
  return latest === null ? null : describeVersion(latest, from);
}
