/**
 * Makes the state out of facts. Everything was decided before: applying only writes down, so that the same journal always gives
 * the same state. Whoever calls sees to it that a transaction is applied once, in order.
 */
import type { StoreEvent, Transaction } from "../core/events";
import { applyArtifactEvent, type ArtifactEvent } from "./applyArtifacts";
import { applyModelEvent, type ModelEvent } from "./applyModels";
import { applyRunEvent, type RunEvent } from "./applyRuns";
import type { Sql } from "./database";

export function applyTransaction(sql: Sql, transaction: Transaction): void {
  for (const event of transaction.events) applyEvent(sql, event);
  sql.run("UPDATE meta SET value = ? WHERE name = 'seq'", transaction.seq);
}

type CommonEvent = Exclude<StoreEvent, RunEvent | ArtifactEvent | ModelEvent>;

function applyEvent(sql: Sql, event: StoreEvent): void {
  const [family] = event.type.split(".");
  switch (family) {
    case "pipeline":
    case "run":
    case "step":
    case "cache": {
      applyRunEvent(sql, event as RunEvent);
      return;
    }
    case "artifact":
    case "artifactVersion":
    case "payload": {
      applyArtifactEvent(sql, event as ArtifactEvent);
      return;
    }
    case "model":
    case "modelVersion":
    case "link":
    case "runLink": {
      applyModelEvent(sql, event as ModelEvent);
      return;
    }
    default: {
      applyCommonEvent(sql, event as CommonEvent);
      return;
    }
  }
}

function applyCommonEvent(sql: Sql, event: CommonEvent): void {
  switch (event.type) {
    case "metadata.logged":
      for (const [name, value] of Object.entries(event.values)) {
        sql.run(
          "INSERT INTO metadata (target, target_id, name, value, time) VALUES (?, ?, ?, ?, ?)",
          ...[event.target, event.targetId, name, JSON.stringify(value), event.time],
        );
      }
      return;
    case "tag.created":
      sql.run(
        `INSERT INTO tag (name, id, color, exclusive, cascade, created) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET color = excluded.color, exclusive = excluded.exclusive, cascade = excluded.cascade`,
        ...[event.name, event.id, event.color, Number(event.exclusive), Number(event.cascade), event.time],
      );
      return;
    case "tag.deleted":
      sql.run("DELETE FROM tag WHERE name = ?", event.name);
      sql.run("DELETE FROM tagged WHERE name = ?", event.name);
      return;
    case "tag.attached":
      sql.run("INSERT OR IGNORE INTO tagged VALUES (?, ?, ?)", event.targetId, event.target, event.name);
      return;
    case "tag.detached":
      sql.run(
        "DELETE FROM tagged WHERE target_id = ? AND target = ? AND name = ?",
        ...[event.targetId, event.target, event.name],
      );
      return;
    default:
      // Reached only by what another program wrote.
      throw new Error(`unknown event ${JSON.stringify((event as { type: unknown }).type)}`);
  }
}
