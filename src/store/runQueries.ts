/** What is asked about pipelines, runs and steps. */
import type { Run, StepRun } from "../core/entities";
import type { PipelineSpec } from "../core/spec";
import type { Row, Sql, Value } from "./database";
import type { Page, PageRequest, PipelineSummary, RunFilter, StoreReader } from "./reader";
import { containing, page, selectRun, selectStep, toRun, toStep, toWaitingStep } from "./rows";

const KEPT_SPECS = 8;

export class RunQueries {
  /** Specs by digest, the last used last: they never change. */
  private readonly specs = new Map<string, PipelineSpec>();

  constructor(private readonly sql: Sql) {}

  pipelines(request?: PageRequest): Page<PipelineSummary> {
    const total = this.sql.number("SELECT value FROM counter WHERE name = 'pipelines'");
    const order = "order_key, key";
    return page(this.sql, "SELECT * FROM pipeline", order, (row) => this.toPipeline(row), total, request);
  }

  pipeline(idOrName: string): PipelineSummary | null {
    const row =
      this.sql.get("SELECT * FROM pipeline WHERE id = ?", idOrName) ??
      this.sql.get("SELECT * FROM pipeline WHERE name = ?", idOrName);
    return row === null ? null : this.toPipeline(row);
  }

  private toPipeline(row: Row): PipelineSummary {
    const last = this.sql.get(
      `${selectRun} WHERE run.pipeline = ? ORDER BY run.key DESC LIMIT 1`,
      Number(row["key"]),
    );
    return {
      id: String(row["id"]),
      name: String(row["name"]),
      created: Number(row["created"]),
      runs: Number(row["runs"]),
      lastRun: last === null ? null : toRun(last),
      lastSuccess: row["last_success"] === null ? null : Number(row["last_success"]),
    };
  }

  runs(filter: RunFilter = {}): Page<Run> {
    const conditions: string[] = [];
    const values: Value[] = [];
    const only = (condition: string, ...bound: readonly Value[]): void => {
      conditions.push(condition);
      values.push(...bound);
    };
    if (filter.pipeline !== undefined) {
      only(
        "run.pipeline = (SELECT key FROM pipeline WHERE id = ? OR name = ?)",
        filter.pipeline,
        filter.pipeline,
      );
    }
    if (filter.status !== undefined) {
      only(`run.status IN (${filter.status.map(() => "?").join(", ")})`, ...filter.status);
    }
    if (filter.text !== undefined && filter.text !== "") {
      only("run.name LIKE ? ESCAPE '\\'", containing(filter.text));
    }
    if (filter.tag !== undefined) {
      only("run.id IN (SELECT target_id FROM tagged WHERE target = 'run' AND name = ?)", filter.tag);
    }
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const total = this.countRuns(filter, where, values);
    return page(this.sql, selectRun + where, "run.key DESC", toRun, total, filter, values);
  }

  private countRuns(filter: RunFilter, where: string, values: readonly Value[]): number {
    const plain = filter.status === undefined && filter.tag === undefined && !filter.text;
    if (!plain) return this.sql.number(`SELECT count(*) FROM run${where}`, ...values);
    if (filter.pipeline === undefined)
      return this.sql.number("SELECT value FROM counter WHERE name = 'runs'");
    return this.sql.number(
      "SELECT runs FROM pipeline WHERE id = ? OR name = ?",
      filter.pipeline,
      filter.pipeline,
    );
  }

  run(id: string): Run | null {
    const row = this.sql.get(`${selectRun} WHERE run.id = ?`, id);
    return row === null ? null : toRun(row);
  }

  runNamed(name: string): Run | null {
    const row = this.sql.get(`${selectRun} WHERE run.name = ? ORDER BY run.key DESC LIMIT 1`, name);
    return row === null ? null : toRun(row);
  }

  runName(id: string): string {
    return String(this.sql.get("SELECT name FROM run WHERE id = ?", id)?.["name"] ?? "");
  }

  highestRunIndex(pipelineId: string): number {
    return this.sql.number(
      "SELECT max(number) FROM run WHERE pipeline = (SELECT key FROM pipeline WHERE id = ?)",
      pipelineId,
    );
  }

