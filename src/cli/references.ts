/** Finds what the user named on the command line. */
import type { Artifact, ArtifactVersion, Model, ModelVersion, Run } from "../core/entities";
import { HeadraceError } from "../core/errors";
import type { StoreReader } from "../store/reader";

/** Shorter prefixes of ids are too easily hit by a name. */
const SHORTEST_PREFIX = 4;

/** `latest`, an id, the beginning of one, or a name. */
export function requireRun(reader: StoreReader, text: string): Run {
  const id = text === "latest" ? reader.runs({ limit: 1 }).items[0]?.id : findId(reader, "run", text);
  const run = id === undefined ? null : reader.run(id);
  if (run === null) throw missing("run", text, "headrace runs");
  return run;
}

/** By its name; else by the variable it is assigned to, if only one artifact without a name of its own is. */
export function findArtifact(reader: StoreReader, text: string): Artifact | null {
  const named = reader.artifact(text);
  if (named !== null) return named;
  const sql = `SELECT a.id, a.name FROM artifact a JOIN artifact_version v ON v.key = a.latest
    WHERE v.alias = ? AND a.custom_name = 0 LIMIT 2`;
  const [first, second] = reader.query(sql, [text]);
  if (first !== undefined && second !== undefined) {
    const names = `${String(first["name"])}, ${String(second["name"])} …`;
    throw new HeadraceError("ambiguous", `Several artifacts are assigned to "${text}": ${names}`, {
      advice: "Give the whole name.",
    });
  }
  return typeof first?.["id"] === "string" ? reader.artifact(first["id"]) : null;
}

/** `NAME` (its latest version), `NAME@VERSION`, an id, or the beginning of one. */
export function requireArtifactVersion(reader: StoreReader, text: string): ArtifactVersion {
  const [name, version] = splitReference(text);
  const artifact = findArtifact(reader, name);
  if (artifact !== null && version === null) {
    const latest =
      artifact.latestVersionId === null ? null : reader.artifactVersion(artifact.latestVersionId);
    if (latest !== null) return latest;
  }
  if (artifact !== null && version !== null) {
    const found = versionOf(reader, artifact.id, artifact.latestVersionId, version);
    if (found === null) throw missing("version", version, `headrace artifacts ${name}`);
    return found;
  }
  const id = findId(reader, "artifact_version", text);
  const found = id === undefined ? null : reader.artifactVersion(id);
  if (found === null) throw missing("artifact", text, "headrace artifacts");
  return found;
}

function versionOf(
  reader: StoreReader,
  artifactId: string,
  latest: string | null,
  version: string,
): ArtifactVersion | null {
  if (version === "latest" && latest !== null) return reader.artifactVersion(latest);
  const sql =
    "SELECT v.id FROM artifact_version v JOIN artifact a ON a.key = v.artifact WHERE a.id = ? AND v.version = ?";
  const [row] = reader.query(sql, [artifactId, version]);
  return typeof row?.["id"] === "string" ? reader.artifactVersion(row["id"]) : null;
}

export function requireModel(reader: StoreReader, text: string): Model {
  const model = reader.model(text);
  if (model === null) throw missing("model", text, "headrace models");
  return model;
}

/** `MODEL@VERSION`, where the version is a name, a number, a stage, or `latest`, which goes without saying. */
export function requireModelVersion(reader: StoreReader, text: string): ModelVersion {
  const [name, version] = splitReference(text);
  const model = requireModel(reader, name);
  const found = findModelVersion(reader, model, version ?? "latest");
  if (found === null)
    throw missing(`version of model ${name}`, version ?? "latest", `headrace models ${name}`);
  return found;
}

export function findModelVersion(reader: StoreReader, model: Model, version: string): ModelVersion | null {
  if (version === "latest")
    return model.latestVersionId === null ? null : reader.modelVersion(model.latestVersionId);
  const sql = `SELECT v.id FROM model_version v JOIN model m ON m.key = v.model WHERE m.id = ?1
    AND (v.name = ?2 OR v.stage = ?2 OR CAST(v.number AS TEXT) = ?2) ORDER BY v.name = ?2 DESC, v.stage = ?2 DESC LIMIT 1`;
  const [row] = reader.query(sql, [model.id, version]);
  return typeof row?.["id"] === "string" ? reader.modelVersion(row["id"]) : null;
}

/** At the last `@`, as names may hold one. */
export function splitReference(text: string): readonly [name: string, version: string | null] {
  const at = text.lastIndexOf("@");
  return at <= 0 || at === text.length - 1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function findId(reader: StoreReader, kind: "run" | "artifact_version", text: string): string | undefined {
  const byName = kind === "run" ? "OR name = ?1 " : "";
  const prefix = text.length >= SHORTEST_PREFIX ? "OR (id > ?1 AND id < ?1 || 'g') " : "";
  const rows = reader.query(`SELECT id FROM ${kind} WHERE id = ?1 ${byName}${prefix}LIMIT 2`, [text]);
  const [first, second] = rows.map((row) => String(row["id"]));
  if (second !== undefined && first !== text) {
    throw new HeadraceError(
      "ambiguous",
      `"${text}" is the beginning of several ids: ${first ?? ""}, ${second} …`,
      {
        advice: "Give more of the id.",
      },
    );
  }
  return first;
}

function missing(what: string, text: string, list: string): HeadraceError {
  return new HeadraceError("not-found", `There is no ${what} "${text}".`, {
    advice: `"${list}" lists what there is.`,
  });
}
