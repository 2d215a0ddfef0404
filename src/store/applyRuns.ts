/** Events of pipelines, runs, steps and the cache. */
import { createHash } from "node:crypto";
import type { StepInput, StepStatus } from "../core/entities";
import type { StoreEvent } from "../core/events";
import { orderKey } from "../core/naturalOrder";
import type { InputSpec, InvocationSpec, PipelineSpec } from "../core/spec";
import { add, dropTargets, keyOf, text } from "./applyShared";
import type { Sql } from "./database";

type Of<Type extends StoreEvent["type"]> = Extract<StoreEvent, { type: Type }>;
export type RunEvent = Extract<StoreEvent, { type: `${"pipeline" | "run" | "step" | "cache"}.${string}` }>;

export function applyRunEvent(sql: Sql, event: RunEvent): void {
  switch (event.type) {
    case "pipeline.created":
      sql.run(
        "INSERT INTO pipeline (id, name, created, order_key) VALUES (?, ?, ?, ?)",
        ...[event.id, event.name, event.time, orderKey(event.name)],
      );
      {
        add(sql, "pipelines", 1);
        return;
      }
    case "pipeline.deleted": {
      deletePipeline(sql, event.id);
      return;
    }
    case "run.created": {
      createRun(sql, event);
      return;
    }
    case "run.finished": {
      finishRun(sql, event);
      return;
    }
    case "run.note": {
      sql.run("UPDATE run SET note = ? WHERE id = ?", event.note, event.id);
      return;
    }
    case "run.deleted": {
      deleteRun(sql, event.id);
      return;
    }
    case "step.started": {
      startStep(sql, event);
      return;
    }
    case "step.finished": {
      finishStep(sql, event);
      return;
    }
    case "step.skipped": {
      skipStep(sql, event);
      return;
    }
    case "step.input": {
      addInput(sql, event);
      return;
    }
    case "cache.invalidated": {
      sql.run("UPDATE step_run SET cache_usable = 0 WHERE id = ?", event.stepRunId);
      return;
    }
    default:
      throw new Error(`unknown event ${JSON.stringify((event as { type: unknown }).type)}`);
  }
}

