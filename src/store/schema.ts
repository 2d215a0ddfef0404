/**
 * The tables of the state (docs/STORE.md explains them). They are made from the journal, so that a change of the schema needs
 * no migration of data: raise STORE_VERSION, and stores of older versions are rebuilt from their journal at opening.
 */
import type { Sql } from "./database";

/** Of journal and schema together. A store with a higher one is refused and never rewritten. */
export const STORE_VERSION = 5;
/** "HDRC": tells our files from other SQLite files. */
export const APPLICATION_ID = 0x48445243;

// order_key (core/naturalOrder.ts) puts names in the order in which people expect them.
// WITHOUT ROWID is for short rows: in such a table, looking for a row reads those on the way to it to their end.
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE document (digest TEXT PRIMARY KEY, body TEXT NOT NULL);

CREATE TABLE pipeline (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
  runs INTEGER NOT NULL DEFAULT 0, last_success INTEGER, order_key TEXT NOT NULL
);
CREATE INDEX pipeline_by_order ON pipeline (order_key);

CREATE TABLE run (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, number INTEGER NOT NULL,
  pipeline INTEGER NOT NULL REFERENCES pipeline, status TEXT NOT NULL, created INTEGER NOT NULL, finished INTEGER,
  origin TEXT NOT NULL, language TEXT NOT NULL, parameters TEXT NOT NULL, config TEXT NOT NULL, source TEXT,
  model_version_id TEXT, failure TEXT, cache_enabled INTEGER NOT NULL, steps INTEGER NOT NULL,
  steps_done INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', spec TEXT NOT NULL REFERENCES document,
  environment TEXT NOT NULL REFERENCES document, rerun_of TEXT,
  owner_pid INTEGER NOT NULL, owner_started TEXT NOT NULL, owner_host TEXT NOT NULL
);
CREATE INDEX run_by_pipeline ON run (pipeline);
CREATE INDEX run_by_number ON run (pipeline, number);
CREATE INDEX run_by_status ON run (status);
CREATE INDEX run_by_name ON run (name);
CREATE INDEX run_by_spec ON run (spec);
CREATE INDEX run_by_environment ON run (environment);

CREATE TABLE spec_step (
  spec TEXT NOT NULL REFERENCES document, position INTEGER NOT NULL, invocation TEXT NOT NULL, step TEXT NOT NULL,
  source_path TEXT NOT NULL, source TEXT, upstream TEXT NOT NULL, PRIMARY KEY (spec, invocation)
);

CREATE TABLE step_run (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run INTEGER NOT NULL REFERENCES run, invocation TEXT NOT NULL,
  step TEXT NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL, started INTEGER, finished INTEGER,
  cache_key TEXT, cache_components TEXT, cache_expires INTEGER, cache_reason TEXT,
  cache_usable INTEGER NOT NULL DEFAULT 1, original_step_run_id TEXT, model_version_id TEXT,
  inputs TEXT NOT NULL, outputs TEXT NOT NULL, parameters TEXT NOT NULL, failure TEXT, skipped_because TEXT
);
CREATE INDEX step_run_by_invocation ON step_run (run, invocation, attempt);
CREATE INDEX step_run_by_cache_key ON step_run (cache_key)
  WHERE cache_key IS NOT NULL AND status = 'completed' AND cache_usable = 1;

CREATE TABLE step_input (
  step_run INTEGER NOT NULL REFERENCES step_run, name TEXT NOT NULL, position INTEGER NOT NULL,
  artifact_version_id TEXT NOT NULL, PRIMARY KEY (step_run, name, position)
) WITHOUT ROWID;
CREATE INDEX step_input_by_artifact_version ON step_input (artifact_version_id);
CREATE TABLE step_output (
  step_run INTEGER NOT NULL REFERENCES step_run, position INTEGER NOT NULL, output TEXT NOT NULL,
  artifact_version_id TEXT NOT NULL, save_type TEXT NOT NULL, PRIMARY KEY (step_run, position)
) WITHOUT ROWID;
CREATE INDEX step_output_by_artifact_version ON step_output (artifact_version_id);
CREATE TABLE last_step (name TEXT PRIMARY KEY, step_run INTEGER NOT NULL REFERENCES step_run) WITHOUT ROWID;
CREATE INDEX last_step_by_step_run ON last_step (step_run);
CREATE TABLE last_invocation (
  pipeline INTEGER NOT NULL REFERENCES pipeline, invocation TEXT NOT NULL,
  step_run INTEGER NOT NULL REFERENCES step_run, PRIMARY KEY (pipeline, invocation)
) WITHOUT ROWID;
CREATE INDEX last_invocation_by_step_run ON last_invocation (step_run);

