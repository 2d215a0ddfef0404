/** What the appliers of several families of events have in common. */
import type { MetadataTarget, Taggable } from "../core/entities";
import type { Sql, Value } from "./database";

export type Counter = "pipelines" | "runs" | "running" | "artifacts" | "artifactVersions" | "models";

/** Counts are kept, never counted: asking for them costs the same whatever the size of the store. */
export function add(sql: Sql, counter: Counter, difference: number): void {
  sql.run(
    "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
    ...[counter, difference],
  );
}

/** Removes what hangs on an entity that goes: metadata and tags. */
export function dropTargets(sql: Sql, target: MetadataTarget | Taggable, id: string): void {
  sql.run("DELETE FROM metadata WHERE target_id = ? AND target = ?", id, target);
  sql.run("DELETE FROM tagged WHERE target_id = ? AND target = ?", id, target);
}

/** The internal key of an entity; throws when the journal speaks of what it never made. */
export function keyOf(
  sql: Sql,
  table: "pipeline" | "run" | "step_run" | "artifact" | "model",
  id: string,
): number {
  const row = sql.get(`SELECT key FROM ${table} WHERE id = ?`, id);
  if (row === null) throw new Error(`there is no ${table.replace("_", " ")} ${id}`);
  return Number(row["key"]);
}

export function text(value: unknown): Value {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
