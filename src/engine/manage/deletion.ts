/** Deleting things together: first what it would take with it and what stands against it, then all or nothing. */
import { HeadraceError, messageOf } from "../../core/errors";
import type { StoreReader } from "../../store/reader";
import type { DeletionPlan, UsingStep } from "../api";
import type { EngineContext } from "../context";
import {
  deleteArtifact,
  deleteArtifactVersion,
  deletePipeline,
  deleteRun,
  stepsUsing,
} from "../decide/deletion";
import { Draft } from "../decide/draft";
import { missing } from "./links";

export type Deletable = "run" | "artifact_version" | "artifact" | "model" | "model_version" | "pipeline";

const rules: Readonly<Record<Deletable, (draft: Draft, id: string) => void>> = {
  run: deleteRun,
  artifact_version: deleteArtifactVersion,
  artifact: (draft, id) => void deleteArtifact(draft, id),
  model: (draft, id) => draft.add({ type: "model.deleted", id }),
  model_version: (draft, id) => draft.add({ type: "modelVersion.deleted", id }),
  pipeline: (draft, id) => void deletePipeline(draft, id),
};

/** Payloads stay on disk until a clean-up: `bytes` is what that could then free at most. */
export function planDeletion(reader: StoreReader, kind: Deletable, ids: readonly string[]): DeletionPlan {
  const blockedBy = new Set<string>();
  const usedBy = new Map<string, UsingStep>();
  const total = { runs: 0, artifactVersions: 0, modelVersions: 0, links: 0, bytes: 0 };
  for (const id of new Set(ids)) {
    if (!exists(reader, kind, id)) continue;
    try {
      rules[kind](new Draft(reader, 0), id);
    } catch (error) {
      if (!HeadraceError.is(error)) throw error;
      blockedBy.add(`${nameOf(reader, kind, id)}: ${messageOf(error)}`);
    }
    for (const step of usersOf(reader, kind, id)) usedBy.set(`${step.runId} ${step.invocation}`, step);
    const effect = effectOf(reader, kind, id);
    for (const key of ["runs", "artifactVersions", "modelVersions", "links", "bytes"] as const) {
      total[key] += effect[key] ?? 0;
    }
  }
  return { ...total, blockedBy: [...blockedBy], usedBy: [...usedBy.values()] };
}

function usersOf(reader: StoreReader, kind: Deletable, id: string): readonly UsingStep[] {
  if (kind === "artifact_version") return stepsUsing(reader, "?", id);
  if (kind !== "artifact") return [];
  const versions = "SELECT v.id FROM artifact_version v JOIN artifact a ON a.key = v.artifact WHERE a.id = ?";
  return stepsUsing(reader, versions, id);
}

/** Everything or nothing: when one of them can't be deleted, none is. What is gone already is no error. */
export function deleteAll(context: EngineContext, kind: Deletable, ids: readonly string[]): Promise<void> {
  return context.decide((draft) => {
    const there = [...new Set(ids)].filter((id) => exists(draft.reader, kind, id));
    if (there.length === 0 && ids[0] !== undefined) throw missing(kind.replace("_", " "), ids[0]);
    for (const id of there) rules[kind](draft, id);
  });
}

type Effect = Partial<Record<"runs" | "artifactVersions" | "modelVersions" | "links" | "bytes", number>>;

function effectOf(reader: StoreReader, kind: Deletable, id: string): Effect {
  switch (kind) {
    case "run":
      return { runs: 1, links: count(reader, "SELECT COUNT(*) AS n FROM run_link WHERE run_id = ?", id) };
    case "pipeline":
      return { runs: reader.pipeline(id)?.runs ?? 0 };
    case "artifact_version": {
      const links = count(reader, "SELECT COUNT(*) AS n FROM link WHERE artifact_version_id = ?", id);
      return { artifactVersions: 1, links, bytes: reader.artifactVersion(id)?.bytes ?? 0 };
    }
    case "artifact": {
      const versions = "FROM artifact_version v JOIN artifact a ON a.key = v.artifact";
      return {
        artifactVersions: reader.artifact(id)?.versions ?? 0,
        links: count(
          reader,
          `SELECT COUNT(*) AS n ${versions} JOIN link l ON l.artifact_version_id = v.id WHERE a.id = ?`,
          id,
        ),
        bytes: count(reader, `SELECT SUM(v.bytes) AS n ${versions} WHERE a.id = ?`, id),
      };
    }
    case "model_version":
      return { modelVersions: 1, links: reader.modelVersion(id)?.artifacts ?? 0 };
    case "model": {
      const links = `SELECT SUM(v.artifacts) AS n FROM model_version v JOIN model m ON m.key = v.model WHERE m.id = ?`;
      return { modelVersions: reader.model(id)?.versions ?? 0, links: count(reader, links, id) };
    }
  }
}

function count(reader: StoreReader, sql: string, id: string): number {
  return Number(reader.query(sql, [id])[0]?.["n"] ?? 0);
}

function exists(reader: StoreReader, kind: Deletable, id: string): boolean {
  return entityOf(reader, kind, id)?.id === id;
}

function entityOf(reader: StoreReader, kind: Deletable, id: string) {
  switch (kind) {
    case "run":
      return reader.run(id);
    case "pipeline":
      return reader.pipeline(id);
    case "artifact":
      return reader.artifact(id);
    case "artifact_version":
      return reader.artifactVersion(id);
    case "model":
      return reader.model(id);
    case "model_version":
      return reader.modelVersion(id);
  }
}

function nameOf(reader: StoreReader, kind: Deletable, id: string): string {
  const entity = entityOf(reader, kind, id);
  if (entity === null) return id;
  if ("artifact" in entity) return `${entity.artifact} ${entity.version}`;
  return "number" in entity ? `${entity.model} ${entity.name}` : entity.name;
}
