/** Events of models, their versions, stages and links. */
import type { StoreEvent } from "../core/events";
import type { Json, JsonObject } from "../core/json";
import { orderKey } from "../core/naturalOrder";
import { add, dropTargets, keyOf } from "./applyShared";
import type { Sql, Value } from "./database";

export type ModelEvent = Extract<
  StoreEvent,
  { type: `${"model" | "modelVersion" | "link" | "runLink"}.${string}` }
>;

/** Fields of a model that events may set, and their columns. */
const columns: Readonly<Record<string, string>> = {
  name: "name",
  license: "license",
  description: "description",
  audience: "audience",
  useCases: "use_cases",
  limitations: "limitations",
  tradeOffs: "trade_offs",
  ethics: "ethics",
  saveModelsToRegistry: "save_models_to_registry",
};

export function applyModelEvent(sql: Sql, event: ModelEvent): void {
  switch (event.type) {
    case "model.created":
      sql.run(
        "INSERT INTO model (id, name, created, order_key) VALUES (?, ?, ?, ?)",
        ...[event.id, event.name, event.time, orderKey(event.name)],
      );
      setFields(sql, event.id, event.fields);
      {
        add(sql, "models", 1);
        return;
      }
    case "model.updated": {
      setFields(sql, event.id, event.fields);
      return;
    }
    case "model.deleted": {
      deleteModel(sql, event.id);
      return;
    }
    case "modelVersion.created": {
      createVersion(sql, event);
      return;
    }
    case "modelVersion.updated": {
      sql.run(
        "UPDATE model_version SET name = ?, description = ? WHERE id = ?",
        ...[event.name, event.description, event.id],
      );
      return;
    }
    case "modelVersion.note": {
      sql.run("UPDATE model_version SET note = ? WHERE id = ?", event.note, event.id);
      return;
    }
    case "modelVersion.staged":
      sql.run("UPDATE model_version SET stage = ? WHERE id = ?", event.stage, event.id);
      {
        sql.run(
          "INSERT INTO stage_change (model_version_id, stage, time) VALUES (?, ?, ?)",
          ...[event.id, event.stage, event.time],
        );
        return;
      }
    case "modelVersion.deleted": {
      deleteVersion(sql, event.id);
      return;
    }
    case "link.created": {
      link(sql, event.modelVersionId, event.artifactVersionId, event.time);
      return;
    }
    case "link.removed": {
      unlink(sql, event.modelVersionId, event.artifactVersionId);
      return;
    }
    case "runLink.created": {
      sql.run(
        "INSERT OR IGNORE INTO run_link VALUES (?, ?, ?)",
        ...[event.modelVersionId, event.runId, event.time],
      );
      return;
    }
    default:
      throw new Error(`unknown event ${JSON.stringify((event as { type: unknown }).type)}`);
  }
}

function setFields(sql: Sql, id: string, fields: JsonObject): void {
  for (const [field, value] of Object.entries(fields)) {
    const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
    if (column !== undefined) sql.run(`UPDATE model SET ${column} = ? WHERE id = ?`, plain(value), id);
  }
}

function plain(value: Json): Value {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function createVersion(sql: Sql, event: Extract<ModelEvent, { type: "modelVersion.created" }>): void {
  const model = keyOf(sql, "model", event.modelId);
  sql.run(
    `INSERT INTO model_version (id, model, name, number, description, created, producer_run_id)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...[event.id, model, event.name, event.number, event.description, event.time, event.producerRunId],
  );
  countVersions(sql, model, 1);
}

function countVersions(sql: Sql, model: number, difference: number): void {
  sql.run(
    `UPDATE model SET versions = versions + ?, latest =
       (SELECT key FROM model_version WHERE model = model.key ORDER BY number DESC LIMIT 1) WHERE key = ?`,
    ...[difference, model],
  );
}

function link(sql: Sql, modelVersionId: string, artifactVersionId: string, time: number): void {
  const values = [modelVersionId, artifactVersionId];
  if (sql.get("SELECT 1 FROM link WHERE model_version_id = ? AND artifact_version_id = ?", ...values)) return;
  sql.run("INSERT INTO link VALUES (?, ?, ?)", ...values, time);
  sql.run("UPDATE model_version SET artifacts = artifacts + 1 WHERE id = ?", modelVersionId);
}

function unlink(sql: Sql, modelVersionId: string, artifactVersionId: string): void {
  const values = [modelVersionId, artifactVersionId];
  if (!sql.get("SELECT 1 FROM link WHERE model_version_id = ? AND artifact_version_id = ?", ...values))
    return;
  sql.run("DELETE FROM link WHERE model_version_id = ? AND artifact_version_id = ?", ...values);
  sql.run("UPDATE model_version SET artifacts = artifacts - 1 WHERE id = ?", modelVersionId);
}

function deleteVersion(sql: Sql, id: string): void {
  const row = sql.get("SELECT key, model FROM model_version WHERE id = ?", id);
  if (row === null) return;
  for (const table of ["link", "run_link", "stage_change"]) {
    sql.run(`DELETE FROM ${table} WHERE model_version_id = ?`, id);
  }
  dropTargets(sql, "model_version", id);
  sql.run("DELETE FROM model_version WHERE key = ?", Number(row["key"]));
  countVersions(sql, Number(row["model"]), -1);
}

function deleteModel(sql: Sql, id: string): void {
  const model = sql.get("SELECT key FROM model WHERE id = ?", id);
  if (model === null) return;
  const key = Number(model["key"]);
  for (const version of sql.all("SELECT id FROM model_version WHERE model = ?", key)) {
    deleteVersion(sql, String(version["id"]));
  }
  dropTargets(sql, "model", id);
  sql.run("DELETE FROM model WHERE key = ?", key);
  add(sql, "models", -1);
}
