/** Events of artifacts, their versions and payloads. */
import type { StoreEvent } from "../core/events";
import { orderKey } from "../core/naturalOrder";
import { add, dropTargets, keyOf } from "./applyShared";
import type { Sql } from "./database";

export type ArtifactEvent = Extract<
  StoreEvent,
  { type: `${"artifact" | "artifactVersion" | "payload"}.${string}` }
>;

export function applyArtifactEvent(sql: Sql, event: ArtifactEvent): void {
  switch (event.type) {
    case "artifact.created":
      sql.run(
        "INSERT INTO artifact (id, name, custom_name, created, order_key) VALUES (?, ?, ?, ?, ?)",
        ...[event.id, event.name, Number(event.customName), event.time, orderKey(event.name)],
      );
      {
        add(sql, "artifacts", 1);
        return;
      }
    case "artifact.updated": {
      sql.run(
        "UPDATE artifact SET name = ?, custom_name = ?, order_key = ? WHERE id = ?",
        ...[event.name, Number(event.customName), orderKey(event.name), event.id],
      );
      return;
    }
    case "artifact.deleted": {
      deleteArtifact(sql, event.id);
      return;
    }
    case "artifactVersion.created": {
      createVersion(sql, event);
      return;
    }
    case "artifactVersion.deleted": {
      deleteVersion(sql, event.id);
      return;
    }
    case "payload.held": {
      sql.run("INSERT OR IGNORE INTO held_payload VALUES (?, ?)", event.digest, JSON.stringify(event.texts));
      return;
    }
    case "payload.kept": {
      for (const digest of event.digests) sql.run("DELETE FROM held_payload WHERE digest = ?", digest);
      return;
    }
    default:
      throw new Error(`unknown event ${JSON.stringify((event as { type: unknown }).type)}`);
  }
}

function createVersion(sql: Sql, event: Extract<ArtifactEvent, { type: "artifactVersion.created" }>): void {
  const artifact = keyOf(sql, "artifact", event.artifactId);
  sql.run(
    `INSERT INTO artifact_version (id, artifact, version, version_number, type, data_type, materializer, language,
       digest, bytes, save_type, producer_step_run_id, producer_run_id, created, summary, alias, uri)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[event.id, artifact, event.version, event.versionNumber, event.artifactType, event.dataType],
    ...[event.materializer, event.language, event.digest, event.bytes, event.saveType],
    ...[event.producerStepRunId, event.producerRunId, event.time, event.summary, event.alias, event.uri],
  );
  sql.run(
    "UPDATE artifact SET versions = versions + 1, latest = last_insert_rowid() WHERE key = ?",
    artifact,
  );
  add(sql, "artifactVersions", 1);
}

/** What its steps made can no longer be had, so they no longer answer for the cache. */
function deleteVersion(sql: Sql, id: string): void {
  const row = sql.get("SELECT key, artifact FROM artifact_version WHERE id = ?", id);
  if (row === null) return;
  const artifact = Number(row["artifact"]);
  sql.run(
    "UPDATE step_run SET cache_usable = 0 WHERE key IN (SELECT step_run FROM step_output WHERE artifact_version_id = ?)",
    id,
  );
  for (const link of sql.all("SELECT model_version_id FROM link WHERE artifact_version_id = ?", id)) {
    sql.run(
      "UPDATE model_version SET artifacts = artifacts - 1 WHERE id = ?",
      String(link["model_version_id"]),
    );
  }
  sql.run("DELETE FROM link WHERE artifact_version_id = ?", id);
  dropTargets(sql, "artifact_version", id);
  sql.run("DELETE FROM artifact_version WHERE key = ?", Number(row["key"]));
  sql.run(
    `UPDATE artifact SET versions = versions - 1,
       latest = (SELECT max(key) FROM artifact_version WHERE artifact = artifact.key) WHERE key = ?`,
    artifact,
  );
  add(sql, "artifactVersions", -1);
}

function deleteArtifact(sql: Sql, id: string): void {
  const artifact = sql.get("SELECT key FROM artifact WHERE id = ?", id);
  if (artifact === null) return;
  const key = Number(artifact["key"]);
  for (const version of sql.all("SELECT id FROM artifact_version WHERE artifact = ?", key)) {
    deleteVersion(sql, String(version["id"]));
  }
  dropTargets(sql, "artifact", id);
  sql.run("DELETE FROM artifact WHERE key = ?", key);
  add(sql, "artifacts", -1);
}
