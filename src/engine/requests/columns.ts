/** What lists can be filtered and sorted by: names of the ZenML API and the SQL they stand for. Nothing else reaches SQL. */
import type { Kind } from "./params";

export type ColumnType = "text" | "number" | "time" | "boolean";

export interface Column {
  readonly sql: string;
  readonly type: ColumnType;
  /** Values of the API that stand for other ones of the store. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** What to sort by instead, where an index gives the same order. */
  readonly order?: string;
}

export interface Listed {
  readonly from: string;
  /** What is joined, by alias, only where it is spoken of: counting everything must not look up every name. */
  readonly joins?: Readonly<Record<string, string>>;
  /** The columns that identify an item. */
  readonly select: string;
  /** Makes the order total. */
  readonly tie: string;
  /** What is never listed. */
  readonly where?: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Conditions that bind the value of the filter to each `?1`. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly metadata?: "artifact_version" | "model_version" | "run" | "step_run";
  readonly taggable?: boolean;
}

const text = (sql: string): Column => ({ sql, type: "text" });
const number = (sql: string): Column => ({ sql, type: "number" });
const time = (sql: string): Column => ({ sql, type: "time" });
const flag = (sql: string): Column => ({ sql, type: "boolean" });
/** Facts are applied in the order they were decided: the key is the order of creation. */
const created = (sql: string): Column => ({ sql, type: "time", order: "e.key" });

const statuses = {
  failed: ["failed", "interrupted"],
  stopped: ["cancelled"],
  initializing: ["initializing", "waiting"],
};
const status = (sql: string): Column => ({ sql, type: "text", values: statuses });

const modelVersions =
  "SELECT mv.id FROM model_version mv JOIN model m ON m.key = mv.model WHERE m.name = ?1 OR m.id = ?1";
const uses = (table: string, and = "") =>
  `EXISTS (SELECT 1 FROM ${table} u WHERE u.artifact_version_id = e.id${and})`;

