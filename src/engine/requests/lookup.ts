/** What a name, an id or the beginning of an id means (zenml-semantics §4.4, §4.10). */
import type { ArtifactVersion, ModelVersion } from "../../core/entities";
import type { Json } from "../../core/json";
import { STAGE_NAMES } from "../../core/models";
import type { Stage } from "../../core/entities";
import type { StoreReader } from "../../store/reader";
import type { Entities, Found } from "./describe";
import { keyText, type Kind } from "./params";
import { ambiguous, invalid, notFound } from "./problems";

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const PREFIX = /^[0-9a-f-]{1,36}$/i;

/** Ids are stored in lower case, with hyphens; people and Python's `UUID.hex` write them otherwise. */
export function asId(text: string): string | null {
  if (!UUID.test(text)) return null;
  const hex = text.replaceAll("-", "").toLowerCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Throws KeyError for what does not exist and ZenKeyError for what is ambiguous. */
export function find<K extends Kind>(reader: StoreReader, kind: K, key: Json, version?: Json): Entities[K] {
  const text = keyText(key) ?? exactKey(key);
  if (text === null || text === "") throw invalid(`A ${kind} is asked for by name or id.`);
  const found = lookUp(reader, kind, text, version, typeof key === "object");
  if (found === null) throw notFound(kind, text, adviceFor(reader, kind, text, version));
  return found.value as Entities[K];
}

function exactKey(key: Json): string | null {
  return typeof key === "object" && key !== null && !Array.isArray(key)
    ? keyText((key as { readonly exact?: Json }).exact)
    : null;
}

function lookUp(
  reader: StoreReader,
  kind: Kind,
  text: string,
  version: Json | undefined,
  exact: boolean,
): Found | null {
  if (kind === "artifact_version") return wrap(kind, artifactVersion(reader, text, version));
  if (kind === "model_version") return wrap(kind, modelVersion(reader, text, version));
  if (kind === "tag") return wrap(kind, reader.tagNamed(tagName(reader, text) ?? text));
  if (kind === "link" || kind === "run_link") return null;
  const id = asId(text);
  const byId = id === null ? null : load(reader, kind, id);
  if (byId !== null) return byId;
  return named(reader, kind, text) ?? (exact ? null : byPrefix(reader, kind, text));
}

/** By id and nothing else. */
export function load(reader: StoreReader, kind: Kind, id: string): Found | null {
  switch (kind) {
    case "pipeline":
      return wrap(kind, sameId(reader.pipeline(id), id));
    case "run":
      return wrap(kind, reader.run(id));
    case "step_run":
      return wrap(kind, reader.step(id));
    case "artifact":
      return wrap(kind, sameId(reader.artifact(id), id));
    case "artifact_version":
      return wrap(kind, reader.artifactVersion(id));
    case "model":
      return wrap(kind, sameId(reader.model(id), id));
    case "model_version":
      return wrap(kind, reader.modelVersion(id));
    case "tag":
      return wrap(kind, reader.tagNamed(id));
    case "link":
    case "run_link":
      return null;
  }
}

function named(reader: StoreReader, kind: Kind, name: string): Found | null {
  switch (kind) {
    case "pipeline":
      return wrap(kind, sameName(reader.pipeline(name), name));
    case "run":
      return wrap(kind, reader.runNamed(name));
    case "artifact":
      return wrap(kind, sameName(reader.artifact(name), name));
    case "model":
      return wrap(kind, sameName(reader.model(name), name));
    default:
      return null;
  }
}

function artifactVersion(
  reader: StoreReader,
  text: string,
  version: Json | undefined,
): ArtifactVersion | null {
  const id = asId(text);
  const byId = id === null ? null : reader.artifactVersion(id);
  if (byId !== null) return byId;
  const artifact = sameName(reader.artifact(text), text);
  const wanted = keyText(version);
  if (artifact !== null) {
    const found =
      wanted === null
        ? (reader.artifactVersions(artifact.id, { limit: 1 }).items[0] ?? null)
        : reader.artifactVersionNamed(artifact.id, wanted);
    if (found !== null) return found;
  }
  const byStart = byPrefix(reader, "artifact_version", text);
  return byStart?.kind === "artifact_version" ? byStart.value : null;
}

function modelVersion(reader: StoreReader, text: string, version: Json | undefined): ModelVersion | null {
  const id = asId(text);
  if (version === undefined && id !== null) {
    const byId = reader.modelVersion(id);
    if (byId !== null) return byId;
  }
  const model = find(reader, "model", text);
  return ofModel(reader, model.id, version ?? null);
}

/** A number is a number, a stage a stage, `latest` or nothing the highest number; other text is a name, or an id. */
function ofModel(reader: StoreReader, modelId: string, version: Json): ModelVersion | null {
  if (typeof version === "number") return reader.modelVersionBy(modelId, { number: version });
  const text = keyText(version);
  if (text === null || text === "latest") {
    return reader.modelVersionBy(modelId, { number: reader.highestModelVersionNumber(modelId) });
  }
  if (text === "none") {
    return reader.modelVersions(modelId).items.find((one) => one.stage === null) ?? null;
  }
  if (STAGE_NAMES.includes(text)) return reader.modelVersionBy(modelId, { stage: text as Stage });
  const byName = reader.modelVersionBy(modelId, { name: text });
  const id = asId(text);
  if (byName !== null || id === null) return byName;
  const byId = reader.modelVersion(id);
  return byId?.modelId === modelId ? byId : null;
}

const tables: Partial<Record<Kind, { readonly table: string; readonly nameMatches: boolean }>> = {
  pipeline: { table: "pipeline", nameMatches: false },
  run: { table: "run", nameMatches: true },
  step_run: { table: "step_run", nameMatches: false },
  artifact: { table: "artifact", nameMatches: false },
  artifact_version: { table: "artifact_version", nameMatches: false },
  model: { table: "model", nameMatches: false },
  model_version: { table: "model_version", nameMatches: false },
};
const SHOWN = 5;

/** Runs are found by the beginning of their name, too. Both searches go through an index. */
function byPrefix(reader: StoreReader, kind: Kind, text: string): Found | null {
  const where = tables[kind];
  if (where === undefined) return null;
  const ids = new Set<string>();
  const collect = (column: "id" | "name", prefix: string) => {
    const rows = reader.query(
      `SELECT id FROM ${where.table} WHERE ${column} >= ? AND ${column} < ? LIMIT ${SHOWN + 1}`,
      [prefix, `${prefix}\u{10FFFF}`],
    );
    for (const row of rows) ids.add(String(row["id"]));
  };
  if (PREFIX.test(text)) collect("id", text.toLowerCase());
  if (where.nameMatches) collect("name", text);
  const [only, ...others] = ids;
  if (only === undefined) return null;
  if (others.length === 0) return load(reader, kind, only);
  const shown = [...ids].slice(0, SHOWN).map((id) => label(load(reader, kind, id)));
  throw ambiguous(kind, text, ids.size > SHOWN ? [...shown, "…"] : shown);
}

function label(found: Found | null): string {
  if (found === null) return "";
  const { value } = found;
  if ("artifact" in value && "version" in value) return `${value.artifact} ${value.version} (${value.id})`;
  if ("invocation" in value) return `${value.invocation} (${value.id})`;
  return "name" in value ? `${value.name} (${value.id})` : value.id;
}

function adviceFor(
  reader: StoreReader,
  kind: Kind,
  text: string,
  version: Json | undefined,
): string | undefined {
  if (kind === "artifact_version") {
    const artifact = sameName(reader.artifact(text), text);
    const wanted = keyText(version);
    if (artifact === null) return undefined;
    if (artifact.latestVersion === null) return `Artifact ${text} has no version left.`;
    return `Artifact ${text} has no version ${wanted ?? ""}; its latest is ${artifact.latestVersion}.`;
  }
  if (kind !== "model_version") return undefined;
  const model = sameName(reader.model(text), text);
  if (model === null) return undefined;
  if (model.versions === 0) return `Model ${text} has no versions yet.`;
  return `Model ${text} has ${model.versions} versions, but none that is ${JSON.stringify(version ?? "latest")}.`;
}

/** Readers that find by id or by name: here only one of the two is meant. */
function sameId<T extends { readonly id: string }>(found: T | null, id: string): T | null {
  return found?.id === id ? found : null;
}
function sameName<T extends { readonly name: string }>(found: T | null, name: string): T | null {
  return found?.name === name ? found : null;
}

function tagName(reader: StoreReader, text: string): string | null {
  const id = asId(text);
  const row = id === null ? undefined : reader.query("SELECT name FROM tag WHERE id = ?", [id])[0];
  return row === undefined ? null : String(row["name"]);
}

function wrap<K extends Kind>(kind: K, value: Entities[K] | null): Found | null {
  return value === null ? null : ({ kind, value } as Found);
}
