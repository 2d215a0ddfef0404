/** Model versions side by side: what was logged on each, and which artifacts are linked to it. */
import type { ArtifactVersion } from "../../core/entities";
import { canonicalJson, type Json } from "../../core/json";
import type { Engine } from "../../engine/api";
import { briefly } from "../../ui/format";
import type { ComparedThing, ComparedVersions } from "./messages";

export function compareVersions({ reader }: Engine, ids: readonly string[]): ComparedVersions {
  const versions = ids
    .flatMap((id) => reader.modelVersion(id) ?? [])
    .sort((one, other) => one.number - other.number);
  const metadata = versions.map((one) => new Map(Object.entries(reader.metadata("model_version", one.id))));
  const linked = versions.map(
    (one) => new Map(reader.linkedArtifacts(one.id).map((each) => [each.alias ?? each.artifact, each])),
  );
  const runIds = [...new Set(versions.flatMap((one) => one.producerRunId ?? []))].filter(
    (id) => reader.run(id) !== null,
  );
  return {
    versions: versions.map(({ id, name, number, stage, created }) => ({ id, name, number, stage, created })),
    rows: [
      ...keysOf(metadata).map((name) =>
        metadataRow(
          name,
          metadata.map((map) => map.get(name) ?? null),
        ),
      ),
      ...keysOf(linked).map((name) =>
        artifactRow(
          name,
          linked.map((map) => map.get(name) ?? null),
        ),
      ),
    ],
    runIds: runIds.length > 1 ? runIds : [],
  };
}

function keysOf(maps: readonly ReadonlyMap<string, unknown>[]): readonly string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}

function metadataRow(name: string, values: readonly Json[]): ComparedThing {
  const differs = new Set(values.map((value) => canonicalJson(value))).size > 1;
  return { group: "metadata", name, values, artifactVersionIds: null, differs };
}

/** By content: the same payload under two versions is no difference. */
function artifactRow(name: string, versions: readonly (ArtifactVersion | null)[]): ComparedThing {
  return {
    group: "artifacts",
    name,
    values: versions.map((one) => (one === null ? null : `${briefly(one.summary)} · v${one.version}`)),
    artifactVersionIds: versions.map((one) => one?.id ?? null),
    differs: new Set(versions.map((one) => one?.digest ?? null)).size > 1,
  };
}
