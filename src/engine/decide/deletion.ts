/** What may be deleted, and what goes with it. Use is checked before anything goes (zenml-semantics §4.9, §10.1). */
import { HeadraceError } from "../../core/errors";
import type { StoreReader } from "../../store/reader";
import type { UsingStep } from "../api";
import type { Draft } from "./draft";

/** ValueError when a step has it as an input or an output. Its payload stays until a clean-up finds it unreferenced. */
export function deleteArtifactVersion(draft: Draft, id: string): void {
  if (isUsed(draft, id)) throw inUse();
  draft.add({ type: "artifactVersion.deleted", id });
}

/** With all its versions; ValueError when one of them is used. Answers how many versions went. */
export function deleteArtifact(draft: Draft, id: string): number {
  const versions = draft.reader.query(
    `SELECT v.id, (${usage("v.id")}) AS used FROM artifact_version v
       JOIN artifact a ON a.key = v.artifact WHERE a.id = ?`,
    [id],
  );
  if (versions.some((version) => version["used"] === 1)) throw inUse();
  draft.add({ type: "artifact.deleted", id });
  return versions.length;
}

/** Deletes all versions that no step uses. */
export function pruneArtifactVersions(draft: Draft): number {
  const unused = draft.reader.query(`SELECT v.id FROM artifact_version v WHERE NOT (${usage("v.id")})`);
  for (const version of unused) draft.add({ type: "artifactVersion.deleted", id: String(version["id"]) });
  return unused.length;
}

/** Deletes the names that have no version in use; after {@link pruneArtifactVersions} these are the empty ones. */
export function pruneArtifacts(draft: Draft): number {
  const empty = draft.reader.query(
    `SELECT a.id FROM artifact a WHERE NOT EXISTS
       (SELECT 1 FROM artifact_version v WHERE v.artifact = a.key AND (${usage("v.id")}))`,
  );
  for (const artifact of empty) draft.add({ type: "artifact.deleted", id: String(artifact["id"]) });
  return empty.length;
}

/** Refused while it goes on: its steps would have nowhere to put what they make. */
export function deleteRun(draft: Draft, id: string): void {
  const run = draft.reader.run(id);
  if (run !== null && (run.status === "running" || run.status === "initializing")) throw running(run.name);
  draft.add({ type: "run.deleted", id });
}

/** With all its runs. Answers how many runs went. */
export function deletePipeline(draft: Draft, id: string): number {
  const runs = draft.reader.query(
    "SELECT r.name, r.status FROM run r JOIN pipeline p ON p.key = r.pipeline WHERE p.id = ?",
    [id],
  );
  const active = runs.find(({ status }) => status === "running" || status === "initializing");
  if (active !== undefined) throw running(String(active["name"]));
  draft.add({ type: "pipeline.deleted", id });
  return runs.length;
}

/** The steps for which artifact versions stay, in the order in which they were recorded. */
export function stepsUsing(reader: StoreReader, versionIds: string, id: string): readonly UsingStep[] {
  const users = (table: string): string =>
    `SELECT step_run FROM ${table} WHERE artifact_version_id IN (${versionIds})`;
  const steps = reader.query(
    `SELECT s.invocation, r.id AS run_id FROM step_run s JOIN run r ON r.key = s.run
       WHERE s.key IN (${users("step_output")} UNION ${users("step_input")}) ORDER BY s.key`,
    [id, id],
  );
  return steps.map((step) => ({ runId: String(step["run_id"]), invocation: String(step["invocation"]) }));
}

function isUsed(draft: Draft, id: string): boolean {
  const [row] = draft.reader.query(
    `SELECT (${usage("v.id")}) AS used FROM artifact_version v WHERE v.id = ?`,
    [id],
  );
  return row?.["used"] === 1;
}

function usage(column: string): string {
  return `EXISTS (SELECT 1 FROM step_input i WHERE i.artifact_version_id = ${column})
    OR EXISTS (SELECT 1 FROM step_output o WHERE o.artifact_version_id = ${column})`;
}

function inUse(): HeadraceError {
  return new HeadraceError(
    "in-use",
    "The metadata of artifact versions that are used in runs cannot be deleted. Please delete all runs that use this artifact first.",
    { pythonType: "ValueError" },
  );
}

function running(name: string): HeadraceError {
  return new HeadraceError("in-use", `Run ${name} is going on and cannot be deleted.`, {
    advice: "Cancel it first.",
    pythonType: "RuntimeError",
  });
}