export const listed: Readonly<Record<Kind, Listed>> = {
  pipeline: {
    from: "pipeline e",
    select: "e.id",
    tie: "e.key",
    columns: {
      id: text("e.id"),
      name: text("e.name"),
      created: created("e.created"),
      updated: created("e.created"),
      latest_run_status: status(
        "(SELECT r.status FROM run r WHERE r.pipeline = e.key ORDER BY r.key DESC LIMIT 1)",
      ),
    },
    conditions: {},
    taggable: true,
  },
  run: {
    from: "run e",
    joins: { p: "JOIN pipeline p ON p.key = e.pipeline" },
    select: "e.id",
    tie: "e.key",
    columns: {
      id: text("e.id"),
      name: text("e.name"),
      created: created("e.created"),
      updated: created("e.created"),
      start_time: created("e.created"),
      end_time: time("e.finished"),
      status: status("e.status"),
      index: number("e.number"),
      pipeline_id: text("p.id"),
      pipeline_name: text("p.name"),
      model_version_id: text("e.model_version_id"),
      in_progress: flag("(e.status IN ('initializing', 'running'))"),
    },
    conditions: {
      pipeline: "(p.name = ?1 OR p.id = ?1)",
      model: `(e.model_version_id IN (${modelVersions}) OR e.id IN (SELECT l.run_id FROM run_link l WHERE l.model_version_id IN (${modelVersions})))`,
      linked_to_model_version_id: "e.id IN (SELECT l.run_id FROM run_link l WHERE l.model_version_id = ?1)",
    },
    metadata: "run",
    taggable: true,
  },
  step_run: {
    from: "step_run e",
    joins: { r: "JOIN run r ON r.key = e.run" },
    select: "e.id",
    tie: "e.key",
    where: "e.started IS NOT NULL AND e.status <> 'skipped'",
    columns: {
      id: text("e.id"),
      name: text("e.invocation"),
      created: created("e.started"),
      updated: created("e.started"),
      start_time: time("e.started"),
      end_time: time("e.finished"),
      status: status("e.status"),
      cache_key: text("e.cache_key"),
      pipeline_run_id: text("r.id"),
      original_step_run_id: text("e.original_step_run_id"),
      model_version_id: text("e.model_version_id"),
    },
    conditions: {
      model: `e.model_version_id IN (${modelVersions})`,
      exclude_retried: "(e.status <> 'retried' OR NOT ?1)",
    },
    metadata: "step_run",
  },
  artifact: {
    from: "artifact e",
    select: "e.id",
    tie: "e.key",
    columns: {
      id: text("e.id"),
      name: text("e.name"),
      created: created("e.created"),
      updated: created("e.created"),
      has_custom_name: flag("e.custom_name"),
    },
    conditions: {},
    taggable: true,
  },
  artifact_version: {
    from: "artifact_version e",
    joins: { a: "JOIN artifact a ON a.key = e.artifact" },
    select: "e.id",
    tie: "e.key",
    columns: {
      id: text("e.id"),
      created: created("e.created"),
      updated: created("e.created"),
      name: text("a.name"),
      artifact: text("a.name"),
      artifact_id: text("a.id"),
      version: text("e.version"),
      version_number: number("e.version_number"),
      type: text("e.type"),
      data_type: text("e.data_type"),
      uri: text("e.uri"),
      materializer: text("e.materializer"),
      save_type: text("e.save_type"),
      size: number("e.bytes"),
      has_custom_name: flag("a.custom_name"),
    },
    conditions: {
      model_version_id: "e.id IN (SELECT l.artifact_version_id FROM link l WHERE l.model_version_id = ?1)",
      model: `e.id IN (SELECT l.artifact_version_id FROM link l WHERE l.model_version_id IN (${modelVersions}))`,
      pipeline_run: `e.id IN (SELECT o.artifact_version_id FROM step_output o JOIN step_run s ON s.key = o.step_run
        JOIN run r ON r.key = s.run WHERE r.id = ?1 OR r.name = ?1)`,
      only_unused: `(NOT ?1 OR NOT (${uses("step_input")} OR ${uses("step_output")}))`,
    },
    metadata: "artifact_version",
    taggable: true,
  },
  model: {
    from: "model e",
    select: "e.id",
    tie: "e.key",
    columns: {
      id: text("e.id"),
      name: text("e.name"),
      created: created("e.created"),
      updated: created("e.created"),
    },
    conditions: {},
    taggable: true,
  },
  model_version: {
    from: "model_version e",
    joins: { m: "JOIN model m ON m.key = e.model" },
    select: "e.id",
    tie: "e.key",
    columns: {
      id: text("e.id"),
      name: text("e.name"),
      number: number("e.number"),
      stage: text("coalesce(e.stage, 'none')"),
      created: created("e.created"),
      updated: created("e.created"),
      model_id: text("m.id"),
    },
    conditions: { model: "(m.name = ?1 OR m.id = ?1)" },
    metadata: "model_version",
    taggable: true,
  },
  tag: {
    from: "tag e",
    select: "e.name AS id",
    tie: "e.name",
    columns: {
      id: text("e.id"),
      name: text("e.name"),
      color: text("e.color"),
      exclusive: flag("e.exclusive"),
      created: time("e.created"),
      updated: time("e.created"),
    },
    conditions: {
      resource_type: "e.name IN (SELECT t.name FROM tagged t WHERE t.target = ?1)",
    },
  },
  link: {
    from: "link e",
    joins: {
      v: "JOIN artifact_version v ON v.id = e.artifact_version_id",
      a: "JOIN artifact a ON a.key = v.artifact",
    },
    select: "e.model_version_id, e.artifact_version_id, e.created",
    tie: "v.key",
    columns: {
      created: time("e.created"),
      updated: time("e.created"),
      model_version_id: text("e.model_version_id"),
      artifact_version_id: text("e.artifact_version_id"),
      artifact_name: text("a.name"),
      has_custom_name: flag("a.custom_name"),
    },
    conditions: {
      only_data_artifacts: "(NOT ?1 OR v.type NOT IN ('ModelArtifact', 'ServiceArtifact'))",
      only_model_artifacts: "(NOT ?1 OR v.type = 'ModelArtifact')",
      only_deployment_artifacts: "(NOT ?1 OR v.type = 'ServiceArtifact')",
    },
  },
  run_link: {
    from: "run_link e",
    joins: { r: "JOIN run r ON r.id = e.run_id" },
    select: "e.model_version_id, e.run_id, e.created",
    tie: "r.key",
    columns: {
      created: time("e.created"),
      updated: time("e.created"),
      model_version_id: text("e.model_version_id"),
      pipeline_run_id: text("e.run_id"),
      pipeline_run_name: text("r.name"),
    },
    conditions: {},
  },
};