CREATE TABLE artifact (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, custom_name INTEGER NOT NULL,
  created INTEGER NOT NULL, versions INTEGER NOT NULL DEFAULT 0, latest INTEGER, order_key TEXT NOT NULL
);
CREATE INDEX artifact_by_order ON artifact (order_key);
CREATE TABLE artifact_version (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, artifact INTEGER NOT NULL REFERENCES artifact,
  version TEXT NOT NULL, version_number INTEGER, type TEXT NOT NULL, data_type TEXT NOT NULL,
  materializer TEXT NOT NULL, language TEXT NOT NULL, digest TEXT NOT NULL, bytes INTEGER NOT NULL,
  save_type TEXT NOT NULL, producer_step_run_id TEXT, producer_run_id TEXT, created INTEGER NOT NULL,
  summary TEXT NOT NULL, alias TEXT, uri TEXT, UNIQUE (artifact, version)
);
CREATE INDEX artifact_version_by_artifact ON artifact_version (artifact);
CREATE INDEX artifact_version_by_number ON artifact_version (artifact, version_number);
CREATE INDEX artifact_version_by_digest ON artifact_version (digest);
CREATE INDEX artifact_version_by_run ON artifact_version (producer_run_id);
CREATE INDEX artifact_version_by_uri ON artifact_version (uri) WHERE uri IS NOT NULL;
CREATE TABLE held_payload (digest TEXT PRIMARY KEY, texts TEXT NOT NULL);

CREATE TABLE model (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
  license TEXT, description TEXT, audience TEXT, use_cases TEXT, limitations TEXT, trade_offs TEXT, ethics TEXT,
  save_models_to_registry INTEGER NOT NULL DEFAULT 1, versions INTEGER NOT NULL DEFAULT 0, latest INTEGER,
  order_key TEXT NOT NULL
);
CREATE INDEX model_by_order ON model (order_key);
CREATE TABLE model_version (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, model INTEGER NOT NULL REFERENCES model, name TEXT NOT NULL,
  number INTEGER NOT NULL, stage TEXT, description TEXT, created INTEGER NOT NULL, producer_run_id TEXT,
  artifacts INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', UNIQUE (model, name)
);
CREATE INDEX model_version_by_number ON model_version (model, number);
CREATE INDEX model_version_by_stage ON model_version (model, stage) WHERE stage IS NOT NULL;
CREATE INDEX model_version_by_run ON model_version (producer_run_id) WHERE producer_run_id IS NOT NULL;
CREATE TABLE stage_change (
  key INTEGER PRIMARY KEY, model_version_id TEXT NOT NULL, stage TEXT, time INTEGER NOT NULL
);
CREATE INDEX stage_change_by_model_version ON stage_change (model_version_id);

CREATE TABLE link (
  model_version_id TEXT NOT NULL, artifact_version_id TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (model_version_id, artifact_version_id)
) WITHOUT ROWID;
CREATE INDEX link_by_artifact_version ON link (artifact_version_id);
CREATE TABLE run_link (
  model_version_id TEXT NOT NULL, run_id TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (model_version_id, run_id)
) WITHOUT ROWID;
CREATE INDEX run_link_by_run ON run_link (run_id);

CREATE TABLE metadata (
  key INTEGER PRIMARY KEY, target TEXT NOT NULL, target_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  time INTEGER NOT NULL
);
CREATE INDEX metadata_by_target ON metadata (target_id, target, name);
CREATE TABLE tag (
  name TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, color TEXT, exclusive INTEGER NOT NULL, cascade INTEGER NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE tagged (
  target_id TEXT NOT NULL, target TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (target_id, target, name)
) WITHOUT ROWID;
CREATE INDEX tagged_by_name ON tagged (name, target);
`;

export function createSchema(sql: Sql): void {
  sql.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${STORE_VERSION};`);
  sql.script(tables);
  sql.run("INSERT INTO meta VALUES ('seq', 0)");
}

/** What the database says its tables are: compared with ours before a file from disk is trusted. */
export function describeSchema(sql: Sql): string {
  const rows = sql.all("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
  return JSON.stringify(rows.map((row) => [row["type"], row["name"], row["sql"]]));
}