  unfinishedRuns(): ReturnType<StoreReader["unfinishedRuns"]> {
    const rows = this.sql.all(
      "SELECT id, owner_pid, owner_started, owner_host FROM run WHERE status IN ('initializing', 'running') ORDER BY key",
    );
    return rows.map((row) => ({
      runId: String(row["id"]),
      owner: {
        pid: Number(row["owner_pid"]),
        started: String(row["owner_started"]),
        host: String(row["owner_host"]),
      },
    }));
  }

  spec(runId: string): PipelineSpec | null {
    const digest = this.sql.get("SELECT spec FROM run WHERE id = ?", runId)?.["spec"];
    if (typeof digest !== "string") return null;
    const known = this.specs.get(digest);
    const spec = known ?? this.readSpec(digest);
    if (spec === null) return null;
    this.specs.delete(digest);
    this.specs.set(digest, spec);
    for (const oldest of this.specs.keys()) {
      if (this.specs.size <= KEPT_SPECS) break;
      this.specs.delete(oldest);
    }
    return spec;
  }

  private readSpec(digest: string): PipelineSpec | null {
    const body = this.sql.get("SELECT body FROM document WHERE digest = ?", digest)?.["body"];
    return typeof body === "string" ? (JSON.parse(body) as PipelineSpec) : null;
  }

  steps(runId: string): readonly StepRun[] {
    const run = this.sql.get("SELECT key, spec FROM run WHERE id = ?", runId);
    if (run === null) return [];
    const last = new Map<string, StepRun>();
    const rows = this.sql.all(
      `${selectStep} WHERE step_run.run = ? ORDER BY step_run.attempt`,
      Number(run["key"]),
    );
    for (const step of rows.map(toStep)) last.set(step.invocation, step);
    const planned = this.sql.all("SELECT * FROM spec_step WHERE spec = ?", String(run["spec"]));
    planned.sort((a, b) => Number(a["position"]) - Number(b["position"]));
    const steps = planned.map((row) => {
      const invocation = String(row["invocation"]);
      const step = last.get(invocation);
      last.delete(invocation);
      return step ?? toWaitingStep(runId, row);
    });
    return [...steps, ...last.values()];
  }

  step(stepRunId: string): StepRun | null {
    return this.oneStep("step_run.id = ?", stepRunId);
  }

  attempts(runId: string, invocation: string): readonly StepRun[] {
    const rows = this.sql.all(
      `${selectStep} WHERE step_run.run = (SELECT key FROM run WHERE id = ?) AND step_run.invocation = ?
       ORDER BY step_run.attempt`,
      ...[runId, invocation],
    );
    return rows.map(toStep);
  }

  lastStepOf(sourcePath: string): StepRun | null {
    return this.oneStep("step_run.key = (SELECT step_run FROM last_step WHERE name = ?)", sourcePath);
  }

  previousStep(pipelineId: string, invocation: string): StepRun | null {
    return this.oneStep(
      `step_run.key = (SELECT step_run FROM last_invocation
         WHERE pipeline = (SELECT key FROM pipeline WHERE id = ?) AND invocation = ?)`,
      ...[pipelineId, invocation],
    );
  }

  cachedStep(cacheKey: string, now: number): StepRun | null {
    return this.oneStep(
      `step_run.cache_key = ? AND step_run.status = 'completed' AND step_run.cache_usable = 1
         AND (step_run.cache_expires IS NULL OR step_run.cache_expires > ?) ORDER BY step_run.key DESC LIMIT 1`,
      ...[cacheKey, now],
    );
  }

  consumers(artifactVersionId: string): readonly StepRun[] {
    const rows = this.sql.all(
      `${selectStep} WHERE step_run.key IN (SELECT step_run FROM step_input WHERE artifact_version_id = ?)
       ORDER BY step_run.key`,
      artifactVersionId,
    );
    return rows.map(toStep);
  }

  private oneStep(where: string, ...values: readonly Value[]): StepRun | null {
    const row = this.sql.get(`${selectStep} WHERE ${where}`, ...values);
    return row === null ? null : toStep(row);
  }
}
