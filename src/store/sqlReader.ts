/** `StoreReader` over the state in sql.js. */
import { HeadraceError } from "../core/errors";
import { ArtifactQueries } from "./artifactQueries";
import type { Sql } from "./database";
import type { StoreReader } from "./reader";
import { RunQueries } from "./runQueries";

export function createReader(sql: Sql): StoreReader {
  const runs = new RunQueries(sql);
  const artifacts = new ArtifactQueries(sql);
  return {
    get seq() {
      return sql.number("SELECT value FROM meta WHERE name = 'seq'");
    },
    pipelines: (page) => runs.pipelines(page),
    pipeline: (idOrName) => runs.pipeline(idOrName),
    runs: (filter) => runs.runs(filter),
    run: (id) => runs.run(id),
    spec: (runId) => runs.spec(runId),
    steps: (runId) => runs.steps(runId),
    step: (stepRunId) => runs.step(stepRunId),
    attempts: (runId, invocation) => runs.attempts(runId, invocation),
    lastStepOf: (sourcePath) => runs.lastStepOf(sourcePath),
    artifacts: (filter) => artifacts.artifacts(filter),
    artifact: (idOrName) => artifacts.artifact(idOrName),
    artifactVersions: (artifactId, page) => artifacts.artifactVersions(artifactId, page),
    artifactVersion: (id) => artifacts.artifactVersion(id),
    producedBy: (runId) => artifacts.producedBy(runId),
    heldPayload: (digest) => artifacts.heldPayload(digest),
    heldPayloads: () => artifacts.heldPayloads(),
    consumers: (artifactVersionId) => runs.consumers(artifactVersionId),
    models: (filter) => artifacts.models(filter),
    model: (idOrName) => artifacts.model(idOrName),
    modelVersions: (modelId, page) => artifacts.modelVersions(modelId, page),
    modelVersion: (id) => artifacts.modelVersion(id),
    linkedArtifacts: (modelVersionId) => artifacts.linkedArtifacts(modelVersionId),
    linkedModels: (artifactVersionId) => artifacts.linkedModels(artifactVersionId),
    links: (modelVersionId) => artifacts.links(modelVersionId),
    runsOfModelVersion: (modelVersionId) => artifacts.runsOfModelVersion(modelVersionId),
    stageHistory: (modelVersionId) => artifacts.stageHistory(modelVersionId),
    metadata: (target, id) => artifacts.metadata(target, id),
    metadataHistory: (target, id, key) => artifacts.metadataHistory(target, id, key),
    runNamed: (name) => runs.runNamed(name),
    runName: (id) => runs.runName(id),
    highestRunIndex: (pipelineId) => runs.highestRunIndex(pipelineId),
    unfinishedRuns: () => runs.unfinishedRuns(),
    artifactVersionNamed: (artifactId, version) => artifacts.artifactVersionNamed(artifactId, version),
    hasVersion: (artifactId, version) => artifacts.hasVersion(artifactId, version),
    artifactNamed: (name) => artifacts.artifactNamed(name),
    highestModelVersionNumber: (modelId) => artifacts.highestModelVersionNumber(modelId),
    modelVersionBy: (modelId, by) => artifacts.modelVersionBy(modelId, by),
    isLinked: (modelVersionId, artifactVersionId) => artifacts.isLinked(modelVersionId, artifactVersionId),
    cachedStep: (cacheKey, now) => runs.cachedStep(cacheKey, now),
    previousStep: (pipelineId, invocation) => runs.previousStep(pipelineId, invocation),
    tagNamed: (name) => artifacts.tagNamed(name),
    taggedWith: (name, target) => artifacts.taggedWith(name, target),
    counts: () => counts(sql),
    query: (text, values) => query(sql, text, values ?? []),
  };
}

function counts(sql: Sql): ReturnType<StoreReader["counts"]> {
  const rows = sql.all("SELECT name, value FROM counter");
  const values = new Map(rows.map((row) => [String(row["name"]), Number(row["value"])]));
  return {
    pipelines: values.get("pipelines") ?? 0,
    runs: values.get("runs") ?? 0,
    running: values.get("running") ?? 0,
    artifacts: values.get("artifacts") ?? 0,
    artifactVersions: values.get("artifactVersions") ?? 0,
    models: values.get("models") ?? 0,
  };
}

/** Only a question may begin so; that it changes nothing is enforced by SQLite itself. */
const question = /^\s*(?:SELECT|WITH|VALUES)\b/i;

function query(
  sql: Sql,
  text: string,
  values: readonly (string | number | null)[],
): ReturnType<StoreReader["query"]> {
  if (!question.test(text)) {
    throw new HeadraceError("invalid", "A query of the store must begin with SELECT, WITH or VALUES.");
  }
  return sql.readOnly(text, values);
}