function createRun(sql: Sql, event: Of<"run.created">): void {
  const pipeline = keyOf(sql, "pipeline", event.pipelineId);
  const spec = keepSpec(sql, event.spec);
  const environment = keepDocument(sql, JSON.stringify(event.environment)).digest;
  sql.run(
    `INSERT INTO run (id, name, number, pipeline, status, created, origin, language, parameters, config, source,
       model_version_id, cache_enabled, steps, spec, environment, rerun_of, owner_pid, owner_started, owner_host)
     VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[event.id, event.name, event.index, pipeline, event.time, event.origin, event.language],
    ...[text(event.parameters), text(event.config), text(event.source), event.modelVersionId],
    ...[Number(event.cacheEnabled), event.spec.invocations.length, spec, environment, event.rerunOf],
    ...[event.owner.pid, event.owner.started, event.owner.host],
  );
  sql.run("UPDATE pipeline SET runs = runs + 1 WHERE key = ?", pipeline);
  add(sql, "runs", 1);
  add(sql, "running", 1);
}

/** Runs of an unchanged pipeline share one document, whatever their number. */
function keepDocument(sql: Sql, body: string): { readonly digest: string; readonly isNew: boolean } {
  const digest = createHash("sha256").update(body).digest("hex");
  const isNew = sql.get("SELECT 1 FROM document WHERE digest = ?", digest) === null;
  if (isNew) sql.run("INSERT INTO document VALUES (?, ?)", digest, body);
  return { digest, isNew };
}

function keepSpec(sql: Sql, spec: PipelineSpec): string {
  const { digest, isNew } = keepDocument(sql, JSON.stringify(spec));
  if (!isNew) return digest;
  for (const [position, invocation] of spec.invocations.entries()) {
    const definition = spec.definitions[invocation.definition];
    sql.run(
      "INSERT INTO spec_step VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[digest, position, invocation.id, definition?.step ?? invocation.id],
      ...[definition?.sourcePath ?? "", text(definition?.source), text(upstreamOf(invocation))],
    );
  }
  return digest;
}

function upstreamOf(invocation: InvocationSpec): readonly string[] {
  const names = new Set<string>();
  const visit = (input: InputSpec): void => {
    if (input.kind === "output") names.add(input.invocation);
    if (input.kind === "list") input.items.forEach(visit);
  };
  Object.values(invocation.inputs).forEach(visit);
  for (const name of invocation.after) names.add(name);
  return [...names];
}

function finishRun(sql: Sql, event: Of<"run.finished">): void {
  const run = sql.get("SELECT key, pipeline, finished FROM run WHERE id = ?", event.id);
  if (run === null) throw new Error(`there is no run ${event.id}`);
  sql.run(
    "UPDATE run SET status = ?, failure = ?, finished = ? WHERE key = ?",
    ...[event.status, text(event.failure), event.time, Number(run["key"])],
  );
  if (run["finished"] === null) add(sql, "running", -1);
  if (event.status === "completed") {
    sql.run("UPDATE pipeline SET last_success = ? WHERE key = ?", event.time, Number(run["pipeline"]));
  }
}

function startStep(sql: Sql, event: Of<"step.started">): void {
  sql.run(
    `INSERT INTO step_run (id, run, invocation, step, status, attempt, started, cache_key, cache_components,
       cache_expires, cache_reason, model_version_id, inputs, outputs, parameters)
     VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)`,
    ...[event.id, keyOf(sql, "run", event.runId), event.invocation, event.step, event.attempt, event.time],
    ...[event.cacheKey, text(event.cacheComponents), event.cacheExpires, event.cacheReason],
    ...[event.modelVersionId, text(event.inputs), text(event.parameters)],
  );
  const key = keyOf(sql, "step_run", event.id);
  for (const [name, input] of Object.entries(event.inputs)) indexInput(sql, key, name, input);
}

function indexInput(sql: Sql, stepRun: number, name: string, input: StepInput): void {
  const versions =
    input.kind === "artifact"
      ? [input.artifactVersionId]
      : input.kind === "artifacts"
        ? input.artifactVersionIds
        : [];
  versions.forEach((id, position) =>
    sql.run("INSERT OR REPLACE INTO step_input VALUES (?, ?, ?, ?)", stepRun, name, position, id),
  );
}

function addInput(sql: Sql, event: Of<"step.input">): void {
  const row = sql.get("SELECT key, inputs FROM step_run WHERE id = ?", event.id);
  if (row === null) throw new Error(`there is no step run ${event.id}`);
  const inputs = JSON.parse(String(row["inputs"])) as Record<string, StepInput>;
  const key = Number(row["key"]);
  sql.run(
    "UPDATE step_run SET inputs = ? WHERE key = ?",
    ...[JSON.stringify({ ...inputs, [event.name]: event.input }), key],
  );
  indexInput(sql, key, event.name, event.input);
}

/** Attempts that another attempt follows say nothing about the step yet. */
const passing: ReadonlySet<StepStatus> = new Set(["retried", "retrying", "running", "waiting"]);

function finishStep(sql: Sql, event: Of<"step.finished">): void {
  const row = sql.get("SELECT key, run, invocation, step, finished FROM step_run WHERE id = ?", event.id);
  if (row === null) throw new Error(`there is no step run ${event.id}`);
  const key = Number(row["key"]);
  sql.run(
    "UPDATE step_run SET status = ?, finished = ?, outputs = ?, failure = ?, original_step_run_id = ? WHERE key = ?",
    ...[event.status, event.time, text(event.outputs), text(event.failure), event.originalStepRunId, key],
  );
  // Ended before, for another attempt to follow: what it saved then is told again.
  if (row["finished"] !== null) sql.run("DELETE FROM step_output WHERE step_run = ?", key);
  event.outputs.forEach((output, position) =>
    sql.run(
      "INSERT INTO step_output VALUES (?, ?, ?, ?, ?)",
      ...[key, position, output.output, output.artifactVersionId, output.saveType],
    ),
  );
  if (passing.has(event.status)) return;
  const run = Number(row["run"]);
  if (row["finished"] === null) sql.run("UPDATE run SET steps_done = steps_done + 1 WHERE key = ?", run);
  rememberLast(sql, key, run, String(row["invocation"]));
}

/** What lenses and explanations of the cache ask for: the last step run of a function, and of an invocation. */
function rememberLast(sql: Sql, stepRun: number, run: number, invocation: string): void {
  const row = sql.get(
    `SELECT run.pipeline, spec_step.source_path, spec_step.source ->> 'file' AS file
     FROM run LEFT JOIN spec_step ON spec_step.spec = run.spec AND spec_step.invocation = ? WHERE run.key = ?`,
    ...[invocation, run],
  );
  if (row === null) return;
  sql.run(
    "INSERT OR REPLACE INTO last_invocation VALUES (?, ?, ?)",
    ...[Number(row["pipeline"]), invocation, stepRun],
  );
  const sourcePath = row["source_path"];
  if (typeof sourcePath !== "string" || sourcePath === "") return;
  sql.run("INSERT OR REPLACE INTO last_step VALUES (?, ?)", sourcePath, stepRun);
  if (typeof row["file"] !== "string") return;
  const name = sourcePath.slice(sourcePath.lastIndexOf(".") + 1);
  sql.run("INSERT OR REPLACE INTO last_step VALUES (?, ?)", `${row["file"]}::${name}`, stepRun);
}

function skipStep(sql: Sql, event: Of<"step.skipped">): void {
  const run = keyOf(sql, "run", event.runId);
  sql.run(
    `INSERT INTO step_run (id, run, invocation, step, status, attempt, finished, inputs, outputs, parameters, skipped_because)
     VALUES (?, ?, ?, ?, ?, 1, ?, '{}', '[]', '{}', ?)`,
    ...[event.id, run, event.invocation, event.step, event.status, event.time, event.because],
  );
  sql.run("UPDATE run SET steps_done = steps_done + 1 WHERE key = ?", run);
}

function deleteRun(sql: Sql, id: string): void {
  const run = sql.get("SELECT key, pipeline, spec, environment, finished FROM run WHERE id = ?", id);
  if (run === null) return;
  const key = Number(run["key"]);
  for (const step of sql.all("SELECT key, id FROM step_run WHERE run = ?", key)) {
    for (const table of ["step_input", "step_output", "last_step", "last_invocation"]) {
      sql.run(`DELETE FROM ${table} WHERE step_run = ?`, Number(step["key"]));
    }
    dropTargets(sql, "step_run", String(step["id"]));
  }
  sql.run("DELETE FROM step_run WHERE run = ?", key);
  sql.run("DELETE FROM run_link WHERE run_id = ?", id);
  sql.run(
    "UPDATE artifact_version SET producer_run_id = NULL, producer_step_run_id = NULL WHERE producer_run_id = ?",
    id,
  );
  sql.run("UPDATE model_version SET producer_run_id = NULL WHERE producer_run_id = ?", id);
  dropTargets(sql, "run", id);
  sql.run("DELETE FROM run WHERE key = ?", key);
  sql.run(
    `UPDATE pipeline SET runs = runs - 1, last_success =
       (SELECT max(finished) FROM run WHERE run.pipeline = pipeline.key AND status = 'completed') WHERE key = ?`,
    Number(run["pipeline"]),
  );
  dropDocuments(sql, String(run["spec"]), String(run["environment"]));
  add(sql, "runs", -1);
  if (run["finished"] === null) add(sql, "running", -1);
}

function dropDocuments(sql: Sql, spec: string, environment: string): void {
  if (sql.get("SELECT 1 FROM run WHERE spec = ? LIMIT 1", spec) === null) {
    sql.run("DELETE FROM spec_step WHERE spec = ?", spec);
    sql.run("DELETE FROM document WHERE digest = ?", spec);
  }
  if (sql.get("SELECT 1 FROM run WHERE environment = ? LIMIT 1", environment) === null) {
    sql.run("DELETE FROM document WHERE digest = ?", environment);
  }
}

function deletePipeline(sql: Sql, id: string): void {
  const pipeline = sql.get("SELECT key FROM pipeline WHERE id = ?", id);
  if (pipeline === null) return;
  const key = Number(pipeline["key"]);
  for (const run of sql.all("SELECT id FROM run WHERE pipeline = ?", key)) deleteRun(sql, String(run["id"]));
  dropTargets(sql, "pipeline", id);
  sql.run("DELETE FROM pipeline WHERE key = ?", key);
  add(sql, "pipelines", -1);
}
